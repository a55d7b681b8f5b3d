"""Met when all of others are, any of them is, or one is not: `all`, `any` and `not`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field, InstanceOf, model_validator

from goals.domain.combining import all_of, any_of, kind_of, none_of
from goals.domain.reach import Reach, together
from goals.domain.values import Checked, Verdict, VerifierKind
from goals.ports import CheckContext, Part, Reaching
from goals.verifiers.settings import STRICT, Seconds
from goals.verifying import checked

ALONE = {VerifierKind.PERSON: "asked last", VerifierKind.MODEL: "asked when the others pass"}


class CombinedSettings(BaseModel):
    """`of` are the verifiers inside, ready to check. Each keeps its own `timeout`; this one bounds them together."""

    model_config = STRICT

    of: Annotated[tuple[InstanceOf[Part], ...], Field(min_length=1)]
    timeout: Seconds | None = None

    @model_validator(mode="after")
    def _machines(self) -> CombinedSettings:
        for part in self.of:
            if when := ALONE.get(part.verifier.kind):
                raise ValueError(f"a '{part.spec.type}' verifier is {when}, so it stands beside the others")
        return self

    @property
    def kind(self) -> VerifierKind:
        return kind_of([part.verifier.kind for part in self.of])

    @property
    def reach(self) -> Reach:
        """What the parts get at; presets are open to everybody."""
        free = (part.verifier for part in self.of if not part.spec.name)
        return together(verifier.reach for verifier in free if isinstance(verifier, Reaching))


class AllVerifier:
    Settings: ClassVar[type[CombinedSettings]] = CombinedSettings

    def __init__(self, settings: CombinedSettings) -> None:
        self.settings = settings
        self.kind = settings.kind
        self.reach = settings.reach

    async def check(self, context: CheckContext) -> Verdict:
        found = await _in_turn(self.settings, context)
        return found if isinstance(found, Verdict) else all_of(found)


class AnyVerifier:
    Settings: ClassVar[type[CombinedSettings]] = CombinedSettings

    def __init__(self, settings: CombinedSettings) -> None:
        self.settings = settings
        self.kind = settings.kind
        self.reach = settings.reach

    async def check(self, context: CheckContext) -> Verdict:
        """What the first that is met says; those after it are not run."""
        found = await _in_turn(self.settings, context, until=True)
        return found if isinstance(found, Verdict) else any_of(found)


class NotVerifier:
    Settings: ClassVar[type[CombinedSettings]] = CombinedSettings

    def __init__(self, settings: CombinedSettings) -> None:
        self.settings = settings
        self.kind = settings.kind
        self.reach = settings.reach

    async def check(self, context: CheckContext) -> Verdict:
        found = await _in_turn(self.settings, context)
        return found if isinstance(found, Verdict) else none_of(found)


async def _in_turn(
    settings: CombinedSettings, context: CheckContext, *, until: bool | None = None
) -> Sequence[Checked] | Verdict:
    """What the parts find, one after the other, to the first that finds `until`. A Verdict when there was no time."""
    found: list[Checked] = []
    try:
        async with asyncio.timeout(settings.timeout):
            began = asyncio.get_running_loop().time()
            for part in settings.of:
                found.append(await checked(part, _what_is_left(context, began)))
                if until is not None and found[-1].verdict.met is until:
                    break
    except TimeoutError:
        late = settings.of[len(found)].spec.how
        return Verdict(None, f"{settings.timeout:g} s were over before an answer of {late}")
    return found


def _what_is_left(context: CheckContext, began: float) -> CheckContext:
    """The context with the time that the parts before have taken off."""
    if context.time_left is None:
        return context
    gone = asyncio.get_running_loop().time() - began
    return replace(context, time_left=max(0.0, context.time_left - gone))
