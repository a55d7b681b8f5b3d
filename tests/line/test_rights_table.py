"""Every verb, emoji, button and word × every right: who has exactly one right may do exactly what it is for."""

from typing import Any, cast

import pytest

from adapters import grammar, raises
from adapters.acts import GoalActs
from adapters.buttons import Act
from adapters.chat import Inbound, Message, Press, Reaction
from adapters.emoji import Meaning, meaning
from adapters.grammar import Group, Takes, VerbShape
from goals.domain import lifecycle
from goals.domain.contract import Asked, request
from goals.domain.errors import AlreadyHandled, GoalError, NotAllowed
from goals.domain.values import Goal, Origin, Person
from goals.ids import new_id
from goals.ports import Posted
from tests.given import ANA
from tests.peers.house import House

EVE = Person("eve", "eve")
RIGHTS = ("none", "talk", "own", "approve", "operate")

VERBS = {
    "talk": "status show list board plan audit summary diff log plot steer add pause queue help",
    "own": "edit remove constrain resume wait unwait check wrap_up complete cancel reopen move mute unmute draft",
    "approve": "approve deny budget",
    "operate": "disable enable doctor",
}
NEEDED = {verb.replace("_", " "): right for right, verbs in VERBS.items() for verb in verbs.split()}
EMOJI = {"✅": "approve", "❌": "approve", "⏸️": "talk", "▶️": "own", "➕": "approve"}
BUTTONS = {
    Act.APPROVE: "approve",
    Act.APPROVE_FOR_GOAL: "approve",
    Act.DENY: "approve",
    Act.RAISE: "approve",
    Act.BUDGET: "approve",
    Act.EDIT: "own",
    Act.PAUSE: "talk",
    Act.DETAILS: "talk",
    Act.AUDIT: "talk",
    Act.DIFF: "talk",
    Act.LOG: "talk",
    Act.RESUME: "own",
    Act.CANCEL: "own",
    Act.CHECK: "own",
    Act.WRAP_UP: "own",
    Act.REOPEN: "own",
}
DRAFTS = {Act.START, Act.DROP}
"""Shown with the drafts that they belong to."""
ARGUMENTS = {
    Takes.FREE: "words",
    Takes.REASON: "words",
    Takes.WISH: "words",
    Takes.NUMBER: "1",
    Takes.DURATION: "30m",
    Takes.AMOUNT: "+1 turns",
    Takes.MOVE: "up",
}


class Shown:
    """The record of messages: each shows the goal or the approval that it is named after."""

    async def posted(self, thread_key: str, message: str) -> Posted:
        return Posted(message.partition("-")[0], thread_key, message, f"approval:{message}")


def test_every_verb_is_in_this_table_with_the_right_it_needs() -> None:
    assert {verb.name: verb.right for verb in grammar.VERBS} == NEEDED


def test_every_button_and_emoji_is_in_these_tables() -> None:
    known = {meaning(emoji) for emoji in (*EMOJI, "🛑")}
    assert (set(BUTTONS) | DRAFTS, known) == (set(Act), set(Meaning))


@pytest.mark.parametrize("right", RIGHTS)
async def test_who_has_one_right_may_do_what_it_is_for_and_is_told_what_else_would_need(
    house_with: Any, right: str
) -> None:
    rules = {name: ["ana", "eve"] if name == right else ["ana"] for name in RIGHTS[1:]}
    async with house_with(channels={f"local:{right}": rules}) as house:
        goals = {"own": await pending(house, EVE, right), "other": await pending(house, ANA, right)}
        acts = GoalActs(house.core.service, house.core.drafts, cast(Any, Shown()), house.core.clock)
        wrong = {}
        for whose, goal in goals.items():
            for name, event, needed in things(goal, own=whose == "own", right=right):
                told = await refusal(acts, event)
                wanted = "" if needed == right else f'`{needed} = ["eve"]` under `[channels."local:{right}"]`'
                if wanted not in told or bool(told) != bool(wanted):
                    wrong[whose, name] = told
    assert wrong == {}


async def pending(house: House, owner: Person, channel: str) -> Goal:
    """A goal whose plan waits for a ✅; its owner may have lost the right to have one."""
    service, now = house.core.service, house.core.clock.now()
    asked = request(Asked("wash up"), house.settings.defaults(), ())
    name = new_id()
    goal = Goal(name, asked, owner, Origin("local", channel, f"t-{owner.id}"), now, now)
    await house.core.journal.record(lifecycle.opened(goal))

    async def asks() -> Goal | None:
        goal = await service.find(name)
        return goal if goal.asks else None

    return cast(Goal, await house.until(asks))


async def refusal(acts: GoalActs, event: Inbound) -> str:
    """What somebody is told who lacks a right. Acts that never came in change nothing: only the way to them is tried."""
    try:
        await acts.act(event)
    except NotAllowed as refused:
        return str(refused)
    except (AlreadyHandled, GoalError):
        pass
    return ""


def things(goal: Goal, *, own: bool, right: str) -> list[tuple[str, Inbound, str]]:
    """All that Eve may try with a goal: its name, what comes in, the right that it needs."""
    found: list[tuple[str, Inbound, str]] = []

    def say(name: str, text: str, needed: str) -> None:
        found.append((name, Message(f"{goal.id}.{len(found)}", EVE, goal.origin, "m", text), needed))

    def owned(needed: str) -> str:
        return "operate" if needed == "own" and not own else needed

    approval = goal.asks[0].id
    for emoji, needed in EMOJI.items():
        message = approval if needed == "approve" else goal.id
        found.append((emoji, Reaction(f"{goal.id}.{emoji}", EVE, goal.origin, message, emoji), owned(needed)))
    ends = right == owned("own")
    stop = Reaction(f"{goal.id}.stop", EVE, goal.origin, goal.id, "🛑")
    found.append(("🛑", stop, owned("own") if ends else "talk"))
    for button, needed in BUTTONS.items():
        typed = {Act.BUDGET: f"{goal.id} +10 turns", Act.EDIT: f"{goal.id} wash down"}
        value = {Act.RAISE: raises.value(goal.id, "turns", 50, 20), **typed}.get(button, goal.id)
        value = approval if button in (Act.APPROVE, Act.APPROVE_FOR_GOAL, Act.DENY) else value
        press = Press(f"{goal.id}.{button}", EVE, goal.origin, "m", button, value)
        found.append((f"[{button}]", press, owned(needed)))
    say("a word", "look into the cellar", "talk")
    say("a mention", "@goalward look into the cellar", "talk")
    say("a start", "/goal fix it all", "own")
    for verb in sorted(grammar.VERBS, key=_ends):
        needed = NEEDED[verb.name]
        say(verb.name, _text(verb, goal.id), needed if verb.group is Group.CHANNEL else owned(needed))
    return found


def _ends(verb: VerbShape) -> bool:
    """What ends a goal, or stops the channel, comes last."""
    return verb.name in ("complete", "cancel", "disable", "enable")


def _text(verb: VerbShape, goal_id: str) -> str:
    argument = ARGUMENTS.get(verb.takes, "")
    if verb.group is Group.CHANNEL:
        return f"/goal {verb.name} {argument}"
    return (
        f"/goal {verb.name} {goal_id} {argument}"
        if verb.takes is Takes.MOVE
        else f"/goal {goal_id} {verb.name} {argument}"
    )
