"""What is made for a state is its owner's alone, by whichever part of the program begins it."""

import stat
from pathlib import Path

import pytest

from bot.demo import prepare
from bot.lock import StateLock


def locked(state: Path) -> None:
    lock = StateLock(state)
    lock.acquire()
    lock.release()


@pytest.mark.parametrize("begin", [locked, prepare])
def test_others_cannot_look_into_a_state_nor_into_what_was_made_above_it(begin, tmp_path: Path) -> None:
    state = tmp_path / ".goalward" / "demo"
    begin(state)
    assert [stat.S_IMODE(place.stat().st_mode) for place in (state, state.parent)] == [0o700, 0o700]


@pytest.mark.parametrize("begin", [locked, prepare])
def test_a_directory_that_is_there_keeps_its_mode(begin, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    begin(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
