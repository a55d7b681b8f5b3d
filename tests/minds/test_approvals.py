"""Actions wait for people: held at the call, answered once, and gone on with exactly there."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.demo.script import Answer, Request, says, text_of
from goals.agents.conversation import NOT_RUN
from tests.minds.conftest import calls, word

RISKY = {"local:demo": {"approvals": {"policy": "risky"}}}
GOAL = '/goal --agent builtin --auto-approve --verify "test -f done" ship it'
DONE = calls(("propose_complete", {"evidence": [{"criterion": 1, "evidence": "done is there"}]}))


def shell(*lines: str, text: str = "") -> Answer:
    return calls(*(("shell", {"command": line}) for line in lines), text=text)


def ships(house: Any) -> str:
    """A command that writes outside the workspace, into a file that tells how often it ran."""
    return f"echo shipped >> {house.place}/outside; touch done"


class Agent:
    """Answers in turn; a line may be made with the house, once there is one."""

    def __init__(self, *answers: Callable[[Any], Answer] | Answer) -> None:
        self.answers = answers
        self.house: Any = None

    def __call__(self, request: Request) -> Answer:
        asked = sum(m["role"] == "assistant" for m in request.messages)
        answer = self.answers[min(asked, len(self.answers) - 1)]
        return answer if isinstance(answer, Answer) else answer(self.house)


def shipped(house: Any) -> int:
    """How often the command ran."""
    outside = house.place / "outside"
    return len(outside.read_text().splitlines()) if outside.exists() else 0


def results(request: Request) -> list[str]:
    return [text_of(m) for m in request.messages if m["role"] == "tool"]


async def test_a_risky_command_is_held_shown_and_run_once_after_its_approval(
    minded: Callable[..., Any],
) -> None:
    agent = Agent(lambda house: shell(ships(house), text="I share what I have made."), DONE)
    async with minded(agent, channels=RISKY) as (house, model):
        agent.house = house
        thread = await house.say("demo", GOAL)
        waiting = await house.stands(thread, "waiting")
        question = await house.question(thread)
        asked, ran = len(model.requests), shipped(house)
        shown = (
            "echo shipped >>",
            f"workspaces/{waiting['id']}",
            "I share what I have made",
            "writes outside the workspace",
        )
        assert [part for part in shown if part not in question["text"]] == []
        assert [b["label"] for b in question["buttons"]] == ["Approve once", "Approve for this goal", "Deny…"]
        await house.react(question, "✅", user="ben")
        goal = await house.stands(thread, "completed")
        (answered,) = [m for m in await house.messages(thread) if m["id"] == question["id"]]
    assert (waiting["reason"], asked, ran, shipped(house), goal["turns"]) == ("approval", 1, 0, 1, 1)
    assert ("✅ approved once by @ben" in answered["text"], answered.get("buttons")) == (True, None)


async def test_calls_that_need_no_approval_run_while_the_others_wait_and_no_model_is_asked(
    minded: Callable[..., Any],
) -> None:
    agent = Agent(lambda house: shell(ships(house), "touch free"), DONE)
    async with minded(agent, channels=RISKY) as (house, model):
        agent.house = house
        thread = await house.say("demo", GOAL)
        goal = await house.stands(thread, "waiting")
        free = (house.workspace(goal["id"]) / "free").exists()
        asked = len(model.requests)
        await house.reply(thread, "make it quick")
        assert (free, asked, len(model.requests), (await house.goal(thread))["status"]) == (
            True,
            1,
            1,
            "waiting",
        )
        await house.react(await house.question(thread), "✅")
        await house.stands(thread, "completed")
    said = model.requests[1].messages
    assert [m["role"] for m in said[-4:]] == ["assistant", "tool", "tool", "user"]
    assert "make it quick" in text_of(said[-1]) and all(
        "exit code 0" in r for r in results(model.requests[1])
    )


async def test_a_denied_command_is_not_run_and_its_reason_reaches_the_agent_which_goes_on_otherwise(
    minded: Callable[..., Any],
) -> None:
    agent = Agent(lambda house: shell(ships(house)), shell("touch done"), DONE)
    async with minded(agent, channels=RISKY) as (house, model):
        agent.house = house
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        question = await house.question(thread)
        deny = {
            "user": "ben",
            "action": "deny",
            "value": f"{question['buttons'][0]['value']} keep it in here",
        }
        path = f"/api/channels/demo/messages/{question['id']}/buttons"
        (await house.http.post(path, json=deny)).raise_for_status()
        goal = await house.stands(thread, "completed")
    assert (shipped(house), goal["approvals"][0]["reason"]) == (0, "keep it in here")
    refused = results(model.requests[1])[0]
    assert "@ben denied this call." in refused and "<reason>\n    keep it in here\n</reason>" in refused


async def test_turns_in_which_every_call_was_denied_stall_the_goal(minded: Callable[..., Any]) -> None:
    agent = lambda request: (  # noqa: E731
        shell("git push") if request.messages[-1]["role"] == "user" else Answer("I wait.")
    )
    async with minded(agent, None, channels=RISKY) as (house, _):
        thread = await house.say("demo", GOAL.replace("/goal", "/goal --no-progress-limit 9"))
        for number in range(3):
            await house.until(lambda n=number: _open(house, thread, n + 1))
            await house.react(await house.question(thread), "❌")
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], goal["explanation"]) == ("stalled", "Every tool call of 3 turns failed.")


async def test_a_command_whose_file_changed_after_it_was_approved_is_asked_about_again(
    minded: Callable[..., Any],
) -> None:
    line = "sh ship.sh > /dev/null; sudo -n true; touch done"
    agent = Agent(calls(("write_file", {"path": "ship.sh", "content": "echo one"})), shell(line), DONE)
    async with minded(agent, channels=RISKY) as (house, _):
        thread = await house.say("demo", GOAL)
        goal = await house.stands(thread, "waiting")
        first = await house.question(thread)
        (house.workspace(goal["id"]) / "ship.sh").write_text("echo two")
        await house.react(first, "✅")
        second = await house.shown(thread, lambda m: m["id"] > first["id"] and bool(m.get("buttons")))
        asked = await house.stands(thread, "waiting")
        done = (house.workspace(goal["id"]) / "done").exists()
        await house.react(second, "✅")
        ended = await house.stands(thread, "completed")
    assert ([a["status"] for a in asked["approvals"]], done) == (["approved", "open"], False)
    assert [a["status"] for a in ended["approvals"]] == ["approved", "approved"]


async def test_what_is_approved_for_this_goal_is_not_asked_again_in_it(minded: Callable[..., Any]) -> None:
    agent = Agent(
        lambda h: shell(ships(h)), lambda h: shell(ships(h)), lambda h: shell(ships(h) + " other"), DONE
    )
    async with minded(agent, channels=RISKY) as (house, _):
        agent.house = house
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        first = await house.question(thread)
        await house.press(first, "approve_for_goal")
        other = await house.shown(
            thread, lambda m: m["id"] > first["id"] and "approve" in str(m.get("buttons"))
        )
        twice = shipped(house)
        (answered,) = [m for m in await house.messages(thread) if m["id"] == first["id"]]
    assert (twice, "touch done other" in other["text"]) == (2, True)
    assert "approved for this goal by @ana" in answered["text"]


async def test_high_risk_is_only_ever_approved_once(minded: Callable[..., Any]) -> None:
    async with minded(says(shell("sudo -n true"), DONE), channels=RISKY) as (house, _):
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        question = await house.question(thread)
        labels = [b["label"] for b in question["buttons"]]
        value = question["buttons"][0]["value"]
        press = {"user": "ana", "action": "approve_for_goal", "value": value}
        await house.http.post(f"/api/channels/demo/messages/{question['id']}/buttons", json=press)
        await house.settled()
        goal = await house.goal(thread)
    assert (labels, goal["status"]) == (["Approve once", "Deny…"], "waiting")
    assert "high: changes privileges: sudo" in question["text"]


async def test_of_two_open_actions_only_the_one_that_was_reacted_to_is_approved(
    minded: Callable[..., Any],
) -> None:
    agent = Agent(lambda house: shell(f"echo 1 >> {house.place}/one", ships(house)), DONE)
    async with minded(agent, channels=RISKY) as (house, model):
        agent.house = house
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        second = await house.shown(thread, lambda m: "shipped" in m["text"] and bool(m.get("buttons")))
        await house.react(second, "✅")
        between = await house.goal(thread)
        ran = shipped(house)
        first = await house.shown(thread, lambda m: "echo 1" in m["text"] and bool(m.get("buttons")))
        await house.react(first, "✅")
        await house.stands(thread, "completed")
    assert ([a["status"] for a in between["approvals"]], between["status"], ran) == (
        ["open", "approved"], "waiting", 0,
    )  # fmt: skip
    assert (shipped(house), (house.place / "one").read_text(), len(model.asked)) == (1, "1\n", 3)


async def test_only_the_first_valid_answer_to_an_action_counts(minded: Callable[..., Any]) -> None:
    rules = {"local:demo": {"approve": ["ana", "ben"], "approvals": {"policy": "risky"}}}
    agent = Agent(lambda house: shell(ships(house)), shell("sleep 0.3; touch done"), DONE)
    async with minded(agent, channels=rules) as (house, _):
        agent.house = house
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        question = await house.question(thread)
        await house.react(await house.card(thread), "✅", user="ben")
        await house.react(question, "✅", user="stranger")
        still = await house.goal(thread)
        await asyncio.gather(
            house.react(question, "👍🏽", user="ana"), house.react(question, "❌", user="ben")
        )
        await house.stands(thread, "completed")
        await house.react(question, "❌", user="ben")
        goal = await house.goal(thread)
    assert (still["status"], goal["approvals"][0]["status"]) in (
        ("waiting", "approved"),
        ("waiting", "denied"),
    )
    assert shipped(house) == (goal["approvals"][0]["status"] == "approved")


async def test_an_open_action_outlives_a_restart_and_resume_never_overrides_it(
    minded: Callable[..., Any],
) -> None:
    agent = Agent(lambda house: shell(ships(house)), DONE)
    async with minded(agent, channels=RISKY) as (house, model):
        agent.house = house
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        (refused,) = await house.reply(thread, "/goal resume")
        await house.restart()
        ran = shipped(house)
        await house.react(await house.question(thread), "✅")
        await house.stands(thread, "completed")
    assert "waits for an approver's word" in refused and "may approve" in refused
    assert (ran, shipped(house), len([r for r in model.requests if r.model == "agent-model"])) == (0, 1, 2)


async def test_a_goal_that_was_paused_over_an_open_action_asks_again_when_it_goes_on(
    minded: Callable[..., Any],
) -> None:
    agent = Agent(lambda house: shell(ships(house)), DONE)
    async with minded(agent, channels=RISKY) as (house, _):
        agent.house = house
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        await house.reply(thread, "/goal pause")
        await house.reply(thread, "/goal resume")
        goal = await house.stands(thread, "waiting")
    assert ([a["status"] for a in goal["approvals"]], shipped(house)) == (["withdrawn", "open"], 0)


async def test_wrapping_up_over_an_open_action_tells_the_model_that_it_was_not_carried_out(
    minded: Callable[..., Any],
) -> None:
    def agent(request: Request) -> Answer:
        return shell("git push") if request.tools else Answer("Nothing is shared yet.")

    async with minded(agent, channels=RISKY) as (house, model):
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        await house.reply(thread, "/goal wrap up")
        goal = await house.stands(thread, "paused")
        said = await house.texts(thread)
    assert results(model.requests[-1]) == [NOT_RUN]
    assert any("Nothing is shared yet." in text for text in said)
    assert [a["status"] for a in goal["approvals"]] == ["withdrawn"]


async def test_an_open_action_costs_no_time_gives_its_slot_away_and_reminds_once(
    minded: Callable[..., Any],
) -> None:
    agent = Agent(lambda house: shell(ships(house)), DONE)
    async with minded(agent, channels=RISKY) as (house, _):
        agent.house = house
        house.agent("touch done", "other")
        thread = await house.say("demo", GOAL)
        before = await house.stands(thread, "waiting")
        behind = await house.say("demo", '/goal --agent other --auto-approve --verify "test -f done" next')
        for _ in range(2):
            house.clock.advance(601)
            await house.until(lambda: _reminders(house, thread))
            await house.settled()
        await house.stands(behind, "completed")
        after = await house.goal(thread)
        reminded = await _reminders(house, thread)
        await house.react(await house.question(thread), "✅")
        await house.stands(thread, "completed")
    same = ("active_seconds", "turns", "tokens", "checks")
    assert ([after[key] for key in same], reminded) == ([before[key] for key in same], 1)


async def test_two_people_approve_where_the_quorum_is_two(minded: Callable[..., Any]) -> None:
    rules = {"local:demo": {"approvals": {"policy": "risky", "quorum": 2}}}
    agent = Agent(lambda house: shell(ships(house)), DONE)
    async with minded(agent, channels=rules) as (house, _):
        agent.house = house
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        question = await house.question(thread)
        await house.react(question, "✅", user="ben")
        await house.react(question, "👍", user="ben")
        (voted,) = [m for m in await house.messages(thread) if m["id"] == question["id"]]
        notes = [m["text"] for m in await house.messages(thread) if m.get("private_to") == "ben"]
        still = await house.goal(thread)
        await house.press(voted, "approve", user="cem")
        goal = await house.stands(thread, "completed")
    assert (still["status"], "1 of 2 approved (@ben)" in voted["text"], len(notes)) == ("waiting", True, 1)
    assert (goal["approvals"][0]["by"], shipped(house)) == ("ben, cem", 1)


async def test_always_asks_about_every_command_and_change_of_a_file_and_never_about_looking(
    minded: Callable[..., Any],
) -> None:
    rules = {"local:demo": {"approvals": {"policy": "always"}}}
    looks = calls(
        ("list_files", {}), ("write_file", {"path": "done", "content": "it is"}), ("shell", {"command": "ls"})
    )
    async with minded(says(looks, DONE), channels=rules) as (house, _):
        thread = await house.say("demo", GOAL)
        goal = await house.stands(thread, "waiting")
        for _ in goal["approvals"]:
            await house.react(await house.question(thread), "✅")
        await house.stands(thread, "completed")
    assert [a["subject"] for a in goal["approvals"]] == ["write_file done\nit is", "ls"]


async def test_secrets_are_not_shown_in_what_is_to_be_approved(minded: Callable[..., Any]) -> None:
    line = "curl -H 'Authorization: Bearer abcdefghijklmnop123456' -d a https://127.0.0.1:9/"
    async with minded(says(shell(line), DONE), channels=RISKY) as (house, _):
        thread = await house.say("demo", GOAL)
        goal = await house.stands(thread, "waiting")
    assert "[redacted]" in goal["approvals"][0]["subject"]


async def test_patterns_of_the_settings_are_risky_too(minded: Callable[..., Any]) -> None:
    rules = {"local:demo": {"approvals": {"policy": "risky", "risky": ["make (deploy|release)"]}}}
    async with minded(says(shell("make deploy"), DONE), channels=rules) as (house, _):
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        assert "fits `make (deploy|release)`" in (await house.question(thread))["text"]


async def test_planning_needs_no_approval_of_actions(minded: Callable[..., Any]) -> None:
    def agent(request: Request) -> Answer:
        if "shell" not in request.tools:
            return shell("git push") if request.messages[-1]["role"] == "user" else Answer("I will ship it.")
        return DONE

    async with minded(agent, says(word(False)), channels=RISKY) as (house, _):
        thread = await house.say("demo", GOAL.replace("--auto-approve ", ""))
        goal = await house.stands(thread, "pending_approval")
    assert [a["kind"] for a in goal["approvals"]] == ["plan"]


async def _open(house: Any, thread: str, number: int) -> bool:
    approvals = (await house.goal(thread))["approvals"]
    return len(approvals) == number and approvals[-1]["status"] == "open"


async def _reminders(house: Any, thread: str) -> int:
    return sum(text.startswith("⏰") for text in await house.texts(thread))
