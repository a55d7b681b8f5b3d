"""What an agent says and does is told from its steps: its words, and one line per tool call."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.doings import ALL, LINE, WORDS, told
from goals.domain.values import Step

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def step(kind: str, **body: Any) -> Step:
    return Step(1, 1, kind, body, NOW)


def call(name: str, arguments: Any) -> Step:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return step("call", id="c1", name=name, arguments=text)


@pytest.mark.parametrize(
    ("of", "line"),
    [
        (call("shell", {"timeout": 5, "command": "pytest -q"}), "▸ `shell: pytest -q`"),
        (call("write_file", {"content": "long", "path": "src/x.py"}), "▸ `write_file: src/x.py`"),
        (call("shell", {"command": "echo `id`\nls"}), "▸ `shell: echo 'id' ls`"),
        (call("get_goal", {}), "▸ `get_goal`"),
        (call("shell", "{not json"), "▸ `shell`"),
        (call("shell", [1, 2]), "▸ `shell`"),
        (call("shell", {"command": ["no", "text"]}), "▸ `shell`"),
        (call("`x`", {}), "▸ `'x'`"),
        (step("reply", text="  I look first.\n", calls=[]), "I look first."),
        (step("reply", text="", calls=[]), ""),
        (step("prompt", text="Do it."), ""),
        (step("steer", text="Mind the docs."), ""),
        (step("result", id="c1", text="12 passed", failed=False), ""),
        (step("summary", text="So far …"), ""),
        (step("call", line="ruff check --fix .", cwd="/w"), ""),
    ],
)
def test_each_step_is_told_in_its_way_or_not_at_all(of: Step, line: str) -> None:
    assert told([of], str) == line


def test_steps_are_told_in_their_order_a_line_each() -> None:
    steps = [
        step("reply", text="First.", calls=[]),
        call("shell", {"command": "ls"}),
        step("result", id="c1"),
    ]
    assert told(steps, str) == "First.\n▸ `shell: ls`"


def test_what_is_long_is_cut() -> None:
    long = "x" * 50_000
    line = told([call("shell", {"command": long})], str)
    words = told([step("reply", text=long, calls=[])], str)
    every = told([step("reply", text=long, calls=[])] * 9, str)
    assert (len(line) <= LINE + 4, len(words), len(every)) == (True, WORDS, ALL)


def test_a_secret_is_taken_out_before_a_cut_can_leave_half_of_it() -> None:
    secret = "ghp_" + "a1B2" * 9
    steps = [
        call("shell", {"command": "x" * (LINE - 15) + secret}),
        step("reply", text="x" * (WORDS - 10) + secret, calls=[]),
    ]
    assert "ghp_" not in told(steps, lambda text: text.replace(secret, "•••"))
