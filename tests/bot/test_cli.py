"""The command line as people and scripts meet it: statuses, what stands on stdout, one sentence for a mistake."""

import asyncio
import json
import re
import signal
import socket

import pytest

from goals.work import processes
from tests.peers.command_line import KEY, CommandLine, ended
from tests.peers.started import anew

DONE = ("--auto-approve", "--verify", "test -f done")

KEYS = {
    *("id", "mode", "status", "label", "reason", "explanation", "objective", "revision", "owner", "channel"),
    *("thread", "plan", "budgets", "verifiers", "verdict", "checks", "next_at", "turns", "tokens", "usd"),
    *("active_seconds", "elapsed_seconds", "audit", "constraints", "protected", "files", "cost_by_model"),
    *("usage_by_purpose", "approvals"),
}


@pytest.fixture
def goalward(tmp_path):
    return CommandLine(tmp_path)


@pytest.fixture
def begun_anew(tmp_path):
    return CommandLine(tmp_path, anew)


async def until(condition):
    async with asyncio.timeout(30):
        while not (found := condition()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found


# --- run --------------------------------------------------------------------------------------------------


async def test_a_run_that_is_proven_ends_with_0_and_prints_one_object(begun_anew):
    begun_anew.agent("echo working; touch done")
    ran = await begun_anew.run(*DONE, "put", "a", "file", "there")
    assert (ran.status, len(ran.out.splitlines()), set(ran.last)) == (0, 1, KEYS)
    wanted = {"status": "completed", "label": "proven", "objective": "put a file there", "turns": 1}
    assert {key: ran.last[key] for key in wanted} == wanted
    assert (begun_anew.workspace / "done").exists()


ENDS = {
    "given up": (DONE, """echo '<goal_unachievable reason="no"/>'""", (1, "failed", "unachievable")),
    "out of turns": ((*DONE, "--max-turns", "1"), ":", (3, "paused", "budget")),
    "blocked": (DONE, """echo '<goal_blocked reason="a key"/>'""", (3, "paused", "blocked")),
    "not approved": (("--verify", "test -f done"), ":", (3, "pending_approval", "")),
}


@pytest.mark.parametrize("end", ENDS)
async def test_a_run_says_with_its_status_how_it_ended(goalward, end):
    options, script, wanted = ENDS[end]
    goalward.agent(script)
    ran = await goalward.run(*options, "put a file there")
    assert (ran.status, ran.last["status"], ran.last["reason"]) == wanted


async def test_what_an_agent_says_is_neither_markup_nor_a_terminal_code(goalward):
    goalward.agent("""printf '<goal_blocked reason="[/nope] [red]stop[/red] \\302\\233"/>'""")
    process = await goalward.start(
        "run", "--auto-approve", "--workspace", "workspace", "--verify", "false", "x"
    )
    async with asyncio.timeout(30):
        out, _ = await process.communicate()
    said = out.decode()
    assert (process.returncode, "[/nope] [red]stop[/red]" in said, "\x9b" in said) == (3, True, False)


MISTAKES = {
    "run --max-turns 0 x": "`--max-turns` wants a whole number from 1, not “0”.",
    "run --agent wroker --workspace workspace x": "There is no agent “wroker”. Did you mean `worker`?",
    "run --agent builtin --workspace workspace x": "needs a model",
    "run --state workspace/s --workspace workspace x": "The state may not lie inside the workspace",
    "run --verfiy true x": "--verfiy",
    "serve --role worker": 'needs `dispatch = "procrastinate"`',
    "serve --settings gone.toml": "There is no settings file gone.toml.",
    "goals --state gone list": "There are no goals in gone.",
    "goals show zz99": "There is no goal zz99 here.",
}


async def test_a_mistake_gets_one_sentence_status_2_and_nothing_is_kept(goalward):
    every = await asyncio.gather(*(goalward(*words.split()) for words in MISTAKES))
    wrong = [
        (words, ran)
        for (words, sentence), ran in zip(MISTAKES.items(), every, strict=True)
        if (ran.status, ran.out, sentence in ran.err, "Traceback" in ran.err) != (2, "", True, False)
    ]
    assert wrong == []
    assert (list(goalward.workspace.iterdir()), (goalward.place / "gone").exists()) == ([], False)


async def test_a_port_that_another_has_is_said_in_one_sentence(goalward):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = await goalward("serve", "--port", str(port))
    sentence = f"Port {port} of 127.0.0.1 cannot be had: Address already in use; choose one with `--port`."
    assert (ran.status, ran.out, ran.err.strip()) == (2, "", f"goalward: {sentence}")


async def test_unreadable_settings_stop_the_start_naming_file_line_and_key(goalward):
    goalward.settings.write_text("[defaults]\nmax_turns = 5\nmax_step = 3\n")
    ran = await goalward("serve", "--port", "0")
    assert (ran.status, ran.out) == (2, "")
    assert "goalward.toml, line 3" in ran.err and "max_step" in ran.err and "max_steps" in ran.err


async def test_ctrl_c_once_pauses_the_goal_and_ends_what_ran_for_it(goalward):
    goalward.agent("echo $$ > pid; sleep 60")
    process = await goalward.start("run", "--json", "--workspace", "workspace", *DONE, "x")
    pid = int(await until(lambda: _text(goalward.workspace / "pid")))
    process.send_signal(signal.SIGINT)
    ran = await ended(process)
    assert (ran.status, ran.last["status"], ran.last["reason"]) == (3, "paused", "owner")
    assert not processes.alive(pid)


async def test_a_run_is_found_by_its_id_afterwards(goalward):
    ran = await goalward.run(*DONE, "--max-turns", "1", "put a file there")
    shown = await goalward("goals", "show", ran.last["id"], "--json")
    assert (shown.status, shown.last["status"], shown.last["turns"]) == (0, "paused", 1)


async def test_a_paused_run_goes_on_where_it_was(goalward):
    goalward.agent('test "$GOALWARD_TURN" = 1 || touch done')
    ran = await goalward.run(*DONE, "--max-turns", "1", "put a file there")
    goal = ran.last["id"]
    raised = await goalward("goals", "budget", goal, "+1 turns")
    resumed = await goalward("run", "--json", "--resume", goal)
    again = await goalward("run", "--json", "--resume", goal)
    assert (ran.status, resumed.status, resumed.last["id"], resumed.last["turns"]) == (3, 0, goal, 2)
    assert f"it goes on with `goalward run --resume {goal}`." in raised.out
    assert (again.status, "has ended: it is completed." in again.err) == (2, True)
    assert (goalward.workspace / "done").exists()


FLAG = ("--monitor", "--every", "5s", "--verify", "test -e flag", "the flag is up")


async def test_a_monitor_in_the_terminal_ends_when_it_is_met_and_tells_what_it_saw(goalward):
    process = await goalward.start(
        "run", "--json", "--workspace", "workspace", "--on-achieved", "notify:@ana", *FLAG
    )
    seen = b""
    while b"exit code 1" not in seen:
        seen += await asyncio.wait_for(process.stderr.readline(), 120)
    (goalward.workspace / "flag").touch()
    ran = await ended(process)
    assert (ran.status, ran.last["mode"], ran.last["label"], ran.last["turns"]) == (0, "monitor", "proven", 0)
    assert ("met" in ran.err, "notify: @ana" in ran.err) == (True, True)


async def test_a_monitor_in_the_terminal_fails_at_its_deadline(goalward):
    ran = await goalward.run("--deadline", "2s", *FLAG)
    assert (ran.status, ran.last["status"], ran.last["reason"]) == (1, "failed", "expired")
    assert list(goalward.workspace.iterdir()) == []


async def test_ctrl_c_pauses_a_monitor_and_it_goes_on_where_it_was(goalward):
    process = await goalward.start("run", "--json", "--workspace", "workspace", *FLAG)
    await asyncio.wait_for(process.stderr.readline(), 120)
    process.send_signal(signal.SIGINT)
    paused = await ended(process)
    (goalward.workspace / "flag").touch()
    again = await goalward("run", "--json", "--resume", paused.last["id"])
    assert (paused.status, paused.last["status"], again.status, again.last["label"]) == (
        3,
        "paused",
        0,
        "proven",
    )
    listed = await goalward("goals", "list")
    assert f"{again.last['checks']} checks" in listed.out


async def test_a_run_touches_no_other_goal_of_its_state(goalward):
    goalward.agent("echo $$ > pid; sleep 60")
    words = ("--json", "--state", "kept", "--workspace", "workspace", *DONE)
    killed = await goalward.start("run", *words, "x")
    await until(lambda: _text(goalward.workspace / "pid"))
    killed.kill()
    await ended(killed)
    second = await goalward("run", *words, "y")
    assert (second.status, second.out, "`goalward run --resume " in second.err) == (2, "", True)


# --- serve ------------------------------------------------------------------------------------------------


async def test_a_server_says_where_it_is_and_nothing_else_and_drains_on_sigterm(begun_anew):
    begun_anew.agent(f"echo $$ > {begun_anew.place}/pid; sleep 60")
    async with begun_anew.serving() as server:
        await server.say('/goal --auto-approve --verify "test -f done" put a file there')
        pid = int(await until(lambda: _text(begun_anew.place / "pid")))
        server.process.terminate()
        over = await ended(server.process)
    said = re.fullmatch(r"goalward ready http://127\.0\.0\.1:\d+/\?key=(.+)\n", server.ready)
    assert (said and said[1], over.status, over.out) == (KEY, 0, "")
    assert (processes.alive(pid), (begun_anew.state / "address").exists()) == (False, False)


async def test_goals_are_looked_after_through_the_running_server(goalward):
    async with goalward.serving() as server:
        second = await goalward("serve", "--port", "0", "--state", str(goalward.state))
        await server.say("/goal --max-turns 1 --verify 'test -f done' put a file there")
        goal = await server.goal("pending_approval")
        refused = await goalward.goals("show", goal["id"], key="another")
        await goalward.goals("approve", goal["id"])
        await server.goal("paused")
        resumed = await goalward.goals("resume", goal["id"])
        raised = await goalward.goals("budget", goal["id"], "+2 turns", "--json")
        spent = await server.goal("paused")
        cancelled = await goalward.goals("cancel", goal["id"], "--json")
    assert (second.status, "in use by another Goalward" in second.err) == (2, True)
    assert (refused.status, "GOALWARD_LOCAL__KEY" in refused.err) == (2, True)
    assert "stays paused" in resumed.out + resumed.err
    assert (raised.last["budgets"]["max_turns"], spent["turns"]) == (3, 3)
    assert cancelled.last["status"] == "cancelled"


async def test_goals_of_a_stopped_server_are_looked_after_on_its_state(goalward):
    async with goalward.serving() as server:
        await server.say("/goal put a file there")
        goal = await server.goal("pending_approval")
    listed = await goalward.goals("list", "--json")
    paused = await goalward.goals("pause", goal["id"], "--json")
    async with goalward.serving() as server:
        kept = await server.goal("paused")
    assert [row["id"] for row in listed.last["goals"]] == [goal["id"]]
    assert [(row["id"], row["status"], row["reason"]) for row in (paused.last, kept)] == [
        (goal["id"], "paused", "owner")
    ] * 2


async def read(goalward, goal_id: str) -> dict:
    looks = ("show", "audit", "summary", "log", "diff")
    return {what: (await goalward.goals(what, goal_id, "--json")).last for what in looks}


async def test_a_goal_reads_the_same_through_the_running_server_and_on_its_state(goalward):
    goalward.agent("echo working; touch done")
    async with goalward.serving() as server:
        await server.say("/goal --auto-approve --verify 'test -f done' put a file there")
        goal = await server.goal("completed")
        served = await read(goalward, goal["id"])
    stopped = await read(goalward, goal["id"])
    assert (stopped, {*stopped["summary"]} >= {"summary", "ended_at", "links"}) == (served, True)


async def test_what_the_bot_refuses_ends_with_2_through_the_running_server_and_on_its_state(goalward):
    async with goalward.serving() as server:
        await server.say("/goal put a file there")
        goal = await server.goal("pending_approval")
        served = await goalward.goals("reopen", goal["id"])
    stopped = await goalward.goals("reopen", goal["id"])
    assert [(ran.status, ran.out, "has not ended" in ran.err) for ran in (served, stopped)] == [
        (2, "", True)
    ] * 2


async def test_the_list_has_the_goals_of_the_state_and_of_every_run(goalward):
    ran = [await goalward.run(*DONE, "--max-turns", "1", f"put file {number} there") for number in (1, 2)]
    async with goalward.serving() as server:
        await server.say("/goal put a file there")
        goal = await server.goal("pending_approval")
        listed = await goalward("goals", "list", "--json", GOALWARD_STATE="state", GOALWARD_LOCAL__KEY=KEY)
    ids = [row["id"] for row in listed.last["goals"]]
    assert ids == [goal["id"], ran[1].last["id"], ran[0].last["id"]]
    assert {row["state"] for row in listed.last["goals"]} > {"state"}


async def test_a_goal_that_is_not_found_may_be_where_a_run_is_at_work(goalward):
    goalward.agent("echo $$ > pid; sleep 60")
    process = await goalward.start("run", "--json", "--workspace", "workspace", *DONE, "x")
    await until(lambda: _text(goalward.workspace / "pid"))
    shown = await goalward("goals", "show", "zz99")
    process.send_signal(signal.SIGINT)
    await ended(process)
    assert (shown.status, "There is no goal zz99 here. Not looked at" in shown.err) == (2, True)


async def test_doctor_and_migrate_say_how_things_stand(begun_anew):
    migrated = await begun_anew("migrate", "--state", str(begun_anew.state))
    findings = await begun_anew("doctor", "--json", "--state", str(begun_anew.state))
    assert (migrated.status, migrated.out.strip() != "", findings.status in (0, 1)) == (0, True, True)
    assert {"level", "what", "advice"} == set(json.loads(findings.out)[0])


def _text(path):
    return path.read_text().strip() if path.exists() else ""


async def test_no_line_of_a_run_nor_of_what_is_asked_later_shows_a_secret(goalward):
    secret = "hunter2-correct-horse-battery"
    goalward.agent(f"printf 'it is %s%s\\n' hunter2-correct -horse-battery; echo {secret} > done")
    ran = await goalward(
        *("run", "--json", "--workspace", str(goalward.workspace), "--state", str(goalward.state)),
        *("--auto-approve", "--verify", "cat done", f"tell {secret}"),
        GOALWARD_LOCAL__KEY=secret,
    )
    asked = [
        await goalward.goals(word, ran.last["id"], key=secret) for word in ("show", "audit", "log", "diff")
    ]
    told = "".join(part for ended in (ran, *asked) for part in (ended.out, ended.err))
    database = (goalward.state / "goalward.db").read_bytes()
    assert (ran.status, secret in told, secret.encode() in database) == (0, False, False)
    assert [ended.status for ended in asked] == [0, 0, 0, 0]
    assert all("[redacted]" in ended.out for ended in (ran, *asked))
