"""What has a model: the built-in agent and the judge, over one meter. Without a `[model]` section there is neither."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot import sections
from bot.ground import Ground
from goals.agents.builtin import BuiltinAgent, Touched
from goals.agents.gate import PolicyGate
from goals.domain.usage import Price
from goals.domain.values import Goal, Request
from goals.meter import Meter
from goals.models.clean import CleanModel, Warmed
from goals.models.judge import Judge
from goals.models.llm import LiteLLM
from goals.models.proposer import Proposer

WARM_AFTER = 2.0
"""Seconds after ready: the library behind the models takes long to load, and nothing before needs it."""


@dataclass(frozen=True, slots=True)
class Minds:
    model: Warmed
    agent: BuiltinAgent | None
    judge: Judge | None
    proposer: Proposer | None

    def unpriced(self, asked: Request) -> str:
        """A model that a goal would call and whose price nobody knows; empty when all are priced."""
        agent = self.agent.model_of(asked) if self.agent else ""
        judge = (asked.judge_model or self.judge.model) if self.judge else ""
        return next((m for m in (agent, judge) if m and self.model.price(m) is None), "")


def minds(on: Ground, touched: Touched, model: Warmed | None = None) -> Minds | None:
    """The minds that the settings name; `model` stands in for litellm. `touched` names the protected files of a
    goal that are not as they were.
    """
    section = on.settings.model
    if section is None:
        return None
    model = CleanModel(model or _litellm(section, on), on.clean, on.own)
    meter = Meter(model, on.store.ledger, on.clock)
    presets = on.settings.defaults().presets
    return Minds(
        model,
        _agent(section, meter, on, touched) if section.agent else None,
        Judge(section.judge, meter, section.timeout) if section.judge else None,
        Proposer(section.judge, meter, section.timeout, presets) if section.judge else None,
    )


def _litellm(section: sections.ModelSection, on: Ground) -> LiteLLM:
    return LiteLLM(
        base_url=section.base_url,
        api_key=section.api_key,
        key_for=section.named,
        variables=on.settings.variables,
        settled={name: _price(price) for name, price in section.prices.items()},
        window=section.window,
        timeout=section.timeout,
        clock=on.clock,
        way=on.way,
    )


def _agent(section: sections.ModelSection, meter: Meter, on: Ground, touched: Touched) -> BuiltinAgent:
    return BuiltinAgent(
        section.agent,
        meter,
        on.store.goals,
        on.store.steps,
        on.executor,
        on.clock,
        lambda goal, workspace: _gate(goal, workspace, on),
        on.settings.defaults_section.max_steps,
        section.timeout,
        section.compact_at,
        on.clean,
        touched,
        on.awaiting.verifier,
    )


def _gate(goal: Goal, workspace: Path, on: Ground) -> PolicyGate:
    return PolicyGate(goal, workspace, on.rules(goal.origin.channel_key), on.store.history, on.clean)


def _price(price: sections.Price) -> Price:
    return Price(price.input, price.input if price.cached is None else price.cached, price.output)
