"""Hooks over HTTP: how they stand, and trying those again that were given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from goals.domain.hooks import HookState
from goals.domain.values import Person

Word = Annotated[str, Field(max_length=64)]


class Desk(Protocol):
    async def states(self, goal_id: str = "") -> list[HookState]: ...

    async def retry(self, by: Person, which: str = "") -> list[HookState]: ...


class HookObject(BaseModel):
    """One hook of one edge. `number` names it to `retry`; `state` is `pending`, `sent` or `dead` (given up).

    `at` is when it was delivered or given up, or is tried next.
    """

    number: int
    goal: str
    moment: str
    hook: str
    state: str
    tries: int
    error: str
    at: datetime | None
    key: str


class Hooks(BaseModel):
    hooks: list[HookObject]


class Retry(BaseModel):
    """`which` is a hook's number or a goal's id; empty for all that were given up. `user` is who asks for it."""

    model_config = ConfigDict(extra="forbid")

    which: Word = ""
    user: Word = "api"


def router(desk: Desk) -> APIRouter:
    api = _HooksApi(desk)
    routes = APIRouter(prefix="/api/hooks", tags=["hooks"])
    routes.add_api_route("", api.list, response_model=Hooks)
    routes.add_api_route("/retry", api.retry, methods=["POST"], response_model=Hooks)
    return routes


class _HooksApi:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list(self, goal: Annotated[str, Query(max_length=64)] = "") -> Hooks:
        """The hooks of a goal; without one all that wait or were given up. Oldest first."""
        return told(await self._desk.states(goal))

    async def retry(self, wanted: Retry) -> Hooks:
        """Try hooks again that were given up. Answers with those."""
        return told(await self._desk.retry(Person(wanted.user, wanted.user), wanted.which))


def told(states: Sequence[HookState]) -> Hooks:
    return Hooks(hooks=[_object(state) for state in states])


def _object(state: HookState) -> HookObject:
    return HookObject(
        number=state.row,
        goal=state.goal_id,
        moment=state.moment.value,
        hook=state.how,
        state=state.state,
        tries=state.attempts,
        error=state.error,
        at=state.at,
        key=state.key,
    )
