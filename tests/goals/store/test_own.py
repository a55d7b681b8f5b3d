"""What may not be kept never reaches the database, whoever writes it and wherever it stands."""

from pathlib import Path

from goals.domain.events import Woken
from goals.domain.values import Step
from goals.ports import Change, Outgoing
from goals.store import open_store
from goals.work.redact import Redactor
from tests.given import NOW, goal

KEY = 'hunter2"correct-horse'


async def test_no_document_and_no_text_has_a_secret_in_it(url: str, tmp_path: Path) -> None:
    store = await open_store(url, tmp_path, clean=Redactor([KEY]).own)
    row = Outgoing("k", "lane", "reply", {"text": KEY}, "g7k2")
    try:
        await store.goals.record(
            Change(goal(version=0, objective=f"say {KEY}"), (Woken(KEY),)), at=NOW, outgoing=(row,)
        )
        await store.steps.append("g7k2", Step(1, 1, "result", {"id": "c", "text": KEY}, NOW))
        await store.inbox.put("in", {"text": [KEY]}, NOW)
        kept = await store.goals.load("g7k2")
        told = (
            kept and kept.request.objective,
            [told.event for told in await store.history.events("g7k2")],
            [step.body["text"] for step in await store.steps.of_goal("g7k2")],
            [sent.body for sent in await store.outbox.due(NOW)],
            await store.inbox.unhandled(),
        )
    finally:
        await store.close()
    assert told == (
        "say [redacted]",
        [Woken("[redacted]")],
        ["[redacted]"],
        [{"text": "[redacted]"}],
        [("in", {"text": ["[redacted]"]})],
    )
