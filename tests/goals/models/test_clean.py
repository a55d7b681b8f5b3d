"""A model is told no secret, and its words are kept without any; what it wants done stays as it is."""

from typing import Any

from goals.clean import Once
from goals.models.clean import CleanModel
from goals.ports import ModelCall, ModelReply, ToolCall
from goals.work.redact import Redactor

KEY = "hunter2-correct-horse"
FOREIGN = "ghp_abcdefghij0123456789ABCDEFGHIJ012345"


class Echo:
    """Answers the same each time and remembers what it was told."""

    def __init__(self, reply: ModelReply) -> None:
        self.reply = reply
        self.told: list[tuple[dict[str, Any], ...]] = []

    async def complete(self, call: ModelCall) -> ModelReply:
        self.told.append(call.messages)
        return self.reply


def model(reply: ModelReply) -> tuple[CleanModel, Echo]:
    echo, redactor = Echo(reply), Redactor([KEY])
    return CleanModel(echo, Once(redactor.clean), Once(redactor.own)), echo  # type: ignore[arg-type]


def called(arguments: str) -> dict[str, Any]:
    function = {"name": "shell", "arguments": arguments}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "function": function}]}


async def test_what_a_model_is_told_has_no_secret_and_its_own_calls_none_of_ours() -> None:
    clean, echo = model(ModelReply("ok"))
    said = ({"role": "user", "content": f"{KEY} {FOREIGN}"}, called(f"echo {KEY} {FOREIGN}"))
    await clean.complete(ModelCall("m", said))
    assert echo.told == [
        ({"role": "user", "content": "[redacted] [redacted]"}, called(f"echo [redacted] {FOREIGN}"))
    ]


async def test_words_and_calls_of_a_model_come_back_without_our_secrets() -> None:
    calls = (ToolCall("c", "write_file", f'{{"content": "{KEY} {FOREIGN}"}}'),)
    clean, _ = model(ModelReply(f"it is {FOREIGN}, or {KEY}", calls))
    assert await clean.complete(ModelCall("m", ())) == ModelReply(
        "it is [redacted], or [redacted]",
        (ToolCall("c", "write_file", f'{{"content": "[redacted] {FOREIGN}"}}'),),
    )


async def test_a_conversation_that_grows_stays_byte_for_byte_the_same() -> None:
    clean, echo = model(ModelReply("ok"))
    first = {"role": "user", "content": f"one {KEY}"}
    await clean.complete(ModelCall("m", (first,)))
    await clean.complete(ModelCall("m", (first, {"role": "user", "content": "two"})))
    assert echo.told[1][0] == echo.told[0][0]


async def test_a_message_that_has_changed_is_looked_at_again() -> None:
    clean, echo = model(ModelReply("ok"))
    result, asked = {"role": "tool", "content": "it runs"}, called("{}")
    await clean.complete(ModelCall("m", (result, asked)))
    result["content"] = f"it said {KEY}"
    asked["tool_calls"][0]["function"]["arguments"] = KEY
    await clean.complete(ModelCall("m", (result, asked)))
    assert echo.told[1] == ({"role": "tool", "content": "it said [redacted]"}, called("[redacted]"))


async def test_what_may_stand_in_a_call_may_not_stand_in_a_message() -> None:
    clean, echo = model(ModelReply("ok"))
    await clean.complete(ModelCall("m", (called(FOREIGN), {"role": "user", "content": FOREIGN})))
    assert echo.told == [(called(FOREIGN), {"role": "user", "content": "[redacted]"})]


async def test_what_is_told_is_taken_from_a_copy() -> None:
    clean, _ = model(ModelReply("ok"))
    message = called(KEY)
    await clean.complete(ModelCall("m", (message,)))
    assert message == called(KEY)
