"""Machines that share a store are to share their secrets: the doctor says which of them they do not."""

from typing import Any

import pytest

from bot.findings import Level
from bot.settings import Settings
from bot.sharing_doctor import sharing

SHARED: dict[str, Any] = {"dispatch": "procrastinate", "store": "postgresql+psycopg://db/goalward"}
KEYS: dict[str, Any] = {"hooks": {"secret": "s"}, "local": {"key": "k"}}


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ({}, []),
        (SHARED, ["GOALWARD_HOOKS__SECRET", "GOALWARD_LOCAL__KEY"]),
        ({**SHARED, "local": {"open": True}}, ["GOALWARD_HOOKS__SECRET"]),
        ({**SHARED, **KEYS}, []),
    ],
)
def test_it_names_the_variables_that_all_machines_need(given: dict[str, Any], advice: list[str]) -> None:
    found = sharing(Settings.model_validate(given))

    assert [(one.level, one.advice.split()[1].rstrip(",")) for one in found] == [
        (Level.WARN, name) for name in advice
    ]
