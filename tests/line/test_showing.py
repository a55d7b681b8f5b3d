"""What `/goal show ID` posts can be said again, and asks for the same contract."""

from adapters import language
from adapters.language import Place, Start
from goals.domain.contract import request
from tests.peers.house import House

KNOWN = ("command", "test", "data", "human")
LONG = "it is green and quick and small and kind to whoever reads it after us, " * 12


async def posted_spec(house: House, thread: str, goal_id: str) -> str:
    """The text off the card, or off the file where it is too long for one."""
    before = {m["id"] for m in await house.messages(thread)}
    await house.reply(thread, f"/goal show {goal_id}")
    found = await house.shown(thread, lambda m: m["id"] not in before and "As a spec" in str(m))
    if files := found.get("files"):
        return str(files[0]["text"])
    sections = found["card"]["sections"]
    return next(str(row["code"]) for s in sections for row in s["rows"] if row["code"].startswith("/goal"))


async def test_what_is_shown_asks_for_the_same_contract_as_it_stands_after_changes(house: House) -> None:
    for criterion in ("is quick", LONG):
        text = f"/goal --verify 'test -f done' --max-turns 5 write <it> & \"test\" it\nRequirements:\n- {criterion}"
        thread = await house.say("demo", text)
        await house.stands(thread, "pending_approval")
        await house.reply(thread, "/goal add a subgoal <too>")
        await house.reply(thread, "/goal constrain keep @everyone out of it")
        stored = await house.core.service.find((await house.goal(thread))["id"])
        read = language.parse(await posted_spec(house, thread, stored.id), Place(), house.core.clock.now())
        assert isinstance(read, Start)
        assert request(read.asked, house.core.settings.defaults(), KNOWN) == stored.request
        await house.reply(thread, "/goal cancel")
