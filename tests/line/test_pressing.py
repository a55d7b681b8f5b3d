"""Every emoji and every button of a card does what it says."""

import pytest

from tests.peers.house import House

AT_WORK = "/goal --auto-approve --max-turns 2 --verify 'test -f done' put a file there"


async def at_work(house: House) -> str:
    house.agent(f"echo begun > notes; until [ -f {house.place}/go ]; do sleep 0.02; done; touch done")
    thread = await house.say("demo", AT_WORK)
    await house.stands(thread, "active")
    return thread


@pytest.mark.parametrize("how", ["⏸️", "pause"])
async def test_a_goal_is_paused_and_resumed_by_emoji_and_by_button(house: House, how: str) -> None:
    thread = await at_work(house)
    if how == "pause":
        await house.press(await house.card(thread), "pause")
    else:
        await house.react(await house.card(thread), how)
    paused = await house.stands(thread, "paused")
    (house.place / "go").touch()
    if how == "pause":
        shows = lambda m: any(b["action"] == "resume" for b in m.get("buttons", ()))  # noqa: E731
        await house.press(await house.shown(thread, shows), "resume")
    else:
        await house.react(await house.card(thread), "▶️")
    done = await house.stands(thread, "completed")
    assert (paused["reason"], done["label"]) == ("owner", "proven")


async def test_a_plus_raises_the_budget_that_is_spent(house: House) -> None:
    house.agent("[ $GOALWARD_TURN -lt 3 ] || touch done")
    thread = await house.say("demo", AT_WORK)
    await house.stands(thread, "paused")
    await house.react(await house.card(thread), "➕")
    done = await house.stands(thread, "completed")
    assert (done["budgets"]["max_turns"], done["turns"]) == (3, 3)


@pytest.mark.parametrize(
    ("button", "says"),
    [("details", "put a file there"), ("audit", "test -f done"), ("diff", "begun"), ("log", "@ana")],
)
async def test_each_button_that_looks_shows_what_it_is_called_after(
    house: House, button: str, says: str
) -> None:
    thread = await at_work(house)
    (house.place / "go").touch()
    await house.stands(thread, "completed")
    shows = lambda m: any(b["action"] == button for b in m.get("buttons", ()))  # noqa: E731
    before = {m["id"] for m in await house.messages(thread)}
    await house.press(await house.shown(thread, shows), button)
    new = [m for m in await house.messages(thread) if m["id"] not in before]
    assert any(says in str(m) for m in new), [m["text"] for m in new]


async def test_a_goal_that_has_ended_is_reopened_by_its_button(house: House) -> None:
    thread = await at_work(house)
    await house.reply(thread, "/goal cancel")
    offered = await house.reply(thread, "go on with it")
    shows = lambda m: any(b["action"] == "reopen" for b in m.get("buttons", ()))  # noqa: E731
    (house.place / "go").touch()
    await house.press(await house.shown(thread, shows), "reopen")
    again = await house.stands(thread, "completed")
    assert (len(offered), again["label"]) == (1, "proven")


async def test_more_of_a_budget_is_added_as_it_is_typed(house: House) -> None:
    thread = await at_work(house)
    await house.press(await house.card(thread), "budget", typed="+10 turns")
    (house.place / "go").touch()
    done = await house.stands(thread, "completed")
    assert done["budgets"]["max_turns"] == 12


async def test_the_objective_is_edited_where_a_goal_is_shown_in_full(house: House) -> None:
    thread = await at_work(house)
    await house.press(await house.card(thread), "details")
    shows = lambda m: any(b["action"] == "edit" for b in m.get("buttons", ()))  # noqa: E731
    await house.press(await house.shown(thread, shows), "edit", typed="put a better file there")
    (house.place / "go").touch()
    done = await house.stands(thread, "completed")
    assert (done["objective"], done["revision"]) == ("put a better file there", 2)


@pytest.mark.parametrize("typed", ["plenty", "", "+10 turns and a cake"])
async def test_what_is_no_budget_starts_nothing_and_is_said(house: House, typed: str) -> None:
    thread = await at_work(house)
    await house.press(await house.card(thread), "budget", typed=typed)
    (house.place / "go").touch()
    done = await house.stands(thread, "completed")
    said = [text for text in await house.texts(thread) if "is no change of a budget" in text]
    assert (done["budgets"]["max_turns"], len(said), len(await house.goals())) == (2, 1, 1)
