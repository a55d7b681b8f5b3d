"""What has a model: the built-in agent and the judge, over one meter. Without a `[model]` section there is neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from bot import sections
from bot.settings import Settings
from goals.agents.builtin import BuiltinAgent
from goals.agents.gate import PolicyGate
from goals.domain.rules import ChannelRules
from goals.domain.usage import Price
from goals.domain.values import Request
from goals.meter import Meter
from goals.models.judge import Judge
from goals.models.llm import LiteLLM
from goals.models.proposer import Proposer
from goals.ports import Clock, Executor, Model
from goals.store import Store

KEYS = ("_API_KEY", "_TOKEN")

WARM_AFTER = 2.0
"""Seconds after ready: the library behind the models takes long to load, and nothing before needs it."""


class Warmed(Model, Protocol):
    """A model that is loaded late and closed at the end."""

    async def warm(self) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Minds:
    model: Warmed
    meter: Meter
    agent: BuiltinAgent | None
    judge: Judge | None
    proposer: Proposer | None

    def unpriced(self, asked: Request) -> str:
        """A model that a goal would call and whose price nobody knows; empty when all are priced."""
        agent = self.agent.model_of(asked) if self.agent else ""
        judge = (asked.judge_model or self.judge.model) if self.judge else ""
        return next((m for m in (agent, judge) if m and self.model.price(m) is None), "")


def minds(
    settings: Settings,
    store: Store,
    executor: Executor,
    clock: Clock,
    environ: Mapping[str, str],
    rules: Callable[[str], ChannelRules],
    clean: Callable[[str], str],
    model: Warmed | None = None,
) -> Minds | None:
    """The minds that the settings name; the providers' keys are found in `environ` under their usual names.

    `rules` are those of a channel, `clean` takes secrets out of a text, `model` stands in for litellm.
    """
    section = settings.model
    if section is None:
        return None
    model = model or LiteLLM(
        base_url=section.base_url,
        api_key=section.api_key,
        variables={name: SecretStr(value) for name, value in environ.items() if name.endswith(KEYS)},
        settled={name: _price(price) for name, price in section.prices.items()},
        window=section.window,
        timeout=section.timeout,
        clock=clock,
    )
    meter = Meter(model, store.ledger, clock)
    agent = BuiltinAgent(
        section.agent,
        meter,
        store.goals,
        store.steps,
        executor,
        clock,
        lambda goal, workspace: PolicyGate(
            goal, workspace, rules(goal.origin.channel_key), store.history, clean
        ),
        settings.defaults_section.max_steps,
        section.timeout,
        section.compact_at,
    )
    return Minds(
        model,
        meter,
        agent if section.agent else None,
        Judge(section.judge, meter, section.timeout) if section.judge else None,
        Proposer(section.judge, meter, section.timeout, settings.defaults().presets)
        if section.judge
        else None,
    )


def _price(price: sections.Price) -> Price:
    return Price(price.input, price.input if price.cached is None else price.cached, price.output)
