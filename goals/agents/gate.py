"""Holds tool calls for people, as the channel's policy wants it, and lets through exactly what they approved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from goals.agents.tools.inside import Kind, Spot, find
from goals.agents.tools.threads import go_on, in_thread
from goals.agents.tools.tool import Refused
from goals.domain import risk
from goals.domain.command_line import simple_commands, words
from goals.domain.risk import Risk
from goals.domain.rules import ChannelRules, Policy
from goals.domain.values import Approval, ApprovalKind, ApprovalStatus, Goal
from goals.models.prompts.words import data, indented
from goals.ports import Action, ActionAsk, Go, History, No

WHY = 300
"""Characters of the agent's words that are shown."""

PIECE = 1_000_000
FOLDERS = 10


@dataclass(frozen=True, slots=True)
class PolicyGate:
    """The gate of one goal in its workspace. `clean` takes the secrets out of what people are shown."""

    goal: Goal
    workspace: Path
    rules: ChannelRules
    history: History
    clean: Callable[[str], str]

    def passes(self, action: Action) -> bool:
        match self.rules.policy:
            case Policy.NEVER:
                return True
            case Policy.RISKY:
                return not self._risk(action).why or self._grant(action) in self.goal.allowed
            case Policy.ALWAYS:
                return self._grant(action) in self.goal.allowed

    async def word(self, action: Action, call: str, why: str) -> Go | No | ActionAsk:
        """What became of asking about a call; one of which nothing was said yet, or not of this, is to be asked."""
        try:
            digest = await in_thread(lambda stop: self._digest(action, stop))
        except (TimeoutError, OSError):
            return No("The files that this names could not be read, so nobody can be asked to approve it.")
        last = await self._last(call)
        if last is not None and last.status is ApprovalStatus.DENIED:
            return No(_refusal(last))
        if last is not None and last.status is ApprovalStatus.APPROVED and last.digest == digest:
            return Go()
        return self._ask(action, call, why, digest)

    @property
    def _place(self) -> str:
        """The directory as a command in it sees it."""
        return str(self.workspace.resolve())

    def _ask(self, action: Action, call: str, why: str, digest: str) -> ActionAsk:
        found = self._risk(action)
        shown = self.clean(action.text)
        return ActionAsk(
            shown,
            self._place,
            digest,
            self._grant(action),
            call,
            self.clean(" ".join(why.split()))[:WHY],
            self.clean(found.why),
            found.high,
            len(action.text) if shown != action.text else 0,
        )

    async def _last(self, call: str) -> Approval | None:
        """The newest approval of a call."""
        found = await self.history.approvals(self.goal.id)
        asked = [a for a in found if a.kind is ApprovalKind.ACTION and a.call == call]
        return max(asked, key=lambda approval: approval.asked_at, default=None)

    def _risk(self, action: Action) -> Risk:
        found = risk.of_line(action.text, self._place) if action.command else risk.NONE
        return found if found.why else risk.of_patterns(action.text, self.rules.risky)

    def _grant(self, action: Action) -> str:
        return _hash(action.exact, self._place)

    def _digest(self, action: Action, stop: Event) -> str:
        """Of the exact action, its directory and what stands in the files of the workspace that it names."""
        named = _named(action)
        return _hash(action.exact, self._place, [(path, self._content(path, stop)) for path in named])

    def _content(self, path: str, stop: Event) -> str:
        go_on(stop)
        with suppress(Refused, ValueError), find(self.workspace, path) as spot:
            return _hash_of(spot, stop) if spot.kind is Kind.FILE else spot.kind.value
        return "outside"


def _named(action: Action) -> list[str]:
    """The words of an action that may name files: of a file's change the path alone."""
    if not action.command:
        return [action.exact[1]]
    return sorted(set(_paths(action.text)))


def _paths(line: str) -> Iterator[str]:
    """Every word, also of commands inside, and what it names from the folders into which the line changes."""
    inner = simple_commands(line)
    said = {*words(line), *(word for one in inner for word in one.words)}
    said |= {part for word in said for part in (word.lstrip("@<"), word.partition("=")[2]) if part}
    folders = {one.words[1] for one in inner if one.name in ("cd", "pushd") and len(one.words) > 1}
    yield from said
    yield from (f"{folder}/{word}" for folder in sorted(folders)[:FOLDERS] for word in said)


def _hash_of(spot: Spot, stop: Event) -> str:
    found = hashlib.sha256()
    with spot.open() as file:
        while piece := file.read(PIECE):
            go_on(stop)
            found.update(piece)
    return found.hexdigest()


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _refusal(approval: Approval) -> str:
    """What the agent reads; the reason is data, escaped, between tags."""
    who = indented(data(approval.by.mention)) if approval.by else "An approver"
    refused = f"Not run: {who} denied this call. Do not repeat it; find another way."
    if not approval.reason:
        return f"{refused} No reason was given."
    return f"{refused} The reason:\n<reason>\n    {indented(data(approval.reason))}\n</reason>"
