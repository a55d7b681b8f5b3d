"""A draft: a contract that somebody may start. It is written, changed by replies, then started or dropped. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from goals.domain import strict_json
from goals.domain.contract import Asked
from goals.domain.errors import AlreadyDecided, BadRequest, NotNow
from goals.domain.values import Origin, Person

MOST_PROPOSED = 3
"""Goals that an agent may propose in one turn."""

MOST_OPEN = 10
"""Proposals of one goal that may wait for an answer at a time."""

LONGEST_ANSWER = 60_000
"""Bytes of a model's answer."""

_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class DraftStatus(StrEnum):
    WANTED = "wanted"
    PROPOSED = "proposed"
    STARTED = "started"
    DROPPED = "dropped"


OPEN = (DraftStatus.WANTED, DraftStatus.PROPOSED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A goal that an agent proposes. It has no budget, agent or approval of its own choice."""

    objective: str
    criteria: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    verify: tuple[str, ...] = ()

    def asked(self) -> Asked:
        """Raises BadRequest for what no goal may be."""
        return Asked(self.objective, self.criteria, self.constraints, self.verify)


@dataclass(frozen=True, slots=True)
class Draft:
    """`id` is that of the goal to come, so that what drafting costs counts for it.

    `given` is what people said themselves, `said` their replies since, `asked` the contract that is proposed:
    the `number`th one. `of_goal` names the goal whose agent proposes it (`by` is nobody then), under the `key`
    of its proposal; an `offered` one nobody asked for. `note` says why it is no more than what was given.
    """

    id: str
    given: Asked
    origin: Origin
    at: datetime
    by: Person | None = None
    of_goal: str = ""
    key: str = ""
    offered: bool = False
    said: tuple[str, ...] = field(default=())
    asked: Asked | None = None
    note: str = ""
    number: int = 0
    status: DraftStatus = DraftStatus.WANTED
    ended_by: Person | None = None
    version: int = 0


def proposed(draft: Draft, asked: Asked, note: str = "") -> Draft:
    """The draft with its contract written."""
    return replace(draft, asked=asked, note=note, number=draft.number + 1, status=DraftStatus.PROPOSED)


def amended(draft: Draft, by: Person, text: str, given: Asked, at: Origin) -> Draft:
    """The draft as it is to be written anew, in the thread in which somebody replied. Raises NotNow."""
    _refuse_ended(draft)
    said = (*draft.said, f"{by.mention}: {text}")
    return replace(draft, given=given, said=said, origin=at, status=DraftStatus.WANTED)


def startable(draft: Draft, number: int) -> Asked:
    """What is started by a ✅ on its `number`th contract. Raises NotNow when that is not the newest."""
    _refuse_ended(draft)
    if draft.status is DraftStatus.WANTED or draft.asked is None:
        raise NotNow("This draft is being written; answer on the message that shows it.")
    if number != draft.number:
        raise NotNow("This draft was changed since; answer on its newest message.")
    return draft.asked


def started(draft: Draft, by: Person) -> Draft:
    """The goal is there, whatever became of the draft meanwhile."""
    return replace(draft, status=DraftStatus.STARTED, ended_by=by)


def dropped(draft: Draft, by: Person) -> Draft:
    """Raises AlreadyDecided when it has ended."""
    _refuse_ended(draft)
    return replace(draft, status=DraftStatus.DROPPED, ended_by=by)


def read(text: str, given: Asked) -> Asked | None:
    """The contract in a model's answer, with all that was given; None when the answer is not one.

    The answer is one JSON object, bare or as the only thing in one fence, with an `objective` and lists of texts
    as `criteria`, `constraints` and `verifiers`. It can add nothing else: no budget, no agent, no approval.
    """
    answer = strict_json.lone_object(text, LONGEST_ANSWER)
    if answer is None or not isinstance(answer.get("objective"), str):
        return None
    lists = [_texts(answer.get(key, [])) for key in ("criteria", "constraints", "verifiers")]
    if any(texts is None for texts in lists):
        return None
    criteria, constraints, verifiers = (texts or () for texts in lists)
    try:
        return replace(
            given,
            objective=_clean(answer["objective"]),
            criteria=_added(given.criteria, criteria),
            constraints=_added(given.constraints, constraints),
            verify=(*given.verify, *(text for text in verifiers if text not in given.verify)),
        )
    except BadRequest:
        return None


def _refuse_ended(draft: Draft) -> None:
    if draft.status not in OPEN:
        by = f" by {draft.ended_by.mention}" if draft.ended_by else ""
        raise AlreadyDecided(f"Already {draft.status.value}{by}.")


def _texts(given: Any) -> tuple[str, ...] | None:
    """A list of texts, without blank ones; None for anything else."""
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        return None
    texts = (_clean(text) for text in given)
    return tuple(text for text in texts if text)


def _clean(text: str) -> str:
    return _UNFIT.sub("", text).strip()


def _added(given: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    return (*given, *(text for text in more if text not in given))
