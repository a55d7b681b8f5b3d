"""Who may do what: the limits that a channel sets are kept on every road, and refusals say what would lift them."""

from goals.domain.contract import Asked
from goals.domain.values import Origin, Person
from tests.peers.house import House

HUMAN = """--verify '{"type": "human", "prompt": "Is it right?"}'"""


async def test_nobody_replaces_somebody_elses_goal_unless_they_operate_the_channel(house_with) -> None:
    async with house_with(channels={"local:demo": {"operate": ["olga"]}}) as house:
        thread = await house.say("demo", "/goal wash up")
        await house.stands(thread, "pending_approval")
        refused = await house.reply(thread, "/goal --replace dry up", user="ben")
        still = await house.goal(thread)
        await house.reply(thread, "/goal --replace dry up", user="olga")
        new = await house.stands(thread, "pending_approval")
    assert 'operate = ["ben"]' in refused[-1]
    assert (still["objective"], still["status"], new["objective"]) == (
        "wash up",
        "pending_approval",
        "dry up",
    )


async def test_ones_own_goal_may_be_replaced(house_with) -> None:
    async with house_with(channels={"local:demo": {"operate": ["olga"]}}) as house:
        thread = await house.say("demo", "/goal wash up")
        old = await house.stands(thread, "pending_approval")
        await house.reply(thread, "/goal --replace dry up")
        new = await house.stands(thread, "pending_approval")
        statuses = {goal["id"]: goal["status"] for goal in await house.goals()}
    assert (statuses[old["id"]], new["objective"]) == ("cancelled", "dry up")


async def test_a_plain_reply_without_right_gets_one_note_and_each_command_its_own(house_with) -> None:
    async with house_with(channels={"local:demo": {"talk": ["ana"]}}) as house:
        thread = await house.say("demo", "/goal wash up")
        await house.stands(thread, "pending_approval")
        for words in ("hello", "hello again", "/goal status", "/goal status"):
            await house.reply(thread, words, user="eve")
        await house.reply(thread, "and I", user="flo")
        notes = [m["private_to"] for m in await house.messages(thread) if m.get("private_to")]
    assert notes == ["eve", "eve", "eve", "flo"]


async def test_an_approver_who_owns_nothing_is_shown_what_is_open_by_id(house: House) -> None:
    thread = await house.say("demo", "/goal wash up")
    goal = await house.stands(thread, "pending_approval")
    elsewhere = await house.say("demo", "/goal approve", user="ben")
    await house.settled()
    (told,) = await house.texts(elsewhere)
    await house.reply(elsewhere, f"/goal approve {goal['approvals'][0]['id']}", user="ben")
    approved = await house.goal(thread)
    assert f"`/goal {goal['id']}-1 approve`: plan, " in told
    assert approved["approvals"][0]["by"] == "ben"


async def test_with_two_open_approvals_a_word_is_asked_back_and_an_id_decides(house: House) -> None:
    second = HUMAN.replace("right", "nice")
    thread = await house.say("demo", f"/goal --auto-approve {HUMAN} {second} paint it")
    goal = await house.stands(thread, "waiting")
    (told,) = await house.reply(thread, "/goal approve")
    still = await house.goal(thread)
    await house.reply(thread, f"/goal approve {goal['id']}-2")
    after = await house.goal(thread)
    assert all(f"`/goal {goal['id']}-{n} approve`" in told for n in (1, 2))
    assert [a["status"] for a in still["approvals"]] == ["open", "open"]
    assert [a["status"] for a in after["approvals"]] == ["open", "approved"]


async def test_a_sentence_whose_first_word_looks_like_an_id_is_an_objective_until_there_is_such_a_goal(
    house: House,
) -> None:
    await house.say("demo", "/goal mp3s deny access to strangers")
    await house.until(lambda: house.goals())
    (goal,) = await house.goals()
    thread = await house.say("demo", "/goal mp3s pause")
    await house.settled()
    assert goal["objective"] == "mp3s deny access to strangers"
    assert "There is no goal mp3s." in (await house.texts(thread))[0]


async def test_an_id_of_one_platform_is_nobodys_on_another_unless_a_right_names_them_with_it(
    house_with,
) -> None:
    slack = {"own": ["U1"], "approve": ["*", "local:olga"]}
    async with house_with(channels={"slack:T1:C1": slack}) as house:
        origin, ana = Origin("slack", "C1", "t1", "t1", "T1"), Person("U1", "ana", "slack", "T1")
        goal = await house.core.service.open(Asked("wash up"), by=ana, origin=origin)

        async def asks() -> bool:
            return bool((await house.core.service.find(goal.id)).asks)

        await house.until(asks)
        thread = await house.say("demo", f"/goal {goal.id} approve", user="U1")
        await house.settled()
        (told,) = await house.texts(thread)
        said = await house.reply(thread, f"/goal {goal.id} approve", user="olga")
        approval = (await house.core.service.report(goal.id)).approvals[0]
    assert 'approve = ["local:U1"]` under `[channels."slack:T1:C1"]`' in told
    assert (approval.by, said) == ("olga", [])
