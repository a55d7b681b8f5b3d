"""Commands, menus, buttons and forms, walked through from the click to what becomes of it."""

from __future__ import annotations

from tests.discord.team import Team, buttons

GOAL = "put a file there"
CHECK = "test -f done"


async def started(team: Team, **fields: object) -> str:
    """A goal that waits for its plan to be approved; returns its thread."""
    fields = {"objective": GOAL, "verify": CHECK, **fields}
    await team.discord.slash("ana", "demo", "goal start", **fields)
    (goal,) = await team.discord.until(team.goals)
    await team.stands(goal.origin.thread, "pending_approval")
    return str(goal.origin.thread)


async def test_what_is_filled_in_is_what_the_goal_is_held_to(team: Team) -> None:
    goal = await team.goal(await started(team, **{"max-turns": 7, "constraint": "no new file but done"}))
    assert (
        goal["objective"],
        goal["budgets"]["max_turns"],
        [one["constraint"] for one in goal["constraints"]],
    ) == (GOAL, 7, ["no new file but done"])


async def test_a_verb_that_is_picked_in_a_thread_is_about_its_goal(team: Team) -> None:
    thread = await started(team)
    await team.discord.slash("ana", thread, "goal pause")
    paused = await team.stands(thread, "paused")
    assert paused["reason"] == "owner"


async def test_a_verb_that_is_picked_where_there_is_no_goal_starts_none(team: Team) -> None:
    await team.discord.slash("ana", "demo", "goal change add", text="and test it")
    await team.settled()
    told = await team.discord.until(lambda: [t for t in team.whispered("ana") if "no unfinished goal" in t])
    assert (len(told), await team.goals()) == (1, [])


async def test_a_goal_is_stopped_once_somebody_is_sure(team: Team) -> None:
    thread = await started(team)
    card = await team.card(thread)
    asked = await team.discord.press("ana", card["id"], "Stop")
    before = (await team.goal(thread))["status"]
    await team.discord.press("ana", asked.messages[0], "Stop")
    after = await team.stands(thread, "cancelled")
    assert (before, after["status"]) == ("pending_approval", "cancelled")


async def test_more_of_a_budget_is_added_in_a_form_that_was_open_while_the_bot_was_away(team: Team) -> None:
    thread = await started(team, **{"max-turns": 5})
    form = await team.discord.press("ana", (await team.card(thread))["id"], "Add budget…")
    await team.restart()
    await team.discord.submit("ana", form, "+10 turns")

    async def raised() -> bool:
        return bool((await team.goal(thread))["budgets"]["max_turns"] == 15)

    assert await team.discord.until(raised)


async def test_the_objective_is_edited_in_a_form(team: Team) -> None:
    thread = await started(team)
    await team.discord.slash("ana", thread, "goal look show", goal=(await team.goal(thread))["id"])
    shown = await team.discord.until(
        lambda: [m["id"] for m in team.discord.thread(thread) if "Edit…" in buttons(m)]
    )
    form = await team.discord.press("ana", shown[-1], "Edit…")
    await team.discord.submit("ana", form, "put a better file there")

    async def edited() -> bool:
        return bool((await team.goal(thread))["objective"] == "put a better file there")

    assert await team.discord.until(edited)


async def test_a_message_becomes_a_goal_in_its_own_thread(team: Team) -> None:
    said = await team.discord.say("ben", "demo", "the checkout tests are flaky")
    form = await team.discord.menu("ana", said, "Make this a goal")
    await team.discord.submit("ana", form, objective="repair them", verify=CHECK)
    goal = await team.stands(said, "pending_approval")
    assert (goal["objective"], goal["owner"]) == ("repair them", "ana")


async def test_the_goals_of_the_channel_are_offered(team: Team) -> None:
    goal = await team.goal(await started(team))
    offered = await team.discord.autocomplete("ana", "demo", "goal pause", "goal", goal="file")
    assert offered == [{"name": f"{goal['id']} · {GOAL} · pending_approval", "value": goal["id"]}]


async def test_discord_is_told_the_commands_once_however_often_the_bot_starts(team: Team) -> None:
    told = team.discord.commands.written
    await team.restart()
    names = [command["name"] for command in team.discord.commands.kept[team.discord.guild]]
    assert (told, team.discord.commands.written, "goal" in names) == (1, 1, True)
