"""What goals may ask beyond this machine: the web within the channel's allowlist, and the services of the settings."""

from __future__ import annotations

from collections.abc import Callable

from bot.ground import Ground
from goals.outside.web import HttpWeb
from goals.ports import Endpoint, Outside


def outside(on: Ground) -> Callable[[str], Outside]:
    """By a channel's key."""
    web, presets = HttpWeb(), _urls(on)
    section = on.settings.prometheus
    prometheus = Endpoint(section.url, section.token) if section.url else None
    databases = on.settings.database_urls()
    return lambda channel: Outside(web, on.rules(channel).hosts, presets, prometheus, databases)


def _urls(on: Ground) -> frozenset[str]:
    """What the presets of the settings ask."""
    settings = (spec.settings for spec in on.settings.defaults().presets.values() if spec.type == "http")
    return frozenset(str(one["url"]) for one in settings if "url" in one)
