"""A verifier in a package of its own: met when no more TODOs are left in the workspace's files than allowed."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from goals.domain.values import Verdict, VerifierKind
from goals.ports import CheckContext


class NoTodosVerifier:
    class Settings(BaseModel):
        """`glob` of the files that are looked at; so many TODOs may be left."""

        model_config = ConfigDict(extra="forbid", strict=True)

        glob: str = Field(default="**/*.py", min_length=1)
        allowed: int = Field(default=0, ge=0)

    kind: ClassVar[VerifierKind] = VerifierKind.WORKSPACE

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def check(self, context: CheckContext) -> Verdict:
        found = [line for file in sorted(context.workspace.glob(self.settings.glob)) for line in _todos(file)]
        left = f"{len(found)} TODOs are left, {self.settings.allowed} are allowed"
        return Verdict(len(found) <= self.settings.allowed, left, "\n".join(found), value=len(found))


def _todos(file: Path) -> list[str]:
    lines = file.read_text(errors="replace").splitlines() if file.is_file() else []
    return [f"{file.name}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if "TODO" in line]
