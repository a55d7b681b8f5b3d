from __future__ import annotations

import json

from adapters.chat import Body, File
from adapters.clean import cleaned
from goals.codec import from_plain, to_plain

DATA = bytes(range(256))


def test_a_picture_comes_back_from_the_outbox_as_it_was() -> None:
    body = Body("here", files=(File("g7k2.png", data=DATA, media="image/png"), File("log.txt", "words")))

    assert from_plain(Body, json.loads(json.dumps(to_plain(body)))) == body


def test_what_was_stored_before_there_were_pictures_is_read() -> None:
    assert from_plain(File, {"name": "log.txt", "text": "words"}) == File("log.txt", "words")


def test_a_picture_is_not_touched_when_secrets_are_taken_out() -> None:
    picture = File("hunter2.png", data=DATA, media="image/png")
    (shown,) = cleaned(Body("", files=(picture,)), lambda text: text.replace("hunter2", "…")).files

    assert shown == File("….png", data=DATA, media="image/png")
