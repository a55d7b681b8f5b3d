"""Which messages of which models are marked for the provider's cache."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from goals.models.caching import marked
from goals.ports import ModelCall

CALL = ModelCall("anthropic/claude-x", (), ({"type": "function"},))
HEAD = {"role": "system", "content": "You are the agent."}
ASKED = {"role": "user", "content": "Go on."}
LOOKS: dict[str, Any] = {"role": "assistant", "content": "I look.", "tool_calls": [{"id": "1"}, {"id": "2"}]}
SEEN = [{"role": "tool", "tool_call_id": n, "content": "README.md"} for n in ("1", "2")]


def marks(*messages: dict[str, Any], call: ModelCall = CALL) -> list[int]:
    """The places of the messages that carry a mark."""
    found = marked(call, list(messages))
    return [n for n, message in enumerate(found) if message.get("cache_control") == {"type": "ephemeral"}]


@pytest.mark.parametrize(
    ("model", "yes"),
    [
        ("anthropic/claude-sonnet-4-5", True),
        ("claude-sonnet-4-5", True),
        ("anthropic/mine", True),
        ("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", True),
        ("bedrock/converse/anthropic.claude-haiku-4-5-20251001-v1:0", True),
        ("vertex_ai/claude-sonnet-4-5@20250929", True),
        ("azure_ai/claude-sonnet-4-5", True),
        ("openrouter/anthropic/claude-sonnet-4.5", True),
        ("bedrock/amazon.nova-pro-v1:0", False),
        ("vertex_ai/gemini-2.5-pro", False),
        ("openrouter/openai/gpt-5", False),
        ("openai/claude-like", False),
        ("openai/gpt-5", False),
    ],
)
def test_only_claude_is_told_what_to_keep(model: str, yes: bool) -> None:
    assert marks(HEAD, ASKED, call=replace(CALL, model=model)) == ([0, 1] if yes else [])


def test_the_head_the_end_of_the_last_call_and_the_end_are_marked() -> None:
    assert marks(HEAD, ASKED, LOOKS, *SEEN) == [0, 1, 4]
    assert marks(HEAD, ASKED, LOOKS, *SEEN, LOOKS, *SEEN, ASKED) == [0, 4, 8]


def test_what_is_empty_is_passed_over_for_what_stands_before_it() -> None:
    assert marks(HEAD, ASKED, LOOKS, {**SEEN[0], "content": ""}) == [0, 1]
    assert marks(HEAD, ASKED, LOOKS, SEEN[0], {**SEEN[1], "content": " \n"}) == [0, 1, 3]
    assert marks({**HEAD, "content": ""}) == [] == marks()


def test_the_given_messages_stay_as_they_were() -> None:
    given = [HEAD, ASKED, LOOKS, *SEEN]
    before = copy.deepcopy(given)
    marked(CALL, given)
    assert given == before
