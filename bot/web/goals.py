"""Goals over HTTP: list, read, audit, cancel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Protocol
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, TypeAdapter

from adapters import log
from adapters.figures import plural
from goals.audit import ApprovalRow, AuditRow, ConstraintRow, Protected, Report, Tokens, VerdictRow
from goals.domain.trail import Trail, broken, exported
from goals.domain.values import FileChange, Goal, Person, PlanItem, Status
from goals.domain.watching import Point
from goals.ports import StoredEvent
from goals.summary import GoalExecutionSummary, execution_summary

GoalId = Annotated[str, Path(min_length=1, max_length=64, description="The goal's id, like `g7k2`.")]


class GoalDesk(Protocol):
    """What may be asked about goals. All raise NotFound for an unknown id."""

    async def find(self, goal_id: str) -> Goal: ...

    async def report(self, goal_id: str) -> Report: ...

    async def reports(self, status: Status | None, channel: str | None) -> list[Report]: ...

    async def enabled(self, channel_key: str) -> bool: ...

    async def events(self, goal_id: str) -> list[StoredEvent]: ...

    async def trails(self, subject: str) -> list[Trail]:
        """Those of a goal and of the draft that it was, or of a channel (`local:demo`)."""

    async def diff(self, goal_id: str, turn: int | None) -> str: ...

    async def readings(self, goal_id: str) -> list[Point]: ...

    async def cancel(self, goal_id: str, by: Person) -> Goal: ...


class Found(BaseModel):
    """What one verifier found last; `met` is null when the check itself broke, or was not made yet."""

    type: str
    met: bool | None
    reason: str


class GoalObject(BaseModel):
    """A goal as it stands: the object that `goalward run --json` prints too. Durations in seconds, money in usd."""

    id: str
    mode: str
    status: str
    label: str
    reason: str
    explanation: str
    objective: str
    revision: int
    owner: str
    channel: str
    thread: str
    plan: tuple[PlanItem, ...]
    budgets: dict[str, float]
    verifiers: tuple[Found, ...]
    verdict: VerdictRow | None
    checks: int
    next_at: str | None
    turns: int
    tokens: Tokens
    usd: float
    active_seconds: float
    elapsed_seconds: float
    audit: tuple[AuditRow, ...]
    constraints: tuple[ConstraintRow, ...]
    protected: Protected
    files: tuple[FileChange, ...]
    cost_by_model: dict[str, float]
    usage_by_purpose: dict[str, Any]
    approvals: tuple[ApprovalRow, ...]


class Listed(BaseModel):
    goals: list[GoalObject]
    enabled: bool


class Audit(BaseModel):
    """What was found for each part of the contract, and what was not verified."""

    id: str
    objective: str
    status: str
    label: str
    reason: str
    explanation: str
    audit: tuple[AuditRow, ...]
    constraints: tuple[ConstraintRow, ...]
    protected: Protected
    unverified: tuple[str, ...]
    commands: tuple[str, ...]
    approvals: tuple[ApprovalRow, ...]
    ended_by: str


class Happened(BaseModel):
    """One thing that happened; `event` names it, `said` tells it in a line, `details` are its own."""

    seq: int
    at: datetime
    event: str
    said: str
    details: dict[str, Any]


class Events(BaseModel):
    events: list[Happened]


class Trailed(BaseModel):
    """Who did what, oldest first, as it was sealed. `says` names the first row that does not follow, if one does not."""

    holds: bool
    says: str
    rows: list[dict[str, Any]]


class Diff(BaseModel):
    """A unified diff of one turn, or of everything since the base when `turn` is null."""

    turn: int | None
    diff: str


class Limit(BaseModel):
    """What a value is compared with; `op` is `<`, `>=` and so on."""

    op: str
    value: float


class Readings(BaseModel):
    """What a monitor has seen, oldest first, as stretches of `count` same readings; old ones are merged.

    `limit` is what its value is compared with, where a verifier compares one. `met` is null where the check broke.
    """

    timezone: str
    limit: Limit | None
    points: tuple[Point, ...]


def router(goals: GoalDesk) -> APIRouter:
    api = _GoalsApi(goals)
    routes = APIRouter(prefix="/api/goals", tags=["goals"])
    routes.add_api_route("", api.list, response_model=Listed)
    routes.add_api_route("/{goal_id}", api.read, response_model=GoalObject)
    routes.add_api_route("/{goal_id}", api.cancel, methods=["DELETE"], response_model=GoalObject)
    routes.add_api_route("/{goal_id}/audit", api.audit, response_model=Audit)
    routes.add_api_route("/{goal_id}/summary", api.summary, response_model=GoalExecutionSummary)
    routes.add_api_route("/{goal_id}/events", api.events, response_model=Events)
    routes.add_api_route("/{goal_id}/trail", api.trail, response_model=Trailed)
    routes.add_api_route("/{goal_id}/diff", api.diff, response_model=Diff)
    routes.add_api_route("/{goal_id}/readings", api.readings, response_model=Readings)
    return routes


class _GoalsApi:
    def __init__(self, goals: GoalDesk) -> None:
        self._goals = goals

    async def list(
        self,
        status: Status | None = None,
        channel: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Listed:
        """The goals that match, newest first. A channel is written `demo` or, as in the settings, `local:demo`.

        `enabled` is false for a channel in which goal mode is switched off.
        """
        key = f"local:{channel}" if channel and ":" not in channel else channel
        found = [_object(report) for report in await self._goals.reports(status, key)]
        return Listed(goals=found, enabled=key is None or await self._goals.enabled(key))

    async def read(self, goal_id: GoalId) -> GoalObject:
        """A goal as it stands now."""
        return _object(await self._goals.report(goal_id))

    async def cancel(self, goal_id: GoalId) -> GoalObject:
        """Cancel a goal; what runs for it is ended. Answers with the goal."""
        await self._goals.cancel(goal_id, Person("api", "api"))
        return _object(await self._goals.report(goal_id))

    async def audit(self, goal_id: GoalId) -> Audit:
        """The audit, shown and not judged again."""
        return Audit.model_validate(await self._goals.report(goal_id), from_attributes=True)

    async def summary(self, goal_id: GoalId) -> GoalExecutionSummary:
        """What was done and what it took."""
        return execution_summary(await self._goals.report(goal_id), lambda path: _diff_of(goal_id, path))

    async def events(self, goal_id: GoalId) -> Events:
        """Everything that happened to a goal, oldest first."""
        await self._goals.find(goal_id)
        return Events(events=[happened(stored) for stored in await self._goals.events(goal_id)])

    async def trail(self, goal_id: GoalId) -> Trailed:
        """Who did what to a goal, or to a channel (`local:demo`), in sealed rows, and whether the chain holds."""
        return told(await self._goals.trails(goal_id))

    async def diff(self, goal_id: GoalId, turn: Annotated[int | None, Query(ge=0)] = None) -> Diff:
        """What changed in the workspace."""
        await self._goals.find(goal_id)
        return Diff(turn=turn, diff=await self._goals.diff(goal_id, turn))

    async def readings(self, goal_id: GoalId) -> Readings:
        """What a monitor has seen over time."""
        from monitors.drawing import drawing  # Never needed before ready.

        plan = drawing(await self._goals.find(goal_id), await self._goals.readings(goal_id), "")
        limit = Limit(op=plan.limit.op, value=plan.limit.value) if plan.limit else None
        return Readings(timezone=plan.zone, limit=limit, points=plan.points)


async def plain(goals: GoalDesk, goal_id: str, what: str) -> dict[str, Any]:
    """`show`, `audit`, `summary`, `log`, `trail` or `diff` of a goal as this interface gives it, in plain JSON types."""
    api = _GoalsApi(goals)
    looks: dict[str, Callable[[str], Awaitable[Any]]] = {
        "show": api.read,
        "audit": api.audit,
        "summary": api.summary,
        "log": api.events,
        "trail": api.trail,
        "diff": api.diff,
    }
    told = await looks[what](goal_id)
    dumped: dict[str, Any] = TypeAdapter(type(told)).dump_python(told, mode="json")
    return dumped


def _diff_of(goal_id: str, path: str) -> str:
    """Where a file's diff is; the whole diff's address for no path."""
    return f"/api/goals/{quote(goal_id)}/diff" + (f"#{quote(path)}" if path else "")


def _object(report: Report) -> GoalObject:
    return GoalObject.model_validate(report, from_attributes=True)


def happened(stored: StoredEvent) -> Happened:
    details = _DETAILS.dump_python(asdict(stored.event), mode="json")
    said, name = log.happened(stored.event), type(stored.event).__name__
    return Happened(seq=stored.seq, at=stored.at, event=name, said=said, details=details)


def told(trails: Sequence[Trail]) -> Trailed:
    """Their rows one behind the other, and what is found about all of them."""
    rows = [exported(row) for trail in trails for row in trail.rows]
    wrong = next((found for found in map(broken, trails) if found is not None), None)
    if wrong is not None:
        says = f"row {wrong.row} of {wrong.subject} {wrong.why}"
    else:
        says = f"the chain holds: {plural(len(rows), 'row')}"
    return Trailed(holds=wrong is None, says=says, rows=rows)


_DETAILS: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
