"""Finds out what commands are kept in with on this machine: bubblewrap where it really works, else limits alone."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.lock import holder
from bot.runs import runs
from bot.settings import Settings
from goals.ports import Command
from goals.work.bubblewrap import NAME, Bubblewrap
from goals.work.environment import search_path
from goals.work.executor import LocalExecutor
from goals.work.snapshots import directory

PATIENCE = 20.0
PROBE = "touch inside && if touch ../outside; then echo a trial command got out; exit 1; fi"


@dataclass(frozen=True, slots=True)
class Found:
    """`sandbox` is None where there is none to be used; `lacks` says why, as the end of a sentence."""

    sandbox: Bubblewrap | None
    lacks: str = ""


async def look(settings: Settings, state: Path, environ: Mapping[str, str]) -> Found:
    """What commands are kept in with; bubblewrap is tried once, where the settings do not forbid it."""
    if settings.sandbox.mode == "process":
        return Found(None, "`[sandbox] mode` is `process`")
    path = search_path(environ)
    program = shutil.which("bwrap", path=path)
    if program is None:
        return Found(None, "bubblewrap is not installed")
    home = environ.get("HOME", "")
    sandbox = Bubblewrap(
        program,
        hidden=(covering(state), runs(environ), *_snapshots(settings)),
        home=Path(home) if home.startswith("/") else None,
        path=tuple(Path(part) for part in path.split(os.pathsep) if part.startswith("/")),
    )
    said = await _tried(sandbox, environ)
    return Found(None, f"bubblewrap does not work here ({said})") if said else Found(sandbox)


async def choose(settings: Settings, environ: Mapping[str, str]) -> Bubblewrap | None:
    """What the settings ask for. Raises SettingsError where they ask for bubblewrap and it cannot be had."""
    found = await look(settings, settings.state, environ)
    if settings.sandbox.mode == NAME and found.sandbox is None:
        raise settings.refusal(
            ("sandbox", "mode"),
            f"{found.lacks}, and `mode` asks for it: install bubblewrap, or set `auto` or `process`.",
        )
    return found.sandbox


def covering(state: Path) -> Path:
    """The state to be hidden: ours, or of a worker beside another process that one's, in which ours lies."""
    return state.parent if holder(state.parent) == os.getppid() else state


def _snapshots(settings: Settings) -> list[Path]:
    """Where other goals' workspaces are stored, if that is on this machine."""
    place = directory(settings.workspaces.snapshots)
    return [place] if place else []


async def _tried(sandbox: Bubblewrap, environ: Mapping[str, str]) -> str:
    """What went wrong when a command was put behind the walls; empty when they stand."""
    with tempfile.TemporaryDirectory() as place:
        workspace = Path(place) / "workspace"
        workspace.mkdir()
        executor = LocalExecutor(Path(place) / "state", environ=environ, sandbox=sandbox)
        ran = await executor.run(Command(cwd=workspace, shell=PROBE, timeout=PATIENCE))
    if ran.exit_code == 0:
        return ""
    lines = ran.output.strip().splitlines()
    return lines[-1].removeprefix("bwrap: ").rstrip(".") if lines else "a trial command did not end"
