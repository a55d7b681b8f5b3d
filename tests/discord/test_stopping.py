"""Goals are stopped from Discord at once and for good, whatever runs at that instant."""

from goals.work import processes
from tests.discord.team import Team, buttons


def _pid(team: Team) -> int:
    path = team.house.place / "pid"
    return int(path.read_text().strip() or 0) if path.exists() else 0


async def test_a_goal_cancelled_while_a_verifier_runs_stays_cancelled(team: Team) -> None:
    team.house.agent("touch worked")
    slow = f"[ ! -f worked ] || {{ echo $$ > {team.house.place}/pid; sleep 60; }}"
    thread = await team.mention(f'/goal --auto-approve --verify "{slow}" put a file there')
    pid = await team.discord.until(lambda: _pid(team))
    await team.card(thread)
    await team.discord.say("ana", "demo", "@goalward cancel", thread=thread)
    await team.discord.until(lambda: not team.core.dispatcher.driven)
    goal = await team.stands(thread, "cancelled")
    assert (goal["checks"], processes.alive(pid)) == (0, False)


async def test_the_stop_button_asks_once_more_then_ends_a_long_run_and_its_processes(team: Team) -> None:
    team.house.agent(f"setsid sleep 60 & echo $! > {team.house.place}/pid; sleep 60")
    thread = await team.mention("/goal --auto-approve --verify 'test -f done' put a file there")
    pid = await team.discord.until(lambda: _pid(team))
    card = await team.card(thread)
    asked = await team.discord.press("ana", card["id"], "Stop")
    before = (await team.goal(thread))["status"]
    await team.discord.press("ana", asked.messages[-1], buttons(asked.messages[-1])[0])
    await team.discord.until(lambda: not processes.alive(pid))
    assert (before, (await team.stands(thread, "cancelled"))["status"]) == ("active", "cancelled")


async def test_the_stop_sign_between_turns_lets_no_further_turn_begin(team_with) -> None:
    async with team_with(defaults={"turn_gap": 60}) as team:
        thread = await team.mention("/goal --auto-approve --verify 'test -f done' put a file there")

        async def turned() -> bool:
            return bool((await team.goal(thread))["turns"])

        await team.discord.until(turned)
        await team.discord.react("ana", (await team.card(thread))["id"], "🛑")
        await team.stands(thread, "cancelled")
        team.house.clock.advance(120)
        await team.discord.until(lambda: not team.core.dispatcher.driven)
        goal = await team.stands(thread, "cancelled")
        assert len(team.house.prompts(goal["id"])) == 1
