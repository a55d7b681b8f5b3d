"""Runs the verifiers of a goal that is watched once, where it watches: bounded in time, writing nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from goals.clean import Clean
from goals.confining import UNCONFINED, Confining
from goals.domain import patience
from goals.domain.errors import BadRequest
from goals.domain.values import Check, Checked, Goal, Verdict, VerifierKind
from goals.domain.verdicts import whole
from goals.plugins import Plugins
from goals.ports import CheckContext, Clock, Outside, Part, Runner
from goals.verifying import checked


class Lookout(Protocol):
    """Where the verifiers of monitors look."""

    def at(self, goal: Goal) -> AbstractAsyncContextManager[Path]:
        """The directory, as it stays for the block. Raises BadRequest with a sentence when it cannot be had."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A goal with its verifiers made, or a sentence on why they cannot be."""

    goal: Goal
    parts: tuple[Part, ...]
    lacks: str = ""


class Sight:
    def __init__(
        self,
        plugins: Plugins,
        lookout: Lookout,
        runner: Runner,
        clock: Clock,
        environment: Mapping[str, str],
        confining: Confining = UNCONFINED,
        clean: Clean = str,
        outside: Callable[[str], Outside] | None = None,
    ) -> None:
        """The same as for a `goals.checker.Checker`, but for the place."""
        self._plugins = plugins
        self._lookout = lookout
        self._runner = runner
        self._clock = clock
        self._environment = environment
        self._confining = confining
        self._clean = clean
        self._outside = outside

    def ready(self, goal: Goal) -> Ready:
        """Make the goal's verifiers, for as many looks as there are."""
        try:
            return Ready(goal, tuple(self._plugins.part(spec) for spec in goal.request.verifiers))
        except BadRequest as gone:
            return Ready(goal, (), str(gone))

    async def check(self, ready: Ready) -> Check:
        """What the verifiers find now. Whatever goes wrong is a check that broke; raises only CancelledError."""
        goal, start = ready.goal, self._clock.monotonic()
        results = _broke(goal, ready.lacks) if ready.lacks else await self._in_time(ready)
        seconds, told = self._clock.monotonic() - start, self._confining.told(goal)
        return Check(self._clock.now(), "", goal.revision, results, seconds=seconds, commands=told)

    async def _in_time(self, ready: Ready) -> tuple[Checked, ...]:
        limit = patience.of_look(ready.goal)
        try:
            async with asyncio.timeout(limit), self._lookout.at(ready.goal) as place:
                context = self._context(ready.goal, place)
                return tuple([await checked(part, context) for part in ready.parts])
        except TimeoutError:
            return _broke(ready.goal, f"there was no answer within {limit:g} s")
        except BadRequest as refused:
            return _broke(ready.goal, str(refused))
        except (OSError, RuntimeError) as odd:  # a full disk, a home that nobody knows
            return _broke(ready.goal, self._clean(f"the place to look at cannot be had: {odd}"))

    def _context(self, goal: Goal, place: Path) -> CheckContext:
        return CheckContext(
            goal,
            place,
            "",
            self._runner,
            environment=self._environment,
            confinement=self._confining.of_watched(goal, place),
            outside=self._outside(goal.origin.channel_key) if self._outside else None,
            clean=self._clean,
        )


def _broke(goal: Goal, why: str) -> tuple[Checked, ...]:
    verdict = whole(Verdict(None, why))
    return tuple(Checked(s.how, VerifierKind.OUTSIDE, verdict, s.type) for s in goal.request.verifiers)
