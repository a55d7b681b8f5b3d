"""What finds out whether a goal is met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel

from goals.domain.reach import Reach
from goals.domain.values import (
    Approval,
    Goal,
    Question,
    Verdict,
    VerifierKind,
    VerifierSpec,
)
from goals.ports.outside import Outside
from goals.ports.work import CLOSED, Confinement, Runner


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a verifier may use. `answers` are the goal's decided approvals, for those who ask people.

    `environment` are the variables of ours that a command may be handed by name; secrets are never among them.
    `confinement` is how far the verifiers' commands are kept in.
    `outside` is there wherever goals are checked. `clean` takes secrets out of what is found.
    """

    goal: Goal
    workspace: Path
    tree: str
    executor: Runner
    time_left: float | None = None
    answers: tuple[Approval, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    confinement: Confinement = CLOSED
    outside: Outside | None = None
    clean: Callable[[str], str] = str


class Verifier(Protocol):
    Settings: ClassVar[type[BaseModel]]

    def __init__(self, settings: Any) -> None: ...

    @property
    def kind(self) -> VerifierKind:
        """What it depends on; a class has one for all of its verifiers, mostly."""

    async def check(self, context: CheckContext) -> Verdict: ...


@runtime_checkable
class Reaching(Protocol):
    """A verifier that gets at something that not everybody may set."""

    @property
    def reach(self) -> Reach: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A verifier with what it is called: one of a goal's, or one inside another."""

    spec: VerifierSpec
    verifier: Verifier


class Asker(Verifier, Protocol):
    """A verifier of kind PERSON: it is answered, not run."""

    def question(self, context: CheckContext, index: int) -> Question:
        """What to ask for the goal's verifier at `index`; the digest binds an answer to this tree."""
