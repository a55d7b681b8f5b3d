"""Met when all checks of a pull request, or of a branch's newest commit, have passed on the forge of the settings."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, Field, model_validator

from goals.domain import jobs
from goals.domain.jobs import Commit
from goals.domain.values import Verdict, VerifierKind
from goals.domain.verdicts import fingerprint
from goals.ports import CheckContext, Forge, Missing, Outside, Ref
from goals.verifiers.settings import STRICT, Seconds

TIMEOUT = 60.0
NO_REPOSITORY = "which repository is meant? Name it with `repo`, or under `[forge]` in the settings"

_BRANCH = re.compile(
    r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\/.-][^\x00-\x20\x7f~^:?*\[\\]*(?<![/.])"
)
_REPO = re.compile(r"(?!\.{1,2}/)[\w.-]{1,100}/(?!\.{1,2}$)[\w.-]{1,100}", re.ASCII)


def _branch(value: str) -> str:
    if not _BRANCH.fullmatch(value):
        raise ValueError("this is no name of a branch")
    return value


def _repo(value: str) -> str:
    if not _REPO.fullmatch(value):
        raise ValueError("a repository is written like `owner/name`")
    return value


class CiSettings(BaseModel):
    """`pr` by its number, or `branch`; `repo` as `owner/name`, without it the goal's own."""

    model_config = STRICT

    pr: Annotated[int, Field(ge=1)] | None = None
    branch: Annotated[str, Field(max_length=250), AfterValidator(_branch)] | None = None
    repo: Annotated[str, AfterValidator(_repo)] = ""
    timeout: Seconds = TIMEOUT

    @model_validator(mode="after")
    def _one_thing(self) -> CiSettings:
        if (self.pr is None) == (self.branch is None):
            raise ValueError("it takes either 'pr' or 'branch'")
        return self


class CiVerifier:
    Settings: ClassVar[type[CiSettings]] = CiSettings
    kind: ClassVar[VerifierKind] = VerifierKind.OUTSIDE

    def __init__(self, settings: CiSettings) -> None:
        self.settings = settings

    async def check(self, context: CheckContext) -> Verdict:
        asked, outside = self.settings, context.outside
        if outside is None or outside.forge is None:
            return Verdict(None, "no forge can be asked from here")
        repo = asked.repo or await asyncio.to_thread(_own, outside, outside.forge, context.goal.request.repo)
        if not repo:
            return Verdict(None, NO_REPOSITORY)
        timeout = asked.timeout if context.time_left is None else min(asked.timeout, context.time_left)
        found = await outside.forge.commit(Ref(repo, asked.pr, asked.branch or ""), timeout)
        if isinstance(found, Commit):
            return jobs.verdict(found)
        if isinstance(found, Missing):
            return Verdict(False, found.what, fingerprint=fingerprint(found.what))
        return Verdict(None, found.why, again=found.again)


def _own(outside: Outside, forge: Forge, repo: str) -> str:
    """The goal's repository on the forge, where it has one there, else that of the settings."""
    remote = outside.remote_of(repo) if repo else ""
    return (forge.repository(remote) if remote else "") or outside.repo
