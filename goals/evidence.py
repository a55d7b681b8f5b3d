"""The evidence for the judge: a bounded choice of what really happened, however long the goal has been going."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from goals import acts
from goals.acts import Act
from goals.domain.excerpts import SIZE_PER_TOKEN, brief, cost, excerpt, shares, size
from goals.domain.values import Check, Step, VerifierKind

BUDGET = 5_500
"""Tokens of evidence, where nobody says how many there are to be."""

PER_ACT = 700
"""The size that an act should have on the average."""

LONGEST_CALL = 240
SAID_BEFORE = 3
MOST_FILES = 40

_FILE = "diff --git "


@dataclass(frozen=True, slots=True)
class Evidence:
    """Four texts, ready to be put between tags of a prompt: escaped, and every line of others behind a bar.

    `outputs` is what the verifiers printed, `acts` what the agent called and what came of it, `diff` what it
    changed, `claim` what it says about that.
    """

    outputs: str = ""
    acts: str = ""
    diff: str = ""
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of ours (escaped, it may quote) and under it a text of others."""

    heading: str
    text: str = ""
    weight: int = 1

    @property
    def need(self) -> int:
        """The size of all of it, the ends of its lines included."""
        return size(self.heading) + cost(self.text) + 2

    def shown(self, longest: int) -> str:
        room = longest - (size(self.heading) + 1 if self.heading else 0)
        whole = "\n".join(part for part in (self.heading, excerpt(self.text, room)) if part)
        return whole if size(whole) <= longest else ""


def select(
    steps: Sequence[Step], check: Check | None, diff: str, claim: str, *, budget_tokens: int = BUDGET
) -> Evidence:
    """What happened, in at most so many tokens. The steps are those of the whole goal, oldest first."""
    room = int(budget_tokens * SIZE_PER_TOKEN)
    done = acts.read(steps)
    outputs, changes, claims = _outputs(check), _changes(diff), _claims(steps, claim)
    needs = (_need(outputs), _bulk(done, room), _need(changes), min(_need(claims), room // 6))
    given = shares(needs, (4, 10, 5, 2), room)
    return Evidence(
        outputs=_shown(outputs, given[0]),
        acts=_acts(done, given[1]),
        diff=_shown(changes, given[2]),
        claim=_shown(claims, given[3]),
    )


def _outputs(check: Check | None) -> list[Piece]:
    results = [r for r in check.results if r.kind is not VerifierKind.MODEL] if check else []
    return [
        Piece(f"Printed by {brief(r.how, LONGEST_CALL)}:", r.verdict.evidence)
        for r in results
        if r.verdict.evidence.strip()
    ]


def _changes(diff: str) -> list[Piece]:
    """A piece per file; those beyond MOST_FILES are only counted."""
    first, *others = f"\n{diff}".split(f"\n{_FILE}")
    files = [first, *(_FILE + file for file in others)]
    pieces = [Piece("", file) for file in files if file.strip()]
    more = len(pieces) - MOST_FILES
    return pieces[:MOST_FILES] + ([Piece(f"{more} more files were changed.")] if more > 0 else [])


def _claims(steps: Sequence[Step], claim: str) -> list[Piece]:
    """What the agent says at the end, then what it said last before that, the newest first."""
    said = ((step.turn, acts.words(step)) for step in acts.said(reversed(steps)))
    before = ((turn, text) for turn, text in said if text.strip() != claim.strip())
    last = [Piece("At the end:", claim, weight=3)] if claim.strip() else []
    return last + [Piece(f"In turn {turn}:", text) for turn, text in islice(before, SAID_BEFORE)]


def _bulk(done: Sequence[Act], room: int) -> int:
    """The size of all acts; only roughly where it is more than there is room for."""
    rough = sum(len(act.output) + LONGEST_CALL for act in done)
    return rough if rough > room else _need([_act(act) for act in done])


def _acts(done: Sequence[Act], room: int) -> str:
    weights = acts.chosen(done, max(4, room // PER_ACT))
    pieces = {n: _act(done[n], weight) for n, weight in weights.items()}
    need = _need(list(pieces.values()))
    for n in reversed(range(len(done))):
        if need >= room:
            break
        if n not in pieces:
            pieces[n] = _act(done[n])
            need += pieces[n].need
    note = f"{len(pieces)} of {len(done)} calls, the oldest first:"
    shown = _shown([pieces[n] for n in sorted(pieces)], room - size(note) - 1)
    return f"{note}\n{shown}" if shown else ""


def _act(act: Act, weight: int = 1) -> Piece:
    again = f" (after {act.again} more times with the same outcome)" if act.again else ""
    what = brief(act.what, LONGEST_CALL)
    return Piece(f"Turn {act.turn}, {brief(act.outcome, 80)}{again}: {what}", act.output, weight)


def _need(pieces: Sequence[Piece]) -> int:
    return sum(piece.need for piece in pieces)


def _shown(pieces: Sequence[Piece], room: int) -> str:
    given = shares([piece.need for piece in pieces], [piece.weight for piece in pieces], max(0, room))
    texts = (piece.shown(longest - 1) for piece, longest in zip(pieces, given, strict=True))
    return "\n".join(text for text in texts if text)
