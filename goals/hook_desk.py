"""What may be asked about hooks: how they stand, and that those that were given up are tried again."""

from __future__ import annotations

from collections.abc import Callable

from goals import hook_rows
from goals.domain.errors import NotFound, NotNow
from goals.domain.hooks import HookState
from goals.domain.values import Person
from goals.ports import Clock, HookRows, Outgoing


class HookDesk:
    def __init__(self, rows: HookRows, clock: Clock, told: Callable[[], None]) -> None:
        """`told` is called when hooks became due."""
        self._rows = rows
        self._clock = clock
        self._told = told

    async def states(self, goal_id: str = "") -> list[HookState]:
        """A goal's hooks; without one all that wait or were given up. Oldest first."""
        return await self._rows.states(goal_id)

    async def retry(self, by: Person, which: str = "") -> list[HookState]:
        """Try hooks again that were given up: the one of this number, those of this goal, else all of them.

        Raises NotFound for a number that no hook has, NotNow where none of them was given up.
        """
        given_up = await self._given_up(which)
        now = self._clock.now()
        for row in given_up:
            await self._rows.retry(row, by, now, follows=hook_rows.shown(row))
        self._told()
        ids = {row.id for row in given_up}
        return [state for state in await self._rows.states() if state.row in ids]

    async def _given_up(self, which: str) -> list[Outgoing]:
        every = await self._rows.given_up()
        if which.isdecimal():
            found = [row for row in every if row.id == int(which)]
            if not found and await self._rows.row(int(which)) is None:
                raise NotFound(f"There is no hook {which}; `goalward hooks list` names them.")
        else:
            found = [row for row in every if not which or row.goal_id == which]
        if not found:
            raise NotNow(f"No hook{_of(which)} was given up: there is nothing to try again.")
        return found


def _of(which: str) -> str:
    if not which:
        return ""
    return f" of the number {which}" if which.isdecimal() else f" of goal {which}"
