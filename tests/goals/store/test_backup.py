"""A copy that is made while the store is open, as docs/operations.md says, is a whole store."""

import sqlite3
from contextlib import closing
from pathlib import Path

from goals.ports import Change
from goals.store import open_store
from tests.given import NOW, goal


async def test_a_copy_of_an_open_store_holds_what_was_written_before(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    store = await open_store("", tmp_path)
    stored = await store.goals.record(Change(goal(version=0), ()), at=NOW)
    with closing(sqlite3.connect(tmp_path / "goalward.db")) as beside:
        beside.execute("VACUUM INTO ?", [str(kept / "goalward.db")])
    await store.close()

    restored = await open_store("", kept)
    found = await restored.goals.load(stored.id)
    await restored.close()
    assert found == stored
