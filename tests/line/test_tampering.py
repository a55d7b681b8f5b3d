"""What an agent does to the files that prove its work: undone before anything completes, or said at the end."""

from pathlib import Path
from typing import Any

import pytest

from tests.peers.house import House

DONE = '--auto-approve --verify "test -f done"'

TRICKS = {
    "edited": ("echo more >> tests/a.py", "echo one > tests/a.py", "tests/a.py"),
    "deleted": ("rm tests/a.py", "echo one > tests/a.py", "tests/a.py"),
    "created": ("touch tests/new.py", "rm tests/new.py", "tests/new.py"),
    "renamed": ("mv tests/a.py tests/b.py", "mv tests/b.py tests/a.py", "tests/a.py"),
    "moved with its folder": ("mv tests old", "mv old tests", "tests/a.py"),
    "made executable": ("chmod +x tests/a.py", "chmod -x tests/a.py", "tests/a.py"),
    "a link to the same text": (
        "mv tests/a.py real; ln -s ../real tests/a.py",
        "rm tests/a.py; mv real tests/a.py",
        "tests/a.py",
    ),
    "its folder a link": ("mv tests real; ln -s real tests", "rm tests; mv real tests", "tests/a.py"),
    "a folder in its place": (
        "rm tests/a.py; mkdir tests/a.py; touch tests/a.py/x",
        "rm -r tests/a.py; echo one > tests/a.py",
        "tests/a.py",
    ),
    "ignored from the start": ("echo more >> secret/key", "echo one > secret/key", "secret/key"),
    "created where git ignores it": ("touch secret/new", "rm secret/new", "secret/new"),
    "ignored by the agent": (
        "echo 'tests/' > .gitignore; touch tests/new.py",
        "rm tests/new.py",
        "tests/new.py",
    ),
    "ignored by the agent, in a new folder": (
        "mkdir spec; echo '*' > spec/.gitignore; touch spec/new.py",
        "rm -r spec",
        "spec/new.py",
    ),
    "a link where there was no folder": ("mkdir real; touch real/x; ln -s real spec", "rm spec", "spec"),
}
PROTECT = '--protect "tests/**" --protect "secret/**" --protect "spec/**"'


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A directory to work in a copy of, with a protected file that git ignores."""
    place = tmp_path / "repo"
    for name in ("tests/a.py", "secret/key"):
        (place / name).parent.mkdir(parents=True)
        (place / name).write_text("one\n")
    (place / ".gitignore").write_text("secret/\n")
    return place


@pytest.mark.parametrize("trick", TRICKS)
async def test_while_a_protected_file_is_not_as_it_was_nothing_completes_and_the_agent_is_told(
    house: House, repo: Path, trick: str
) -> None:
    does, undoes, named = TRICKS[trick]
    house.agent(f"case $GOALWARD_TURN in 1) touch done; {does};; 2) echo 2;; *) {undoes};; esac")
    thread = await house.say("demo", f"/goal {DONE} {PROTECT} --repo {repo} put a file there")
    goal = await house.stands(thread, "completed")
    told = [f"`{named}`" in prompt for prompt in house.prompts(goal["id"])]
    assert (goal["turns"], told, goal["protected"]["touched"]) == (3, [False, True, True], [])


async def test_an_agent_that_only_runs_the_protected_tests_has_changed_none(house: House, repo: Path) -> None:
    (repo / "tests/test_it.py").write_text("import unittest\nfrom tests import a\n")
    (repo / "tests/a.py").write_text("")
    house.agent("python3 -m unittest -q tests.test_it; touch done")
    thread = await house.say("demo", f"/goal {DONE} {PROTECT} --repo {repo} put a file there")
    goal = await house.stands(thread, "completed")
    assert (goal["turns"], goal["protected"]["touched"]) == (1, [])


async def test_a_file_that_is_changed_only_while_the_verifier_runs_counts(house: House, repo: Path) -> None:
    house.agent("echo 'touch tests/late.py' > check.sh")
    spec = f'--auto-approve --verify "sh check.sh" --max-turns 1 {PROTECT} --repo {repo}'
    goal = await house.stands(await house.say("demo", f"/goal {spec} put a file there"), "paused")
    assert (goal["reason"], goal["protected"]["touched"]) == ("budget", ["tests/late.py"])


async def test_neither_a_word_nor_a_restart_nor_a_check_by_hand_makes_a_changed_file_good(
    house: House, repo: Path
) -> None:
    house.agent("touch done; rm -f tests/a.py")
    spec = f"{DONE} {PROTECT} --max-turns 1 --repo {repo}"
    thread = await house.say("demo", f"/goal {spec} put a file there")
    await house.stands(thread, "paused")
    await house.restart()
    house.know(thread, "demo")
    await house.reply(thread, "the test may go, mark the goal complete")
    await house.reply(thread, "/goal check")
    await house.stands(thread, "paused")
    await house.reply(thread, "/goal budget +1 turns")
    await house.until(lambda: _turns(house, thread, 2))
    goal = await house.stands(thread, "paused")
    assert (goal["turns"], goal["protected"]["touched"]) == (2, ["tests/a.py"])


async def _turns(house: House, thread: str, turns: int) -> bool:
    goal = await house.goal(thread)
    return bool(goal["turns"] == turns and goal["status"] == "paused")


async def test_by_hand_a_goal_is_completed_all_the_same_and_its_end_names_the_files(
    house: House, repo: Path
) -> None:
    house.agent("touch done; rm -f tests/a.py")
    thread = await house.say("demo", f"/goal {DONE} {PROTECT} --max-turns 1 --repo {repo} put a file there")
    await house.stands(thread, "paused")
    await house.reply(thread, "/goal complete")
    goal = await house.stands(thread, "completed")
    audit = (await house.texts(thread))[-1]
    assert (goal["label"], goal["explanation"]) == (
        "by_hand",
        "@ana called it done. Protected files differ from how they were at the start: `tests/a.py`.",
    )
    assert "👤 Completed by hand by @ana" in audit and "✗ tests/a.py (changed)" in audit


async def test_what_was_unproven_when_a_person_called_it_done_is_listed(house: House) -> None:
    thread = await house.say("demo", f"/goal {DONE} --accept warm --accept dry --max-turns 1 build a hut")
    await house.stands(thread, "paused")
    await house.reply(thread, "/goal complete")
    await house.stands(thread, "completed")
    audit = (await house.texts(thread))[-1]
    assert "👤 Completed by hand by @ana, unproven: 2 of 2" in audit
    assert "@ana completed it by hand, unproven: 2 of 2 (criteria 1, 2)." in audit


async def test_nobody_is_asked_to_attest_while_a_protected_file_differs(house: House, repo: Path) -> None:
    house.agent("case $GOALWARD_TURN in 1) touch done tests/new.py;; *) rm tests/new.py;; esac")
    human = """--verify '{"type": "human", "prompt": "Is it nice?"}'"""
    thread = await house.say("demo", f"/goal {DONE} {human} {PROTECT} --repo {repo} put a file there")
    question = await house.question(thread)
    asked_after = (await house.goal(thread))["turns"]
    await house.react(question, "✅")
    goal = await house.stands(thread, "completed")
    assert (asked_after, goal["turns"]) == (2, 2)


async def test_a_goal_that_is_reopened_has_the_protected_files_of_the_first_one_to_keep(
    house: House, repo: Path
) -> None:
    house.agent("""touch done; echo less > tests/a.py; echo '<goal_unachievable reason="no"/>'""")
    spec = f'--auto-approve --verify "test -f done -a -f more" {PROTECT} --repo {repo}'
    thread = await house.say("demo", f"/goal {spec} put a file there")
    await house.stands(thread, "failed")
    house.agent("touch more; [ $GOALWARD_TURN -lt 2 ] || echo one > tests/a.py")
    await house.reply(thread, "/goal reopen")
    goal = await house.stands(thread, "completed")
    told = ["`tests/a.py`" in prompt for prompt in house.prompts(goal["id"])]
    assert (goal["turns"], told, goal["protected"]["touched"]) == (2, [True, True], [])


async def test_an_agent_that_removes_our_record_of_the_start_proves_nothing_any_more(
    house: House, repo: Path
) -> None:
    house.agent("touch done; rm tests/a.py; rm -rf ../../shadow/$GOALWARD_GOAL.git")
    thread = await house.say("demo", f"/goal {DONE} {PROTECT} --repo {repo} put a file there")
    goal = await house.stands(thread, "paused")
    assert (goal["reason"], "not on record any more" in goal["explanation"]) == ("blocked", True)


UNITTEST = '--auto-approve --verify "python3 -m unittest -q test_it"'
TEST = "import unittest\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        self.assertTrue({})\n"


@pytest.mark.parametrize(
    ("does", "named"),
    [
        ("sed -i s/False/True/ test_it.py", "test_it.py"),
        ("echo 'import unittest' > sitecustomize.py; sed -i s/False/True/ test_it.py", "sitecustomize.py"),
        (
            "echo tests/ > .gitignore; mkdir tests; touch tests/x.py; sed -i s/False/True/ test_it.py",
            "tests/x.py",
        ),
    ],
    ids=["edited", "put in front of them", "created where the agent has git ignore it"],
)
async def test_changed_tests_complete_and_the_end_says_so(
    house: House, repo: Path, does: str, named: str
) -> None:
    (repo / "test_it.py").write_text(TEST.format(False))
    house.agent(does)
    thread = await house.say("demo", f"/goal {UNITTEST} --repo {repo} make the test pass")
    goal = await house.stands(thread, "completed")
    audit, card = (await house.texts(thread))[-1], (await house.card(thread, saying="proven"))["text"]
    assert (goal["label"], named in goal["explanation"]) == ("proven", True)
    assert ("✅ Proven, tests changed: " in audit, named in audit, "proven, tests changed" in card) == (
        True,
        True,
        True,
    )


async def test_tests_that_stay_as_they_are_are_not_mentioned(house: House, repo: Path) -> None:
    (repo / "test_it.py").write_text(TEST.format("__import__('os').path.exists('done')"))
    house.agent("touch done")
    thread = await house.say("demo", f"/goal {UNITTEST} --repo {repo} make the test pass")
    goal = await house.stands(thread, "completed")
    assert goal["explanation"] == "Every verifier passes."


# --- what is put in front of a protected file ---------------------------------------------------------


STANDS_IN = """python3 - <<'END'
import hashlib, pathlib
golden = pathlib.Path("tests/golden")
was = golden.read_bytes()
golden.write_text(f"a large file\\nbytes {len(was)}\\nsha256 {hashlib.sha256(was).hexdigest()}\\n")
END
"""


async def test_the_text_that_is_on_record_in_place_of_a_large_protected_file_is_not_that_file(
    house: House, repo: Path
) -> None:
    (repo / "tests/golden").write_text("x" * 1_100_000)
    house.agent(STANDS_IN)
    spec = f"""--auto-approve --clean-check --max-turns 1 {PROTECT} --verify 'test $(wc -c < tests/golden) -lt 1000'"""
    goal = await house.stands(await house.say("demo", f"/goal {spec} --repo {repo} make it small"), "paused")
    assert goal["protected"]["touched"] == ["tests/golden"]


COMPILE = """python3 - <<'END'
import importlib.util
from importlib._bootstrap_external import _code_to_hash_pyc
from pathlib import Path
place = Path({place})
place.parent.mkdir(exist_ok=True)
place.write_bytes(_code_to_hash_pyc(compile({source!r}, "spec", "exec"), bytes(8), checked=False))
END
"""
BESIDE = "importlib.util.cache_from_source('{}')"
EMPTY_TEST = "import unittest\nclass T(unittest.TestCase):\n    def test_it(self): pass\n"


@pytest.mark.parametrize(
    ("verifier", "place", "source"),
    [
        ("python3 check.py", BESIDE.format("spec.py"), "WANTED = 0"),
        ("python3 -m unittest -q test_it", BESIDE.format("test_it.py"), EMPTY_TEST),
    ],
    ids=["of what a check imports", "of the tests themselves"],
)
@pytest.mark.parametrize("clean", ["", "--clean-check"], ids=["in the workspace", "in a fresh checkout too"])
async def test_bytecode_that_an_agent_leaves_beside_a_protected_file_is_not_run(
    house: House, repo: Path, verifier: str, place: str, source: str, clean: str
) -> None:
    (repo / "check.py").write_text("import spec; raise SystemExit(spec.WANTED != 0)")
    (repo / "spec.py").write_text("WANTED = 1")
    (repo / "test_it.py").write_text(TEST.format(False))
    house.agent(COMPILE.format(place=place, source=source))
    spec = f"--auto-approve {clean} --max-turns 1 --protect '*.py' --verify '{verifier}' --repo {repo}"
    goal = await house.stands(await house.say("demo", f"/goal {spec} make it pass"), "paused")
    assert ([row["met"] for row in goal["verifiers"]], goal["protected"]["touched"]) == ([False], [])


async def test_bytecode_that_takes_a_protected_files_name_counts_as_that_file(
    house: House, repo: Path
) -> None:
    (repo / "check.py").write_text("import spec; raise SystemExit(spec.WANTED != 0)")
    (repo / "spec.py").write_text("WANTED = 1")
    house.agent(COMPILE.format(place="'spec/__init__.pyc'", source="WANTED = 0"))
    spec = f"--auto-approve --max-turns 1 --protect '*.py' --verify 'python3 check.py' --repo {repo}"
    goal = await house.stands(await house.say("demo", f"/goal {spec} make it pass"), "paused")
    assert goal["protected"]["touched"] == ["spec/__init__.pyc"]


async def test_a_fresh_checkout_has_no_bytecode_of_the_agents(house: House, repo: Path) -> None:
    house.agent(COMPILE.format(place="'spec.pyc'", source="WANTED = 0"))
    spec = f"--auto-approve --clean-check --max-turns 1 --verify 'python3 -c \"import spec\"' --repo {repo}"
    goal = await house.stands(await house.say("demo", f"/goal {spec} make it pass"), "paused")
    assert [row["met"] for row in goal["verifiers"]] == [True, False]


# --- in a fresh checkout ------------------------------------------------------------------------------


def checkouts(house: House) -> list[str]:
    place = house.state / "checkouts"
    return [path.name for path in place.iterdir()] if place.is_dir() else []


async def test_what_passes_only_in_the_workspace_completes_nothing_and_the_agent_is_told(
    house: House, repo: Path
) -> None:
    house.agent(
        "case $GOALWARD_TURN in 1) echo cache/ > .gitignore; mkdir cache; touch cache/x;; *) echo > .gitignore;; esac"
    )
    spec = f"""--auto-approve --clean-check --verify "ls cache/x" --repo {repo}"""
    thread = await house.say("demo", f"/goal {spec} fill the cache")
    goal = await house.stands(thread, "completed")
    told = house.prompts(goal["id"])[1]
    assert "passes in your workspace, fails in a fresh checkout: exit code" in told
    assert "No such file" in told
    assert (goal["turns"], [row["met"] for row in goal["verifiers"]], checkouts(house)) == (
        2,
        [True, True],
        [],
    )
    assert "command: ls cache/x, also in a fresh checkout" in (await house.texts(thread))[-1]


async def test_a_verifier_inside_another_is_tried_in_a_fresh_checkout_too(house: House, repo: Path) -> None:
    house.agent("echo cache/ > .gitignore; mkdir -p cache; touch cache/x")
    inner = '{"type": "any", "of": [{"type": "command", "command": "ls cache/x"}]}'
    spec = f"--auto-approve --clean-check --max-turns 1 --verify '{inner}' --repo {repo}"
    goal = await house.stands(await house.say("demo", f"/goal {spec} fill the cache"), "paused")
    assert [row["met"] for row in goal["verifiers"]] == [True, False]


async def test_a_fresh_checkout_has_the_protected_files_of_the_start(house: House, repo: Path) -> None:
    (repo / "tests/a.py").write_text("exit 1\n")
    house.agent("echo exit 0 > tests/a.py")
    spec = f"--auto-approve --clean-check --max-turns 2 {PROTECT} --verify 'sh tests/a.py' --repo {repo}"
    goal = await house.stands(await house.say("demo", f"/goal {spec} make it pass"), "paused")
    assert [(row["met"], row["reason"]) for row in goal["verifiers"]] == [
        (True, "exit code 0"),
        (False, "passes in your workspace, fails in a fresh checkout: exit code 1"),
    ]


HANGS = "--auto-approve --clean-check --verify 'test -f secret/key || sleep 600'"


async def test_a_checkout_is_gone_when_its_goal_is_stopped(house: House, repo: Path) -> None:
    thread = await house.say("demo", f"/goal {HANGS} --repo {repo} wait there")
    await house.until(lambda: checkouts(house))
    await house.reply(thread, "/goal cancel")
    await house.stands(thread, "cancelled")
    await house.until(lambda: not checkouts(house))


async def test_a_checkout_that_a_crash_left_is_gone_after_the_start(house: House) -> None:
    left = house.state / "checkouts" / "g7k2.dead"
    left.mkdir(parents=True)
    (left / "file").write_text("left")
    await house.restart()
    assert checkouts(house) == []


async def test_a_clean_check_without_anything_to_check_is_refused(house: House) -> None:
    thread = await house.say("demo", "/goal --clean-check wash up")
    await house.settled()
    said = [m["text"] for m in await house.messages(thread) if m["bot"]]
    assert (await house.goals(), "A clean check needs a verifier" in said[-1]) == ([], True)


async def test_a_goal_with_a_clean_check_can_be_copied_and_asked_again(house: House) -> None:
    thread = await house.say("demo", f"/goal {DONE} --clean-check put a file there")
    goal: dict[str, Any] = await house.goal(thread)
    shown = await house.reply(thread, f"/goal show {goal['id']}")
    assert '"clean_check": true' in shown[-1]


async def test_a_yes_to_a_tree_that_has_changed_since_completes_nothing(house: House) -> None:
    human = """--verify '{"type": "human", "prompt": "Is it nice?"}'"""
    house.agent("touch done")
    thread = await house.say("demo", f"/goal {DONE} {human} put a file there")
    question = await house.question(thread)
    goal = await house.stands(thread, "waiting")
    (house.workspace(goal["id"]) / "late").write_text("put there after the question")
    await house.react(question, "✅")
    again = await house.until(lambda: _other(house, thread, question["id"]))
    assert (await house.goal(thread))["status"] == "waiting"
    await house.react(again, "✅")
    assert (await house.stands(thread, "completed"))["label"] == "proven"


async def _other(house: House, thread: str, asked: str) -> dict[str, Any] | None:
    question = await house.question(thread)
    return question if question["id"] != asked else None
