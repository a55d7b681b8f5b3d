"""Platforms that other packages bring: found by their entry points, set up by `[platforms.NAME]`."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from pydantic import BaseModel, SecretStr

from adapters.platform import Given, Platform
from bot import environment
from bot.settings import Settings
from goals.domain.errors import BadRequest, GoalError
from goals.domain.nearest import nearest, shown
from goals.plugins import ADAPTERS, Plugins
from goals.ports import Clock

log = logging.getLogger(__name__)

TABLE = "platforms"
OURS = ("local", "terminal", "slack", "discord")
"""Names under which people of our own platforms are known."""
NAME = re.compile(r"[a-z][a-z0-9-]*")

Make = Callable[[BaseModel, Given], Platform]


def plugged(settings: Settings, name: str, plugins: Plugins, clock: Clock) -> Platform:
    """Raises SettingsError where nothing of that name is installed, or its settings are not right."""
    try:
        make, section = sectioned(settings, name, plugins)
        directory = settings.state / TABLE / name
        directory.mkdir(parents=True, exist_ok=True)
        return make(section, Given(clock, directory))
    except GoalError as wrong:
        raise settings.refusal((TABLE, name), str(wrong)) from None
    except Exception:  # a plugin is a stranger's code
        log.exception("the platform %s cannot be made", name)
        sentence = f"The platform `{name}` cannot be made; the log says why."
        raise settings.refusal((TABLE, name), sentence) from None


def sectioned(settings: Settings, name: str, plugins: Plugins) -> tuple[Make, BaseModel]:
    """What makes the platform of a name, and its settings, read by its own model. Raises GoalError, with a sentence."""
    if name in OURS or not NAME.fullmatch(name):
        raise BadRequest(
            f"No platform of another package is called {shown(name)}: "
            "its name has small letters, digits and `-`, and is none of ours."
        )
    if name not in plugins.names(ADAPTERS):
        near = nearest(name, plugins.names(ADAPTERS))
        raise BadRequest(f"No package that is installed brings a platform {shown(name)}.{near}")
    make: Make = plugins.find(ADAPTERS, name)
    given = dict(settings.platforms[name])
    for key in given.keys() & plugins.adapter_secrets(name):
        _refuse_told(settings, name, key)
        given[key] = SecretStr(str(given[key]))
    return make, plugins.adapter_settings(name, given)


def _refuse_told(settings: Settings, name: str, key: str) -> None:
    """Secrets come from variables that are known as secrets: no command sees those, and no text has them."""
    variable = settings.set_by((TABLE, name, key))
    if not variable:
        wanted = environment.variable(f"{TABLE}.{name}.{key}").replace("-", "_")
        raise BadRequest(f"`{key}` is a secret and does not belong into the file; set {wanted} instead.")
    if variable not in settings.variables:
        raise BadRequest(
            f"{variable} does not say that it is a secret: its name wants TOKEN, KEY, SECRET or PASSWORD."
        )
