"""Every call of a model gets an answer, and nothing that a model writes raises."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.agents.tools import Toolbox, ToolResult
from goals.agents.tools.toolbox import TOOLS
from goals.ports import Command, Ran, ToolCall
from tests import given as made

NAMES = [tool.name for tool in TOOLS]
PLANNING = ["read_file", "list_files", "search_files", "get_goal", "update_plan"]
ARGUMENTS = [
    "path", "content", "old", "new", "offset", "limit", "pattern", "command", "timeout", "items", "evidence",
    "need", "reason", "text", "status", "criterion",
    "why", "seconds", "verifier", "question",
]  # fmt: skip


class Quiet:
    """An executor whose commands print nothing and end at once."""

    async def run(self, command: Command) -> Ran:
        return Ran(0, "", "", 0, 0.0)

    async def kill(self, goal_id: str) -> None: ...

    async def sweep(self) -> int:
        return 0


def names(tools: Toolbox) -> list[str]:
    return [schema["function"]["name"] for schema in tools.schemas()]


def test_a_turn_has_all_tools_and_planning_only_those_that_change_nothing(
    box: Callable[..., Toolbox],
) -> None:
    assert (names(box()), names(box(read_only=True))) == (NAMES, PLANNING)


def test_schemas_are_the_same_bytes_every_time(box: Callable[..., Toolbox]) -> None:
    assert json.dumps(box().schemas()) == json.dumps(box(objective="another").schemas())
    assert box().schemas()[0]["function"]["parameters"]["properties"]


def test_schemas_hold_only_what_every_provider_understands(box: Callable[..., Toolbox]) -> None:
    text = json.dumps(box().schemas())
    assert not any(word in text for word in ("$ref", "$defs", "anyOf", 'pattern": "^', "title", "default"))
    for schema in box().schemas():
        parameters = schema["function"]["parameters"]
        assert (schema["type"], parameters["type"]) == ("function", "object")
        assert schema["function"]["description"]
        assert all(p["description"] and p["type"] for p in parameters["properties"].values())


def test_the_schema_of_a_tool_says_its_arguments(box: Callable[..., Toolbox]) -> None:
    assert box().schemas()[1] == {
        "type": "function",
        "function": {
            "name": "read_file",
            "description": "Read a text file of the workspace: at most 2,000 lines or 64 KB at once."
            " Very long lines are cut.",
            "parameters": {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "description": "Path inside the workspace, relative to it."},
                    "offset": {
                        "type": "integer",
                        "description": "The first line to read, counted from 1.",
                    },
                    "limit": {"type": "integer", "description": "How many lines to read, 2,000 at most."},
                },
                "required": ["path"],
                "additionalProperties": False,
            },
        },
    }


@pytest.mark.parametrize("name", [n for n in NAMES if n not in PLANNING])
async def test_while_planning_nothing_is_changed(
    box: Callable[..., Toolbox], workspace: Path, name: str
) -> None:
    arguments = json.dumps({"command": "touch x", "path": "x", "content": "x"})
    result = await box(read_only=True).run(ToolCall("c1", name, arguments))
    assert result == ToolResult(
        f"`{name}` is not there while the goal is planned; look, and write the plan.", failed=True
    )
    assert not (workspace / "x").exists()


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("read_fil", "{}", "There is no tool “read_fil”. Did you mean `read_file`?"),
        ("read_file", "{", "The arguments of `read_file` are not JSON that can be read: "),
        ("read_file", "[1]", "The arguments of `read_file` must be one JSON object, not “[1]”."),
        ("read_file", '{"path": "a", "path": "b"}', "The arguments of `read_file` are not JSON that can be"),
        ("read_file", "", "`read_file` needs `path`."),
        ("read_file", '{"path": null}', "`read_file` needs `path`."),
        ("read_file", '{"pth": "a", "path": "a"}', "`read_file` has no argument “pth”. Did you mean `path`?"),
        ("get_goal", '{"x": 1}', "`get_goal` has no argument “x”."),
        (
            "read_file",
            '{"path": "a", "offset": "first"}',
            "`offset` of `read_file` wants a valid integer, unable to parse string as an integer, not “first”.",
        ),
        ("read_file", '{"path": "a\\u0000b"}', "`path` of `read_file` may not be blank or hold characters"),
        ("read_file", '{"path": ["a"]}', "`path` of `read_file` wants a valid string, not “['a']”."),
        (
            "write_file",
            '{"path": "a", "content": "\\ud800"}',
            "The arguments of `write_file` hold half a character",
        ),
        ("shell", '{"command": " "}', "`command` of `shell` may not be blank or hold characters like NUL."),
    ],
)
async def test_what_is_wrong_is_said_in_one_sentence(
    box: Callable[..., Toolbox], name: str, arguments: str, text: str
) -> None:
    result = await box().run(ToolCall("c1", name, arguments))
    assert (result.text[: len(text)], result.failed) == (text, True)


async def test_numbers_written_as_text_and_nulls_are_read(
    box: Callable[..., Toolbox], workspace: Path
) -> None:
    (workspace / "a.txt").write_text("one\ntwo\n")
    arguments = '{"path": "a.txt", "offset": "2", "limit": null}'
    result = await box().run(ToolCall("c1", "read_file", arguments))
    assert result.text == "[a.txt: line 2, which is the end]\ntwo"


async def test_what_the_system_refuses_is_said(box: Callable[..., Toolbox]) -> None:
    result = await box().run(ToolCall("c1", "read_file", json.dumps({"path": "x" * 300})))
    assert result == ToolResult("`read_file` could not be carried out: File name too long.", failed=True)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["..", "a/b", "/", "~"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(ARGUMENTS), inner, max_size=4)
    ),
    max_leaves=8,
)
CALLS = st.tuples(
    st.sampled_from(NAMES) | st.text(),
    st.dictionaries(st.sampled_from(ARGUMENTS) | st.text(), JSON, max_size=5).map(json.dumps)
    | JSON.map(json.dumps)
    | st.text(),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(CALLS, min_size=1, max_size=5))
def test_nothing_that_a_model_writes_raises(workspace: Path, calls: list[tuple[str, str]]) -> None:
    async def run() -> list[Any]:
        tools = Toolbox(workspace, Quiet(), made.goal(), read_only=False, time_left=lambda: None)
        return [await tools.run(ToolCall("c1", name, arguments)) for name, arguments in calls]

    for result in asyncio.run(run()):
        assert result.text.encode()
        assert "\0" not in result.text
        assert len(result.text) < 100_000
