"""The sections of `goalward.toml`, each key with its type and its default."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic import model_validator as checks

from goals.domain import addresses, amounts
from goals.domain.nearest import shown
from goals.domain.rules import EVERYBODY, ChannelRules, Policy
from goals.domain.values import VerifierSpec


def _seconds(value: object) -> object:
    seconds = amounts.seconds(value)
    if seconds is None:
        raise ValueError(f"a time is a number of seconds, or like `5m`, `2h`; not {shown(value)}")
    return seconds


def _secret(value: object) -> object:
    return value or None


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as wrong:
        raise ValueError(f"{shown(value)} is no regular expression: {wrong}") from None
    return value


def _url(value: str) -> str:
    if value:
        addresses.place(value)
    if "?" in value:
        raise ValueError("the URL of a service has no query")
    return value.rstrip("/")


def _without_password(value: str) -> str:
    if re.search(r"//[^/@]*:[^/@]*@", value):
        raise ValueError("a password does not belong into the settings: let ssh know the key")
    return value


Host = Annotated[str, AfterValidator(addresses.entry)]
Url = Annotated[str, AfterValidator(_url)]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]
Seconds = Annotated[float, BeforeValidator(_seconds)]
Period = Annotated[float, BeforeValidator(_seconds), Field(gt=0)]
Secret = Annotated[SecretStr | None, BeforeValidator(_secret)]
Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]
People = tuple[str, ...] | None

DATABASES = ("postgresql://", "postgresql+psycopg://", "sqlite:///")

STRICT = ConfigDict(extra="forbid", frozen=True, defer_build=True)
"""Each is built as a part of all settings, and not once more for itself."""


class Price(BaseModel):
    """Usd per million tokens. Without `cached`, cached input costs what fresh input does."""

    model_config = STRICT
    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)


class ModelSection(BaseModel):
    """The models, by litellm's names; an empty one does not exist."""

    model_config = STRICT
    agent: str = ""
    judge: str = ""
    base_url: str = ""
    timeout: Period = 120.0
    window: Annotated[int, Field(ge=1_000)] | None = None
    compact_at: Annotated[float, Field(ge=0.2, le=0.95)] = 0.8
    prices: dict[str, Price] = {}
    api_key: Secret = None

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.agent, self.judge)))


class DefaultsSection(BaseModel):
    model_config = STRICT
    agent: str = "builtin"
    max_turns: Count = 20
    max_steps: Count = 50
    no_progress_limit: Count = 3
    turn_gap: Seconds = 0.0
    checkpoint_turns: int = Field(default=50, ge=0)
    verify_timeout: Period = 120.0
    monitor_every: Annotated[Period, Field(ge=5)] = 60.0
    warn_at: tuple[Share, ...] = (0.5, 0.8, 0.95)
    count_cached: bool = False


class SandboxSection(BaseModel):
    model_config = STRICT
    mode: Literal["bubblewrap", "process", "auto"] = "auto"
    network: bool = False


class AgentSection(BaseModel):
    """A named agent. `command` is a line for the shell, `argv` its words; one of them, but none for `builtin`.

    Types of plugins may do without. What `network` says of its sandbox counts more than what the channel's
    section says.
    """

    model_config = STRICT
    type: str = Field(min_length=1)
    command: str = ""
    argv: tuple[str, ...] = ()
    network: bool | None = None

    @checks(mode="after")
    def _starts_one_thing(self) -> AgentSection:
        given = bool(self.command.strip()) + bool(self.argv)
        may, wanted = {
            "builtin": ((0,), "neither `command` nor `argv`"),
            "command": ((1,), "`command` or `argv`, one of them"),
            "acp": ((1,), "`command` or `argv`, one of them"),
        }.get(self.type, ((0, 1), "at most one of `command` and `argv`"))
        if given not in may:
            raise ValueError(f"an agent of type `{self.type}` has {wanted}")
        return self


class PresetSection(BaseModel):
    """A verifier that anybody may name; beside `type` stand its own settings."""

    model_config = ConfigDict(extra="allow", frozen=True)
    type: str = Field(min_length=1)
    timeout: Period | None = None

    def spec(self, name: str) -> VerifierSpec:
        limit = {} if self.timeout is None else {"timeout": self.timeout}
        return VerifierSpec(self.type, {**(self.model_extra or {}), **limit}, name)


class HttpSection(BaseModel):
    """`hosts` is the allowlist of what verifiers may ask, in every channel."""

    model_config = STRICT
    hosts: tuple[Host, ...] = ()


class WorkspacesSection(BaseModel):
    """Where the workspaces of goals are stored after each turn, so that other machines can go on with them: a
    directory that all of them share, or the URL of a repository that is there for this alone. An empty one: nowhere.

    What is stored of a goal stays for the time `keep` after its end: until then it can be reopened anywhere.
    """

    model_config = STRICT
    snapshots: Annotated[str, AfterValidator(_without_password)] = ""
    keep: Seconds = 7 * 86_400.0


class WorkersSection(BaseModel):
    """The workers of `dispatch = "procrastinate"`: each drives up to so many goals at once. One that is not heard of for
    `lease` is gone, and others go on with its goals. `name` is what goals remember of where their workspace is: the
    machine's own, where nothing else is said.
    """

    model_config = STRICT
    name: str = ""
    slots: Count = 20
    lease: Annotated[Period, Field(ge=3)] = 6.0


class TelemetrySection(BaseModel):
    """`logs` is how `goalward serve` writes its log: lines for people, or one JSON object each.

    `traces` is the address of a collector that takes OTLP over HTTP; an empty one leaves that to OpenTelemetry's own
    variables.
    """

    model_config = STRICT
    logs: Literal["text", "json"] = "text"
    traces: Url = ""


class PrometheusSection(BaseModel):
    """The server that `metric` verifiers ask, by the address of its own page; an empty one does not exist."""

    model_config = STRICT
    url: Url = ""
    token: Secret = None


class DatabaseSection(BaseModel):
    """A database that `sql` verifiers may ask, by its name."""

    model_config = STRICT
    url: Secret = None

    @checks(mode="after")
    def _has_an_address(self) -> DatabaseSection:
        if self.url is None:
            raise ValueError(
                "a database needs its URL, which only the environment may set: GOALWARD_DATABASES__NAME__URL"
            )
        if not self.url.get_secret_value().startswith(DATABASES):
            raise ValueError("a database is PostgreSQL (postgresql:…) or a file of SQLite (sqlite:…)")
        return self


class ForgeSection(BaseModel):
    """Where `ci` verifiers find the checks. `repo` (`owner/name`) is asked where a goal's own is not kept there."""

    model_config = STRICT
    type: Literal["github"] = "github"
    base_url: Url = "https://api.github.com"
    repo: str = ""
    token: Secret = None


class LocalSection(BaseModel):
    model_config = STRICT
    open: bool = False
    key: Secret = None


class ApprovalsSection(BaseModel):
    """`risky` are regular expressions: what fits one of them is risky, whatever it is otherwise."""

    model_config = STRICT
    policy: Policy | None = None
    risky: tuple[Pattern, ...] = ()
    self_approval: bool = True
    quorum: Count = 1


class ChannelSection(BaseModel):
    """What may be done in a channel. A right that is not named keeps the platform's default, and `network` what
    `[sandbox]` says.
    """

    model_config = STRICT
    repo: str = ""
    slots: Count = 1
    talk: People = None
    own: People = None
    approve: People = None
    operate: People = None
    max_usd: float | None = Field(default=None, gt=0)
    network: bool | None = None
    hosts: tuple[Host, ...] = ()
    approvals: ApprovalsSection = ApprovalsSection()

    @property
    def rights(self) -> tuple[People, ...]:
        """Who may talk, own, approve, operate."""
        return (self.talk, self.own, self.approve, self.operate)

    def rules(self, *, local: bool, network: bool) -> ChannelRules:
        """`network` is what `[sandbox]` says of it."""
        people = (EVERYBODY,) if local else ()
        talk, own, approve, operate = (people if right is None else right for right in self.rights)
        return ChannelRules(
            slots=self.slots,
            repo=self.repo,
            talk=talk,
            own=own,
            approve=approve,
            operate=operate,
            self_approval=self.approvals.self_approval,
            quorum=self.approvals.quorum,
            risky=self.approvals.risky,
            policy=self.approvals.policy or (Policy.NEVER if local else Policy.RISKY),
            max_usd=self.max_usd,
            network=network if self.network is None else self.network,
            hosts=self.hosts,
        )


class HookCommand(BaseModel):
    model_config = STRICT
    command: str = Field(min_length=1)


class HooksSection(BaseModel):
    model_config = STRICT
    commands: dict[str, HookCommand] = {}
    secret: Secret = None


class SlackSection(BaseModel):
    """`api` is Slack's own address; workspaces of governments have another.

    With `sessions` Slack shows an agent at work in the threads of goals, with a stop button of its own, where the app is
    declared as an agent.

    With a `client_id` every workspace may install the app by itself, at `url` and `/slack/install`; without one the
    bot's token is that of the only workspace.
    """

    model_config = STRICT
    mode: Literal["socket", "http"] = "socket"
    api: Annotated[Url, Field(min_length=1)] = "https://slack.com/api"
    sessions: bool = False
    client_id: str = ""
    url: Url = ""
    client_secret: Secret = None
    installation_key: Secret = None
    bot_token: Secret = None
    app_token: Secret = None
    signing_secret: Secret = None

    @property
    def needs(self) -> tuple[str, ...]:
        """The keys that must be set."""
        whose = ("url", "client_secret", "installation_key") if self.client_id else ("bot_token",)
        return (*whose, "app_token" if self.mode == "socket" else "signing_secret")


class DiscordSection(BaseModel):
    """With a `guild` the commands are in that server alone, at once; without one in every server that the bot is in.

    `message_content`: replies that do not mention the bot are read too; the app needs the intent for it. `api` is
    the address of Discord's REST API, with its version, where that is not Discord's own.
    """

    model_config = STRICT
    guild: Annotated[str, Field(pattern=r"^\d*$")] = ""
    message_content: bool = False
    api: Url = ""
    token: Secret = None
