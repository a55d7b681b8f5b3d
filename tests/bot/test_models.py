"""The doctor's word on the models: their keys and prices, and never a key itself."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.doctor import default_agent
from bot.findings import Level
from bot.models import models
from bot.settings import Settings, load
from goals.plugins import Plugins

BOTH = '[model]\nagent = "openai/gpt-5"\njudge = "openai/gpt-5-mini"\n'
PRICED = '[model.prices."openai/mine"]\ninput = 1\noutput = 4\n'
KEY = "sk-not-to-be-seen"


def settings(tmp_path: Path, text: str, environ: Mapping[str, str]) -> Settings:
    file = tmp_path / "goalward.toml"
    file.write_text(text)
    return load(file, environ)


@pytest.mark.parametrize(
    ("text", "environ", "wrong"),
    [
        (BOTH, {"OPENAI_API_KEY": KEY}, []),
        (BOTH, {"GOALWARD_MODEL__API_KEY": KEY}, []),
        (BOTH, {}, ["has no key", "has no key"]),
        ('[model]\nagent = "openai/gpt-5"\n', {"OPENAI_API_KEY": KEY}, ["No judge is configured"]),
        (
            BOTH.replace("gpt-5-mini", "mine") + 'base_url = "http://127.0.0.1:9/v1"\n',
            {},
            ["Nobody knows the price of the judge's model `openai/mine`"],
        ),
        (
            BOTH.replace("gpt-5-mini", "mine") + '[model.prices."openai/mine"]\ninput = 1\noutput = 4\n',
            {"OPENAI_API_KEY": KEY},
            [],
        ),
        (BOTH.replace('gpt-5"', 'mine"') + PRICED, {"OPENAI_API_KEY": KEY}, ["how much `openai/mine` can"]),
        (
            BOTH.replace('gpt-5"', 'mine"') + "window = 32000\n" + PRICED,
            {"OPENAI_API_KEY": KEY},
            [],
        ),
        ("", {}, []),
    ],
)
def test_a_model_needs_a_key_and_a_price_and_the_agents_a_window(
    text: str, environ: Mapping[str, str], wrong: list[str], tmp_path: Path
) -> None:
    given = settings(tmp_path, text, environ)
    found = models(given.model, given.variables)
    said = [finding.what for finding in found if finding.level is not Level.OK]
    assert len(said) == len(wrong) and all(part in what for part, what in zip(wrong, said, strict=True))
    assert KEY not in str(found)


@pytest.mark.parametrize(("text", "level"), [("", Level.WARN), (BOTH, Level.OK)])
def test_the_built_in_agent_needs_a_model(text: str, level: Level, tmp_path: Path) -> None:
    assert default_agent(settings(tmp_path, text, {}), Plugins()).level is level
