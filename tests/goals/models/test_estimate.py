"""Estimates are rather too high than too low. The counts are those of OpenAI's tokenizer cl100k."""

import pytest

from goals.models import estimate

COUNTED = {
    "The quick brown fox jumps over the lazy dog, and nobody in the village was surprised any more.": 20,
    "def total(lines: list[Line]) -> Decimal:\n    return sum((line.price for line in lines), Decimal(0))\n": 26,
    '{"command": "pytest -q tests/test_x.py", "timeout": 120, "env": {"A": "1", "B": null}}': 32,
    "Die Prüfsummen der Überweisungen müssen größer sein als in den früheren Jahren.": 22,
    "目标在验证通过之前不会被视为完成,机器人会继续工作。": 26,
    "FAILED tests/test_lines.py::test_total - AssertionError: assert Decimal('10.00') == Decimal('9.99')\n": 28,
    "@@ -12,7 +12,7 @@\n-    return a+b\n+    return a - b  # see #42\n": 28,
    "✅👍❌👎🛑⏸️▶️➕": 22,
    "SGVsbG8gd29ybGQsIHRoaXMgaXMgYSB0ZXN0IG9mIGJhc2U2NA==": 35,
}


@pytest.mark.parametrize("text", COUNTED)
def test_no_text_is_estimated_at_fewer_tokens_than_it_has(text: str) -> None:
    assert estimate.tokens(text) >= COUNTED[text]


def test_nothing_has_no_tokens() -> None:
    assert estimate.tokens("") == 0


def test_text_that_is_no_proper_unicode_is_estimated_too() -> None:
    assert estimate.tokens("\ud800") > 0


def test_what_a_model_called_and_the_tools_it_has_count_as_input() -> None:
    said = {"role": "assistant", "content": None}
    called = {**said, "tool_calls": [{"function": {"name": "shell", "arguments": '{"command": "ls"}'}}]}
    tool = {"type": "function", "function": {"name": "shell", "description": "Run a command"}}
    assert estimate.asked([said]) < estimate.asked([called]) < estimate.asked([called], [tool])


def test_the_parts_of_a_message_count_as_its_text_does() -> None:
    parts = {"role": "user", "content": [{"type": "text", "text": "Make the tests pass"}]}
    assert estimate.asked([parts]) >= estimate.asked([{"role": "user", "content": "Make the tests pass"}])
