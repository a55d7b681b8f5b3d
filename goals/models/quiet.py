"""Switches off what litellm does besides a call: it logs, prints, counts, retries, caches and downloads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from goals.ports import ModelCall

SWITCHES = {
    "LITELLM_MODE": "PRODUCTION",  # else it reads .env files
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_OFFLINE_MODE": "true",
    "LITELLM_LOG": "CRITICAL",
}
"""Variables to set before the import. They stay set: some are read at the first call that needs them."""

_OFF = {
    "suppress_debug_info": True,
    "disable_token_counter": True,
    "disable_hf_tokenizer_download": True,
    "disable_streaming_logging": True,
    "turn_off_message_logging": True,
    "redact_messages_in_exceptions": True,
    "num_retries": None,
    "cache": None,
}
_LOGGERS = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")

_UNSAID = (
    *("pre_call", "post_call", "success_handler", "failure_handler"),
    *("handle_sync_success_callbacks_for_async_calls", "claim_async_success_log"),
    *("response_cost_calculator", "_response_cost_calculator"),
)
_UNSAID_LATER = (
    *("async_success_handler", "async_failure_handler"),
    *("dispatch_success_handlers", "dispatch_failure_handlers"),
)


def silence(litellm: Any) -> None:
    """Switch off what the imported library lets us."""
    for name, value in _OFF.items():
        setattr(litellm, name, value)
    for logger in _LOGGERS:
        logging.getLogger(logger).setLevel(logging.CRITICAL)


def silent(notes: type[Any]) -> type[Any]:
    """litellm's notes on a call, a class, without the logging that costs a third of the call's time."""
    methods = {**dict.fromkeys(_UNSAID, _nothing), **dict.fromkeys(_UNSAID_LATER, _nothing_later)}
    return type("Silent", (notes,), methods)


def as_it_is(completions: Any, is_given: Callable[[Any], bool]) -> None:
    """Keep openai's client from comparing every message with every type that it might be of.

    In a long conversation that takes most of a call's time, and what we send is plain JSON already.
    """

    async def given(body: dict[str, Any], _: Any) -> dict[str, Any]:
        return {name: value for name, value in body.items() if is_given(value)}

    completions.async_maybe_transform = given


def noted(notes: type[Any], call: ModelCall, messages: list[dict[str, Any]], call_id: str) -> Any:
    """The notes on one call."""
    return notes(
        model=call.model,
        messages=messages,
        stream=call.stream,
        call_type="acompletion",
        start_time=datetime.now(),
        litellm_call_id=call_id,
        function_id="",
        kwargs={},
    )


def _nothing(*_: Any, **__: Any) -> None: ...


async def _nothing_later(*_: Any, **__: Any) -> None: ...
