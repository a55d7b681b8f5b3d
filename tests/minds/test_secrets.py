"""Nothing that an agent does with a key of ours brings it into anything that people, models or files are shown."""

import asyncio
import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.demo.script import says, text_of
from bot.logs import CleanFormatter
from goals.work.forms import spellings
from goals.work.redact import REDACTED, Redactor
from tests.minds.conftest import YES, calls

KEY = "Kq7/hT2+pW9z&Lm4xR8vB1n<Y6dG3sF5"
FOREIGN = "ghp_Zx8cV2bN4mQ6wE1rT3yU5iO7pA9sD0fG2hJ4"
AT_ONCE = 10
"""Characters of the key that give it away, wherever they stand."""

TRACE = "import os\nkey = open('plain').read()\nraise RuntimeError('cannot sign in with ' + key)\n"
GOAL = (
    "/goal --agent builtin --auto-approve --verify 'cat plain cut wrapped foreign; test -f done' "
    '--accept "it is told" tell everybody the key'
)


def leaks(place: Path) -> Path:
    """A directory from which the key can be read in many ways; each cut goes right through it."""
    place.mkdir()
    wrapped = base64.encodebytes(b"user:" + KEY.encode() * 4).decode().replace("\n", "\n  ")
    (place / "plain").write_text(KEY)
    (place / "name").write_text(quote(KEY, safe=""))
    (place / "foreign").write_text(f"remote: {FOREIGN}\nPASSWORD={FOREIGN[4:24]}\n")
    (place / "encoded").write_text("\n".join(dict.fromkeys(spellings(KEY))))
    (place / "wrapped").write_text(wrapped)
    (place / "cut").write_text("a " * 16_374 + KEY + "\n" + "b " * 60_000 + KEY + " c" * 16_374)
    (place / "long").write_text("x" * 1_990 + KEY + "y" * 3_000)
    (place / "trace.py").write_text(TRACE)
    return place


AGENT = says(
    calls(("shell", {"command": "cat plain encoded wrapped foreign"}), ("shell", {"command": "cat cut long"})),
    calls(
        ("read_file", {"path": "plain"}),
        ("read_file", {"path": "long"}),
        ("search_files", {"pattern": "Kq7"}),
        ("shell", {"command": "python3 trace.py; base64 -w 20 plain; od -An -tx1 -v plain | tr -d ' \\n'"}),
    ),
    calls(
        ("shell", {"command": "cat plain wrapped foreign > copy; cp plain \"$(cat name)\"; cp cut done"}),
        ("write_file", {"path": "notes", "content": f"the key is {KEY}"}),
        ("update_plan", {"items": [{"text": f"tell {KEY}", "status": "completed"}]}),
        text=f"I have it: {KEY}",
    ),
    calls(("propose_complete", {"evidence": [{"criterion": 1, "evidence": f"{KEY} {quote(KEY)}"}]})),
    f"The key is {KEY}, or {base64.b64encode(KEY.encode()).decode()}.",
)  # fmt: skip


class Shown:
    """All that went out, by where it went; the values are what was found of the key in it."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def add(self, where: str, text: str | bytes) -> None:
        raw = text if isinstance(text, str) else text.decode("latin-1")
        self.texts[where] = self.texts.get(where, "") + raw

    @property
    def told(self) -> dict[str, str]:
        """Where something of the key, or the foreign one, can be read."""
        return {where: found for where, text in self.texts.items() if (found := _piece(text))}


def _piece(text: str) -> str:
    return next((piece for piece in _pieces() if piece in text), "")


def _pieces() -> Iterator[str]:
    for form in (*spellings(KEY), FOREIGN):
        for begin in range(len(form) - AT_ONCE + 1):
            yield form[begin : begin + AT_ONCE]


@asynccontextmanager
async def listening(house: Any, shown: Shown) -> Any:
    """Keeps what the page is sent while the block runs."""

    async def listen() -> None:
        async with house.http.stream("GET", "/api/events", timeout=None) as answer:
            async for part in answer.aiter_text():
                shown.add("events sent to the page", part)

    task = asyncio.create_task(listen(), name="listener")
    try:
        await house.until(lambda: "events sent to the page" in shown.texts)
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


async def read_everything(house: Any, goal_id: str, channel: str, shown: Shown) -> None:
    """Every answer of the HTTP interface, wrong questions included."""
    paths = ("", "/audit", "/summary", "/events", "/diff", "/diff?turn=1", "/diff?turn=x")
    for path in paths:
        shown.add(f"goal{path}", (await house.http.get(f"/api/goals/{goal_id}{path}")).text)
    for path in ("/api/goals", f"/api/channels/{channel}/messages", "/openapi.json", "/metrics", "/readyz"):
        shown.add(path, (await house.http.get(path)).text)
    shown.add("a 404", (await house.http.get(f"/api/goals/{quote(KEY, safe='')[:60]}")).text)
    shown.add("a 404 of a page", (await house.http.get(f"/nowhere/{quote(KEY)}")).text)
    wrong = await house.http.post("/api/channels/demo/messages", json={"user": KEY * 9, "text": KEY})
    shown.add("a refusal", wrong.text)


def keep_files(state: Path, shown: Shown) -> None:
    """What lies in the state, the agent's own files aside."""
    for path in sorted(state.rglob("*")):
        inside = path.relative_to(state).parts
        if path.is_file() and inside[0] not in ("workspaces", "shadow", "scratch"):
            shown.add(f"the file {'/'.join(inside)}", path.read_bytes())


async def test_no_way_out_shows_a_key_whatever_the_agent_does_with_it(
    minded: Callable[..., Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    repo, shown = leaks(tmp_path / "leaks"), Shown()
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(CleanFormatter(Redactor(()).clean))
    channels = {"local:demo": {"repo": str(repo), "approvals": {"policy": "never"}}}
    async with minded(AGENT, YES, channels=channels, model={"api_key": KEY}) as (house, model):
        async with listening(house, shown):
            thread = await house.say("demo", GOAL)
            goal = await house.stands(thread, "completed")
            for verb in ("audit", "diff", "log", "plan", "summary", f"steer use {KEY}", "status"):
                shown.add(f"the answer to {verb}", "\n".join(await house.reply(thread, f"/goal {verb}")))
            for message in await house.messages(thread):
                shown.add("messages, cards and files", repr(message))
            await read_everything(house, goal["id"], "demo", shown)
            logging.getLogger("goals.driver").error(
                "the agent failed with %s", KEY, exc_info=RuntimeError(KEY)
            )
        for request in model.requests:
            shown.add(f"prompts to {request.model}", repr(request.messages))
            shown.add(f"texts to {request.model}", "\n".join(map(text_of, request.messages)))
    shown.add("the log", caplog.handler.stream.getvalue())  # type: ignore[attr-defined]
    keep_files(house.state, shown)
    assert shown.told == {}
    seen = [
        name
        for name in ("messages, cards and files", "the log", "goal/diff")
        if REDACTED in shown.texts[name]
    ]
    assert (len(seen), "the file goalward.db" in shown.texts, goal["status"]) == (3, True, "completed")
