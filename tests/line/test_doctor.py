"""`/goal doctor`: what is wrong with the set-up, said in the thread that asked."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


async def test_the_doctor_says_what_is_wrong_and_what_to_do(
    house_with: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for program in ("git", "sh"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    monkeypatch.setenv("PATH", str(tmp_path))
    async with house_with(sandbox={"mode": "auto"}) as house:
        thread = await house.say("demo", "/goal doctor")
        said = await house.shown(thread, lambda m: "examined" in m["text"])
        assert "bubblewrap is not installed" in said["text"]
