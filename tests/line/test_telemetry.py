"""The figures of the whole bot: well formed, and what they say after a goal and a monitor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.peers.house import House

LABELS = {"agent", "kind", "label", "le", "mode", "model", "platform", "purpose", "reason", "status"}
"""None of them grows with the goals, channels or people that there are."""


async def families(house: House) -> dict[str, Metric]:
    told = await house.http.get("/metrics")
    return {family.name: family for family in text_string_to_metric_families(told.text)}


async def number(house: House, name: str, **labels: str) -> float:
    found = await families(house)
    return sum(
        sample.value
        for family in found.values()
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def faults(family: Metric) -> Iterator[str]:
    units = {"histogram": "_seconds"}
    if not family.documentation.endswith("."):
        yield "has no help"
    if not family.name.startswith("goalward_"):
        yield "is of somebody else"
    if not family.name.endswith(units.get(family.type, "")):
        yield "tells no unit"
    if family.type == "gauge" and family.name.endswith(("_total", "_count", "_sum", "_bucket")):
        yield "has the end of another type"
    if family.type not in ("counter", "gauge", "histogram"):
        yield "has no type"
    for sample in family.samples:
        if family.type == "counter" and not sample.name.endswith("_total"):
            yield f"{sample.name} does not end in _total"
        if not set(sample.labels) <= LABELS:
            yield f"has the labels {set(sample.labels) - LABELS}"


async def test_a_goal_is_counted_with_its_turns_and_checks_and_the_exposition_is_well_formed(
    house: House,
) -> None:
    house.agent("echo done > done.txt")
    thread = await house.say("demo", '/goal --auto-approve --verify "test -f done.txt" leave a note')
    await house.stands(thread, "completed")

    ended = {"mode": "drive", "status": "completed", "label": "proven", "reason": "proven"}
    assert await number(house, "goalward_goals_ended_total", **ended) == 1
    assert await number(house, "goalward_goals", status="completed") == 1
    assert await number(house, "goalward_unfinished_goals") == 0
    assert await number(house, "goalward_turns_total", agent="worker") == 1
    assert await number(house, "goalward_check_duration_seconds_count", mode="drive") >= 1
    assert await number(house, "goalward_dispatch_latency_seconds_count") >= 1
    assert await number(house, "goalward_ready") == 1
    found = await families(house)
    ours = [family for name, family in found.items() if not name.startswith(("process_", "python_"))]
    assert [(family.name, fault) for family in ours for fault in faults(family)] == []


async def test_each_look_of_a_monitor_is_counted_and_how_late_it_was(house: House, tmp_path: Path) -> None:
    (tmp_path / "depth.json").write_text("12")
    verifier = json.dumps({"type": "data", "path": "depth.json", "expr": "data < 3"})
    text = f"/goal --monitor --verify '{verifier}' --every 1m --repo {tmp_path} the queue is short"
    thread = await house.say("demo", text)

    async def looks(of: int) -> bool:
        return await number(house, "goalward_monitor_lateness_seconds_count") >= of

    await house.until(lambda: looks(1))
    house.clock.advance(70)
    await house.until(lambda: looks(2))

    late = await number(house, "goalward_monitor_lateness_seconds_sum")
    found = await number(house, "goalward_check_duration_seconds_count", mode="monitor")
    watched = await number(house, "goalward_unfinished_goals", status="active", mode="monitor")
    assert (late > 0, found >= 2, watched) == (True, True, 1)
    assert (await house.goal(thread))["checks"] >= 1


async def test_the_event_loop_is_watched(house: House) -> None:
    async def seen() -> bool:
        return await number(house, "goalward_event_loop_stall_seconds_count") >= 1

    assert await house.until(seen)
