"""Whether the bot lives, whether it is ready, and its figures for Prometheus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest
from pydantic import BaseModel

from bot.web.problems import Problem
from goals.domain.values import Status

Problems = Callable[[], Awaitable[list[str]]]
Counts = Callable[[], Awaitable[Mapping[Status, int]]]


class Alive(BaseModel):
    alive: bool = True


class Ready(BaseModel):
    ready: bool = True


class NotReady(Problem):
    problems: list[str]


_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": NotReady, "description": "Not ready, and why."}}


class MetricsText(Response):
    media_type = CONTENT_TYPE_LATEST


def router(problems: Problems, counts: Counts) -> APIRouter:
    """`problems` are the sentences that keep us from being ready, `counts` the goals by status."""
    api = _HealthApi(problems, counts)
    routes = APIRouter(tags=["health"])
    routes.add_api_route("/healthz", api.healthz, response_model=Alive)
    routes.add_api_route("/readyz", api.readyz, response_model=Ready, responses=_NOT_READY)
    routes.add_api_route("/metrics", api.metrics, response_class=MetricsText)
    return routes


class _HealthApi:
    def __init__(self, problems: Problems, counts: Counts) -> None:
        self._problems = problems
        self._counts = counts
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._goals = Gauge("goalward_goals", "Goals by status.", ["status"], registry=self._registry)

    async def healthz(self) -> Alive:
        """The process answers."""
        return Alive()

    async def readyz(self) -> Response:
        """Everything that it takes to work is there."""
        problems = await self._problems()
        if problems:
            return JSONResponse(NotReady(error=" ".join(problems), problems=problems).model_dump(), 503)
        return JSONResponse(Ready().model_dump())

    async def metrics(self) -> MetricsText:
        """Figures in the Prometheus text format."""
        counts = await self._counts()
        for status in Status:
            self._goals.labels(status.value).set(counts.get(status, 0))
        return MetricsText(generate_latest(self._registry))
