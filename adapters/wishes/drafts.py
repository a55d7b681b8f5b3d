"""What people do with drafts: wish for one, change it by a reply, start or drop it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from adapters import language
from adapters.chat import Body
from adapters.wishes.wish import Wish
from goals.domain.contract import Asked
from goals.domain.drafts import Draft
from goals.domain.errors import BadRequest
from goals.draft_desk import DraftDesk

VERB = "draft"

APART = "The draft comes in a thread of its own, since this one has a goal."

WRITING = "The contract is being written; it comes as a message in this channel."

_BEFORE = "x\n"
"""Stands for the objective in front of a reply, whose lines are read like those under an objective."""


async def want(
    desk: DraftDesk, wish: Wish, now: datetime, *, apart: bool, offered: bool = False
) -> Body | None:
    """Have a contract written for a wish; `apart` from the thread where it was said."""
    given = _drafted(replace(language.start(wish.verb.argument, (), now).asked, replace=False))
    origin = replace(wish.at, thread="", root="") if apart else wish.at
    await desk.want(given, by=wish.who, origin=origin, offered=offered, act=wish.act)
    if apart:
        return Body(APART)
    return None if origin.thread else Body(WRITING)


async def amend(desk: DraftDesk, draft: Draft, wish: Wish, now: datetime) -> None:
    text = wish.verb.argument
    given = _drafted(more(draft.given, text, now))
    await desk.amend(draft.id, wish.who, text, given, wish.at, act=wish.act)


def _drafted(given: Asked) -> Asked:
    """Raises BadRequest for a monitor: nobody works on it, so there is no contract to write."""
    if given.monitor is not None:
        raise BadRequest(
            "A monitor needs no draft: `/goal --monitor --verify … OBJECTIVE` starts it as it is written."
        )
    return given


def more(given: Asked, said: str, now: datetime) -> Asked:
    """What is given once somebody replied: options and lists count as they do under an objective, other lines
    belong to it. Raises BadRequest for what cannot be read right.
    """
    read = language.start(_BEFORE + said, (), now).asked
    words = read.objective.removeprefix(_BEFORE.strip()).strip()
    changed = {
        field.name: _joined(getattr(given, field.name), getattr(read, field.name), field.default)
        for field in fields(Asked)
    }
    return Asked(
        **changed | {"objective": "\n".join(filter(None, (given.objective, words))), "replace": False}
    )


def _joined(before: Any, said: Any, unsaid: Any) -> Any:
    if isinstance(said, tuple):
        return (*before, *said)
    return before if said == unsaid or said == {} else said
