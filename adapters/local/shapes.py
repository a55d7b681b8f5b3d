"""The JSON that the local channel takes and gives over HTTP."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from adapters.chat import Button, Card
from adapters.local.messages import BOT

LONGEST_TEXT = 40_000


def _printable(text: str) -> str:
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp") and char not in "\n\t\r" for char in text):
        raise ValueError("control characters are not allowed")
    return text


def _one_line(name: str) -> str:
    if any(char in name for char in "\n\t\r"):
        raise ValueError("it must be one line")
    return name


def _not_the_bot(name: str) -> str:
    if name.casefold() == BOT:
        raise ValueError("nobody can speak as the bot")
    return name


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("it is blank")
    return text


_CONTROL = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029"
_WORDS = {"minLength": 1, "pattern": rf"^[^{_CONTROL}]*[^\s{_CONTROL}][^{_CONTROL}]*$"}
_NAME = {"minLength": 1, "pattern": rf"^[^\r\n\t{_CONTROL}]*[^\s{_CONTROL}][^\r\n\t{_CONTROL}]*$"}
_NOT_THE_BOT = {"not": {"pattern": rf"^\s*{''.join(f'[{c}{c.upper()}]' for c in BOT)}\s*$"}}
"""What the checks above come to, for the OpenAPI document."""

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(_printable),
    AfterValidator(_one_line),
    AfterValidator(_not_the_bot),
    Field(json_schema_extra={**_NAME, **_NOT_THE_BOT}),
]
Short = Annotated[
    str,
    Field(max_length=200, json_schema_extra=_WORDS),
    AfterValidator(_printable),
    AfterValidator(_not_blank),
]
_ID = r"^[\w.-]{1,64}$"
Channel = Annotated[str, Path(pattern=r"^\w[\w.-]{0,79}$", description="The channel's name.")]
MessageId = Annotated[str, Path(pattern=_ID, description="The message's id.")]
FileNumber = Annotated[int, Path(ge=0, le=99, description="The file's place in its message, from 0.")]
ThreadId = Annotated[str, Path(pattern=_ID, description="The id of the thread's first message.")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    user: Name


class Say(_Asked):
    """Something to say; without `thread` it opens one."""

    text: Annotated[
        str,
        AfterValidator(_printable),
        AfterValidator(_not_blank),
        Field(json_schema_extra=_WORDS, description="At most 40,000 characters, else 413."),
    ]
    thread: Annotated[str, Field(pattern=_ID)] | None = None


class React(_Asked):
    emoji: Annotated[
        str,
        Field(max_length=40, json_schema_extra=_WORDS),
        AfterValidator(_printable),
        AfterValidator(_not_blank),
    ]


class PressButton(_Asked):
    action: Short
    value: Annotated[
        str,
        Field(max_length=2_000, json_schema_extra={"pattern": rf"^[^{_CONTROL}]*$"}),
        AfterValidator(_printable),
    ] = ""


class Said(BaseModel):
    message: str
    thread: str


class Done(BaseModel):
    message: str


class Attached(BaseModel):
    """A file: its `text`, or `url` where it is to be had, of the kind that `media` names."""

    name: str
    text: str | None = None
    media: str | None = None
    url: str | None = None


class Seen(BaseModel):
    """A message; `thread` is the id of its first one, `edited` when it was last changed."""

    id: str
    channel: str
    thread: str
    user: str
    bot: bool
    text: str
    at: datetime
    edited: datetime | None
    reactions: dict[str, list[str]]
    card: Card | None = None
    buttons: tuple[Button, ...] | None = None
    files: tuple[Attached, ...] | None = None
    refused: bool | None = None
    private_to: str | None = None


class Messages(BaseModel):
    messages: list[Seen]


class Channels(BaseModel):
    channels: list[str]


class Commands(BaseModel):
    commands: list[dict[str, Any]]
