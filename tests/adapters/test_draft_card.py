"""A draft's message: everything that would be started, and nothing to press once it was answered."""

from dataclasses import replace

import pytest

from adapters.draft_card import LONGEST_SPELLING, draft_body, pressed, value
from adapters.spelling import spelled
from goals.domain import drafts
from goals.domain.contract import Asked
from goals.domain.drafts import Draft
from goals.domain.errors import BadRequest
from tests.given import ANA, BEN, NOW, ORIGIN

ASKED = Asked(
    "fix it", criteria=("green",), verify=("make check", {"type": "test", "command": "pytest"}), max_usd=2.0
)
PROPOSED = drafts.proposed(Draft("k7f3", ASKED, ORIGIN, NOW, ANA), ASKED, "Nobody could write it.")
LONG = drafts.proposed(PROPOSED, replace(ASKED, criteria=("x" * 900,) * 4))


def test_everything_that_would_be_started_is_shown_whole() -> None:
    body = draft_body(PROPOSED)
    told = (
        "fix it",
        "1. green",
        "make check",
        '{"type": "test", "command": "pytest"}',
        "$2.00",
        "Nobody could write it.",
    )
    assert [part for part in told if part not in body.text] == []
    assert [button.value for button in body.buttons] == ["k7f3:1", "k7f3:1"]


def test_a_long_text_that_asks_for_it_is_attached() -> None:
    (file,) = draft_body(LONG).files
    assert (file.text, len(file.text) > LONGEST_SPELLING) == (spelled(LONG.asked or ASKED), True)


@pytest.mark.parametrize(
    ("draft", "title"),
    [
        (drafts.started(PROPOSED, BEN), "✅ Started by @ben"),
        (drafts.dropped(PROPOSED, BEN), "❌ Dropped by @ben"),
        (drafts.amended(PROPOSED, BEN, "smaller", ASKED, ORIGIN), "✏️ This draft is written anew"),
    ],
)
def test_what_was_answered_says_so_and_has_no_buttons(draft: Draft, title: str) -> None:
    body = draft_body(draft)
    assert body.card and (body.card.title, body.buttons, body.card.footer) == (title, (), "")


def test_a_button_names_its_draft_and_contract() -> None:
    assert pressed(value(LONG)) == ("k7f3", 2)


@pytest.mark.parametrize("text", ["", "k7f3", "k7f3:0", "k7f3:1:2", "../k7f3:1"])
def test_any_other_value_of_a_button_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="no longer understood"):
        pressed(text)
