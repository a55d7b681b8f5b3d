"""Case 5, and plugins that break."""

from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from goals.agents.command import CommandAgent
from goals.domain.errors import BadRequest
from goals.domain.values import Request, VerifierSpec
from goals.plugins import VERIFIERS, Agents, AgentSpec, Plugins
from goals.verifiers.command import CommandVerifier
from goals.verifiers.running import CommandSettings
from goals.work.executor import LocalExecutor


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(BadRequest) as refused:
        call()
    return str(refused.value)


def spec(type_: str, **settings: Any) -> VerifierSpec:
    return VerifierSpec(type_, settings)


def test_the_built_in_verifiers_are_entry_points_like_anybodys() -> None:
    assert {"command", "test", "data", "human"} <= set(Plugins().verifier_types())


def test_a_verifier_is_made_with_its_settings_read() -> None:
    made = Plugins().verifier(spec("command", command="true", timeout="5m"))
    assert isinstance(made, CommandVerifier)
    assert made.settings == CommandSettings(command="true", timeout=300)


REFUSED = [
    (spec("comand", command="true"), "There is no verifier type “comand”. Did you mean `command`?"),
    (spec("command", comand="true"), "A `command` verifier has no setting “comand”. Did you mean `command`?"),
    (spec("command"), "A `command` verifier is not whole: it takes either 'command' or 'argv'."),
    (spec("command", command=5), "`command` of a `command` verifier wants a valid string, not “5”."),
    (spec("data", contains="x"), "A `data` verifier needs `path`."),
    (
        spec("command", command="true", timeout="5"),
        "`timeout` of a `command` verifier is “5”: a duration is a number of seconds, or written like 90s, 5m or 2h.",
    ),
    (
        spec("data", path="../x", contains="x"),
        "`path` of a `data` verifier is “../x”: a path stays inside the workspace.",
    ),
]


@pytest.mark.parametrize(("wrong", "sentence"), REFUSED)
def test_what_is_wrong_is_refused_with_the_nearest_right_name(wrong: VerifierSpec, sentence: str) -> None:
    assert refusal(lambda: Plugins().verifier(wrong)) == sentence


def test_a_plugin_that_cannot_be_loaded_is_refused_with_one_sentence() -> None:
    plugins = Plugins(lambda group: [EntryPoint("odd", "no_such_module:Verifier", group)])
    assert (
        refusal(lambda: plugins.verifier(spec("odd")))
        == "The plugin `odd` cannot be loaded; the log says why."
    )


def test_a_plugin_that_is_no_verifier_is_refused_with_one_sentence() -> None:
    plugins = Plugins(lambda group: [EntryPoint("odd", "pathlib:Path", group)])
    said = refusal(lambda: plugins.verifier(spec("odd")))
    assert said == "The verifier type `odd` cannot be used; the log says why."


def test_a_group_is_looked_up_once() -> None:
    asked = []

    def installed(group: str) -> Iterable[EntryPoint]:
        asked.append(group)
        return [EntryPoint("command", "goals.verifiers.command:CommandVerifier", group)]

    plugins = Plugins(installed)
    first, second = plugins.find(VERIFIERS, "command"), plugins.find(VERIFIERS, "command")
    assert first is second
    assert asked == [VERIFIERS]


@pytest.fixture
def agents(tmp_path: Path) -> Agents:
    specs = {"fixer": AgentSpec("command", "ruff check --fix ."), "other": AgentSpec("acp", argv=("x",))}
    return Agents(Plugins(), specs, LocalExecutor(tmp_path))


def test_a_named_agent_is_made_once(agents: Agents) -> None:
    made = agents.agent("fixer")
    assert isinstance(made, CommandAgent)
    assert made.describe() == "fixer: ruff check --fix ."
    assert agents.agent("fixer") is made


def test_an_agent_that_there_is_not_is_refused_with_the_nearest_one(agents: Agents) -> None:
    assert refusal(lambda: agents.agent("fixr")) == "There is no agent “fixr”. Did you mean `fixer`?"


def test_the_built_in_agent_needs_a_model(agents: Agents) -> None:
    said = refusal(lambda: agents.agent("builtin"))
    assert said == (
        "The built-in agent needs a model, and there is none here: choose another with `--agent`."
        " There is only `fixer`."
    )


def test_an_agent_of_a_type_to_come_is_refused(agents: Agents) -> None:
    assert (
        refusal(lambda: agents.agent("other"))
        == "The agent `other` is of type `acp`, which is not available yet."
    )


def test_budgets_that_could_not_be_kept_are_refused(agents: Agents) -> None:
    said = refusal(lambda: agents.refuse_uncounted(Request("x", agent="fixer")))
    assert said.startswith("The agent `fixer` reports no usage")
