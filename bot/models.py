"""What `doctor` finds out about the models: whether they are named, have a key, a price and a window. No key is shown."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from bot.findings import Finding, fine, warning
from bot.sections import ModelSection
from goals.models import keys, prices


def models(section: ModelSection | None, variables: Mapping[str, SecretStr]) -> list[Finding]:
    """`variables` are the secrets of the environment."""
    if section is None:
        return []
    roles = {"agent": section.agent, "judge": section.judge}
    found = [f for role, model in roles.items() if model for f in _model(role, model, section, variables)]
    found += _window(section.agent, section) if section.agent else []
    return found if section.judge else [*found, _NO_JUDGE]


_NO_JUDGE = warning(
    "No judge is configured: verifiers alone decide when a goal is done.", "Name a model in `[model] judge`."
)


def _model(
    role: str, model: str, section: ModelSection, variables: Mapping[str, SecretStr]
) -> tuple[Finding, ...]:
    return _key(role, model, section, variables), _price(role, model, section)


def _key(role: str, model: str, section: ModelSection, variables: Mapping[str, SecretStr]) -> Finding:
    usual = keys.variable(model)
    if keys.key(model, section.api_key, variables):
        return fine(
            f"The {role}'s model `{model}` has a key, from `{keys.SETTING if section.api_key else usual}`."
        )
    if section.base_url or not keys.wanted(model):
        return fine(f"The {role}'s model `{model}` is asked without a key.")
    return warning(
        f"The {role}'s model `{model}` has no key, so that it lets nobody in.",
        f"Set `{usual}` or `{keys.SETTING}`.",
    )


def _price(role: str, model: str, section: ModelSection) -> Finding:
    if model in section.prices or prices.price(model, prices.known()):
        return fine(f"The price of `{model}` is known.")
    return warning(
        f"Nobody knows the price of the {role}'s model `{model}`: goals with a budget in money are refused.",
        f'Set `input` and `output` in `[model.prices."{model}"]`, in usd per million tokens.',
    )


def _window(model: str, section: ModelSection) -> list[Finding]:
    if section.window or prices.window(model, prices.known()):
        return []
    return [
        warning(
            f"Nobody knows how much `{model}` can be told at once: a long conversation is summed up only when it is refused.",
            "Set `[model] window`, in tokens.",
        )
    ]
