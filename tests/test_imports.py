"""The arrows of the house, and which outside library belongs into which room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("bot", "adapters", "goals", "monitors")

MAY_IMPORT = {
    "goals": {"goals"},
    "monitors": {"monitors", "goals"},
    "adapters": {"adapters", "goals"},
    "bot": {"bot", "adapters", "goals", "monitors"},
}

BEHIND_PORTS = ("store", "work", "outside", "models", "verifiers", "agents")

LIVES_IN = {
    "sqlmodel": ("goals/store",),
    "sqlalchemy": ("goals/store",),
    "alembic": ("goals/store",),
    "psycopg": ("goals/store", "goals/verifiers/postgres.py", "bot/dispatch"),
    "sqlite3": ("goals/store", "goals/verifiers/sqlite.py"),
    "litellm": ("goals/models/llm.py",),
    "pygit2": ("goals/work", "bot/demo"),
    "subprocess": ("goals/work", "bot/demo"),
    "httpx": ("goals/outside/call.py", "bot/desk.py"),
    "simpleeval": ("goals/verifiers",),
    "apscheduler": ("monitors/ticker.py",),
    "matplotlib": ("monitors/plot.py",),
    "PIL": ("monitors/plot.py",),
    "cronsim": ("goals/domain/schedule.py",),
    "aiohttp": ("adapters/slack", "adapters/discord"),
    "cryptography": ("adapters/slack",),
    "slack_bolt": ("adapters/slack",),
    "slack_sdk": ("adapters/slack",),
    "discord": ("adapters/discord",),
    "fastapi": ("adapters/local", "bot/web"),
    "starlette": ("adapters/local", "bot/web"),
    "uvicorn": ("bot/web",),
    "prometheus_client": ("bot/web", "bot/telemetry.py"),
    "opentelemetry": ("bot/otlp.py",),
    "procrastinate": ("bot/dispatch",),
    "click": ("bot",),
    "rich": ("bot", "adapters/terminal.py"),
}


def sources(folder: str = "") -> list[Path]:
    folders = (folder,) if folder else FOLDERS
    return [p for f in folders for p in sorted((ROOT / f).rglob("*.py")) if "sample" not in p.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imported(path: Path) -> tuple[str, ...]:
    """The modules that a file imports, those inside functions too."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [n for n in names if is_module(n)]
            yield from modules or [node.module]


def is_module(dotted: str) -> bool:
    path = ROOT / dotted.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def ours(path: Path) -> set[str]:
    return {n for n in imported(path) if n.split(".")[0] in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_arrows_between_the_folders_go_one_way(folder: str) -> None:
    wrong = [
        f"{name(path)} imports {module}"
        for path in sources(folder)
        for module in ours(path)
        if module.split(".")[0] not in MAY_IMPORT[folder]
    ]
    assert wrong == []


def test_the_domain_knows_only_itself_the_standard_library_and_what_lives_in_one_of_its_files() -> None:
    wrong = [
        f"{name(path)} imports {module}"
        for path in sources("goals/domain")
        for module in imported(path)
        if not module.startswith("goals.domain") and module.split(".")[0] in {*FOLDERS, "pydantic", *LIVES_IN}
        if name(path) not in LIVES_IN.get(module.split(".")[0], ())
    ]
    assert wrong == []


def test_ports_know_only_the_domain() -> None:
    wrong = [
        f"{name(path)} imports {module}"
        for path in sources("goals/ports")
        for module in ours(path)
        if not module.startswith(("goals.domain", "goals.ports"))
    ]
    assert wrong == []


def test_what_stands_behind_ports_is_not_known_to_the_core_nor_to_each_other() -> None:
    core = [p for p in sources("goals") if p.parent == ROOT / "goals"]
    into_store_or_work = [
        f"{name(path)} imports {module}"
        for path in core
        for module in ours(path)
        if module.startswith(
            ("goals.store", "goals.work", "goals.outside", "goals.verifiers", "goals.agents")
        )
        and name(path) != "goals/plugins.py"
    ]
    between = [
        f"{name(path)} imports {module}"
        for room in ("store", "work", "outside", "verifiers")
        for path in sources(f"goals/{room}")
        for module in ours(path)
        for other in BEHIND_PORTS
        if other != room and module.startswith(f"goals.{other}")
    ]
    assert into_store_or_work + between == []


def test_adapters_know_no_adapter_but_themselves() -> None:
    shared = ("__pycache__", "wishes")
    platforms = [p.name for p in (ROOT / "adapters").iterdir() if p.is_dir() and p.name not in shared]
    wrong = [
        f"{name(path)} imports {module}"
        for path in sources("adapters")
        for module in ours(path)
        for platform in platforms
        if module.startswith(f"adapters.{platform}")
        and path.relative_to(ROOT / "adapters").parts[0] != platform
    ]
    assert wrong == []


@pytest.mark.parametrize("library", LIVES_IN)
def test_each_library_lives_in_its_room(library: str) -> None:
    wrong = [
        name(path)
        for path in sources()
        if any(module.split(".")[0] == library for module in imported(path))
        and not name(path).startswith(LIVES_IN[library])
    ]
    assert wrong == []


def test_only_the_entry_reads_the_environment() -> None:
    readers = [
        name(path)
        for path in sources()
        if any(
            isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
            and isinstance(node.value, ast.Name) and node.value.id == "os"
            for node in ast.walk(tree(path))
        )
    ]  # fmt: skip
    # The last reads nothing: it sets litellm's switches, which stand nowhere else.
    assert set(readers) <= {"bot/envelope.py", "bot/cli.py", "bot/app.py", "goals/models/llm.py"}


def test_only_our_own_git_and_the_doctor_run_commands_outside_of_the_sandbox() -> None:
    unconfined = {
        name(path)
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword)
        and node.arg == "confinement"
        and isinstance(node.value, ast.Constant)
        and node.value.value is None
    }
    assert unconfined == {"goals/work/origin.py", "goals/work/snapshots.py", "bot/machine.py"}


def test_no_two_files_import_each_other() -> None:
    modules = {name(p).removesuffix(".py").replace("/", ".").removesuffix(".__init__"): p for p in sources()}
    arrows = {m: {n for n in ours(p) if n in modules and n != m} for m, p in modules.items()}
    done: set[str] = set()

    def walk(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path, module))
        if module not in done:
            for target in arrows[module]:
                walk(target, (*path, module))
            done.add(module)

    for module in modules:
        walk(module, ())
