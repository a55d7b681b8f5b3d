"""Spans reach the collector that is named, as whoever runs it wants them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.otlp import Sender
from bot.settings import Settings
from bot.spans import Span
from bot.tracing import tracing
from goals.domain.change import Change
from goals.domain.events import TurnEnded
from goals.domain.values import Status
from tests.given import goal_in
from tests.peers.clock import ManualClock
from tests.peers.collector import Collector
from tests.peers.web import serving

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SPAN = Span(
    "turn 3", trace=7 << 90, begun=NOON, ended=NOON + timedelta(seconds=2.5), id=5, parent=9, failed=True,
    attributes={"goalward.turn": 3},
)  # fmt: skip


async def test_a_span_arrives_as_it_was() -> None:
    async with serving(seen := Collector()) as served:
        sender = Sender(served.url, {}, {})
        sender.send(SPAN)
        await sender.close()
    (came,) = seen.seen
    assert (came.name, int(came.trace, 16), int(came.id, 16), int(came.parent, 16), came.failed) == (
        "turn 3", 7 << 90, 5, 9, True,
    )  # fmt: skip
    assert (came.begun, came.ended, came.attributes) == (
        NOON.timestamp(),
        NOON.timestamp() + 2.5,
        {"goalward.turn": 3},
    )


async def test_a_span_that_nothing_refers_to_gets_an_id_of_its_own() -> None:
    async with serving(seen := Collector()) as served:
        sender = Sender(served.url, {}, {})
        for _ in range(3):
            sender.send(Span("check", trace=7, begun=NOON, ended=NOON, parent=9))
        await sender.close()
    assert len({span.id for span in seen.seen}) == 3


async def test_the_headers_that_a_collector_wants_come_from_a_secret() -> None:
    async with serving(seen := Collector(key="hush")) as served:
        sender = Sender(served.url, {}, {"OTEL_EXPORTER_OTLP_HEADERS": "x-key=hush"})
        sender.send(SPAN)
        await sender.close()
    assert len(seen.seen) == 1


async def test_a_service_may_have_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "goals-of-ops")
    async with serving(seen := Collector()) as served:
        sender = Sender(served.url, {"OTEL_SERVICE_NAME": "goals-of-ops"}, {})
        sender.send(SPAN)
        await sender.close()
    assert seen.seen[0].resource["service.name"] == "goals-of-ops"


async def test_the_standard_variable_names_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(seen := Collector()) as served:
        environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": served.url}
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", served.url)
        found = tracing(Settings(), environ, ManualClock())
        assert found
        found.changed(Change(goal_in(Status.ACTIVE), (TurnEnded(1, 2.0, "", (), None, "GoOn"),)))
        await found.close()
    assert [span.name for span in seen.seen] == ["turn 1"]


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"},
    ],
    ids=["nobody asks", "disabled", "no exporter"],
)
def test_without_a_collector_there_are_no_traces(environ: dict[str, str]) -> None:
    assert tracing(Settings(), environ, ManualClock()) is None
