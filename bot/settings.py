"""The settings: `goalward.toml` with the environment over it, checked whole before anything starts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import unquote

from pydantic import BaseModel, Field, PrivateAttr, SecretStr, ValidationError

from bot import environment, secret_names, toml_lines
from bot.sections import (
    STRICT,
    AgentSection,
    ChannelSection,
    DatabaseSection,
    DefaultsSection,
    DiscordSection,
    ForgeSection,
    HooksSection,
    HttpSection,
    LocalSection,
    ModelSection,
    PresetSection,
    PrometheusSection,
    SandboxSection,
    SlackSection,
    TelemetrySection,
    WorkersSection,
    WorkspacesSection,
)
from goals.domain.contract import Defaults
from goals.domain.errors import GoalError
from goals.domain.nearest import nearest, shown
from goals.domain.rules import EVERYBODY, ChannelRules
from goals.plugins import BUILTIN, AgentSpec

FILE = Path("goalward.toml")
"""What is read where no file is named; it may be missing."""

SECRETS = (
    "model.api_key",
    "local.key",
    "hooks.secret",
    "prometheus.token",
    "forge.token",
    "slack.bot_token",
    "slack.app_token",
    "slack.signing_secret",
    "slack.client_secret",
    "slack.installation_key",
    "discord.token",
)
"""The keys that only the environment may set, besides the `url` of each database."""


class SettingsError(GoalError):
    """The settings cannot be understood; the sentence names file, line and key, or the variable."""


@dataclass(frozen=True, slots=True)
class Source:
    """What the settings were read from, to name the place of what is wrong in them."""

    file: Path = FILE
    text: str = ""
    names: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def place(self, path: Sequence[str]) -> str:
        """`goalward.toml, line 3`, or the variable that set a key."""
        path = tuple(path)
        shared = (name for set_, name in self.names.items() if _within(set_, path))
        name = next(shared, None)
        return name or f"{self.file}, line {toml_lines.line_of(self.text, path)}"


class Settings(BaseModel):
    """All that can be set. `platforms` are those of other packages, whose own models read their tables."""

    model_config = STRICT
    state: Path = Path(".goalward")
    store: str = ""
    dispatch: Literal["local", "procrastinate"] = "local"
    workers: WorkersSection = WorkersSection()
    model: ModelSection | None = None
    # The field cannot be called as its section: `defaults()` hands the values on.
    defaults_section: DefaultsSection = Field(default=DefaultsSection(), alias="defaults")
    sandbox: SandboxSection = SandboxSection()
    agents: dict[str, AgentSection] = {}
    verifiers: dict[str, PresetSection] = {}
    databases: dict[str, DatabaseSection] = {}
    local: LocalSection = LocalSection()
    channels: dict[str, ChannelSection] = {}
    http: HttpSection = HttpSection()
    prometheus: PrometheusSection = PrometheusSection()
    forge: ForgeSection = ForgeSection()
    hooks: HooksSection = HooksSection()
    telemetry: TelemetrySection = TelemetrySection()
    workspaces: WorkspacesSection = WorkspacesSection()
    slack: SlackSection | None = None
    discord: DiscordSection | None = None
    platforms: dict[str, dict[str, Any]] = {}
    _source: Source = PrivateAttr(default_factory=Source)
    _variables: Mapping[str, SecretStr] = PrivateAttr(default_factory=dict)

    def defaults(self) -> Defaults:
        """What a goal gets where its request is silent. A channel's repository stands in its rules."""
        said = self.defaults_section
        return Defaults(
            agent=said.agent,
            max_turns=said.max_turns,
            no_progress_limit=said.no_progress_limit,
            checkpoint_turns=said.checkpoint_turns,
            warn_at=said.warn_at,
            count_cached=said.count_cached,
            verify_timeout=said.verify_timeout,
            monitor_every=said.monitor_every,
            turn_gap=said.turn_gap,
            agents=(BUILTIN, *self.agents),
            presets={name: preset.spec(name) for name, preset in self.verifiers.items()},
            models=self.model.named if self.model else (),
            judged=bool(self.model and self.model.judge),
        )

    def agent_specs(self) -> dict[str, AgentSpec]:
        """The named agents; `builtin` needs no entry."""
        return {name: AgentSpec(one.type, one.command, one.argv) for name, one in self.agents.items()}

    def networked(self) -> dict[str, bool]:
        """Which agents reach the network from their sandbox, and which do not, where their sections say so."""
        return {name: one.network for name, one in self.agents.items() if one.network is not None}

    def channel(self, key: str) -> ChannelRules:
        """The rules of a channel (`local:demo`): its own section, else the one with the longest prefix."""
        fits = [name for name in self.channels if name.endswith("*") and key.startswith(name[:-1])]
        name = key if key in self.channels else max(fits, key=len, default="")
        section = self.channels.get(name, ChannelSection())
        rules = section.rules(local=key.startswith("local:"), network=self.sandbox.network)
        return replace(rules, hosts=(*self.http.hosts, *rules.hosts))

    @property
    def variables(self) -> Mapping[str, SecretStr]:
        """The secrets in the environment by the names of their variables, the keys of providers among them."""
        return self._variables

    def knowing(self, variables: Mapping[str, SecretStr]) -> Settings:
        """The same settings with these secrets of the environment."""
        known = self.model_copy()
        known._variables = variables
        return known

    def unguarded(self, key: str) -> ChannelRules:
        """A channel's rules for who sits at the machine itself: every right, all else as it is."""
        all_ = (EVERYBODY,)
        return replace(self.channel(key), talk=all_, own=all_, approve=all_, operate=all_)

    def secrets(self) -> tuple[str, ...]:
        """The values that must not go out anywhere."""
        set_ = (_at(self, path) for path in _secret_paths(self))
        own = [secret.get_secret_value() for secret in set_ if isinstance(secret, SecretStr)]
        others = (
            hid for one in self.variables.values() for hid in secret_names.hidden(one.get_secret_value())
        )
        inside = [password for text in (*own, self.store) for password in secret_names.passwords(text)]
        return tuple(dict.fromkeys((*own, *others, *inside, *map(unquote, inside))))

    def database_urls(self) -> dict[str, SecretStr]:
        """The databases that verifiers may ask, by name."""
        return {name: section.url for name, section in self.databases.items() if section.url}

    def set_by(self, path: Sequence[str]) -> str:
        """The variable that sets a key; empty where the file does, or nobody."""
        return self._source.names.get(tuple(path), "")

    def refusal(self, path: Sequence[str], sentence: str) -> SettingsError:
        """The error for a key whose value only others can judge, with its place."""
        return SettingsError(f"{self._source.place(path)}: {sentence}")


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings; without a path, from `goalward.toml` where there is one.

    Raises SettingsError with one sentence for the first thing that cannot be understood.
    """
    file = path or FILE
    text = _text(file, must_be=path is not None)
    values = _toml(file, text)
    _refuse_secrets(values, Source(file, text))
    values, names = environment.merged(values, environ)
    source = Source(file, text, names)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as wrong:
        raise SettingsError(_sentence(wrong, source)) from None
    settings._source = source
    _check(settings)
    _, secrets = secret_names.parted(environ)
    return settings.knowing({name: SecretStr(value) for name, value in secrets.items()})


def _text(file: Path, *, must_be: bool) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if must_be:
            raise SettingsError(f"There is no settings file {file}.") from None
        return ""
    except UnicodeDecodeError as wrong:
        line = file.read_bytes()[: wrong.start].count(b"\n") + 1
        raise SettingsError(f"{file}, line {line}: this is not UTF-8.") from None
    except OSError as wrong:
        raise SettingsError(f"The settings file {file} cannot be read: {wrong.strerror}.") from None


def _toml(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        line = toml_lines.line_of_syntax_error(wrong, text)
        raise SettingsError(f"{file}, line {line}: this is not TOML: {wrong}.") from None


def _refuse_secrets(values: Mapping[str, Any], source: Source) -> None:
    for path in _secret_paths(values):
        if _at(values, path) is not None:
            secret = ".".join(path)
            raise SettingsError(
                f"{source.place(path)}: `{secret}` is a secret and does not belong into the file;"
                f" set {environment.variable(secret)} instead."
            )


def _secret_paths(values: Any) -> Iterator[tuple[str, ...]]:
    """Where secrets stand, or would stand, in these values."""
    yield from (tuple(secret.split(".")) for secret in SECRETS)
    databases = _at(values, ("databases",))
    yield from (("databases", name, "url") for name in (databases if isinstance(databases, Mapping) else ()))


def _at(values: Any, path: Sequence[str]) -> Any:
    """What stands at a path of tables or sections; None when it leads nowhere."""
    for part in path:
        values = values.get(part) if isinstance(values, Mapping) else getattr(values, part, None)
    return values


def _sentence(wrong: ValidationError, source: Source) -> str:
    """What is wrong first, as one sentence with its place."""
    error = wrong.errors(include_url=False, include_input=False)[0]
    path = [str(part) for part in error["loc"]]
    key = ".".join(path)
    if error["type"] == "extra_forbidden":
        what = f"there is no setting `{key}`.{nearest(path[-1], _keys_beside(path))}"
    elif error["type"] == "missing":
        what = f"`{'.'.join(path[:-1])}` needs `{path[-1]}`."
    else:
        what = f"`{key}`: {_lower(error['msg'].removeprefix('Value error, '))}."
    return f"{source.place(path)}: {what}"


def _keys_beside(path: Sequence[str]) -> list[str]:
    """The keys that a table may have in which the last key of a path stands."""
    section: Any = Settings
    for part in path[:-1]:
        section = _section(section, part)
    fields = section.model_fields if _is_section(section) else {}
    return [shape.alias or name for name, shape in fields.items()]


def _section(section: Any, key: str) -> Any:
    """The shape behind a key: of a section's field, or of a table's entry; None where there is none."""
    if get_origin(section) is dict:
        return get_args(section)[1]
    if not _is_section(section):
        return None
    shape = next((f for name, f in section.model_fields.items() if key in (name, f.alias)), None)
    if shape is None:
        return None
    if get_origin(shape.annotation) is dict:
        return shape.annotation
    choices = (shape.annotation, *get_args(shape.annotation))
    return next((one for one in choices if _is_section(one)), None)


def _is_section(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _within(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one path leads to, or through, the other."""
    return all(a == b for a, b in zip(one, other, strict=False))


def _check(settings: Settings) -> None:
    """What no section can say alone."""
    agents = (BUILTIN, *settings.agents)
    agent = settings.defaults_section.agent
    if agent not in agents:
        raise settings.refusal(
            ("defaults", "agent"), f"there is no agent {shown(agent)}.{nearest(agent, agents)}"
        )
    for name in settings.channels:
        if ":" not in name and not name.endswith("*"):
            sentence = f"a channel is written `local:NAME`, `slack:TEAM:CHANNEL` or with a `*` at its end, not {shown(name)}."
            raise settings.refusal(("channels", name), sentence)
