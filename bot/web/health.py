"""Whether the bot lives, whether it is ready, and its figures for Prometheus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from bot.telemetry import Measured
from bot.web.problems import Problem

Problems = Callable[[], Awaitable[list[str]]]
Measure = Callable[[], Awaitable[Measured]]


class Alive(BaseModel):
    alive: bool = True


class Ready(BaseModel):
    ready: bool = True


class NotReady(Problem):
    problems: list[str]


_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": NotReady, "description": "Not ready, and why."}}


class MetricsText(Response):
    media_type = "text/plain"


def router(problems: Problems, measure: Measure) -> APIRouter:
    """`problems` are the sentences that keep us from being ready, `measure` gives what is measured by now."""
    api = _HealthApi(problems, measure)
    routes = APIRouter(tags=["health"])
    routes.add_api_route("/healthz", api.healthz, response_model=Alive)
    routes.add_api_route("/readyz", api.readyz, response_model=Ready, responses=_NOT_READY)
    routes.add_api_route("/metrics", api.metrics, response_class=MetricsText)
    return routes


class _HealthApi:
    def __init__(self, problems: Problems, measure: Measure) -> None:
        self._problems = problems
        self._measure = measure

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

        told, kind = text(await self._measure())
        return MetricsText(told, media_type=kind)
