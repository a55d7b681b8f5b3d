"""Cards as Discord draws them: a coloured box of paragraphs, with the buttons where they belong."""

from __future__ import annotations

import pytest

from adapters.chat import Bar, Body, Button, Card, Colour, Row, Section, Style
from adapters.discord.boxes import elements
from adapters.discord.parts import Part, packed, parts
from adapters.discord.shown import box, under
from goals.domain.values import Person

CARD = Card(
    title="🎯 Fix the flaky checkout tests",
    badge="g7k2 · active",
    colour=Colour.BLUE,
    steps=(Row("reproduce", "✓"), Row("isolate the race", "…"), Row("run 20 times")),
    lines=("Turn 6 of 20 · Verifier ✗ 3 failing (`pytest -q`)",),
    bars=(Bar("Tokens", 0.41, "41k / 100k"), Bar("$", 1.0, "5.00 / 5.00")),
    sections=(Section("Criteria", (Row("1. it passes", "✓", "test: pytest -q", "12 passed"),)),),
    footer="@ana · updated 14:02 UTC",
)
PAUSE = Button("Pause", "pause", "g7k2")
STOP = Button("Stop", "cancel", "g7k2", Style.DANGER, confirm="Stop it?")
ANA = Person("17", "ana", "discord", "1")


def test_a_card_is_its_title_its_state_the_plan_and_paragraphs() -> None:
    assert elements(Body("Fix it", CARD)) == [
        "### 🎯 Fix the flaky checkout tests",
        "-# 🔵 g7k2 · active",
        "✓ reproduce\n… isolate the race\n• run 20 times",
        "Turn 6 of 20 · Verifier ✗ 3 failing (`pytest -q`)",
        "Tokens ▓▓▓░░░░░ 41k / 100k\n$ ▓▓▓▓▓▓▓▓ 5.00 / 5.00",
        "**Criteria**",
        "✓ 1. it passes\n-# test: pytest -q",
        "```\n12 passed\n```",
        "-# @ana · updated 14:02 UTC",
    ]


@pytest.mark.parametrize(
    ("card", "drawn"),
    [
        (Card("a\nb *c*"), ["### a b \\*c\\*"]),
        (Card(""), ["### …"]),
        (
            Card("✋", sections=(Section("Directory", (Row("checkout"),)),)),
            ["### ✋", "**Directory:** checkout"],
        ),
        (Card("✋", steps=(Row("1. first", "✓", "done"),)), ["### ✋", "✓ 1. first (done)"]),
        (Card("✋", lines=("> quoted", "")), ["### ✋", "\\> quoted"]),
        (
            Card("✋", sections=(Section("Files", (Row("a.py", detail="+1 −0"), Row("b.py"))),)),
            ["### ✋", "**Files**", "a.py  *\\+1 −0*", "b.py"],
        ),
    ],
)
def test_what_a_card_says_is_no_markup(card: Card, drawn: list[str]) -> None:
    assert elements(Body("✋", card)) == drawn


def test_whom_a_card_is_for_stands_in_it() -> None:
    assert elements(Body("✋", Card("✋", "g7k2"), addressed=(ANA,))) == ["### ✋", "-# 🔵 g7k2", "<@17>"]


def test_buttons_of_a_board_stand_under_their_line_and_no_two_are_alike() -> None:
    row = Row("g7k2 · Fix it", buttons=(PAUSE, STOP))
    board = Card("Goals", sections=(Section("Active", (row, row)),))
    [drawn] = box(parts(Body("Goals", board, (PAUSE,))).first, 7).to_components()
    inside = [
        one.get("content") or [each["custom_id"] for each in one["components"]] for one in drawn["components"]
    ]
    assert (drawn["id"], drawn["accent_color"], inside) == (
        7,
        0x3498DB,
        [
            "### Goals\n**Active**\ng7k2 · Fix it",
            ["gw0-:pause:g7k2", "gw1!:cancel:g7k2\nStop it?"],
            "g7k2 · Fix it",
            ["gw2-:pause:g7k2", "gw3!:cancel:g7k2\nStop it?"],
            ["gw4-:pause:g7k2"],
        ],
    )


def test_buttons_under_a_text_stand_in_rows_of_five() -> None:
    rows = under(parts(Body("?", buttons=(PAUSE, STOP) * 3)).first).to_components()
    assert [[one["style"] for one in row["components"]] for row in rows] == [[2, 4, 2, 4, 2], [4]]


def test_a_button_that_leads_on_is_green_and_a_long_label_is_cut() -> None:
    go = Button("Approve " * 20, "approve", "a1", Style.PRIMARY)
    [row] = under(Part("?", ((go,),))).to_components()
    assert (row["components"][0]["style"], len(row["components"][0]["label"]) <= 80) == (3, True)


def test_what_fits_into_no_box_goes_on_in_the_next() -> None:
    text, line = "x" * 1_700, (PAUSE,) * 5
    assert [len(group) for group in packed([text, text, text, *[line] * 8], [(STOP,)])] == [3, 7, 2]
