"""Whoever runs several machines hears before a goal does that its workspace cannot move."""

from pathlib import Path
from typing import Any

import pytest

from bot.findings import Level
from bot.settings import Settings
from bot.snapshot_doctor import snapshots


@pytest.mark.parametrize(
    ("given", "level", "said"),
    [
        ({"dispatch": "procrastinate"}, Level.WARN, "not stored for other machines"),
        ({"workspaces": {"snapshots": "gone"}}, Level.FAIL, "There is no directory"),
        ({"workspaces": {"snapshots": "."}}, Level.OK, "After each turn workspaces are stored in"),
        ({"workspaces": {"snapshots": "ssh://git/goals"}}, Level.OK, "a repository for snapshots"),
    ],
    ids=["several machines and no place", "not mounted", "mounted", "elsewhere"],
)
def test_it_is_found_whether_workspaces_can_move(
    given: dict[str, Any], level: Level, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (found,) = snapshots(Settings.model_validate(given))
    assert (found.level, said in found.what) == (level, True)


def test_of_one_machine_that_stores_nothing_nothing_is_said() -> None:
    assert snapshots(Settings()) == []
