"""Forms and App Home, walked through from the click to what becomes of it."""

from tests.slack.team import Team

GOAL = "--verify 'test -f done' put a file there"


async def test_a_message_becomes_a_goal_in_its_own_thread(team: Team) -> None:
    said = await team.slack.say("ben", "demo", "the checkout tests are flaky &amp; slow")
    await team.slack.shortcut("ana", "demo", said, "goal_from_message")
    view = await team.slack.until(lambda: next(iter(team.slack.views), ""))
    asked = {"objective": "repair the checkout tests", "verify": "test -f done", "budget": "7 turns"}
    assert await team.slack.submit("ana", view, asked) is not None
    goal = await team.stands(said, "pending_approval")
    assert (goal["objective"], goal["owner"], goal["budgets"]["max_turns"]) == (
        "repair the checkout tests",
        "ana",
        7,
    )


async def test_a_form_that_is_filled_in_wrongly_says_what_is_wrong_and_starts_nothing(team: Team) -> None:
    said = await team.slack.say("ben", "demo", "the checkout tests are flaky")
    await team.slack.shortcut("ana", "demo", said, "goal_from_message")
    view = await team.slack.until(lambda: next(iter(team.slack.views), ""))
    answer = await team.slack.submit("ana", view, {"objective": "repair it", "budget": "lots"})
    await team.settled()
    assert (answer["response_action"], list(answer["errors"]), await team.goals()) == (
        "errors",
        ["budget"],
        [],
    )


async def test_the_home_shows_ones_goals_and_its_buttons_work(team: Team) -> None:
    thread = await team.slash(GOAL)
    goal = await team.stands(thread, "pending_approval")
    await team.slack.home_opened("ana")
    home = await team.slack.until(lambda: team.slack.homes.get("U0ANA"))
    await team.slack.press_home("ana", "pause")
    await team.stands(thread, "paused")
    await team.slack.until(lambda: team.slack.homes["U0ANA"]["hash"] != home["hash"])
    assert goal["id"] in str(home["blocks"])


async def test_more_of_a_budget_is_added_in_a_form(team: Team) -> None:
    thread = await team.slash(f"--max-turns 5 {GOAL}")
    await team.stands(thread, "pending_approval")
    card = await team.card(thread)
    await team.slack.press("ana", "demo", card["ts"], "ask:budget")
    view = await team.slack.until(lambda: next(iter(team.slack.views), ""))
    await team.slack.submit("ana", view, {"text": "+10 turns"})
    await team.settled()
    goal = await team.goal(thread)
    assert (goal["budgets"]["max_turns"], len(await team.goals())) == (15, 1)


async def test_a_form_that_comes_three_times_counts_once(team: Team) -> None:
    thread = await team.slash(f"--max-turns 5 {GOAL}")
    await team.stands(thread, "pending_approval")
    card = await team.card(thread)
    await team.slack.press("ana", "demo", card["ts"], "ask:budget")
    view = await team.slack.until(lambda: next(iter(team.slack.views), ""))
    await team.slack.submit("ana", view, {"text": "+10 turns"}, copies=2)
    await team.settled()
    await team.slack.submit("ana", view, {"text": "+10 turns"})
    await team.settled()
    assert (await team.goal(thread))["budgets"]["max_turns"] == 15


async def test_the_objective_is_edited_in_a_form(team: Team) -> None:
    thread = await team.slash(GOAL)
    await team.stands(thread, "pending_approval")
    card = await team.card(thread)
    await team.slack.press("ana", "demo", card["ts"], "details")
    shown = await team.slack.until(lambda: with_button(team, thread, "ask:edit"))
    await team.slack.press("ana", "demo", shown, "ask:edit")
    view = await team.slack.until(lambda: next(iter(team.slack.views), ""))
    await team.slack.submit("ana", view, {"text": "put a better file there"})
    await team.settled()
    goal = await team.goal(thread)
    assert (goal["objective"], goal["revision"]) == ("put a better file there", 2)


def with_button(team: Team, thread: str, action: str) -> str:
    """The newest message of a thread with such a button, if there is one."""
    found = [m["ts"] for m in team.slack.thread("demo", thread) if f"'{action}#" in str(m.get("blocks"))]
    return str(found[-1]) if found else ""
