"""Which key opens which provider: the one of the settings for those that they name, else that of its usual variable.

litellm is handed what it needs with each call: the variables themselves are no longer in the environment.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pydantic import SecretStr

from goals.models import prices

SETTING = "GOALWARD_MODEL__API_KEY"

_UNUSUAL: dict[str, tuple[str, ...]] = {
    "together_ai": ("TOGETHERAI_API_KEY", "TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"),
    "fireworks_ai": (
        *("FIREWORKS_AI_API_KEY", "FIREWORKS_API_KEY"),
        *("FIREWORKSAI_API_KEY", "FIREWORKS_AI_TOKEN"),
    ),
    "huggingface": ("HF_TOKEN", "HUGGINGFACE_API_KEY"),
    "github": ("GITHUB_API_KEY",),
    "vertex_ai": ("GOOGLE_APPLICATION_CREDENTIALS",),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "perplexity": ("PERPLEXITY_API_KEY", "PERPLEXITYAI_API_KEY"),
    "replicate": ("REPLICATE_API_KEY", "REPLICATE_API_TOKEN"),
    "datarobot": ("DATAROBOT_API_TOKEN",),
    "databricks": ("DATABRICKS_API_KEY", "DATABRICKS_TOKEN"),
    "watsonx": ("WATSONX_APIKEY", "WATSONX_API_KEY"),
    "cohere": ("COHERE_API_KEY", "CO_API_KEY"),
    "bedrock": ("AWS_BEARER_TOKEN_BEDROCK",),
}

_AWS = {
    "aws_access_key_id": "AWS_ACCESS_KEY_ID",
    "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
    "aws_session_token": "AWS_SESSION_TOKEN",
}
_MORE = {
    "bedrock": _AWS,
    "sagemaker": _AWS,
    "sagemaker_chat": _AWS,
    "azure": {
        "azure_ad_token": "AZURE_AD_TOKEN",
        "client_secret": "AZURE_CLIENT_SECRET",
        "azure_password": "AZURE_PASSWORD",
    },
    "vertex_ai": {"vertex_credentials": "GOOGLE_APPLICATION_CREDENTIALS"},
}
"""What some providers want besides a key, by litellm's names of its arguments."""

_LOCKED = (
    *("anthropic", "cohere", "deepseek", "fireworks_ai", "gemini", "groq", "mistral"),
    *("openai", "openrouter", "perplexity", "together_ai", "xai"),
)


_ELSEWHERE = (
    (re.compile(r"ft:(?:gpt|babbage|davinci)"), "openai"),
    (re.compile(r"replicate|:\w{64}(?:$|:)"), "replicate"),
    (re.compile("clarifai"), "clarifai"),
)
"""What litellm may take for the name of another provider than the one that it begins with."""

_FAMILIES = ("openai", "anthropic", "vertex_ai", "bedrock", "cohere")
"""Providers that litellm's list of prices has under several names."""

_BARE = (
    (re.compile("claude"), "anthropic"),
    (re.compile(r"gpt-|chatgpt-|o\d|ft:"), "openai"),
)
"""Whose models begin so, where the list does not know them."""


def provider(model: str) -> str:
    """The provider in litellm's name of a model: `anthropic/claude-x` → `anthropic`, `gpt-5` → `openai`.

    Empty where nobody knows whom litellm would ask.
    """
    first, slash, _ = model.partition("/")
    said = first.lower() if slash else _of_bare(model)
    meant = {name for sign, name in _ELSEWHERE if sign.search(model)}
    return said if meant <= {said} else ""


def _of_bare(model: str) -> str:
    """The provider of a model that is named without one."""
    listed = str(prices.known().get(model, {}).get("litellm_provider", ""))
    if listed:
        return next((family for family in _FAMILIES if family in listed), listed)
    return next((name for start, name in _BARE if start.match(model)), "")


def variable(model: str) -> str:
    """The variable that a model's provider tells people to put their key into: `OPENAI_API_KEY`."""
    return next(iter(_names(model)), SETTING)


def key(
    model: str,
    setting: SecretStr | None,
    variables: Mapping[str, SecretStr],
    named: Collection[str] | None = None,
) -> SecretStr | None:
    """The setting wins where it belongs: to the providers of the models in `named`, or to all where that is None.

    It is for all where there is a `base_url`, which should never see another provider's key.
    """
    if setting and (named is None or _among(model, named)):
        return setting
    return next((variables[name] for name in _names(model) if name in variables), None)


def _among(model: str, named: Collection[str]) -> bool:
    whose = provider(model)
    return model in named or (bool(whose) and whose in map(provider, named))


def more(model: str, variables: Mapping[str, SecretStr]) -> dict[str, str]:
    """The arguments for what a model's provider wants besides a key."""
    wanted = _MORE.get(provider(model), {}).items()
    return {said: variables[name].get_secret_value() for said, name in wanted if name in variables}


def wanted(model: str) -> bool:
    """Whether the model's provider, at its own address, is known to let nobody in without a key."""
    return provider(model) in _LOCKED


def _names(model: str) -> tuple[str, ...]:
    """The variables that a model's provider reads its key from, the usual one first."""
    name = provider(model)
    usual = (f"{name.upper().replace('-', '_')}_API_KEY",) if name else ()
    return _UNUSUAL.get(name, usual)
