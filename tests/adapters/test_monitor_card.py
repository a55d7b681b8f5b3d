"""A monitor's card says what was seen last and since when, when it looks, what fires it and what came of it."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.audit_card import verdict
from adapters.bodies import card_body
from adapters.buttons import Act
from adapters.cards import standing
from adapters.chat import Card, Colour
from adapters.monitor_card import state_line
from goals.audit import Report, report
from goals.domain.hooks import Hook
from goals.domain.values import Goal, Reason, Status, VerifierSpec
from goals.domain.watching import Polled, Trigger, Watched
from tests.given import NOW, later, monitor

UP = VerifierSpec("http", {"url": "https://example.com/health"})
DOWN = Watched(
    checks=22,
    checked_at=later(minutes=21),
    met=False,
    reason="it answers 503",
    same=20,
    since=later(minutes=2),
)


def watched(seen: Watched = DOWN, at: float = 22, spark: str = "", **changes: Any) -> Report:
    made = monitor(**{"objective": "the shop is up", "verifiers": (UP,), **changes})
    polled = Polled(later(minutes=at), seen) if made.unfinished else None
    return report(made, now=later(minutes=21, seconds=3), polled=polled, spark=spark)


def card(shown: Report) -> Card:
    made = card_body(shown).card
    assert made is not None
    return made


def test_a_quiet_monitor_fits_one_screen() -> None:
    assert card(watched(on_achieved=(Hook("notify", "@ana"),), deadline=later(days=1))) == Card(
        title="👁 the shop is up",
        badge="g7k2 · watching",
        colour=Colour.BLUE,
        lines=(
            "Verifier ✗ it answers 503 (https://example.com/health) · since 12:02 UTC",
            "Looks every 1 min · last 12:21 UTC, next 12:22 UTC · 22 checks",
            "Ends when it is met",
            "Until 22 Nov 12:00 UTC",
            "Hooks: on_achieved: notify: @ana",
        ),
        footer="@ana · updated 12:21 UTC",
        chart="g7k2",
    )


def test_a_new_monitor_says_that_it_looks_for_the_first_time() -> None:
    assert card(watched(Watched(), at=0)).lines[:2] == (
        "It looks for the first time now.",
        "Looks every 1 min · next 12:00 UTC",
    )


def test_values_are_drawn_as_one_line_with_the_last_of_them() -> None:
    value = replace(DOWN, value=350.5, reason="it is 350.5")
    assert card(watched(value, spark="▁▂█")).lines[1] == "▁▂█ 350.5"


def test_a_broken_verifier_is_said_with_what_was_seen_before_it_broke() -> None:
    broke = replace(DOWN, checks=25, broken=3, broken_at=later(minutes=18), broke="no answer within 30 s")
    shown = watched(broke, at=30)
    assert (card(shown).badge, card(shown).colour) == ("g7k2 · broken", Colour.AMBER)
    assert card(shown).lines[:2] == (
        "Seen last: ✗ it answers 503 · since 12:02 UTC",
        "The verifier is broken since 12:18 UTC, tried 3 times: no answer within 30 s",
    )


@pytest.mark.parametrize(
    ("watch", "line"),
    [
        ({}, "Ends when it is met"),
        ({"trigger": Trigger.CHANGE}, "Ends when it changes"),
        ({"repeat": True}, "Fires each time it becomes met"),
        ({"repeat": True, "trigger": Trigger.CHANGE}, "Fires on each change"),
    ],
)
def test_what_fires_it_is_said(watch: dict[str, Any], line: str) -> None:
    assert line in card(watched(**watch)).lines


def test_edges_are_counted() -> None:
    fired = replace(DOWN, fired=3, fired_at=later(days=-2))
    line = "Fires each time it becomes met · fired 3 times, last 19 Nov 12:00 UTC"
    assert line in card(watched(fired, repeat=True)).lines


def test_where_it_looks_more_often_than_once_a_minute_seconds_are_said() -> None:
    often = watched(every=5.0, at=21.1)
    assert card(often).lines[1] == "Looks every 5 s · last 12:21:00 UTC, next 12:21:06 UTC · 22 checks"


def test_its_audit_says_that_it_is_watching() -> None:
    assert (verdict(watched()), verdict(watched(replace(DOWN, broken=1)))) == ("👁 Watching", "👁 Broken")


def test_a_cron_line_is_shown_with_its_zone() -> None:
    cron = watched(cron="0 9 * * MON", timezone="Europe/Berlin", at=60 * 24 * 2)
    assert card(cron).lines[1] == (
        "Looks at `0 9 * * MON` (Europe/Berlin) · last 12:21 UTC, next 23 Nov 12:00 UTC · 22 checks"
    )


def test_a_paused_monitor_says_why_and_how_it_goes_on_and_what_was_seen() -> None:
    paused = watched(status=Status.PAUSED, reason=Reason.OWNER, explanation="@ben paused it.")
    assert card(paused).badge == "g7k2 · paused (owner)"
    assert card(paused).lines == (
        "Verifier ✗ it answers 503 (https://example.com/health) · since 12:02 UTC",
        "Looks every 1 min · last 12:21 UTC · 22 checks",
        "Ends when it is met",
        "@ben paused it.",
        "@ana can resume it with the button or `/goal g7k2 resume`.",
    )


def test_one_that_has_ended_says_how_and_what_it_took() -> None:
    over = replace(DOWN, met=True, reason="it answers 200", same=1, fired=1, fired_at=later(minutes=21))
    ended = watched(
        status=Status.COMPLETED, reason=Reason.PROVEN, watched=over, explanation="It is met: it answers 200.",
        ended_at=later(minutes=21),
    )  # fmt: skip
    assert (card(ended).badge, card(ended).colour) == ("g7k2 · proven", Colour.GREEN)
    assert card(ended).lines == (
        "Verifier ✓ it answers 200 (https://example.com/health)",
        "Looked every 1 min · last 12:21 UTC · 22 checks",
        "fired once, last 12:21 UTC",
        "It is met: it answers 200.",
    )


@pytest.mark.parametrize(
    ("status", "actions"),
    [
        (Status.ACTIVE, [Act.PAUSE, Act.CHECK, Act.CANCEL, Act.DETAILS]),
        (Status.PAUSED, [Act.RESUME, Act.CANCEL, Act.DETAILS]),
    ],
)
def test_a_monitor_is_checked_paused_and_ended_by_buttons(status: Status, actions: list[Act]) -> None:
    shown = watched(status=status, reason=Reason.OWNER if status is Status.PAUSED else None)
    assert [button.action for button in card_body(shown).buttons] == actions


def test_on_a_list_a_monitor_is_one_line() -> None:
    assert state_line(watched(spark="▁█")) == (
        "Verifier ✗ it answers 503 (https://example.com/health) · since 12:02 UTC · ▁█"
    )
    broke = replace(DOWN, broken=1, broken_at=later(minutes=21), broke="no answer")
    assert state_line(watched(broke)) == "The verifier is broken since 12:21 UTC: no answer"


def test_the_quiet_checks_since_the_last_news_are_what_is_shown() -> None:
    older = replace(DOWN, checks=5, reason="it answers 500")
    assert watched(DOWN, watched=older).seen == DOWN
    assert watched(older, watched=DOWN).seen == DOWN


def test_the_goal_object_of_a_monitor_says_what_its_checks_have_shown() -> None:
    shown = watched()
    assert (shown.mode, shown.status, shown.checks, shown.next_at) == (
        "monitor", "active", 22, later(minutes=22).isoformat(),
    )  # fmt: skip
    assert shown.verdict is not None and (shown.verdict.complete, shown.verdict.missing) == (
        False,
        "it answers 503",
    )
    assert [(row.type, row.met, row.reason) for row in shown.verifiers] == [("http", False, "it answers 503")]
    assert [(row.met, row.evidence) for row in shown.audit] == [(False, "it answers 503")]
    assert (shown.unverified, shown.budgets, shown.waits_for) == ((), {}, "")


def test_a_check_that_broke_is_neither_met_nor_not() -> None:
    broke = replace(DOWN, met=True, broken=1, broken_at=NOW, broke="no answer")
    shown = watched(broke)
    assert [row.met for row in shown.verifiers] == [None]
    assert [row.met for row in shown.audit] == [False]


def test_a_change_that_was_seen_is_what_was_asked_for_whether_or_not_it_is_met() -> None:
    changed = watched(replace(DOWN, fired=1, fired_at=NOW), trigger=Trigger.CHANGE)
    assert [(row.met, row.how) for row in changed.audit] == [
        (True, "changes of http: https://example.com/health")
    ]


@pytest.mark.parametrize("status", (Status.ACTIVE, Status.PAUSED))
def test_the_badge_of_any_other_goal_is_its_status(status: Status) -> None:
    made: Goal = monitor(status=status, reason=Reason.OWNER, watch=None)
    assert standing(report(made, now=NOW)) == {"active": "active", "paused": "paused (owner)"}[status.value]
