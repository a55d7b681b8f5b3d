"""Which key opens which provider: the one of the settings, else the one in the provider's usual variable."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

SETTING = "GOALWARD_MODEL__API_KEY"

_UNUSUAL = {
    "together_ai": "TOGETHERAI_API_KEY",
    "fireworks_ai": "FIREWORKS_AI_API_KEY",
    "huggingface": "HF_TOKEN",
    "github": "GITHUB_API_KEY",
    "vertex_ai": "GOOGLE_APPLICATION_CREDENTIALS",
}

_LOCKED = (
    *("anthropic", "cohere", "deepseek", "fireworks_ai", "gemini", "groq", "mistral"),
    *("openai", "openrouter", "perplexity", "together_ai", "xai"),
)


def provider(model: str) -> str:
    """The provider in litellm's name of a model: `anthropic/claude-x` → `anthropic`; names without one are OpenAI's."""
    first, slash, _ = model.partition("/")
    if slash:
        return first.lower()
    return "anthropic" if model.startswith("claude") else "openai"


def variable(model: str) -> str:
    """The variable that a model's provider tells people to put their key into: `OPENAI_API_KEY`."""
    name = provider(model)
    return _UNUSUAL.get(name, f"{name.upper().replace('-', '_')}_API_KEY")


def key(model: str, setting: SecretStr | None, variables: Mapping[str, SecretStr]) -> SecretStr | None:
    """The setting wins: it belongs to `base_url`, which should never see another provider's key."""
    return setting or variables.get(variable(model))


def wanted(model: str) -> bool:
    """Whether the model's provider, at its own address, is known to let nobody in without a key."""
    return provider(model) in _LOCKED
