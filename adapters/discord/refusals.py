"""What Discord answers in vain, in the words of every platform: later, gone, refused for good, or nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from discord import HTTPException, RateLimited

from adapters.chat import Busy, Gone, Undeliverable

AWAY = 5.0
"""Seconds until Discord is asked again that did not answer."""
BANNED = 60.0
"""Seconds until it is asked again when it does not even say for how long it refuses everything."""
EDITED_OFTEN = 60.0
"""Seconds until an old message is edited again that was edited too often."""

LACKS = 50013

GONE = {
    10004: "the server is not there, or the bot is not in it",
    40001: "the bot is not allowed to do this",
    50001: "the bot cannot see the channel; let it in",
    50008: "nobody can write in this channel",
    160005: "the thread is locked",
}
REFUSED = {
    30010: "the message has too many reactions already",
    30033: "the thread has too many members",
    40005: "it is too large",
    50005: "another one wrote this message",
    90001: "somebody has blocked the bot",
    160006: "the server has too many threads that are not archived",
    200000: "the server's AutoMod blocks these words",
}


class Unsure(Busy):
    """Discord did not answer: nobody knows whether it was carried out."""


class NotThere(Gone):
    """There is no such channel or thread, or none yet."""


class Lacks(Gone):
    """The bot lacks a permission."""


class TokenRefused(Gone):
    """Discord does not take the bot's token."""


class MessageGone(Undeliverable):
    """There is no such message any more."""


class DrawingRefused(Undeliverable):
    """Discord does not take this text or these components."""


class Archived(Undeliverable):
    """The thread is archived, and this does not wake it."""


class NoThreads(Undeliverable):
    """In such a channel there are no threads."""


class HasThread(Undeliverable):
    """The message has its thread already."""


class Closed(Gone):
    """Somebody takes no direct messages from the bot."""


@contextmanager
def understood(needs: str = "") -> Iterator[None]:
    """Raises Discord's refusals as Busy, Unsure, Gone or Undeliverable, or what is made of them here.

    `needs` names the permissions without which Discord refuses this.
    """
    try:
        yield
    except HTTPException as refusal:
        raise meaning(refusal, needs) from refusal
    except RateLimited as limited:
        raise Busy(limited.retry_after) from limited
    except (TimeoutError, aiohttp.ClientError, OSError) as away:
        raise Unsure(AWAY) from away


def meaning(refusal: HTTPException, needs: str = "") -> Exception:
    code, status = refusal.code, refusal.status
    if status >= 500:
        return Unsure(AWAY)
    if status == 429:
        return Busy(BANNED)
    if status == 401:
        return TokenRefused("Discord does not take the bot's token: set GOALWARD_DISCORD__TOKEN anew.")
    if code == LACKS:
        return Lacks(
            f"Discord refuses: the bot lacks a permission there ({needs or 'it does not say which'})."
        )
    if code in GONE:
        return Gone(f"Discord refuses: {GONE[code]}.")
    return _special(refusal) or Undeliverable(
        f"Discord refuses: {REFUSED.get(code) or refusal.text or 'it does not say why'} ({code or status})."
    )


def _special(refusal: HTTPException) -> Exception | None:
    """What somebody else waits for by name."""
    match refusal.code:
        case 10003:
            return NotThere("Discord refuses: the channel or thread is not there any more.")
        case 10008:
            return MessageGone("Discord refuses: the message is not there any more.")
        case 30046:
            return Busy(EDITED_OFTEN)
        case 50007 | 50278:
            return Closed("Discord refuses: they take no direct messages from the bot.")
        case 50024:
            return NoThreads("Discord refuses: there are no threads in such a channel.")
        case 50035 | 50006:
            return DrawingRefused(f"Discord refuses this message: {refusal.text}")
        case 50083:
            return Archived("Discord refuses: the thread is archived.")
        case 160004:
            return HasThread("Discord refuses: the message has its thread already.")
    return None
