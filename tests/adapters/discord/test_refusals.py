"""What Discord answers in vain means the same as on every platform."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from discord import HTTPException, RateLimited

from adapters.chat import Busy, Gone, Undeliverable
from adapters.discord import refusals
from adapters.discord.refusals import meaning, understood


def refusal(status: int, code: int = 0, text: str = "") -> HTTPException:
    return HTTPException(SimpleNamespace(status=status, reason="No"), {"code": code, "message": text})


@pytest.mark.parametrize(
    ("status", "code", "kind", "sentence"),
    [
        (500, 0, refusals.Unsure, "try again in 5 s"),
        (429, 0, Busy, "try again in 60 s"),
        (400, 30046, Busy, "try again in 60 s"),
        (
            401,
            0,
            refusals.TokenRefused,
            "Discord does not take the bot's token: set GOALWARD_DISCORD__TOKEN anew.",
        ),
        (403, 50001, Gone, "Discord refuses: the bot cannot see the channel; let it in."),
        (403, 50013, refusals.Lacks, "Discord refuses: the bot lacks a permission there (Send Messages)."),
        (404, 10003, refusals.NotThere, "Discord refuses: the channel or thread is not there any more."),
        (404, 10004, Gone, "Discord refuses: the server is not there, or the bot is not in it."),
        (404, 10008, refusals.MessageGone, "Discord refuses: the message is not there any more."),
        (403, 50007, refusals.Closed, "Discord refuses: they take no direct messages from the bot."),
        (403, 50278, refusals.Closed, "Discord refuses: they take no direct messages from the bot."),
        (400, 50035, refusals.DrawingRefused, "Discord refuses this message: why"),
        (400, 50083, refusals.Archived, "Discord refuses: the thread is archived."),
        (400, 160005, Gone, "Discord refuses: the thread is locked."),
        (403, 90001, Undeliverable, "Discord refuses: somebody has blocked the bot (90001)."),
        (400, 99999, Undeliverable, "Discord refuses: why (99999)."),
    ],
)
def test_a_refusal_says_what_is_wrong(status: int, code: int, kind: type[Exception], sentence: str) -> None:
    meant = meaning(refusal(status, code, "why"), "Send Messages")
    assert (type(meant), str(meant)) == (kind, sentence)


@pytest.mark.parametrize(
    ("error", "seconds"), [(RateLimited(77.5), 77.5), (TimeoutError(), 5), (ConnectionResetError(), 5)]
)
def test_what_was_not_answered_is_tried_again(error: Exception, seconds: float) -> None:
    with pytest.raises(Busy) as busy, understood():
        raise error
    assert busy.value.seconds == seconds
