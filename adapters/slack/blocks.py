"""Messages as Slack draws them: Block Kit with the newest blocks where the workspace takes them, else plain ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, groupby
from typing import Any

from adapters.chat import Body, Row
from adapters.slack.buttons import Block, actions, plain_text
from adapters.slack.splitting import PIECE, ROOM, packed, pieces
from adapters.slack.text import mention, notified, runs, size, weight
from adapters.strips import LINE, Alarm, Buttons, Code, Head, Quiet, Steps, Strip, Words, strips
from goals.domain.values import Person

RICH = frozenset(("alert", "plan", "rich_text"))
"""Blocks that a workspace may refuse."""

PLAIN: frozenset[str] = frozenset()
"""What every workspace takes: none of those."""

TITLE = 150
"""Characters that Slack takes in a header."""
TASKS, ELEMENTS, RICH_ROOM = 50, 40, 3_600
"""Ours, since none is documented: tasks of a plan, paragraphs and bytes of rich text."""
STATES = {"✓": "complete", "…": "in_progress", "✗": "error", "": "pending"}

_WARNING = re.compile(r"^⚠️?\s*")


def drawn(body: Body, takes: frozenset[str] = RICH) -> list[Block]:
    """All that a message shows but the buttons under it; each block is within Slack's limits."""
    numbers = count(len(body.buttons))
    return [
        block
        for draw, group in groupby(strips(body), key=lambda strip: _draws(strip, takes))
        for block in draw(list(group), numbers)
    ]


def buttons_under(body: Body) -> list[Block]:
    return actions(body.buttons, count())


Draw = Callable[[Sequence[Any], Iterator[int]], Iterable[Block]]


def _draws(strip: Strip, takes: frozenset[str]) -> Draw:
    """How a kind of strip is drawn; strips that are drawn alike share blocks."""
    match strip:
        case Buttons():
            return _button_strips
        case Head(text) if text.strip() and size(text) <= TITLE:
            return _headers
        case Quiet():
            return _contexts
        case Steps(rows) if "plan" in takes and all(_is_task(row) for row in rows):
            return _plans
        case Alarm() if "alert" in takes and _fits_an_alert(strip):
            return _alerts
    return _rich_text if "rich_text" in takes else _sections


def _headers(heads: Sequence[Head], _: Iterator[int]) -> Iterator[Block]:
    for head in heads:
        yield {"type": "header", "text": plain_text(head.text, emoji=True)}


def _contexts(lines: Sequence[Quiet], _: Iterator[int]) -> Iterator[Block]:
    for line in lines:
        for piece in filter(str.strip, pieces(line.text)):
            yield {"type": "context", "elements": [plain_text(piece, emoji=True)]}


def _plans(plans: Sequence[Steps], _: Iterator[int]) -> Iterator[Block]:
    for plan in plans:
        done = sum(row.mark == "✓" for row in plan.rows)
        title = f"Plan · {done} of {len(plan.rows)} done"
        tasks = [_task(number, row) for number, row in enumerate(plan.rows, 1)]
        for group in packed(tasks, TASKS, ROOM // 2):
            yield {"type": "plan", "title": title, "tasks": group}


def _is_task(row: Row) -> bool:
    plain = not (row.detail or row.code or row.buttons)
    return plain and row.mark in STATES and bool(row.text.strip()) and size(row.text) <= TITLE


def _task(number: int, row: Row) -> Block:
    return {"type": "task_card", "task_id": f"step-{number}", "title": row.text, "status": STATES[row.mark]}


def _fits_an_alert(alarm: Alarm) -> bool:
    said = _alert_text(alarm)
    return bool(said.strip()) and weight(said) <= PIECE


def _alert_text(alarm: Alarm) -> str:
    return notified(_WARNING.sub("", alarm.text), alarm.addressed)


def _alerts(alarms: Sequence[Alarm], _: Iterator[int]) -> Iterator[Block]:
    for alarm in alarms:
        text = {"type": "mrkdwn", "text": _alert_text(alarm), "verbatim": True}
        yield {"type": "alert", "level": "warning", "text": text}


def _button_strips(rows: Sequence[Buttons], numbers: Iterator[int]) -> Iterator[Block]:
    for row in rows:
        yield from actions(row.buttons, numbers)


def _rich_text(said: Sequence[Strip], _: Iterator[int]) -> Iterator[Block]:
    elements = [element for strip in said for words in _worded(strip) for element in _rich(words)]
    for group in packed(elements, ELEMENTS, RICH_ROOM):
        yield {"type": "rich_text", "elements": group}


def _rich(said: Words | Code) -> Iterator[Block]:
    if isinstance(said, Code):
        for piece in pieces(said.text):
            yield {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": piece}]}
        return
    if said.quiet and len(said.text) + len(said.quiet) <= LINE:
        small = runs(f"  {said.quiet}", italic=True)
        yield {
            "type": "rich_text_section",
            "elements": [*_lead(said), *runs(said.text, said.addressed), *small],
        }
        return
    style = {"bold": True} if said.bold else {}
    for number, (piece, addressed) in enumerate(_with_addressed(said)):
        section = _rich_section(piece, addressed, style)
        yield section if number else section | {"elements": [*_lead(said), *section["elements"]]}
    for piece in pieces(said.quiet):
        yield _rich_section(piece, (), {"italic": True})


def _lead(said: Words) -> list[Block]:
    return runs(f"{said.lead}: ", bold=True) if said.lead else []


def _rich_section(text: str, addressed: Sequence[Person], style: dict[str, bool]) -> Block:
    elements = runs(text, addressed, **style)
    if weight(elements) > RICH_ROOM:
        elements = runs(text.replace("`", "ˋ"), addressed, **style)
    return {"type": "rich_text_section", "elements": elements}


def _with_addressed(said: Words) -> Iterator[tuple[str, Sequence[Person]]]:
    """The pieces of a paragraph; those whom we address are mentioned in the first."""
    for number, piece in enumerate(pieces(said.text) if said.text else [""]):
        if piece or said.addressed:
            yield piece, () if number else said.addressed


def _sections(said: Sequence[Strip], _: Iterator[int]) -> Iterator[Block]:
    """The plainest that there is: sections whose text is no markup, but for whom we address."""
    words = [one for strip in said for one in _worded(strip)]
    for people in (one.addressed for one in words if isinstance(one, Words) and one.addressed):
        text = {"type": "mrkdwn", "text": " ".join(map(mention, people)), "verbatim": True}
        yield {"type": "section", "text": text}
    for piece in pieces("\n".join(map(_line, words))):
        if piece.strip():
            yield {"type": "section", "text": plain_text(piece)}


def _line(said: Words | Code) -> str:
    if isinstance(said, Code):
        return "\n".join(f"    {line}" for line in said.text.splitlines())
    text = f"{said.lead}: {said.text}" if said.lead else said.text
    return f"{text}\n{said.quiet}" if said.quiet else text


def _worded(strip: Strip) -> Iterator[Words | Code]:
    """A strip in words, for want of a block of its own."""
    match strip:
        case Words() | Code():
            yield strip
        case Head(text):
            yield Words(text, bold=True)
        case Alarm(text, addressed):
            yield Words(text, addressed=addressed)
        case Quiet(text):
            yield Words(text)
        case Steps(rows):
            yield from (Words(f"{row.mark or '•'} {row.text}", row.detail) for row in rows)
