"""A draft as people see it: the whole contract, the text that asks for it, and what can be done with it."""

from __future__ import annotations

import json
import re
from typing import Any

from adapters.buttons import Act
from adapters.chat import Body, Button, Card, Colour, File, Row, Section, Style
from adapters.figures import amount
from adapters.plain import plain
from adapters.spelling import spelled
from goals.domain.contract import Asked
from goals.domain.drafts import Draft, DraftStatus
from goals.domain.errors import BadRequest

LONGEST_SPELLING = 3_000
"""Characters of a `/goal` text that stand on the card; a longer one is attached."""

HOW_TO_ANSWER = (
    "✅ starts it and makes you its owner, ❌ drops it, a reply changes it. Nothing starts by itself."
)
ANEW = "✏️ This draft is written anew"

_PRESSED = re.compile(r"([a-z0-9]{4}):([1-9][0-9]{0,5})")

LIMITS = ("max_turns", "max_seconds", "max_tokens", "max_usd")


def subject(draft: Draft) -> str:
    """What the message with the draft's newest contract shows."""
    return f"draft:{draft.number}"


def value(draft: Draft) -> str:
    """What a button carries: the draft and its contract's number, like `k7f3:1`."""
    return f"{draft.id}:{draft.number}"


def pressed(value: str) -> tuple[str, int]:
    """The draft and the number of its contract in a button's value. Raises BadRequest for any other text."""
    match = _PRESSED.fullmatch(value)
    if match is None:
        raise BadRequest("This button is no longer understood; answer the draft with ✅ or ❌.")
    return match[1], int(match[2])


def draft_body(draft: Draft) -> Body:
    """The message that shows a contract, while it may be started and afterwards."""
    card = draft_card(draft)
    text = f"{_told(draft)}\n\n{plain(card)}"
    return Body(text, card, _buttons(draft), _files(draft))


def draft_card(draft: Draft) -> Card:
    assert draft.asked is not None
    is_open = draft.status is DraftStatus.PROPOSED
    return Card(
        title=_title(draft),
        badge=f"{draft.id} · draft",
        colour=Colour.AMBER if is_open else Colour.GREY,
        lines=tuple(line for line in (_from(draft), draft.note) if line),
        sections=_sections(draft.asked),
        footer=HOW_TO_ANSWER if is_open else "",
    )


def _told(draft: Draft) -> str:
    """The first words, which notifications show."""
    assert draft.asked is not None
    if draft.status is not DraftStatus.PROPOSED:
        return f"{_title(draft)}."
    return f"{_title(draft)} {draft.asked.objective}"


def _title(draft: Draft) -> str:
    by = f" by {draft.ended_by.mention}" if draft.ended_by else ""
    match draft.status:
        case DraftStatus.WANTED:
            return ANEW
        case DraftStatus.STARTED:
            return f"✅ Started{by}"
        case DraftStatus.DROPPED:
            return f"❌ Dropped{by}"
    return "📝 Make this a goal?"


def _from(draft: Draft) -> str:
    if draft.of_goal:
        return f"The agent of goal {draft.of_goal} proposes this."
    if draft.by is None:
        return ""
    return f"From what {draft.by.mention} said." if draft.offered else f"Asked for by {draft.by.mention}."


def _sections(asked: Asked) -> tuple[Section, ...]:
    limits = [amount(name.removeprefix("max_"), limit) for name in LIMITS if (limit := getattr(asked, name))]
    text = spelled(asked)
    sections = (
        Section("Objective", (Row(asked.objective),)),
        Section("Criteria", _numbered(asked.criteria)),
        Section("Constraints", _numbered(asked.constraints)),
        Section("Verifiers", tuple(Row("", code=_verifier(one)) for one in asked.verify)),
        Section("Budget", (Row(" · ".join(limits)),) if limits else ()),
        Section("As a text", (Row("", code=text),) if len(text) <= LONGEST_SPELLING else ()),
    )
    return tuple(section for section in sections if section.rows)


def _numbered(texts: tuple[str, ...]) -> tuple[Row, ...]:
    return tuple(Row(f"{number}. {text}") for number, text in enumerate(texts, 1))


def _verifier(one: str | dict[str, Any]) -> str:
    return one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)


def _buttons(draft: Draft) -> tuple[Button, ...]:
    if draft.status is not DraftStatus.PROPOSED:
        return ()
    return (
        Button("Start", Act.START, value(draft), Style.PRIMARY),
        Button("Drop", Act.DROP, value(draft)),
    )


def _files(draft: Draft) -> tuple[File, ...]:
    assert draft.asked is not None
    text = spelled(draft.asked)
    return (File(f"{draft.id}.txt", text),) if len(text) > LONGEST_SPELLING else ()
