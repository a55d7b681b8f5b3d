import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from adapters.chat import Body, File, Message, Press, Reaction
from adapters.local.feed import Feed
from adapters.local.port import LocalPort
from adapters.local.router import router
from bot.web.problems import tell_problems
from goals.domain.values import Origin, Person
from tests.adapters.local.rooms import MemoryRooms, SilentRooms, SteadyClock

DEMO = "/api/channels/demo/messages"


class Line:
    """An interface with what came in over it."""

    def __init__(self, rooms, patience):
        self.rooms = rooms
        self.feed = Feed()
        self.came_in = []
        app = FastAPI()
        commands = [{"name": "pause"}]
        app.include_router(
            router(rooms, self.feed, self._accept, SteadyClock(), lambda: commands, patience=patience)
        )
        tell_problems(app)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080")

    async def _accept(self, inbound):
        if inbound.key not in {known.key for known in self.came_in}:
            self.came_in.append(inbound)

    async def say(self, text="hello", user="ana", **more):
        answer = await self.http.post(DEMO, json={"user": user, "text": text, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()


@asynccontextmanager
async def line_over(rooms, patience=5.0):
    line = Line(rooms, patience)
    async with line.http:
        yield line


@pytest.fixture
async def line():
    async with line_over(MemoryRooms()) as line:
        yield line


async def refused(answer):
    return answer.status_code, answer.json()["error"]


async def test_what_is_said_opens_a_thread_and_comes_in_once(line):
    said = await line.say("/goal fix it")
    assert said["thread"] == said["message"]
    origin = Origin("local", "demo", said["thread"], root=said["thread"])
    assert line.came_in == [
        Message(f"local:{said['message']}", Person("ana", "ana"), origin, said["message"], "/goal fix it")
    ]


async def test_a_reply_stands_in_its_thread(line):
    root = await line.say()
    reply = await line.say("more", thread=root["thread"])
    thread = (await line.http.get(f"/api/channels/demo/threads/{root['thread']}")).json()["messages"]
    assert [(m["id"], m["text"]) for m in thread] == [(root["message"], "hello"), (reply["message"], "more")]


async def test_a_reply_to_a_reply_stands_in_the_same_thread(line):
    root = await line.say()
    reply = await line.say("more", thread=root["thread"])
    assert (await line.say("and more", thread=reply["message"]))["thread"] == root["thread"]


async def test_a_message_is_shown_with_all_that_it_has(line):
    said = await line.say()
    assert (await line.http.get(DEMO)).json() == {
        "messages": [
            {
                "id": said["message"],
                "channel": "demo",
                "thread": said["message"],
                "user": "ana",
                "bot": False,
                "text": "hello",
                "at": "2026-11-02T14:02:00Z",
                "edited": None,
                "reactions": {},
            }
        ]
    }


async def test_a_retried_delivery_counts_once(line):
    answers = [
        await line.http.post(DEMO, json={"user": "ana", "text": "x"}, headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert len(line.came_in) == len(line.rooms.messages) == 1


async def test_the_same_words_twice_are_two_messages(line):
    await line.say()
    await line.say()
    assert len(line.came_in) == 2


async def test_a_reaction_comes_in_and_is_shown_until_it_is_taken_back(line):
    said = await line.say()
    where = f"{DEMO}/{said['message']}/reactions"
    shown = []
    for method in ("POST", "POST", "DELETE", "DELETE"):
        answer = await line.http.request(method, where, json={"user": "bo", "emoji": "✅"})
        assert answer.status_code == 200
        shown.append((await line.http.get(DEMO)).json()["messages"][0]["reactions"])
    assert shown == [{"✅": ["bo"]}, {"✅": ["bo"]}, {}, {}]
    acts = [(i.emoji, i.added, i.who.id) for i in line.came_in if isinstance(i, Reaction)]
    assert acts == [("✅", True, "bo"), ("✅", False, "bo")]


async def test_nobody_reacts_as_the_bot(line):
    said = await line.say()
    where = f"{DEMO}/{said['message']}/reactions"
    answer = await line.http.post(where, json={"user": "goalward", "emoji": "✅"})
    assert (answer.status_code, [i for i in line.came_in if isinstance(i, Reaction)]) == (400, [])


async def test_a_button_pressed_again_is_a_new_press_but_a_retried_delivery_is_not(line):
    said = await line.say()
    where = f"{DEMO}/{said['message']}/buttons"
    press = {"user": "bo", "action": "approve", "value": "a1"}
    for headers in ({}, {}, {"Idempotency-Key": "k"}, {"Idempotency-Key": "k"}):
        assert (await line.http.post(where, json=press, headers=headers)).status_code == 200
    presses = [i for i in line.came_in if isinstance(i, Press)]
    assert len(presses) == 3
    assert {(p.action, p.value, p.message) for p in presses} == {("approve", "a1", said["message"])}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{DEMO}/nope/reactions", {"user": "bo", "emoji": "✅"}),
        (f"{DEMO}/nope/buttons", {"user": "bo", "action": "a", "value": ""}),
        (DEMO, {"user": "bo", "text": "hi", "thread": "nope"}),
    ],
)
async def test_what_is_not_there_is_not_found(line, path, body):
    status, sentence = await refused(await line.http.post(path, json=body))
    assert (status, sentence.startswith("There is no ")) == (404, True)


async def test_a_thread_of_another_channel_is_not_found(line):
    said = await line.say()
    answer = await line.http.get(f"/api/channels/other/threads/{said['thread']}")
    assert await refused(answer) == (404, f"There is no thread {said['thread']} in #other.")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": "hi"}, "'user' is missing."),
        ({"user": "ana"}, "'text' is missing."),
        ({"user": " ", "text": "hi"}, "'user': string should have at least 1 character."),
        ({"user": "ana", "text": " \n"}, "'text': it is blank."),
        ({"user": "ana", "text": "a\x00b"}, "'text': control characters are not allowed."),
        ({"user": "a\nb", "text": "hi"}, "'user': it must be one line."),
        ({"user": "a" * 81, "text": "hi"}, "'user': string should have at most 80 characters."),
        ({"user": "Goalward", "text": "hi"}, "'user': nobody can speak as the bot."),
        ({"user": "ana", "text": "hi", "thred": "x"}, "'thred': extra inputs are not permitted."),
        ({"user": "ana", "text": 5}, "'text': input should be a valid string."),
        ([], "The body is wrong: input should be a valid dictionary or object to extract fields from."),
    ],
)
async def test_what_is_malformed_gets_one_sentence_and_stores_nothing(line, body, sentence):
    assert await refused(await line.http.post(DEMO, json=body)) == (400, sentence)
    assert (line.rooms.messages, line.came_in) == ({}, [])


async def test_what_is_no_json_gets_one_sentence(line):
    answer = await line.http.post(DEMO, content=b"{", headers={"Content-Type": "application/json"})
    assert await refused(answer) == (400, "The body is not valid JSON.")


async def test_forty_thousand_characters_are_fine_and_one_more_is_too_much(line):
    await line.say("x" * 40_000)
    answer = await line.http.post(DEMO, json={"user": "ana", "text": "x" * 40_001})
    assert await refused(answer) == (413, "The text has 40,001 characters, 40,000 at most.")


async def test_a_private_note_is_left_out_for_others(line):
    said = await line.say()
    line.rooms.messages[said["message"]] = _private(line.rooms.messages[said["message"]])
    counts = [
        len((await line.http.get(DEMO, params=params)).json()["messages"])
        for params in ({}, {"user": "ana"}, {"user": "bo"})
    ]
    assert counts == [1, 1, 0]


def _private(message):
    return replace(message, private_to="ana")


async def test_a_channel_exists_once_it_is_spoken_in(line):
    before = (await line.http.get("/api/channels")).json()
    await line.say()
    assert (before, (await line.http.get("/api/channels")).json()) == (
        {"channels": []},
        {"channels": ["demo"]},
    )


async def test_a_message_is_told_after_it_is_stored(line):
    stream = line.feed.stream()
    await anext(stream)
    said = await line.say()
    async with asyncio.timeout(30):
        assert said["message"] in (await anext(stream)).decode()


async def test_the_commands_are_listed(line):
    assert (await line.http.get("/api/commands")).json() == {"commands": [{"name": "pause"}]}


async def test_a_store_that_does_not_answer_is_said():
    async with line_over(SilentRooms(), patience=0.01) as line, asyncio.timeout(20):
        answer = await line.http.post(DEMO, json={"user": "ana", "text": "hi"})
    assert await refused(answer) == (503, "The store does not answer; try again in a moment.")


PICTURE = File("g7k2.png", data=b"\x89PNG\r\n\x1a\nnot really", media="image/png")


async def attached(line, *files, **more):
    """A message of the bot's with files, as it is read."""
    port = LocalPort(line.rooms, line.feed, SteadyClock())
    there = Origin("local", "demo", "")
    if more:
        await port.private(Person("ana", "ana"), there, Body("here", files=files), key="k")
    else:
        await port.post(there, Body("here", files=files), key="k")
    (message,) = (await line.http.get(DEMO)).json()["messages"]
    return message


async def test_a_picture_is_had_apart_from_its_message(line):
    message = await attached(line, PICTURE, File("log.txt", "all of it"))
    picture = await line.http.get(message["files"][0]["url"])

    assert message["files"] == [
        {"name": "g7k2.png", "media": "image/png", "url": f"{DEMO}/{message['id']}/files/0"},
        {"name": "log.txt", "text": "all of it"},
    ]
    assert (picture.content, picture.headers["content-type"], picture.headers["x-content-type-options"]) == (
        PICTURE.data,
        "image/png",
        "nosniff",
    )


@pytest.mark.parametrize(
    "file",
    [
        File("page.html", "<script>alert(1)</script>"),
        File("page.html", data=b"<script>alert(1)</script>", media="text/html"),
        File("evil.svg", data=b"<svg/>", media="image/svg+xml"),
        File('a"b\r\nX: y', "words"),
    ],
    ids=["text", "html", "svg", "name"],
)
async def test_what_is_no_picture_is_only_downloaded(line, file):
    message = await attached(line, file)
    had = await line.http.get(f"{DEMO}/{message['id']}/files/0")

    assert had.headers["content-type"] == "application/octet-stream"
    assert had.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert had.headers["x-content-type-options"] == "nosniff"


async def test_a_file_that_is_not_there_is_not_found(line):
    message = await attached(line, PICTURE)

    assert await refused(await line.http.get(f"{DEMO}/{message['id']}/files/1")) == (
        404,
        f"Message {message['id']} has no file 1.",
    )


async def test_a_file_is_seen_by_those_who_see_its_message(line):
    message = await attached(line, PICTURE, private=True)
    seen = [
        (await line.http.get(message["files"][0]["url"], params={"user": user})).status_code
        for user in ("ana", "bo")
    ]

    assert seen == [200, 404]


async def test_what_was_attached_stays_when_a_message_is_changed(line):
    message = await attached(line, PICTURE)
    port = LocalPort(line.rooms, line.feed, SteadyClock())
    await port.edit(Origin("local", "demo", message["thread"]), message["id"], Body("changed"))
    (changed,) = (await line.http.get(DEMO)).json()["messages"]

    assert (changed["text"], changed["files"]) == ("changed", message["files"])
