"""Which names of models say where they are asked."""

import pytest

from goals.domain.model_names import addressed


@pytest.mark.parametrize(
    "model",
    [
        "oobabooga/http://127.0.0.1:9",
        "huggingface/https://example.org/v1",
        "HuggingFace/HTTP://example.org",
        "openai/http://127.0.0.1:9",
        "http://127.0.0.1:9",
        "bedrock/agentcore/arn:aws:bedrock-agentcore:example.org/:1:runtime/x",
        "bedrock/agentcore/a:b:c:example.org/",
        "baseten/abcd1234",
        "baseten/baseten/abcd1234",
        "nlp_cloud/.example.org",
    ],
)
def test_a_name_that_holds_an_address_or_a_part_of_one_is_found(model: str) -> None:
    assert addressed(model)


@pytest.mark.parametrize(
    "model",
    [
        *("", "gpt-5", "openai/gpt-5", "anthropic/claude-sonnet-4-5", "ollama/llama3:8b"),
        *("openrouter/anthropic/claude-sonnet-4-5", "huggingface/together/deepseek-ai/DeepSeek-R1"),
        *("baseten/deepseek-ai/DeepSeek-V3", "bedrock/us-east-1/anthropic.claude-v2:1", "oobabooga/mine"),
    ],
)
def test_a_name_that_only_chooses_a_provider_is_not(model: str) -> None:
    assert not addressed(model)
