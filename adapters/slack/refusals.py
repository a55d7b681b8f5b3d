"""What Slack answers in vain, in the words of every platform: later, gone, refused for good, or nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

from adapters.chat import Busy, Gone, Undeliverable

AWAY = 5.0
"""Seconds until Slack is asked again that did not answer."""

GONE = {
    "account_inactive": "the app was removed from this workspace",
    "channel_not_found": "the channel is not there, or the bot is not in it",
    "invalid_auth": "its token is not valid",
    "is_archived": "the channel is archived",
    "no_permission": "the bot may not write there",
    "not_authed": "it has no token",
    "not_in_channel": "the bot is not in the channel; `/invite` it",
    "team_access_not_granted": "the app has no access to this workspace",
    "thread_not_found": "the thread is not there any more",
    "token_expired": "its token has expired",
    "token_revoked": "its token was revoked",
}
BLOCKS = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long")
OF_A_PLACE = (
    "channel_type_not_supported",
    "invalid_chunks",
    "message_not_found",
    "method_not_supported_for_channel_type",
    "missing_recipient_team_id",
    "missing_recipient_user_id",
    "stopped_by_user",
    "user_not_found",
    "user_not_in_channel",
)
"""Refusals that say nothing about other threads and texts of a workspace."""
LATER = (
    "fatal_error",
    "internal_error",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
)


class Unsure(Busy):
    """Slack did not answer: nobody knows whether it was carried out."""


class BlocksRefused(Undeliverable):
    """Slack does not take these blocks."""


@contextmanager
def understood() -> Iterator[None]:
    """Raises Slack's refusals as Busy, Unsure, Gone, BlocksRefused or Undeliverable."""
    try:
        yield
    except SlackApiError as refusal:
        raise meaning(refusal) from refusal
    except (TimeoutError, aiohttp.ClientError, SlackRequestError, OSError) as away:
        raise Unsure(AWAY) from away


def of_workspace(refusal: Undeliverable) -> bool:
    """Whether a workspace refuses what was asked for altogether, not for one thread, person or text."""
    return not isinstance(refusal, Gone | BlocksRefused) and not any(
        word in str(refusal) for word in OF_A_PLACE
    )


def word(refusal: SlackApiError) -> str:
    """Slack's own word for what is wrong; empty where it gave none."""
    answer = refusal.response
    return str(answer.get("error", "")) if hasattr(answer, "get") else ""


def meaning(refusal: SlackApiError) -> Exception:
    answer, error = refusal.response, word(refusal)
    status = int(getattr(answer, "status_code", None) or getattr(answer, "status", 0) or 0)
    if status == 429:
        return Busy(_retry_after(getattr(answer, "headers", {})))
    if status >= 500 or not error or error in LATER:
        return Unsure(AWAY)
    if error in GONE:
        return Gone(f"Slack refuses: {GONE[error]} ({error}).")
    if error in BLOCKS:
        return BlocksRefused(f"Slack refuses these blocks ({error}): {_details(answer)}")
    if error == "missing_scope":
        return Undeliverable(f"Slack refuses: the app lacks the scope {answer.get('needed', '?')}.")
    return Undeliverable(f"Slack refuses: {error}.")


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds, as Slack says them."""
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    return float(said) if said.isdecimal() else 1.0


def _details(answer: Any) -> str:
    return (
        "; ".join(map(str, (answer.get("response_metadata") or {}).get("messages") or ()))
        or "no reason given"
    )
