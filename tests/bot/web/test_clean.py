"""Whatever the web interface answers, no secret is in it."""

import json
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, StreamingResponse

from adapters.local import PAGE
from bot.web.clean import CleanAnswers
from goals.work.redact import Redactor

KEY = 'hunter2"correct-horse'


def caller() -> httpx.AsyncClient:
    """An app with an answer of each kind, cleaned."""
    app = FastAPI()

    async def stream() -> Any:
        yield b"retry: 1000\n\n"
        yield f"id: 1\nevent: message\ndata: {json.dumps({'text': KEY})}\n\n".encode()

    app.add_api_route("/json", lambda: {"said": [KEY, 1], KEY: None})
    app.add_api_route("/nothing", lambda: {"said": "nothing"})
    app.add_api_route("/refused", lambda: JSONResponse({"error": f"no {KEY}"}, 409))
    app.add_api_route("/text", lambda: PlainTextResponse(f"it is {KEY}, ö"))
    app.add_api_route("/events", lambda: StreamingResponse(stream(), media_type="text/event-stream"))
    app.add_api_route("/page", lambda: FileResponse(PAGE / "index.html"))
    app.add_middleware(CleanAnswers, clean=Redactor([KEY]).clean)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")


async def test_json_is_cleaned_text_by_text() -> None:
    async with caller() as http:
        answers = [await http.get(path) for path in ("/json", "/nothing", "/refused")]
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"said": ["[redacted]", 1], "[redacted]": None}),
        (200, {"said": "nothing"}),
        (409, {"error": "no [redacted]"}),
    ]


async def test_the_length_that_is_told_is_that_of_what_is_sent() -> None:
    async with caller() as http:
        answers = [await http.get(path) for path in ("/json", "/nothing", "/text", "/page")]
    assert [int(answer.headers["content-length"]) for answer in answers] == [len(a.content) for a in answers]


async def test_other_text_is_cleaned_as_a_whole() -> None:
    async with caller() as http:
        assert (await http.get("/text")).text == "it is [redacted], ö"


async def test_events_are_cleaned_as_they_are_sent() -> None:
    async with caller() as http:
        told = (await http.get("/events")).text
    assert told == 'retry: 1000\n\nid: 1\nevent: message\ndata: {"text":"[redacted]"}\n\n'


async def test_our_page_goes_out_as_it_is() -> None:
    async with caller() as http:
        assert (await http.get("/page")).content == (PAGE / "index.html").read_bytes()
