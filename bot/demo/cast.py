"""Who plays in the demonstration: the models of the settings where there are some, else a scripted one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.demo.model import playing
from bot.demo.referee import referee
from bot.demo.worker import worker
from bot.sections import ModelSection, Price

AGENT, JUDGE = "scripted-agent", "scripted-judge"
PRICE = Price(input=2.0, cached=0.2, output=8.0)


@dataclass(frozen=True, slots=True)
class Cast:
    """`said` is the one line on the page about who works; `budget` are options for the goal."""

    section: ModelSection
    said: str
    budget: str


@asynccontextmanager
async def cast(section: ModelSection | None) -> AsyncIterator[Cast]:
    """Who plays, for as long as this is open."""
    if section is not None and section.agent:
        yield Cast(section, _real(section), "--max-tokens 300k")
        return
    async with playing({AGENT: worker(), JUDGE: referee()}) as model:
        yield Cast(scripted(model.url), _SCRIPTED, "--max-tokens 40k --max-usd $0.25")


def scripted(url: str) -> ModelSection:
    """The settings for the scripted model at an address; its prices are made up, as it is."""
    agent, judge = f"openai/{AGENT}", f"openai/{JUDGE}"
    return ModelSection(agent=agent, judge=judge, base_url=url, prices={agent: PRICE, judge: PRICE})


_SCRIPTED = "No model is set: a scripted one plays agent and judge; `GOALWARD_MODEL__AGENT` sets a real one."


def _real(section: ModelSection) -> str:
    judged = (
        f"`{section.judge}` judges"
        if section.judge
        else "no judge is set, so that the verifiers alone decide"
    )
    return f"`{section.agent}` works and {judged}."
