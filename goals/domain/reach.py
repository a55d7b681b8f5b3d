"""What a verifier or a hook gets at that not everybody may set: hosts, free queries, free commands. Presets of the settings are open to all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from goals.domain import addresses
from goals.domain.addresses import Place


@dataclass(frozen=True, slots=True)
class Reach:
    """`places` are asked over HTTP; `query` says what is asked or run in free words, as `a query` or `a command`.

    It speaks in `channels`.
    """

    places: tuple[Place, ...] = ()
    query: str = ""
    channels: tuple[str, ...] = ()


def together(parts: Iterable[Reach]) -> Reach:
    """What several get at."""
    found = tuple(parts)
    query = next((part.query for part in found if part.query), "")
    channels = tuple(channel for part in found for channel in part.channels)
    return Reach(tuple(place for part in found for place in part.places), query, channels)


def beyond(reach: Reach, hosts: tuple[str, ...]) -> str:
    """What of it needs the right to operate, as a whole sentence; empty when nothing does."""
    for where in reach.places:
        if not addresses.named(hosts, where):
            return f'The host {where.netloc} is not among the allowed ones (`hosts = ["{where.entry}"]` under `[http]`).'
    return f"It is {reach.query} of one's own, and no preset of the settings." if reach.query else ""


def closed(reach: Reach, hosts: tuple[str, ...]) -> str:
    """What of it nobody may set, as a whole sentence: an address of this machine or its network, unless it is named."""
    for where in reach.places:
        address = addresses.literal(where.host)
        if address is not None and not addresses.opens(hosts, where, address):
            return (
                f"{where.netloc} is a private address: only the settings can open it,"
                f' with `hosts = ["{where.entry}"]` under `[http]`.'
            )
    return ""
