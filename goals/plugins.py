"""Finds verifiers, agents, hooks and adapters by name among the installed entry points, ours and anybody's alike."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from goals.domain import amounts
from goals.domain.errors import BadRequest
from goals.domain.hooks import OF_VERIFIER, TARGETS, Hook
from goals.domain.nearest import nearest, shown
from goals.domain.reach import Reach
from goals.domain.values import Request, VerifierKind, VerifierSpec
from goals.guests import HOOK_TIMEOUT, TIMEOUT, Guest, HookGuest, Met, Visit
from goals.ports import Acting, Agent, Executor, Firing, Minded, Part, Reaching, Verifier

log = logging.getLogger(__name__)

VERIFIERS = "goalward.verifiers"
AGENTS = "goalward.agents"
HOOKS = "goalward.hooks"
ADAPTERS = "goalward.adapters"
BUILTIN = "builtin"
TARGET = "target"
"""What the text behind the colon is called in the settings of a plugin's hook."""

OURS = ("goals.verifiers.", "monitors.hooks.")
"""Where the verifiers and hooks live that are run on our own event loop; all others are strangers'."""


def _installed(group: str) -> Iterable[EntryPoint]:
    return entry_points(group=group)


class Plugins:
    """What is installed, looked up once per group and loaded once per name."""

    def __init__(
        self,
        installed: Callable[[str], Iterable[EntryPoint]] = _installed,
        *,
        databases: Collection[str] = (),
        prometheus: bool = True,
        commands: Collection[str] = (),
    ) -> None:
        """`databases` and `commands` are the names of those that the settings know; `prometheus` says whether they
        name one.
        """
        self._installed = installed
        self._known = {
            "databases": tuple(databases),
            "prometheus": prometheus,
            "commands": tuple(commands),
        }
        self._stuck: dict[tuple[str, str], set[Visit[Any]]] = {}
        self._groups: dict[str, dict[str, EntryPoint]] = {}
        self._loaded: dict[tuple[str, str], Any] = {}

    def names(self, group: str) -> tuple[str, ...]:
        if group not in self._groups:
            self._groups[group] = {point.name: point for point in self._installed(group)}
        return tuple(self._groups[group])

    def find(self, group: str, name: str) -> Any:
        """What the entry point of this name stands for.

        Raises BadRequest when there is none, or when a plugin cannot be imported.
        """
        if name not in self.names(group):
            kind = group.removeprefix("goalward.").removesuffix("s")
            raise BadRequest(f"There is no {kind} type {shown(name)}.{nearest(name, self.names(group))}")
        if (group, name) not in self._loaded:
            self._loaded[group, name] = _load(self._groups[group][name])
        return self._loaded[group, name]

    def verifier_types(self) -> tuple[str, ...]:
        return self.names(VERIFIERS)

    def verifier(self, spec: VerifierSpec) -> Verifier:
        """The verifier with its settings read. Raises BadRequest, one sentence with the nearest right name."""
        found = self.find(VERIFIERS, spec.type)
        parts = {"of": tuple(self.part(part) for part in spec.parts)} if spec.parts else {}
        try:
            return self._verifier(found, spec, parts)
        except ValidationError as wrong:
            raise BadRequest(_sentence(spec.type, found.Settings, wrong)) from None
        except Exception:  # a plugin is a stranger's code
            log.exception("verifier plugin %s cannot be used", spec.type)
            raise BadRequest(f"The verifier type `{spec.type}` cannot be used; the log says why.") from None

    def in_workspace(self, spec: VerifierSpec) -> bool:
        """Whether the verifier, or one inside it, looks at the workspace."""
        if self.verifier(spec).kind is VerifierKind.WORKSPACE:
            return True
        return any(self.in_workspace(part) for part in spec.parts)

    def part(self, spec: VerifierSpec) -> Part:
        """The verifier with what it is called. Raises BadRequest like `verifier`."""
        return Part(spec, self.verifier(spec))

    def _verifier(self, found: Any, spec: VerifierSpec, parts: dict[str, Any]) -> Verifier:
        if self._is_ours(VERIFIERS, spec.type):
            settings = found.Settings.model_validate({**spec.settings, **parts}, context=self._known)
            ours: Verifier = found(settings)
            return ours
        stranger: Verifier = found(found.Settings.model_validate(_own(found, spec.settings)))
        if stranger.kind not in (VerifierKind.WORKSPACE, VerifierKind.OUTSIDE):
            raise TypeError(f"a plugin is of kind WORKSPACE or OUTSIDE, not {stranger.kind}")
        timeout = amounts.period(spec.settings.get("timeout")) or TIMEOUT
        return Guest(stranger, spec.type, timeout, self._stuck_of(VERIFIERS, spec.type))

    def reach(self, spec: VerifierSpec) -> Reach:
        """What the verifier gets at that not everybody may set. Raises BadRequest like `verifier`."""
        made = self.verifier(spec)
        return made.reach if isinstance(made, Reaching) else Reach()

    def own_hooks(self, specs: Iterable[VerifierSpec]) -> tuple[Hook, ...]:
        """What the verifiers, and those inside them, want done when they are met: plugins with an `on_achieved`."""
        every = [one for spec in specs for one in _with_parts(spec)]
        return tuple(Hook(OF_VERIFIER, spec.type, dict(spec.settings)) for spec in every if self._acts(spec))

    def _acts(self, spec: VerifierSpec) -> bool:
        there = spec.type in self.names(VERIFIERS) and not self._is_ours(VERIFIERS, spec.type)
        return there and callable(getattr(self.find(VERIFIERS, spec.type), "on_achieved", None))

    def hook_types(self) -> tuple[str, ...]:
        return self.names(HOOKS)

    def hook(self, spec: Hook) -> Firing:
        """The hook with its settings read. Raises BadRequest, one sentence with the nearest right name."""
        if spec.type == OF_VERIFIER:
            return self._of_verifier(VerifierSpec(spec.target, spec.settings))
        found = self.find(HOOKS, spec.type)
        try:
            return self._hook(found, spec)
        except ValidationError as wrong:
            raise BadRequest(_sentence(spec.type, found.Settings, wrong, "hook")) from None
        except Exception:  # a plugin is a stranger's code
            log.exception("hook plugin %s cannot be used", spec.type)
            raise BadRequest(f"The hook type `{spec.type}` cannot be used; the log says why.") from None

    def _hook(self, found: Any, spec: Hook) -> Firing:
        target = {TARGETS.get(spec.type, TARGET): spec.target} if spec.target else {}
        settings = {**target, **spec.settings}
        if self._is_ours(HOOKS, spec.type):
            ours: Firing = found(found.Settings.model_validate(settings, context=self._known))
            return ours
        stranger: Firing = found(found.Settings.model_validate(_own(found, settings)))
        timeout = amounts.period(spec.settings.get("timeout")) or HOOK_TIMEOUT
        return HookGuest(stranger, spec.type, timeout, self._stuck_of(HOOKS, spec.type))

    def _of_verifier(self, spec: VerifierSpec) -> Firing:
        guest = self.verifier(spec)
        if not isinstance(guest, Guest) or not isinstance(guest.verifier, Acting):
            raise BadRequest(f"The verifier type `{spec.type}` does nothing any more when it is met.")
        return HookGuest(Met(guest.verifier), spec.type, HOOK_TIMEOUT, self._stuck_of(VERIFIERS, spec.type))

    def adapter_secrets(self, name: str) -> set[str]:
        """The settings of a platform that are secrets. Raises BadRequest like `verifier`."""
        fields = self._adapter_model(name).model_fields.items()
        return {key for key, field in fields if SecretStr in (field.annotation, *get_args(field.annotation))}

    def adapter_settings(self, name: str, settings: Mapping[str, Any]) -> BaseModel:
        """The settings of a platform, read by its adapter's own model. Raises BadRequest like `verifier`."""
        model = self._adapter_model(name)
        try:
            return model.model_validate(settings)
        except ValidationError as wrong:
            raise BadRequest(_sentence(name, model, wrong, "adapter")) from None

    def _adapter_model(self, name: str) -> type[BaseModel]:
        model = getattr(self.find(ADAPTERS, name), "Settings", None)
        if isinstance(model, type) and issubclass(model, BaseModel):
            return model
        raise BadRequest(f"The adapter `{name}` has no model of its `Settings`.")

    def _is_ours(self, group: str, name: str) -> bool:
        return self._groups[group][name].module.startswith(OURS)

    def _stuck_of(self, group: str, name: str) -> set[Visit[Any]]:
        return self._stuck.setdefault((group, name), set())


def _with_parts(spec: VerifierSpec) -> Iterator[VerifierSpec]:
    yield spec
    for part in spec.parts:
        yield from _with_parts(part)


def _own(found: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a plugin's own model is to read: its `timeout` only where it knows one."""
    own = "timeout" in found.Settings.model_fields
    return {key: value for key, value in settings.items() if own or key != "timeout"}


def _load(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception:  # importing a plugin runs a stranger's code
        log.exception("plugin %s of %s cannot be loaded", point.name, point.group)
        raise BadRequest(f"The plugin `{point.name}` cannot be loaded; the log says why.") from None


def _sentence(type_: str, settings: type[BaseModel], wrong: ValidationError, kind: str = "verifier") -> str:
    """What is wrong first, and what would be right."""
    error = wrong.errors(include_url=False, include_context=False)[0]
    key, message = str((error["loc"] or ("",))[0]), error["msg"]
    one = f"{'an' if type_.startswith(('a', 'e', 'i', 'o')) else 'a'} `{type_}` {kind}"
    subject = f"`{key}` of {one}" if key else f"{one[0].upper()}{one[1:]}"
    if error["type"] == "extra_forbidden":
        return f"{one[0].upper()}{one[1:]} has no setting {shown(key)}.{nearest(key, settings.model_fields)}"
    if error["type"] == "missing":
        return f"{one[0].upper()}{one[1:]} needs `{key}`."
    if error["type"] == "value_error":
        said = message.removeprefix("Value error, ")
        return f"{subject} is {shown(error['input'])}: {said}." if key else f"{subject} is not whole: {said}."
    wanted = message.removeprefix("Input should be ").removeprefix("Input should ")
    return f"{subject} wants {wanted}, not {shown(error['input'])}."


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """A named agent of the settings: `command` is text for the shell, `argv` is run as it is; one of them."""

    type: str
    command: str = ""
    argv: tuple[str, ...] = ()


class Agents:
    """The agents that goals may name, each made at its first use."""

    def __init__(
        self,
        plugins: Plugins,
        specs: Mapping[str, AgentSpec],
        executor: Executor,
        builtin: Agent | None = None,
    ) -> None:
        self._plugins = plugins
        self._specs = {BUILTIN: AgentSpec(BUILTIN), **specs}
        self._executor = executor
        self._builtin = builtin
        self._made: dict[str, Agent] = {}
        self._minded: dict[str, Minded | None] = {}

    def agent(self, name: str) -> Agent:
        """Raises BadRequest for an agent that there is not, or that cannot work here."""
        if name not in self._specs:
            raise BadRequest(f"There is no agent {shown(name)}.{nearest(name, self._specs)}")
        if name not in self._made:
            self._made[name] = self._make(name, self._specs[name])
        return self._made[name]

    def minded(self, name: str) -> Minded | None:
        """The agent where it has a model of its own; asked of every turn, so found out once."""
        if name not in self._minded:
            agent = self.agent(name)
            self._minded[name] = agent if isinstance(agent, Minded) else None
        return self._minded[name]

    def _make(self, name: str, spec: AgentSpec) -> Agent:
        if spec.type == BUILTIN and self._builtin is not None:
            return self._builtin
        if spec.type not in self._plugins.names(AGENTS):
            raise BadRequest(self._unavailable(name, spec))
        made: Agent = self._plugins.find(AGENTS, spec.type)(name, spec.argv or spec.command, self._executor)
        return made

    def _unavailable(self, name: str, spec: AgentSpec) -> str:
        others = [n for n, s in self._specs.items() if s.type in self._plugins.names(AGENTS)]
        if spec.type == BUILTIN:
            advice = (
                f"choose another with `--agent`.{nearest('', others)}" if others else "set up `[agents.…]`."
            )
            return f"The built-in agent needs a model, and there is none here: {advice}"
        return f"The agent `{name}` is of type `{spec.type}`, which is not available yet."

    def refuse_uncounted(self, request: Request) -> None:
        """Raises BadRequest for a budget in tokens or money where nobody counts them."""
        if self.minded(request.agent) is None:
            raise BadRequest(
                f"The agent `{request.agent}` reports no usage, so a budget in tokens or money could not be kept:"
                " use `--max-turns` or `--max-time`."
            )
