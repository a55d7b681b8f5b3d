"""`goalward doctor`: what is wrong with the set-up, and what to do about it. It changes nothing."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from bot import platform_doctor, unfit
from bot.findings import Finding, Level, failure, fine, warning
from bot.machine import machine
from bot.models import models
from bot.sandbox import look
from bot.settings import Settings, load
from bot.sharing_doctor import attendance, sharing
from bot.snapshot_doctor import snapshots
from bot.unfit import Unfit
from goals.domain.contract import Defaults
from goals.domain.errors import GoalError
from goals.plugins import AGENTS, BUILTIN, AgentSpec, Plugins
from goals.work.environment import search_path
from goals.work.origin import REMOTE

__all__ = ["Finding", "Level", "as_table", "examine"]

Silent = Callable[[], Awaitable[Sequence[str]]]

SHELL_WORDS = frozenset(
    (".", ":", "[", "{", "(", "cd", "eval", "exec", "export", "for", "if", "set", "source", "test", "while")
)
MARKS = {
    Level.OK: Text("✓", style="green"),
    Level.WARN: Text("!", style="yellow"),
    Level.FAIL: Text("✗", style="red"),
}


async def examine(
    file: Path | None, state: Path | None, environ: Mapping[str, str], *, silent: Silent | None = None
) -> list[Finding]:
    """Everything that can be found out. Without readable settings that is all there is to say.

    `state` overrides the settings; `silent` names the goals that are active with nothing due.
    """
    try:
        settings = load(file, environ)
    except GoalError as error:
        return [failure(str(error), "Correct that place in the settings.")]
    found = await examined(settings, state or settings.state, environ, silent=silent)
    return [fine("The settings can be read."), *found]


async def examined(
    settings: Settings, state: Path, environ: Mapping[str, str], *, silent: Silent | None = None
) -> list[Finding]:
    """The same for settings that were read."""
    plugins = Plugins(databases=settings.databases, prometheus=bool(settings.prometheus.url))
    return [
        *await machine(settings.store, state, environ),
        await sandbox(settings, state, environ),
        default_agent(settings, plugins),
        *models(settings.model, settings.variables),
        *agents(settings, environ),
        *presets(settings, plugins),
        *repositories(settings),
        *snapshots(settings),
        *sharing(settings),
        *await attendance(settings, state),
        local(settings),
        *await platform_doctor.slack(settings),
        *await platform_doctor.discord(settings),
        *platform_doctor.others(settings, plugins),
        *(_unfit(one) for one in unfit.unfit(settings, plugins) if one.path[0] != "verifiers"),
        *(await goals(silent) if silent else ()),
    ]


async def sandbox(settings: Settings, state: Path, environ: Mapping[str, str]) -> Finding:
    """How far commands are kept in."""
    found = await look(settings, state, environ)
    if found.sandbox:
        network = "with" if settings.sandbox.network else "without"
        return fine(
            f"Commands run in bubblewrap {network} network where no channel or agent says otherwise: "
            "they write in their workspace only, and see neither the state nor each other."
        )
    limits = "Commands run with limits on time, memory and processes, but see all files and the network"
    said = f"{limits}: {found.lacks}."
    if settings.sandbox.mode == "process":
        return fine(said)
    if settings.sandbox.mode == "bubblewrap":
        return failure(f"No goal can be worked on: {found.lacks}.", "Install bubblewrap, or change `mode`.")
    return warning(said, "Install bubblewrap, or let only people whom you trust start goals here.")


def default_agent(settings: Settings, plugins: Plugins) -> Finding:
    name = settings.defaults_section.agent
    spec = settings.agent_specs().get(name, AgentSpec(BUILTIN))
    if spec.type in plugins.names(AGENTS):
        return fine(f"Goals are worked on by the agent `{name}` where they name no other.")
    if spec.type != BUILTIN:
        return warning(
            f"The default agent `{name}` cannot work: there are no agents of type `{spec.type}`.",
            "Set up an `[agents.…]` of type `command` and name it in `[defaults] agent`.",
        )
    if settings.model and settings.model.agent:
        return fine(f"Goals are worked on by the built-in agent with `{settings.model.agent}`.")
    return warning(
        f"The default agent `{name}` cannot work: no model is configured.",
        "Name one in `[model] agent`, or an agent of type `command` in `[defaults] agent`.",
    )


def agents(settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    specs = settings.agent_specs().items()
    return [_agent(name, spec, search_path(environ)) for name, spec in specs if spec.type == "command"]


def _agent(name: str, spec: AgentSpec, path: str) -> Finding:
    try:
        program = _program(spec)
    except ValueError:
        return warning(f"The command of the agent `{name}` has a quote without an end.", "Close the quote.")
    if "/" in program or program in SHELL_WORDS or shutil.which(program, path=path):
        return fine(f"The agent `{name}` runs `{program}`.")
    return warning(
        f"The agent `{name}` runs `{program}`, which is not on the PATH that commands see.",
        "Install it outside of Goalward's own environment, or name it by its whole path.",
    )


def _program(spec: AgentSpec) -> str:
    """The first word that is not a variable's assignment. Raises ValueError for an open quote."""
    words = spec.argv or tuple(shlex.split(spec.command))
    return next((word for word in words if not re.match(r"\w+=", word)), ":")


def presets(settings: Settings, plugins: Plugins) -> list[Finding]:
    """Whether every preset's type and settings are right."""
    return [_preset(name, settings.defaults(), plugins) for name in settings.verifiers]


def _preset(name: str, defaults: Defaults, plugins: Plugins) -> Finding:
    wrong = unfit.preset(name, defaults, plugins)
    if wrong is None:
        return fine(f"The verifier `{name}` is ready: {defaults.presets[name].how}.")
    tell = failure if wrong.fatal else warning
    return tell(
        f"The verifier `{name}` cannot be used: {wrong.sentence}",
        f"Correct `[verifiers.{name}]`, or do without.",
    )


def _unfit(one: Unfit) -> Finding:
    key = ".".join(one.path)
    if one.fatal:
        return failure(f"Nothing starts: `{key}`: {one.sentence}", "Correct that place in the settings.")
    return warning(one.sentence, "It can stay for a later version.")


def repositories(settings: Settings) -> list[Finding]:
    """Whether the channels' repositories on this machine are there; others are not asked."""
    return [_repository(key, section.repo) for key, section in settings.channels.items() if section.repo]


def _repository(key: str, repo: str) -> Finding:
    if REMOTE.match(repo):
        return fine(f"The repository of {key} lies elsewhere; it is cloned when a goal starts.")
    if Path(repo).expanduser().is_dir():
        return fine(f"The repository of {key} is there: {repo}.")
    return failure(
        f"The repository of {key} is not there: {repo}.", f'Correct `repo` in `[channels."{key}"]`.'
    )


def local(settings: Settings) -> Finding:
    if settings.local.open:
        return warning(
            "The local channel is open: an agent could act as a person there.",
            "Remove `open` from `[local]`.",
        )
    return fine("The local channel needs its key.")


async def goals(silent: Silent) -> list[Finding]:
    """Goals that are active and for which nothing is due."""
    return [
        warning(
            f"Goal {goal_id} is active, but nothing is due for it.",
            f"Pause and resume it: `/goal {goal_id} pause`.",
        )
        for goal_id in await silent()
    ]


def as_table(findings: Sequence[Finding]) -> Table:
    table = Table("", "What", "What to do", box=None, pad_edge=False)
    for finding in findings:
        table.add_row(MARKS[finding.level], Text(finding.what), Text(finding.advice))
    return table
