"""One process has a state; who only looks whether somebody has it changes nothing and keeps nobody out."""

import os
from pathlib import Path

import pytest

from bot.lock import StateInUse, StateLock, holder


def test_a_state_has_one_holder_who_is_named(tmp_path: Path) -> None:
    mine = StateLock(tmp_path)
    mine.acquire()
    with pytest.raises(StateInUse, match=f"process {os.getpid()}"):
        StateLock(tmp_path).acquire()
    assert holder(tmp_path) == os.getpid()
    mine.release()
    assert holder(tmp_path) is None


def test_looking_for_the_holder_makes_nothing_and_writes_nothing(tmp_path: Path) -> None:
    assert (holder(tmp_path), holder(tmp_path / "gone"), list(tmp_path.iterdir())) == (None, None, [])
    (tmp_path / "lock").write_text("7\n")
    assert (holder(tmp_path), (tmp_path / "lock").read_text()) == (None, "7\n")
