"""Cards as Slack draws them: the newest blocks where they are taken, the same content without them."""

from __future__ import annotations

from adapters.chat import Bar, Body, Button, Card, Colour, Row, Section, Style
from adapters.slack.blocks import PLAIN, buttons_under, drawn
from adapters.slack.splitting import pieces

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
BODY = Body("Fix it", CARD)


def plain_text(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text, "emoji": True}


def words(text: str, **style: bool) -> dict[str, object]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def paragraph(*runs: dict[str, object]) -> dict[str, object]:
    return {"type": "rich_text_section", "elements": list(runs)}


def test_a_card_is_a_header_its_state_the_plan_and_rich_text() -> None:
    assert drawn(BODY) == [
        {"type": "header", "text": plain_text("🎯 Fix the flaky checkout tests")},
        {"type": "context", "elements": [plain_text("🔵 g7k2 · active")]},
        {
            "type": "plan",
            "title": "Plan · 1 of 3 done",
            "tasks": [
                {"type": "task_card", "task_id": "step-1", "title": "reproduce", "status": "complete"},
                {"type": "task_card", "task_id": "step-2", "title": "isolate the race", "status": "in_progress"},
                {"type": "task_card", "task_id": "step-3", "title": "run 20 times", "status": "pending"},
            ],
        },
        {
            "type": "rich_text",
            "elements": [
                paragraph(words("Turn 6 of 20 · Verifier ✗ 3 failing ("), words("pytest -q", code=True), words(")")),
                paragraph(words("Tokens ▓▓▓░░░░░ 41k / 100k\n$ ▓▓▓▓▓▓▓▓ 5.00 / 5.00")),
                paragraph(words("Criteria", bold=True)),
                paragraph(words("✓ 1. it passes"), words("  test: pytest -q", italic=True)),
                {"type": "rich_text_preformatted", "elements": [words("12 passed")]},
            ],
        },
        {"type": "context", "elements": [plain_text("@ana · updated 14:02 UTC")]},
    ]  # fmt: skip


def test_where_the_newest_blocks_are_refused_a_card_says_the_same_in_sections() -> None:
    assert drawn(BODY, PLAIN) == [
        {"type": "header", "text": plain_text("🎯 Fix the flaky checkout tests")},
        {"type": "context", "elements": [plain_text("🔵 g7k2 · active")]},
        {
            "type": "section",
            "text": {
                "type": "plain_text",
                "emoji": False,
                "text": "✓ reproduce\n… isolate the race\n• run 20 times\n"
                "Turn 6 of 20 · Verifier ✗ 3 failing (`pytest -q`)\n"
                "Tokens ▓▓▓░░░░░ 41k / 100k\n$ ▓▓▓▓▓▓▓▓ 5.00 / 5.00\n"
                "Criteria\n✓ 1. it passes\ntest: pytest -q\n    12 passed",
            },
        },
        {"type": "context", "elements": [plain_text("@ana · updated 14:02 UTC")]},
    ]


def test_a_short_section_stands_on_one_line_with_its_title() -> None:
    card = Card("✋", sections=(Section("Directory", (Row("checkout"),)),))
    assert drawn(Body("✋", card))[1]["elements"] == [
        paragraph(words("Directory: ", bold=True), words("checkout"))
    ]


def test_a_warning_is_an_alert() -> None:
    assert drawn(Body("⚠️ 80 % of <!here> used", warns=True)) == [
        {
            "type": "alert",
            "level": "warning",
            "text": {"type": "mrkdwn", "text": "80 % of &lt;!here&gt; used", "verbatim": True},
        }
    ]


def test_buttons_carry_what_comes_back_in_a_press() -> None:
    stop = Button("Stop", "cancel", "g7k2", Style.DANGER, confirm="Stop goal g7k2 for good?")
    deny = Button("Deny…", "deny", "a1b2", asks="Why not?")
    [row] = buttons_under(Body("?", buttons=(stop, deny)))
    assert row["elements"] == [
        {
            "type": "button",
            "text": plain_text("Stop"),
            "action_id": "cancel#0",
            "value": "g7k2",
            "style": "danger",
            "confirm": {
                "title": {"type": "plain_text", "text": "Are you sure?", "emoji": False},
                "text": {"type": "plain_text", "text": "Stop goal g7k2 for good?", "emoji": False},
                "confirm": {"type": "plain_text", "text": "Stop", "emoji": False},
                "deny": {"type": "plain_text", "text": "No", "emoji": False},
                "style": "danger",
            },
        },
        {
            "type": "button",
            "text": plain_text("Deny…"),
            "action_id": "ask:deny#1",
            "value": "a1b2\nWhy not?",
        },
    ]


def test_buttons_of_a_board_stand_under_their_line_and_no_two_are_called_alike() -> None:
    row = Row("g7k2 · Fix it", buttons=(Button("Pause", "pause", "g7k2"),))
    board = Card("Goals", sections=(Section("Active", (row, row)),))
    body = Body("Goals", board, (Button("More", "pause", ""),))
    blocks = [*drawn(body), *buttons_under(body)]
    ids = [e["action_id"] for block in blocks if block["type"] == "actions" for e in block["elements"]]
    assert ([block["type"] for block in blocks], ids) == (
        ["header", "rich_text", "actions", "rich_text", "actions", "actions"],
        ["pause#1", "pause#2", "pause#0"],
    )


def test_texts_are_cut_behind_lines_and_words() -> None:
    assert list(pieces("one two\nthree four five", 14)) == ["one two\n", "three four ", "five"]
