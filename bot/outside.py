"""What goals may ask beyond this machine: the web within the channel's allowlist, and the services of the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.ground import Ground
from goals.outside.github import GitHub
from goals.outside.web import HttpWeb
from goals.ports import Endpoint, Forge, Outside, Web
from goals.work.origin import remote_of


def outside(on: Ground) -> Callable[[str], Outside]:
    """By a channel's key."""
    web, prometheus, forge = HttpWeb(), on.settings.prometheus, on.settings.forge
    everywhere = Outside(
        web,
        presets=_urls(on),
        prometheus=Endpoint(prometheus.url, prometheus.token) if prometheus.url else None,
        databases=on.settings.database_urls(),
        forge=_forge(on, web) if forge.base_url else None,
        repo=forge.repo,
        remote_of=remote_of,
    )
    return lambda channel: replace(everywhere, hosts=on.rules(channel).hosts)


def _forge(on: Ground, web: Web) -> Forge:
    """The forge of the settings; there is one kind of them."""
    section = on.settings.forge
    return GitHub(web, on.clock, Endpoint(section.base_url, section.token))


def _urls(on: Ground) -> frozenset[str]:
    """What the presets of the settings ask."""
    presets = on.settings.defaults().presets.values()
    return frozenset(url for spec in presets for url in _asked({"type": spec.type, **spec.settings}))


def _asked(spec: object) -> Iterator[str]:
    """The URLs of a verifier and of those inside it, as the settings write them."""
    if not isinstance(spec, dict):
        return
    if spec.get("type") == "http" and isinstance(spec.get("url"), str):
        yield spec["url"]
    inside = spec.get("of", ())
    for part in inside if isinstance(inside, list | tuple) else (inside,):
        yield from _asked(part)
