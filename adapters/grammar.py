"""The goal language as a table: every option and every verb, from which parsing, help and completion come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from enum import Enum, StrEnum
from functools import cache
from typing import Any

from adapters import folding
from goals.domain import amounts
from goals.domain.rules import Right
from goals.domain.watching import Trigger


class Group(StrEnum):
    """What verbs and options are about: the chapters of `help`. Verbs of CHANNEL are about no goal in particular."""

    LOOK = "look"
    DECIDE = "decide"
    CHANGE = "change"
    RUN = "run"
    CHANNEL = "channel"
    PROOF = "proof"
    BUDGETS = "budgets"
    WHO = "who"
    START = "start"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Option:
    """An option: what it is called, what it takes (nothing: a flag), what it fills in.

    `names` stand after `--`; `keys` are further names in specs. `wants` ends the sentence "`--x` wants …";
    `read` gives None for what it cannot read.
    """

    names: tuple[str, ...]
    field: str
    argument: str
    help: str
    wants: str = "a text"
    read: Callable[[object], Any] = lambda value: text(value)
    keys: tuple[str, ...] = ()
    many: bool = False
    _: KW_ONLY
    group: Group

    @property
    def usage(self) -> str:
        return f"--{self.names[0]} {self.argument}".strip() if self.names else self.keys[0]

    @property
    def flag(self) -> bool:
        return not self.argument

    @property
    def numeric(self) -> bool:
        """Whether a spec has to give a number, and not a text with one."""
        return self.read in (amounts.count, amounts.tokens, amounts.usd, priority)

    @property
    def spec_names(self) -> tuple[str, ...]:
        return (*(name.replace("-", "_") for name in self.names), *self.keys)


class Takes(Enum):
    """What has to follow a verb for it to be one. An id before or after it is fine for all but FREE ones."""

    NOTHING = "nothing"
    ID = "id"
    REASON = "reason"
    """Nothing; or free text in an unfinished goal's thread or after an id."""
    FREE = "free"
    """Free text, in an unfinished goal's thread or after an id."""
    WISH = "wish"
    """Free text, anywhere."""
    NUMBER = "number"
    DURATION = "duration"
    AMOUNT = "amount"
    MOVE = "move"
    WORD = "word"
    """Nothing; or a verb, an option or a group."""


@dataclass(frozen=True, slots=True)
class VerbShape:
    """A verb: what it is called, what it takes, and the right that it needs.

    What needs `own` on one's own goal needs `operate` on somebody else's.
    """

    name: str
    help: str
    group: Group
    right: Right
    takes: Takes = Takes.NOTHING
    argument: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        return f"{self.name} {self.argument}".strip()


def text(value: object) -> str | None:
    """A text that is not blank, without control characters."""
    if not isinstance(value, str):
        return None
    return plain(value).strip() or None


def plain(value: str) -> str:
    """A text without what no store or screen takes: control characters, halves of characters."""
    kept = "".join(c for c in value if c in "\n\t" or (ord(c) >= 32 and c != "\x7f"))
    return kept.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def verifier(value: object) -> str | dict[str, Any] | None:
    """A verifier as a spec, or as a text in which a phone's quotes and dashes are a keyboard's again."""
    if isinstance(value, dict):
        return value
    words = text(value)
    return words and folding.keyboard(words)


def hook(value: object) -> str | dict[str, Any] | None:
    """A hook as an object, or as a text; JSON in it as a keyboard would have it."""
    if isinstance(value, dict):
        return value
    words = text(value)
    return folding.keyboard(words) if words and words.startswith("{") else words


def truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    words = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
    return words.get(value.strip().lower()) if isinstance(value, str) else None


def priority(value: object) -> int | None:
    number = amounts.whole(value)
    return number if number is not None and -100 <= number <= 100 else None


def trigger(value: object) -> str | None:
    """The trigger of that name."""
    words = value.strip().lower() if isinstance(value, str) else ""
    return words if words in list(Trigger) else None


def due(value: object) -> Any:
    """A moment, or a period in seconds from now."""
    return (amounts.moment(value) if isinstance(value, str) else None) or amounts.period(value)


MONITOR = "monitor.on"
"""What `--monitor` fills in: that it is a monitor at all."""

_WHOLE = "a whole number from 1"
_HOOK = "a hook, like `notify:@ana` or `webhook:https://example.com/hook`"
_TIME = "a time like `90m`, `2h` or `1h30m`"

OPTIONS = (
    Option(("verify",), "verify", "COMMAND", "what must pass (repeatable)", "a command, a preset or JSON", verifier, keys=("verifier", "verifiers"), many=True, group=Group.PROOF),
    Option(("accept",), "criteria", "TEXT", "a criterion (repeatable)", keys=("criteria",), many=True, group=Group.PROOF),
    Option(("constraint",), "constraints", "TEXT", "a rule to keep (repeatable)", keys=("constraints",), many=True, group=Group.PROOF),
    Option((), "subgoals", "TEXT", "a criterion that was added later", keys=("subgoals",), many=True, group=Group.PROOF),
    Option(("max-turns",), "max_turns", "N", "the most turns", _WHOLE, amounts.count, keys=("max_iterations",), group=Group.BUDGETS),
    Option(("max-time",), "max_seconds", "2h", "the most active time", _TIME, amounts.period, keys=("max_time_seconds",), group=Group.BUDGETS),
    Option(("token-budget", "max-tokens"), "max_tokens", "50k", "the most tokens", "a number of tokens from 1, like `50k`, `1.5m` or `1e6`", amounts.tokens, group=Group.BUDGETS),
    Option(("max-usd",), "max_usd", "$5", "the most money", "an amount above 0, like `$5`", amounts.usd, group=Group.BUDGETS),
    Option(("agent",), "agent", "NAME", "who works", group=Group.WHO),
    Option(("repo",), "repo", "REPO", "the repository to work in", group=Group.WHO),
    Option(("branch",), "branch", "NAME", "the branch to start from", group=Group.WHO),
    Option(("replace",), "replace", "", "cancel the thread's goal first", "`yes` or `no`", truth, group=Group.START),
    Option(("priority",), "priority", "N", "place in the queue, higher first", "a whole number from -100 to 100", priority, group=Group.START),
    Option(("auto-approve",), "auto_approve", "", "start without plan approval", "`yes` or `no`", truth, group=Group.START),
    Option(("no-progress-limit",), "no_progress_limit", "N", "patience with a same finding", _WHOLE, amounts.count, group=Group.BUDGETS),
    Option(("deadline",), "deadline", "TIME", "the latest end", "a time like `2030-01-31 17:00`, or one from now like `2h`", due, group=Group.BUDGETS),
    Option(("verbose",), "verbose", "", "a line per turn in the thread", "`yes` or `no`", truth, group=Group.START),
    Option(("model",), "model", "NAME", "the agent's model", group=Group.WHO),
    Option(("judge-model",), "judge_model", "NAME", "the judge's model", group=Group.WHO),
    Option(("protect",), "protect", "GLOB", "files the agent may not change", many=True, group=Group.PROOF),
    Option(("clean-check",), "clean_check", "", "verify in a fresh checkout", "`yes` or `no`", truth, group=Group.PROOF),
    Option(("checkpoint",), "checkpoint", "", "pause after each plan item", "`yes` or `no`", truth, group=Group.START),
    Option(("fresh-context",), "fresh_context", "", "a fresh context every turn", "`yes` or `no`", truth, group=Group.START),
    Option(("monitor",), MONITOR, "", "only watch", "`yes` or `no`", truth, group=Group.WATCH),
    Option(("every",), "monitor.every", "5m", "how often to look", _TIME, amounts.period, group=Group.WATCH),
    Option(("cron",), "monitor.cron", "CRON", "when to look", "five fields, like `0 9 * * MON`", group=Group.WATCH),
    Option((), "monitor.timezone", "ZONE", "the zone of `cron`", "a time zone, like `Europe/Berlin`", keys=("timezone",), group=Group.WATCH),
    Option(("trigger",), "monitor.trigger", "met|change", "when it fires", "`met` or `change`", trigger, group=Group.WATCH),
    Option(("repeat",), "monitor.repeat", "", "fire on each edge", "`yes` or `no`", truth, group=Group.WATCH),
    Option(("stall-after",), "monitor.stall_after", "N", "notice after N same checks", _WHOLE, amounts.count, group=Group.WATCH),
    Option(("on-achieved",), "hooks.on_achieved", "HOOK", "what to do when it is met", _HOOK, hook, many=True, group=Group.WATCH),
    Option(("on-failed",), "hooks.on_failed", "HOOK", "what to do when it fails", _HOOK, hook, many=True, group=Group.WATCH),
    Option((), "hooks.on_paused", "HOOK", "what to do when it pauses", _HOOK, hook, keys=("on_paused",), many=True, group=Group.WATCH),
)  # fmt: skip

VERBS = (
    VerbShape("status", "how this goal stands", Group.LOOK, Right.TALK),
    VerbShape("show", "one goal in full", Group.LOOK, Right.TALK, Takes.ID, "ID"),
    VerbShape("plan", "the agent's checklist", Group.LOOK, Right.TALK),
    VerbShape("audit", "what was proven, and how", Group.LOOK, Right.TALK),
    VerbShape("summary", "what was done, what it took", Group.LOOK, Right.TALK),
    VerbShape("diff", "what changed in the files", Group.LOOK, Right.TALK),
    VerbShape("log", "what happened, turn by turn", Group.LOOK, Right.TALK),
    VerbShape("plot", "a monitor's values", Group.LOOK, Right.TALK),
    VerbShape("approve", "✅ to what is asked", Group.DECIDE, Right.APPROVE),
    VerbShape("deny", "❌ to what is asked", Group.DECIDE, Right.APPROVE, Takes.REASON, "[reason]"),
    VerbShape("budget", "raise (`+`) or set (`=`) a budget", Group.DECIDE, Right.APPROVE, Takes.AMOUNT, "+10 turns"),
    VerbShape("steer", "a word to the agent", Group.CHANGE, Right.TALK, Takes.FREE, "TEXT"),
    VerbShape("edit", "change the objective", Group.CHANGE, Right.OWN, Takes.FREE, "TEXT"),
    VerbShape("add", "add a subgoal", Group.CHANGE, Right.TALK, Takes.FREE, "TEXT"),
    VerbShape("remove", "remove a subgoal", Group.CHANGE, Right.OWN, Takes.NUMBER, "N"),
    VerbShape("constrain", "add a rule to keep", Group.CHANGE, Right.OWN, Takes.FREE, "TEXT"),
    VerbShape("pause", "stop for now", Group.RUN, Right.TALK),
    VerbShape("resume", "go on", Group.RUN, Right.OWN),
    VerbShape("wait", "park it for a time", Group.RUN, Right.OWN, Takes.DURATION, "30m"),
    VerbShape("unwait", "wake it", Group.RUN, Right.OWN),
    VerbShape("check", "run the verifiers now", Group.RUN, Right.OWN),
    VerbShape("wrap up", "one last turn, then pause", Group.RUN, Right.OWN),
    VerbShape("complete", "call it done by hand", Group.RUN, Right.OWN),
    VerbShape("cancel", "end it", Group.RUN, Right.OWN, aliases=("clear", "stop", "off", "reset", "none")),
    VerbShape("reopen", "begin again where it ended", Group.RUN, Right.OWN),
    VerbShape("move", "change the queue", Group.RUN, Right.OWN, Takes.MOVE, "ID up|down|top|N"),
    VerbShape("mute", "silence all but questions", Group.RUN, Right.OWN),
    VerbShape("unmute", "speak again", Group.RUN, Right.OWN),
    VerbShape("list", "the goals of this channel", Group.CHANNEL, Right.TALK),
    VerbShape("board", "what stands where", Group.CHANNEL, Right.TALK),
    VerbShape("draft", "propose a contract", Group.CHANNEL, Right.OWN, Takes.WISH, "TEXT"),
    VerbShape("queue", "who is next here", Group.CHANNEL, Right.TALK),
    VerbShape("disable", "goal mode off here", Group.CHANNEL, Right.OPERATE),
    VerbShape("enable", "goal mode on here", Group.CHANNEL, Right.OPERATE),
    VerbShape("doctor", "what is wrong with the set-up", Group.CHANNEL, Right.OPERATE),
    VerbShape("help", "this text, or one part of it in full", Group.CHANNEL, Right.TALK, Takes.WORD, "[WORD]"),
)  # fmt: skip


@cache
def options_by_name() -> dict[str, Option]:
    return {name: option for option in OPTIONS for name in option.names}


@cache
def options_by_key() -> dict[str, Option]:
    return {key: option for option in OPTIONS for key in option.spec_names}


@cache
def verbs_by_word() -> dict[str, VerbShape]:
    return {word: verb for verb in VERBS for word in (verb.name, *verb.aliases)}


def verb(name: str) -> VerbShape:
    return verbs_by_word()[name]


def entry(word: str) -> VerbShape | Option | Group | None:
    """What a word of the language names: a verb, an option, or a group."""
    name = folding.keyboard(" ".join(word.lower().split()))
    verb, option = verbs_by_word().get(name), options_by_name().get(name.removeprefix("--"))
    if verb is not None:
        return verb
    if option is not None:
        return option
    return next((group for group in Group if group == name), None)


def commands() -> list[dict[str, Any]]:
    """What can be completed after `/goal`: each with `name`, `kind`, `usage`, `help` and `aliases`."""
    verbs = [
        {"name": v.name, "kind": "verb", "usage": v.usage, "help": v.help, "aliases": list(v.aliases)}
        for v in VERBS
    ]
    options = [
        {
            "name": f"--{o.names[0]}",
            "kind": "option",
            "usage": o.usage,
            "help": o.help,
            "aliases": [f"--{name}" for name in o.names[1:]],
        }
        for o in OPTIONS
        if o.names
    ]
    return verbs + options
