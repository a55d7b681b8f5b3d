"""What can be filled into a field of a platform's command while somebody types: goals, names of the settings, amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters import grammar
from adapters.typed import GOAL

MOST = 25


@dataclass(frozen=True, slots=True)
class Offer:
    """`value` is what is filled in; `label` says what that is."""

    value: str
    label: str = ""

    @property
    def shown(self) -> str:
        return f"{self.value} · {self.label}" if self.label else self.value


@dataclass(frozen=True, slots=True)
class Named:
    """What the settings name, as a goal names it: hooks like `command:deploy`."""

    verifiers: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()


_TIMES = ("30m", "1h", "2h", "8h", "1d")
_HOOKS = ("notify:@", "webhook:https://", "goal:")

USUAL = {
    "amount": ("+10 turns", "+50k", "+$2", "+30m"),
    "cron": ("0 9 * * MON-FRI", "*/15 * * * *", "0 0 1 * *"),
    "deadline": _TIMES,
    "duration": ("15m", *_TIMES),
    "every": ("30s", "1m", "5m", "15m", "1h"),
    "max-time": _TIMES,
    "max-usd": ("$1", "$5", "$20"),
    "move": ("up", "down", "top"),
    "token-budget": ("50k", "200k", "1m"),
}
"""What is usual in fields that take anything of a kind."""

FROM_SETTINGS = ("verify", "agent", "model", "judge-model", "on-achieved", "on-failed")
FIELDS = frozenset((GOAL, "word", *USUAL, *FROM_SETTINGS))
"""The fields for which there is something to offer."""


def offers(field: str, typed: str, named: Named, goals: Sequence[Offer]) -> list[Offer]:
    """What has in it what was typed, what begins with it first; `goals` are those that can be meant."""
    wanted = " ".join(typed.casefold().split())
    fits = [offer for offer in _every(field, named, goals) if wanted in offer.shown.casefold()]
    fits.sort(key=lambda offer: not offer.value.casefold().startswith(wanted))
    return fits[:MOST]


def _every(field: str, named: Named, goals: Sequence[Offer]) -> Iterable[Offer]:
    if field == GOAL:
        return goals
    if field == "word":
        return (Offer(word, help) for word, help in _words())
    of_settings = {
        "verify": named.verifiers,
        "agent": named.agents,
        "model": named.models,
        "judge-model": named.models,
        "on-achieved": (*named.hooks, *_HOOKS),
        "on-failed": (*named.hooks, *_HOOKS),
    }
    return map(Offer, of_settings.get(field) or USUAL.get(field, ()))


def _words() -> list[tuple[str, str]]:
    groups = [(group.value, "a part of the language") for group in grammar.Group]
    verbs = [(verb.name, verb.help) for verb in grammar.VERBS]
    return groups + verbs + [(f"--{o.names[0]}", o.help) for o in grammar.OPTIONS if o.names]
