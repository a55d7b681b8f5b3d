"""Met when a command exits with 0."""

from __future__ import annotations

from typing import ClassVar

from goals.domain.reach import Reach
from goals.domain.values import Verdict, VerifierKind
from goals.ports import CheckContext
from goals.verifiers.running import FREE, CommandSettings, run


class CommandVerifier:
    Settings: ClassVar[type[CommandSettings]] = CommandSettings
    kind: ClassVar[VerifierKind] = VerifierKind.WORKSPACE
    reach: ClassVar[Reach] = FREE

    def __init__(self, settings: CommandSettings) -> None:
        self.settings = settings

    async def check(self, context: CheckContext) -> Verdict:
        ended = await run(self.settings, context)
        if isinstance(ended, Verdict):
            return ended
        code = ended.exit_code
        return Verdict(code == 0, f"exit code {code}", ended.evidence, code, fingerprint=ended.fingerprint)
