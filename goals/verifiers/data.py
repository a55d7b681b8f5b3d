"""Met when a file of the workspace contains a text, or an expression over what it holds is true."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field, model_validator

from goals.domain.values import Verdict, VerifierKind
from goals.domain.verdicts import HEAD, ends, piece
from goals.ports import CheckContext
from goals.verifiers import documents
from goals.verifiers.settings import DEFAULT_TIMEOUT, STRICT, InsidePath, Seconds, place
from goals.verifiers.truth import Expression, finding, judged, short

MAX_BYTES = 5_000_000
ROOM = 65_536


class DataSettings(BaseModel):
    """`path` from the workspace's folder; `contains` a text, or `expr` an expression with the name `data`."""

    model_config = STRICT

    path: InsidePath
    contains: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    expr: Expression | None = None
    timeout: Seconds = DEFAULT_TIMEOUT

    @model_validator(mode="after")
    def _one_question(self) -> DataSettings:
        if (self.contains is None) == (self.expr is None):
            raise ValueError("it takes either 'contains' or 'expr'")
        return self


class DataVerifier:
    Settings: ClassVar[type[DataSettings]] = DataSettings
    kind: ClassVar[VerifierKind] = VerifierKind.WORKSPACE

    def __init__(self, settings: DataSettings) -> None:
        self.settings = settings

    async def check(self, context: CheckContext) -> Verdict:
        timeout = self.settings.timeout if context.time_left is None else context.time_left
        try:
            async with asyncio.timeout(min(timeout, self.settings.timeout)):
                return await asyncio.to_thread(_check, self.settings, context.workspace)
        except TimeoutError:
            return Verdict(None, f"{self.settings.path} could not be read in time")


def _check(settings: DataSettings, workspace: Path) -> Verdict:
    path = place(workspace, settings.path)
    if path is None:
        return Verdict(False, f"{settings.path} leads outside the workspace")
    try:
        text = _text(path)
    except FileNotFoundError:
        return Verdict(False, f"{settings.path} is not there yet")
    except (OSError, ValueError) as wrong:
        if getattr(wrong, "errno", 0) == errno.ELOOP:
            return Verdict(False, f"{settings.path} is a link in circles")
        return Verdict(None, f"{settings.path} cannot be read: {wrong}")
    if settings.contains is not None:
        return _contains(settings.path, settings.contains, text)
    return _is_true(settings.path, settings.expr or "", text)


def _text(path: Path) -> str:
    """Raises OSError or ValueError for what is no regular file of text within MAX_BYTES."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        there = os.fstat(file.fileno())
        if not stat.S_ISREG(there.st_mode):
            raise ValueError("it is no file")
        # Room for MAX_BYTES would be made at every check.
        content = file.read(min(max(there.st_size, ROOM), MAX_BYTES) + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    return content.decode("utf-8-sig")


def _contains(path: str, wanted: str, text: str) -> Verdict:
    found = text.find(wanted)
    if found < 0:
        lacks = finding(False, f"{path} does not contain {short(wanted)}", text)
        return replace(lacks, evidence=ends(text))
    around = piece(text, max(0, found - HEAD // 2), found + len(wanted) + HEAD // 2)
    return finding(True, f"{path} contains {short(wanted)}", around)


def _is_true(path: str, expr: str, text: str) -> Verdict:
    try:
        document = documents.read(path, text)
    except documents.Unreadable as unreadable:
        return Verdict(None, f"{path} {unreadable}", ends(text))
    return replace(judged(expr, document), evidence=ends(text))
