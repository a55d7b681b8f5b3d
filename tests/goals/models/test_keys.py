"""Which key is sent to whom."""

import pytest
from pydantic import SecretStr

from goals.models import keys

OURS, OPENAI = SecretStr("ours"), SecretStr("openai's")


@pytest.mark.parametrize(
    ("model", "variable"),
    [
        ("openai/gpt-5", "OPENAI_API_KEY"),
        ("gpt-5", "OPENAI_API_KEY"),
        ("claude-sonnet-4-5", "ANTHROPIC_API_KEY"),
        ("anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY"),
        ("openrouter/anthropic/claude-sonnet-4-5", "OPENROUTER_API_KEY"),
        ("together_ai/some/model", "TOGETHERAI_API_KEY"),
    ],
)
def test_a_provider_has_its_usual_variable(model: str, variable: str) -> None:
    assert keys.variable(model) == variable


def test_the_key_of_the_settings_is_sent_rather_than_one_that_belongs_to_another_address() -> None:
    assert keys.key("openai/gpt-5", OURS, {"OPENAI_API_KEY": OPENAI}) == OURS


def test_a_provider_is_sent_no_other_providers_key() -> None:
    variables = {"OPENAI_API_KEY": OPENAI}
    found = [keys.key(model, None, variables) for model in ("openai/gpt-5", "anthropic/claude-x")]
    assert found == [OPENAI, None]
