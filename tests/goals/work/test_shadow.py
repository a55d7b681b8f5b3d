"""A shadow repository is there as a whole or not at all, whenever we were killed."""

from pathlib import Path

from goals.work.shadow import Shadow
from goals.work.tree import Size


def test_what_was_half_made_when_we_were_killed_is_made_anew(tmp_path: Path) -> None:
    workspace, path = tmp_path / "workspace", tmp_path / "shadow" / "g1.git"
    workspace.mkdir()
    for half_made in (path, path.with_name(".g1.git.half-made")):
        half_made.mkdir(parents=True)
        (half_made / "config.lock").write_text("")
    assert Shadow(path, "g1", Size()).snapshot(workspace, 0).files == ()
    assert [each.name for each in path.parent.iterdir()] == ["g1.git"]
