"""The scripted model: it works with real tools behind real litellm, and judges by what ran."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.demo import Demonstration, prepare
from bot.demo.cast import AGENT, JUDGE, cast, scripted
from bot.demo.model import ScriptedModel, playing
from bot.demo.referee import referee, verdict
from bot.demo.worker import ONLY_TESTS, worker
from bot.sections import ModelSection
from tests.peers.house import House

BUDGET = "--max-tokens 40k --max-usd $0.25"


@pytest.fixture
async def model() -> AsyncIterator[ScriptedModel]:
    async with playing({AGENT: worker(0), JUDGE: referee(0)}) as model:
        yield model


@pytest.fixture
def demo(tmp_path: Path) -> Demonstration:
    return prepare(tmp_path / "sample")


@asynccontextmanager
async def opened(place: Path, url: str, demo: Demonstration, **settings: Any) -> AsyncIterator[House]:
    channels = {"local:demo": {"repo": str(demo.repo)}}
    house = House(place, model=scripted(url), channels=channels, **settings)
    await house.open()
    try:
        yield house
    finally:
        await house.close()


@pytest.fixture
async def house(model: ScriptedModel, demo: Demonstration, tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, model.url, demo, defaults={"agent": "builtin"}) as house:
        yield house


@dataclass(frozen=True)
class Ended:
    """A demonstration that is over: its goal, what the bot said, and the tokens that its model counted."""

    goal: dict[str, Any]
    texts: list[str]
    tokens: Any


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return asyncio.run(_shown(tmp_path_factory.mktemp("shown")))


async def _shown(place: Path) -> Ended:
    demo = prepare(place / "sample")
    async with (
        playing({AGENT: worker(0), JUDGE: referee(0)}) as model,
        opened(place, model.url, demo, defaults={"agent": "builtin"}) as house,
    ):
        thread = await house.say("demo", demo.goal(BUDGET))
        question = await house.question(thread)
        await house.react(question, "✅", user="ben")
        goal = await house.stands(thread, "completed", seconds=60)
        return Ended(goal, await house.texts(thread), model.tokens())


def test_the_demonstration_is_proven_within_its_budget(ended: Ended) -> None:
    goal = ended.goal
    files = [file["path"] for file in goal["files"]]
    assert (goal["label"], goal["turns"], files) == (
        "proven", 3, ["invoice/discount.py", "invoice/lines.py", "invoice/terms.py"],
    )  # fmt: skip
    assert {item["status"] for item in goal["plan"]} == {"completed"}
    assert goal["constraints"][0]["kept"] is True
    assert set(goal["usage_by_purpose"]) == {"plan", "agent", "judge"}
    assert 0 < goal["usd"] == pytest.approx(sum(goal["cost_by_model"].values()))


def test_the_ledger_has_what_the_scripted_model_counted(ended: Ended) -> None:
    counted, told = ended.tokens, ended.goal["tokens"]
    assert (told["fresh"] + told["cached"], told["cached"], told["output"]) == (
        counted.input, counted.cached, counted.output,
    )  # fmt: skip


def test_people_see_plan_tokens_money_and_the_judge(ended: Ended) -> None:
    seen = "\n".join(ended.texts)
    for part in ("Plan:\nmake test_", "/ 40k", "/ 0.25", " cached)", "Cost by model", "✓ the judge"):
        assert part in seen


async def test_the_command_agent_does_the_same_goal(
    model: ScriptedModel, demo: Demonstration, tmp_path: Path
) -> None:
    agents = {demo.agent: " ".join(demo.argv)}
    async with opened(tmp_path, model.url, demo, agents=agents) as house:
        thread = await house.say("demo", demo.goal(f"--agent {demo.agent} --auto-approve"))
        assert (await house.stands(thread, "completed", seconds=60))["label"] == "proven"


async def test_where_there_are_no_tests_the_scripted_model_says_what_it_is(house: House) -> None:
    thread = await house.say("empty", '/goal --auto-approve --verify "test -f x" write a poem')
    goal = await house.stands(thread, "paused", seconds=40)
    assert goal["reason"] == "blocked" and ONLY_TESTS in goal["explanation"]


async def test_a_model_of_the_settings_plays_itself() -> None:
    section = ModelSection(agent="openai/gpt-5")
    async with cast(section) as players:
        assert players.section is section and "openai/gpt-5" in players.said


CASE = """<objective>
    Make the tests pass
</objective>
<criteria>
1. {criterion}
</criteria>
<constraints>
1. no test is changed
</constraints>
<found>
- {found}
</found>
<printed>
(nothing)
</printed>
<diff>
| +++ b/{changed}
</diff>
<claim>
Everything is done, all tests pass.
</claim>"""


@pytest.mark.parametrize(
    ("criterion", "found", "changed", "complete"),
    [
        ("The tests pass", "met: test: x: Ran 3 tests: OK (exit code 0)", "a.py", True),
        ("The tests pass", "NOT MET: test: x: 1 failed (exit code 1)", "a.py", False),
        ("The tests pass", "BROKEN, the check itself failed: test: x: no answer", "a.py", False),
        ("The tests pass", "met: test: x: Ran 3 tests: OK (exit code 0)", "tests/test_a.py", False),
    ],
)
def test_the_scripted_judge_goes_by_what_ran_and_by_the_diff(
    criterion: str, found: str, changed: str, complete: bool
) -> None:
    word = verdict(CASE.format(criterion=criterion, found=found, changed=changed))
    assert word["complete"] is complete and bool(word["missing"]) is not complete


def test_the_scripted_judge_calls_nothing_met_that_tests_cannot_show() -> None:
    case = CASE.format(criterion="The page is beautiful", found="met: command: true: ok", changed="a.py")
    word = verdict(case.replace("Make the tests pass", "Make it nice"))
    assert word["criteria"][0]["met"] is False
