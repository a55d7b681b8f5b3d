"""Which key is sent to whom."""

import pytest
from pydantic import SecretStr

from goals.models import keys

OURS, OPENAI = SecretStr("ours"), SecretStr("openai's")
ANTHROPIC = SecretStr("anthropic's")


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


def test_the_key_of_the_settings_goes_to_the_providers_that_the_settings_name() -> None:
    variables = {"ANTHROPIC_API_KEY": ANTHROPIC}
    named = ("openai/gpt-5", "groq/judge")
    asked = ("openai/other", "gpt-5", "groq/other", "anthropic/claude-x", "mistral/large")
    assert [keys.key(model, OURS, variables, named) for model in asked] == [*[OURS] * 3, ANTHROPIC, None]


@pytest.mark.parametrize(
    "model",
    [
        *("command-r-plus", "gemini-2.5-flash", "amazon.nova-pro-v1:0", "us.anthropic.claude-next"),
        *("qvv0xeq", "openai/replicate-x", "openai/clarifai-x"),
        *(f"meta/llama:{'a' * 64}", f"llama:{'a' * 64}"),
    ],
)
def test_a_name_that_leads_to_another_provider_gets_no_key_of_openais(model: str) -> None:
    assert keys.key(model, OURS, {"OPENAI_API_KEY": OPENAI}, ("openai/gpt-5",)) is None


def test_a_name_that_litellm_sends_to_openai_gets_no_key_of_another_provider() -> None:
    variables = {"ANTHROPIC_API_KEY": ANTHROPIC, "OPENAI_API_KEY": OPENAI}
    asked = ("anthropic/ft:davinci-002", "openai/ft:gpt-4o:us::x", "ft:gpt-4o-mini-2024-07-18")
    assert [keys.key(model, None, variables) for model in asked] == [None, OPENAI, OPENAI]


def test_a_model_of_the_settings_has_their_key_however_it_is_spelled() -> None:
    strange = "meta/llama:" + "a" * 64
    found = [keys.key(model, OURS, {}, (strange,)) for model in (strange, "openai/replicate-x")]
    assert found == [OURS, None]


def test_a_provider_is_sent_no_other_providers_key() -> None:
    variables = {"OPENAI_API_KEY": OPENAI}
    found = [keys.key(model, None, variables) for model in ("openai/gpt-5", "anthropic/claude-x")]
    assert found == [OPENAI, None]


@pytest.mark.parametrize(
    ("model", "variable"),
    [
        ("gemini/gemini-3-pro", "GOOGLE_API_KEY"),
        ("huggingface/some/model", "HUGGINGFACE_API_KEY"),
        ("databricks/some-model", "DATABRICKS_TOKEN"),
        ("bedrock/some.model", "AWS_BEARER_TOKEN_BEDROCK"),
    ],
)
def test_a_key_is_also_found_where_else_people_put_it(model: str, variable: str) -> None:
    assert keys.key(model, None, {variable: OURS}) == OURS


def test_what_a_provider_wants_besides_a_key_goes_to_that_provider_only() -> None:
    variables = {"AWS_ACCESS_KEY_ID": OURS, "AWS_SECRET_ACCESS_KEY": OPENAI, "AZURE_CLIENT_SECRET": OURS}
    found = [keys.more(model, variables) for model in ("bedrock/some.model", "azure/mine", "openai/gpt-5")]
    assert found == [
        {"aws_access_key_id": "ours", "aws_secret_access_key": "openai's"},
        {"client_secret": "ours"},
        {},
    ]
