"""The message of an edge says what was seen, how often it has fired, and what comes next."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.bodies import body_for
from adapters.buttons import Act
from adapters.chat import Card, Colour, Row, Section
from goals.audit import report
from goals.domain.events import Fired
from goals.domain.hooks import HookState, Moment
from goals.domain.values import Status
from goals.domain.watching import Polled, Trigger, Watched
from tests.given import NOW, check, later, monitor

MET = check(True, reason="it answers 200")


def told(event: Fired, **changes: Any) -> Any:
    made = monitor(**{"objective": "the shop is up", **changes})
    polled = Polled(later(minutes=22), Watched(checks=22, met=True, fired=event.number))
    return body_for(event, report(made, now=later(minutes=21), polled=polled))


def test_an_edge_that_ends_the_monitor_is_one_message_with_all_that_matters() -> None:
    body = told(Fired(1, MET, ends=True), status=Status.COMPLETED)
    assert body.card == Card(
        title="🔔 Met · the shop is up",
        badge="g7k2",
        colour=Colour.GREEN,
        lines=("It has ended after 22 checks.",),
        sections=(Section("Seen", (Row("test: pytest -q", "✓", "it answers 200"),)),),
    )
    assert body.text.splitlines()[0] == (
        "🔔 g7k2 met: the shop is up. ✓ test: pytest -q: it answers 200. It has ended after 22 checks."
    )
    assert [button.action for button in body.buttons] == [Act.REOPEN, Act.LOG]


def test_an_edge_of_a_monitor_that_repeats_says_which_it_is_and_that_it_watches_on() -> None:
    body = told(Fired(3, MET, ends=False), repeat=True)
    assert body.card.badge == "g7k2 · edge 3"
    assert body.card.lines == ("It watches on; when this is not met any more it is armed again.",)
    assert [button.action for button in body.buttons] == [Act.LOG]


def test_a_change_is_called_a_change() -> None:
    body = told(Fired(2, check(False, reason="it is 250"), ends=False), repeat=True, trigger=Trigger.CHANGE)
    assert body.card.title == "🔔 Changed · the shop is up"
    assert body.card.lines == ("It watches on and fires again at the next change.",)


HOW = {
    "row": 12,
    "goal_id": "g7k2",
    "key": "k",
    "event": "g7k2:3.0",
    "moment": Moment.ACHIEVED,
    "how": "notify: @ana",
}


@pytest.mark.parametrize(
    ("state", "row"),
    [
        (HookState(**HOW, state="pending"), Row("notify: @ana", "…", "on its way")),
        (
            HookState(**HOW, state="pending", attempts=2, error="it answered 503"),
            Row("notify: @ana", "…", "not delivered yet after 2 tries: it answered 503"),
        ),
        (HookState(**HOW, state="sent", attempts=1, at=NOW), Row("notify: @ana", "✓", "delivered 12:00 UTC")),
        (
            HookState(**HOW, state="dead", attempts=8, error="it answered 500"),
            Row(
                "notify: @ana",
                "✗",
                "given up after 8 tries: it answered 500. `goalward hooks retry 12` tries again.",
            ),
        ),
    ],
)
def test_each_hook_of_the_edge_says_how_far_it_is(state: HookState, row: Row) -> None:
    shown = replace(report(monitor(), now=NOW), hooks=(state, replace(state, event="other")), edge="g7k2:3.0")
    card = body_for(Fired(1, MET, ends=False), shown).card
    assert card is not None and card.sections[1] == Section("Hooks", (row,))


@pytest.mark.parametrize("objective", ("checkout p99 is under 300 ms again on all three regions", "up"))
def test_the_first_characters_of_the_notification_say_what_it_is_about(objective: str) -> None:
    body = told(Fired(1, MET, ends=True), objective=objective)
    assert body.text.startswith(f"🔔 g7k2 met: {objective}")
