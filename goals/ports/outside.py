"""What is asked beyond this machine: the web, forges, and what the settings name there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from pydantic import SecretStr

from goals.domain.jobs import Commit


@dataclass(frozen=True, slots=True)
class Get:
    """A question over HTTP. It may lead on to its own host and to those that `hosts` name (`goals.domain.addresses`).

    `headers` are for its own host only. `timeout` in seconds for all of it; of the answer `most` bytes are read.
    """

    url: str
    hosts: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0
    most: int = 2_000_000
    follow: bool = True


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent over HTTP to one place; wherever that leads on to is not followed. All else as in a `Get`."""

    url: str
    body: bytes
    hosts: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 10.0
    most: int = 10_000
    follow: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; names of headers are in lower case. `cut`: the body goes on beyond what was read."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """There was no answer, or none may be asked for; `why` is a sentence without its full stop.

    Before `again` it is of no use to ask once more.
    """

    why: str
    again: datetime | None = None


class Web(Protocol):
    async def ask(self, get: Get | Post) -> Answer | Silence:
        """One bounded question. Raises nothing: whatever goes wrong is a silence."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A service that the settings name, and what it wants to see of us."""

    url: str
    token: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """A pull request of a repository (`owner/name`), or a branch."""

    repo: str
    pr: int | None = None
    branch: str = ""

    def __str__(self) -> str:
        return f"branch {self.branch}" if self.pr is None else f"pull request {self.pr}"


@dataclass(frozen=True, slots=True)
class Missing:
    """`what` is not there on the forge, as a sentence without its full stop; it may come."""

    what: str


class Forge(Protocol):
    """Where repositories are kept and their commits are checked."""

    def repository(self, remote: str) -> str:
        """`owner/name` of a remote's URL; empty for one that is kept elsewhere."""

    async def commit(self, ref: Ref, timeout: float) -> Commit | Missing | Silence:
        """The checks of the commit at the head, all of the very commit that it names. Raises nothing."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a goal's verifiers may ask. `hosts` is the allowlist of its channel, `presets` the URLs of the settings.

    `databases` are the URLs of those that the settings name. `repo` is the forge's repository of a goal that has
    none there; `remote_of` gives the URL that a goal's repository was cloned from, empty for none, and blocks.
    """

    web: Web
    hosts: tuple[str, ...] = ()
    presets: frozenset[str] = frozenset()
    prometheus: Endpoint | None = None
    databases: Mapping[str, SecretStr] = field(default_factory=dict)
    forge: Forge | None = None
    repo: str = ""
    remote_of: Callable[[str], str] = str
