"""What the settings ask for that is not there: types of agents and verifiers, the database of a queue."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import Settings
from goals.domain.contract import JUDGE, Defaults, verifier
from goals.domain.errors import GoalError
from goals.domain.nearest import nearest, shown
from goals.plugins import AGENTS, BUILTIN, AgentSpec, Plugins

PLANNED_AGENTS = ("acp",)
POSTGRES = "postgresql+psycopg://"


@dataclass(frozen=True, slots=True)
class Unfit:
    """A key whose value cannot be had. Where it is `fatal` nothing starts; else it is refused when a goal names it: the
    agents of a type that Goalward knows of and does not have here.
    """

    path: tuple[str, ...]
    sentence: str
    fatal: bool = True


def unfit(settings: Settings, plugins: Plugins) -> list[Unfit]:
    agents = (agent(name, spec, plugins) for name, spec in settings.agent_specs().items())
    presets = (preset(name, settings.defaults(), plugins) for name in settings.verifiers)
    found = (*dispatch(settings), *agents, *presets)
    return [one for one in found if one is not None]


def refuse_unfit(settings: Settings, plugins: Plugins) -> None:
    """Raises SettingsError for the first thing without which nothing can start."""
    for one in unfit(settings, plugins):
        if one.fatal:
            raise settings.refusal(one.path, one.sentence)


def dispatch(settings: Settings) -> list[Unfit]:
    if settings.dispatch == "local" or settings.store.startswith(POSTGRES):
        return []
    return [
        Unfit(
            ("dispatch",), f"`{settings.dispatch}` needs PostgreSQL: name one as `store`, as `{POSTGRES}…`."
        )
    ]


def agent(name: str, spec: AgentSpec, plugins: Plugins) -> Unfit | None:
    there = (BUILTIN, *plugins.names(AGENTS))
    path = ("agents", name, "type")
    if spec.type in there:
        return None
    if spec.type in PLANNED_AGENTS:
        return Unfit(path, f"Agents of type `{spec.type}` are not available yet.", fatal=False)
    return Unfit(path, f"There is no agent type {shown(spec.type)}.{nearest(spec.type, there)}")


def preset(name: str, defaults: Defaults, plugins: Plugins) -> Unfit | None:
    known = plugins.verifier_types()
    if defaults.presets[name].type == JUDGE:
        return None
    try:
        plugins.verifier(verifier({"preset": name}, defaults, known))
    except GoalError as error:
        return Unfit(("verifiers", name), str(error))
    return None
