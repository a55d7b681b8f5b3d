"""Where a goal's workspace comes from is the channel's business: other places are named by operators only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def tree(place: Path) -> Path:
    place.mkdir()
    (place / "notes.txt").write_text("ours")
    return place


async def test_a_member_names_no_other_repository_but_an_operator_does(
    house_with: Any, tmp_path: Path
) -> None:
    ours, other = tree(tmp_path / "ours"), tree(tmp_path / "other")
    rules = {"local:demo": {"repo": str(ours), "operate": ["olga"]}}
    async with house_with(channels=rules) as house:
        said = []
        for repo in (other, "http://127.0.0.1:9/x.git", house.state / "shadow"):
            thread = await house.say("demo", f"/goal --repo {repo} read it")
            await house.settled()
            said += await house.texts(thread)
        stored = await house.goals()
        await house.say("demo", f"/goal --repo {ours} read it")
        await house.say("demo", f"/goal --repo {other} read it", user="olga")
        await house.settled()
        owners = [goal["owner"] for goal in await house.goals()]
    assert [("by operators only" in text, 'operate = ["ana"]' in text) for text in said] == [(True, True)] * 3
    assert (stored, owners) == ([], ["ana", "olga"])


@pytest.mark.parametrize("inside", ["shadow", "workspaces"])
async def test_nobody_begins_with_what_lies_in_our_state(house_with: Any, inside: str) -> None:
    async with house_with() as house:
        thread = await house.say("demo", f"/goal --auto-approve --repo {house.state / inside} read it")
        goal = await house.stands(thread, "paused")
    assert "There is no repository or directory" in goal["explanation"]


async def test_an_approver_sees_where_the_work_begins(house_with: Any, tmp_path: Path) -> None:
    ours = tree(tmp_path / "ours")
    async with house_with() as house:
        thread = await house.say("demo", f"/goal --repo {ours} read it")
        question = await house.question(thread)
    assert str(ours) in str(question["card"])
