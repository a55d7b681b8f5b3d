"""What `help` says: the language on a phone's screen, and one verb, option or group of it in full."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from adapters import grammar
from adapters.grammar import OPTIONS, VERBS, Group, Option, Takes, VerbShape
from goals.domain.rules import Right

WIDTH = 58
"""Characters of a line that a phone shows whole, but for two."""

GROUPS = {
    Group.LOOK: "how a goal stands, and what was found",
    Group.DECIDE: "what an approver is asked for",
    Group.CHANGE: "what is wanted, while the agent works",
    Group.RUN: "stop, go on, end",
    Group.CHANNEL: "the channel and the language",
    Group.PROOF: "when the goal is reached",
    Group.BUDGETS: "what it may take",
    Group.WHO: "who works, and where",
    Group.START: "how it begins and goes on",
    Group.WATCH: "only watching",
}

WHO_MAY = {
    Right.TALK: "whoever has `talk` here",
    Right.OWN: "its owner, with `own`; others with `operate`",
    Right.APPROVE: "whoever has `approve` here",
    Right.OPERATE: "whoever has `operate` here",
}


def overview() -> str:
    """Every verb and option by name, in groups, and how to learn more."""
    parts = [
        "*Start a goal:* `/goal fix the login`",
        "`/goal` alone shows this goal, or the channel's board;",
        "`/goal -- …` is always an objective.",
        "",
        "*Verbs,* like `/goal pause`; elsewhere `/goal g7k2 pause`",
        *_names([(verb.group, verb.name) for verb in VERBS]),
        "",
        "*Options,* before the objective or on own lines after it",
        *_names([(option.group, f"--{option.names[0]}") for option in OPTIONS if option.names]),
        "",
        "More: `/goal help run`, `help budget`, `help --verify`",
    ]
    return "\n".join(parts)


def about(word: str) -> str:
    """One verb, option or group in full; the whole for a word that is none of them."""
    match grammar.entry(word):
        case VerbShape() as verb:
            return _verb(verb)
        case Option() as option:
            return _option(option)
        case Group() as group:
            return _group(group)
        case None:
            return overview()


def _names(named: Sequence[tuple[Group, str]]) -> list[str]:
    """A few lines per group: its name, then those of its members."""
    lines = []
    for group in dict.fromkeys(group for group, _ in named):
        names = " ".join(name.replace(" ", "\u00a0") for of, name in named if of is group)
        lines += [
            line.replace("\u00a0", " ")
            for line in wrap(f"*{group.value}:* {names}", WIDTH, break_on_hyphens=False)
        ]
    return lines


def _verb(verb: VerbShape) -> str:
    lines = [f"`/goal {verb.usage}` {verb.help}"]
    if verb.aliases:
        lines.append(f"Also: {', '.join(f'`{alias}`' for alias in verb.aliases)}")
    if verb.group is not Group.CHANNEL and verb.takes not in (Takes.ID, Takes.MOVE):
        lines.append(f"Outside its thread: `/goal g7k2 {verb.name}`")
    return "\n".join((*lines, f"Who may: {_who_may(verb)}"))


def _who_may(verb: VerbShape) -> str:
    about_a_goal = verb.group is not Group.CHANNEL
    return WHO_MAY[verb.right] if about_a_goal else f"whoever has `{verb.right.value}` here"


def _option(option: Option) -> str:
    lines = [
        f"`{option.usage}` {option.help}",
        *wrap(f"It wants {option.wants}.", WIDTH, break_on_hyphens=False),
    ]
    if option.flag:
        lines[1:] = ["It stands alone, without a value."]
    if others := [f"`--{name}`" for name in option.names[1:]]:
        lines.append(f"Also: {', '.join(others)}")
    return "\n".join((*lines, f"In JSON and YAML: {_keys(option)}"))


def _keys(option: Option) -> str:
    return ", ".join(f"`{key}`" for key in option.spec_names[-2:])


def _group(group: Group) -> str:
    verbs = [f"`{verb.usage}` {verb.help}" for verb in VERBS if verb.group is group]
    options = [f"`{option.usage}` {option.help}" for option in OPTIONS if option.group is group]
    return "\n".join((f"*{group.value}:* {GROUPS[group]}", *verbs, *options))
