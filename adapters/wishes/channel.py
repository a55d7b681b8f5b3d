"""Verbs about a channel."""

from __future__ import annotations

from adapters import bodies, guide
from adapters.chat import Body
from adapters.wishes.wish import ChannelVerbs, Wish
from goals.service import GoalService


async def board(service: GoalService, wish: Wish) -> Body:
    return bodies.board_body(await service.board(wish.at.channel_key))


async def queue(service: GoalService, wish: Wish) -> Body:
    return bodies.queue_body(await service.queued(wish.at.channel_key))


async def disable(service: GoalService, wish: Wish) -> Body:
    key = wish.at.channel_key
    await service.disable(key, wish.who)
    return bodies.disabled_body(await service.unfinished(channel_key=key))


async def enable(service: GoalService, wish: Wish) -> Body:
    key = wish.at.channel_key
    await service.enable(key, wish.who)
    return bodies.enabled_body(await service.unfinished(channel_key=key))


async def help_(service: GoalService, wish: Wish) -> Body:
    return Body(guide.about(wish.verb.argument) if wish.verb.argument else guide.overview())


VERBS: ChannelVerbs = {
    "board": board,
    "list": board,
    "queue": queue,
    "disable": disable,
    "enable": enable,
    "help": help_,
}
