"""Whether the bot lives, whether it is ready, and its figures for Prometheus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
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
    media_type = "text/plain"


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
        from bot.web.metrics import text  # Few ask, and its library takes two megabytes.

        told, kind = text(await self._counts())
        return MetricsText(told, media_type=kind)
