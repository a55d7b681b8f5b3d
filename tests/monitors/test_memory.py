"""What the poller keeps in memory: looks that still hold, the ones used last, and word of its growth."""

from dataclasses import dataclass, replace

from goals.domain.values import Goal
from goals.domain.watching import Watched
from goals.ports import Claim
from monitors.memory import GROWTH, Memory
from tests.given import NOW, goal


@dataclass(frozen=True)
class AnyLook:
    goal: Goal

    async def take(self, claim: Claim) -> None:
        """Nobody looks here."""


def looks(*names: str, version: int = 1) -> dict[str, AnyLook]:
    return {name: AnyLook(goal(id=name, version=version)) for name in names}


def claim(name: str, version: int = 1) -> Claim:
    return Claim(name, version, NOW, Watched())


def test_a_goal_that_has_changed_is_read_again() -> None:
    memory = Memory()
    memory.keep(looks("a", "b"))  # type: ignore[arg-type]
    assert set(memory.of([claim("a"), claim("b", version=2), claim("c")])) == {"a"}


def test_who_came_first_stays_and_who_is_used_no_more_makes_room() -> None:
    memory = Memory(most=2, unused=3)
    memory.keep(looks("a", "b"))  # type: ignore[arg-type]
    memory.keep(looks("c"))  # type: ignore[arg-type]
    first = memory.of([claim(name) for name in "abc"])
    memory.keep({"a": first["a"], "b": first["b"]})
    memory.keep(memory.of([claim("a")] * 4))
    memory.keep(looks("c"))  # type: ignore[arg-type]
    assert (set(first), set(memory.of([claim(name) for name in "abc"]))) == ({"a", "b"}, {"a", "c"})


def test_growth_is_told_when_there_is_much_more_than_ever_before() -> None:
    told: list[int] = []
    memory = Memory(lambda: told.append(1))
    many = looks(*(str(number) for number in range(GROWTH)))
    memory.keep(many)  # type: ignore[arg-type]
    memory.of([claim(name) for name in many])
    memory.keep(many)  # type: ignore[arg-type]
    before = len(told)
    memory.keep({f"more {name}": replace(look) for name, look in many.items()})  # type: ignore[misc]
    assert (before, len(told)) == (1, 2)
