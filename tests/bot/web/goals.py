"""A desk with one goal on it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from goals.audit import AuditRow, Protected, Report, Tokens
from goals.domain.errors import NotFound, NotNow
from goals.domain.events import Opened
from goals.domain.trail import Trail, TrailRow, sealed
from goals.domain.values import FileChange, Goal, Origin, Person, PlanItem, Request, Status
from goals.domain.watching import Point
from goals.ports import StoredEvent

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
GOAL = Goal("g7k2", Request("Fix it"), Person("ana"), Origin("local", "demo", "t1"), NOON, NOON)


def report(status="active"):
    return Report(
        id="g7k2",
        mode="drive",
        status=status,
        label=status,
        reason="",
        explanation="The verifiers have not passed yet.",
        objective="Fix it",
        revision=1,
        owner="ana",
        channel="demo",
        thread="t1",
        plan=(PlanItem("reproduce"),),
        budgets={"max_turns": 20},
        verifiers=(),
        verdict=None,
        checks=0,
        next_at=None,
        turns=2,
        tokens=Tokens(),
        usd=0.0,
        active_seconds=8.1,
        elapsed_seconds=9.0,
        audit=(AuditRow(1, "Fix it", False, "test: pytest -q", 1, "1 failed"),),
        constraints=(),
        protected=Protected(("tests/**",)),
        files=(FileChange("src/x.py", 3, 1),),
        cost_by_model={},
        usage_by_purpose={},
        approvals=(),
    )


SEEN = (
    Point(NOON, NOON + timedelta(minutes=5), False, 400.0, 400.0, 400.0, 6),
    Point(NOON + timedelta(minutes=6), NOON + timedelta(minutes=6), None),
    Point(NOON + timedelta(minutes=7), NOON + timedelta(minutes=9), True, 250.0, 240.0, 260.0, 3),
)


class Desk:
    def __init__(self):
        self.status = "active"
        self.asked = []

    async def find(self, goal_id):
        if goal_id != GOAL.id:
            raise NotFound(f"There is no goal {goal_id}.")
        return GOAL

    async def report(self, goal_id):
        await self.find(goal_id)
        return report(self.status)

    async def reports(self, status: Status | None, channel: str | None):
        self.asked.append((status, channel))
        return [report(self.status)]

    async def enabled(self, channel_key):
        return channel_key != "local:quiet"

    async def events(self, goal_id):
        return [StoredEvent("g7k2", 1, NOON, Opened(Person("ana"), "Fix it"))]

    async def trails(self, goal_id):
        await self.find(goal_id)
        row = TrailRow("g7k2", 1, NOON, "ana", "Opened", "local", "", "queued", "")
        row = replace(row, hash=sealed(row, ""))
        return [Trail("g7k2", (row,), 1, row.hash)]

    async def diff(self, goal_id, turn):
        return f"diff of {'all' if turn is None else turn}"

    async def readings(self, goal_id):
        await self.find(goal_id)
        return list(SEEN)

    async def cancel(self, goal_id, by):
        await self.find(goal_id)
        if self.status == "cancelled":
            raise NotNow("Goal g7k2 is cancelled already.")
        self.asked.append(by)
        self.status = "cancelled"
        return GOAL
