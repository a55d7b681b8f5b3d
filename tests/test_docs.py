"""The documents are true: their code runs, their settings are read, their goals are understood."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pytest

from adapters import grammar, language
from adapters.language import Place, Start
from bot.app import open_core
from bot.settings import Settings, load
from goals.domain.contract import Asked, Defaults, request, verifier
from goals.domain.errors import BadRequest
from goals.domain.findings import Said, TurnReport
from goals.domain.hooks import Hook, Moment
from goals.domain.values import Status, Verdict, VerifierSpec
from goals.domain.watching import Watch
from goals.plugins import Agents, AgentSpec, Plugins
from goals.ports import CheckContext, HookContext, HookEvent, Task
from monitors.hooks.signing import signature
from tests.given import ANA, ORIGIN, goal
from tests.peers.declared import declared

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 21, tzinfo=UTC)


DOCUMENTS = (
    "README.md",
    *(
        f"docs/{name}.md"
        for name in (
            "adapters",
            "agents",
            "discord",
            "goals",
            "hooks",
            "models",
            "monitors",
            "operations",
            "plugins",
            "sandbox",
            "slack",
            "verifiers",
        )
    ),
)


NAMED = re.findall(r"`(tests/[^`:]+)::([^`]+)`", (ROOT / "docs/threat-model.md").read_text())


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_what_the_threat_model_names_is_tested(file: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / file).read_text()


def blocks(document: str, language_: str) -> list[str]:
    return re.findall(rf"```{language_}\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def classes() -> dict[str, Any]:
    """What docs/plugins.md defines."""
    defined: dict[str, Any] = {}
    for block in blocks("docs/plugins.md", "python"):
        exec(compile(block, "docs/plugins.md", "exec"), defined)
    return defined


class Installed(EntryPoint):
    """An entry point whose object is at hand."""

    def load(self) -> Any:
        return CLASSES[self.value]


CLASSES: dict[str, Any] = {}


@pytest.fixture
def plugins(classes: dict[str, Any]) -> Plugins:
    CLASSES.update(classes)

    def installed(group: str) -> Iterable[EntryPoint]:
        declared = "\n".join(blocks("docs/plugins.md", "toml"))
        section = declared.split(f'entry-points."{group}"]')[1].split("[")[0]
        for name, value in re.findall(r'^(\w+) = "\w+:(\w+)"', section, re.MULTILINE):
            yield Installed(name, value, group)
        yield from entry_points(group=group)

    return Plugins(installed)


class NoSteps:
    before = ()

    async def add(self, kind: str, number: int, body: dict[str, Any]) -> None:
        return None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, Verdict(False, "LICENSE is not there")),
        ("Apache License 2.0", Verdict(True, "LICENSE names the Apache License")),
    ],
)
async def test_the_documented_verifier_works(
    plugins: Plugins, tmp_path: Path, text: str | None, found: Verdict
) -> None:
    if text:
        (tmp_path / "LICENSE").write_text(text)
    verifier = plugins.verifier(VerifierSpec("license", {}))
    context = CheckContext(goal(), tmp_path, "tree", executor=None)  # type: ignore[arg-type]
    assert await verifier.check(context) == found


async def test_the_documented_hook_keeps_one_line_per_edge(plugins: Plugins, tmp_path: Path) -> None:
    hook = plugins.hook(Hook("ledger", "", {"file": str(tmp_path / "done.jsonl")}))
    told = {"key": "k1", "moment": Moment.ACHIEVED, "at": NOW, "explanation": "", "goal": {"objective": "a"}}
    context = HookContext(goal(), None, tmp_path)  # type: ignore[arg-type]
    for key in ("k1", "k1", "k2"):
        await hook.fire(HookEvent(**{**told, "key": key}), context)
    lines = [json.loads(line) for line in (tmp_path / "done.jsonl").read_text().splitlines()]
    assert lines == [{"key": "k1", "goal": "a"}, {"key": "k2", "goal": "a"}]


def test_a_receiver_that_does_as_documented_knows_our_signature_from_others() -> None:
    defined: dict[str, Any] = {}
    exec("".join(blocks("docs/hooks.md", "python")), defined)
    signed = signature("hush", b"{}")
    fits = [defined["is_from_goalward"](body, signed, "hush") for body in (b"{}", b"{ }")]
    assert fits == [True, False]


def test_the_documented_verifier_refuses_unknown_settings(plugins: Plugins) -> None:
    with pytest.raises(BadRequest, match=r"no setting “pth”\. Did you mean `path`"):
        plugins.verifier(VerifierSpec("license", {"pth": "COPYING"}))


async def test_the_documented_agent_works(plugins: Plugins, tmp_path: Path) -> None:
    agents = Agents(plugins, {"parrot": AgentSpec("echo", "hello")}, executor=None)  # type: ignore[arg-type]
    report = await agents.agent("parrot").run(Task(goal(), 1, tmp_path, "do"), NoSteps())
    assert (report, (tmp_path / "echo.txt").read_text()) == (
        TurnReport("wrote hello", Said(complete=True)),
        "hello",
    )


def documented(document: str, place: Path) -> list[Settings]:
    """The settings that a document shows."""
    shown = [block for block in blocks(document, "toml") if not block.startswith("[project")]
    for number, block in enumerate(shown):
        (place / f"{number}.toml").write_text(block)
    return [load(place / f"{number}.toml", {}) for number in range(len(shown))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documented_settings_are_read(document: str, tmp_path: Path) -> None:
    assert documented(document, tmp_path)


async def test_a_goal_is_worked_on_and_proven_by_the_documented_plugins(
    plugins: Plugins, tmp_path: Path
) -> None:
    (settings,) = documented("docs/plugins.md", tmp_path)
    place = settings.model_copy(update={"state": tmp_path / "state"})
    core, lock = await open_core(place, plugins=plugins)
    await core.start()
    verify = '{"type": "license", "path": "echo.txt", "name": "hello"}'
    asked = Asked("say hello", verify=(verify,), agent="parrot", auto_approve=True)
    ended: asyncio.Future[Status] = asyncio.get_running_loop().create_future()
    core.journal.subscribe(lambda c: ended.set_result(c.goal.status) if c.goal.status.terminal else None)
    await core.service.open(asked, by=ANA, origin=ORIGIN)
    assert await asyncio.wait_for(ended, 40) is Status.COMPLETED
    await core.stop()
    lock.release()


def test_documented_goals_are_understood() -> None:
    texts = [
        b
        for d in ("README.md", "docs/goals.md", "docs/hooks.md", "docs/monitors.md")
        for b in blocks(d, "")
        if b.startswith("/goal")
    ]
    assert texts and all(isinstance(language.parse(t, Place(), NOW), Start) for t in texts)


def test_documented_monitors_can_be_set() -> None:
    plugins = Plugins(declared)
    watches = []
    for text in (block for block in blocks("docs/monitors.md", "") if block.startswith("/goal")):
        start = language.parse(text, Place(), NOW)
        assert isinstance(start, Start)
        wanted = request(start.asked, Defaults(), plugins.verifier_types())
        assert [plugins.verifier(spec) for spec in wanted.verifiers]
        watches.append(wanted.watch)
    assert watches == [
        Watch(every=60.0),
        Watch(cron="*/15 8-18 * * MON-FRI", repeat=True, stall_after=20),
        Watch(cron="30 6 * * *", timezone="Europe/Berlin", repeat=True),
    ]


def test_documented_verifiers_are_accepted_and_every_type_is_documented() -> None:
    plugins, specs = Plugins(declared, databases=("crm",)), []
    for line in "".join(blocks("docs/verifiers.md", "json")).splitlines():
        specs.append(verifier(line, Defaults(), plugins.verifier_types()))
        plugins.verifier(specs[-1])
    assert {spec.type for spec in specs} >= set(plugins.verifier_types())


def test_every_verb_and_option_that_is_there_is_documented() -> None:
    text = (ROOT / "docs/goals.md").read_text()
    verbs = [v.name for v in grammar.VERBS if f"`{v.name}" not in text]
    options = [o.names[0] for o in grammar.OPTIONS if o.names and f"--{o.names[0]}" not in text]
    assert (verbs, options) == ([], [])


def test_the_examples_of_the_page_do_what_they_say() -> None:
    page = (ROOT / "adapters/local/page/page.js").read_text()
    texts = [text for _, text in re.findall(r"""^  \[(['`])(/goal .*)\1, \"""", page, re.MULTILINE)]
    asked = [language.parse(text, Place(), NOW) for text in texts]
    assert [start.asked.verify for start in asked if isinstance(start, Start)] == [
        ("pytest -q",),
        ('{"type": "human"}',),
        ('{"type": "http", "url": "https://example.com", "status": 200}',),
    ]
