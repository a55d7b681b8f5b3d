from __future__ import annotations

import pytest

from bot.toml_lines import line_of

TEXT = """\
# state = "no"
state = "x"
[model.prices."openai/my.model"]
  "input" = 1
[channels."local:demo"]   # with a comment
approvals.quorum = 1
talk = [
  "a",
]
[[steps]]
name = "x"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("state",), 2),
        (("model", "prices", "openai/my.model", "input"), 4),
        (("model", "prices", "openai/my.model", "output"), 3),
        (("channels", "local:demo", "approvals", "quorum"), 6),
        (("channels", "local:demo", "talk", "0"), 7),
        (("channels", "local:other", "talk"), 1),
        (("steps", "name"), 11),
        (("nowhere",), 1),
    ],
)
def test_a_key_stands_on_the_line_that_spells_most_of_its_path(path: tuple[str, ...], line: int) -> None:
    assert line_of(TEXT, path) == line
