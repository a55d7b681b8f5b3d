"""Commands of hooks: by their name in the settings, told by their input, kept in, tried again when they fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from goals.domain.hooks import Hook
from goals.store import Store
from goals.work.bubblewrap import Bubblewrap
from goals.work.executor import LocalExecutor
from tests.peers.hooks import Deliveries
from tests.peers.walls import bwrap

SECRET = "hush-hush-hush"


@pytest.fixture
def executor(tmp_path: Path) -> LocalExecutor:
    return LocalExecutor(tmp_path / "state", environ={"PATH": "/usr/bin:/bin", "SOME_TOKEN": SECRET})


async def fired(
    store: Store, place: Path, executor: LocalExecutor, line: str, until: str = "sent"
) -> Deliveries:
    deliveries = Deliveries(store, place, commands={"deploy": line}, executor=executor)
    await deliveries.due(Hook("command", "deploy"))
    async with deliveries.running():
        await deliveries.until(lambda state: state.state == until)
    return deliveries


async def test_a_command_reads_the_event_and_finds_its_key(
    store: Store, tmp_path: Path, executor: LocalExecutor
) -> None:
    line = 'cat > event.json; echo "$GOALWARD_GOAL $GOALWARD_HOOK_EVENT $GOALWARD_HOOK_KEY" > told'
    await fired(store, tmp_path, executor, line)
    event = json.loads((tmp_path / "event.json").read_text())
    assert (tmp_path / "told").read_text() == "g7k2 on_achieved g7k2:4.hook.on_achieved.0\n"
    assert (event["event"], event["goal"]["id"], event["verdict"]["met"]) == ("on_achieved", "g7k2", True)


async def test_a_command_that_fails_is_tried_again(
    store: Store, tmp_path: Path, executor: LocalExecutor
) -> None:
    deliveries = await fired(store, tmp_path, executor, "echo x >> tries; [ $(wc -l < tries) -ge 3 ]")
    assert (await deliveries.state()).attempts == 3


async def test_a_command_that_never_works_is_given_up_with_its_last_words(
    store: Store, tmp_path: Path, executor: LocalExecutor
) -> None:
    deliveries = await fired(store, tmp_path, executor, "echo no such cluster; exit 3", until="dead")
    state = await deliveries.state()
    assert (state.attempts, state.error) == (8, "exit code 3: no such cluster")


async def test_a_command_sees_no_secret(store: Store, tmp_path: Path, executor: LocalExecutor) -> None:
    await fired(store, tmp_path, executor, "env > env; cat >> env")
    assert SECRET not in (tmp_path / "env").read_text()


async def test_a_command_is_kept_in_like_a_verifiers(store: Store, tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    walled = LocalExecutor(tmp_path / "state", sandbox=Bubblewrap(bwrap()))
    line = f"echo x > in; echo x > {outside} || true"
    await fired(store, inside, walled, line)
    assert ((inside / "in").exists(), outside.exists()) == (True, False)


async def test_a_command_that_the_settings_do_not_name_any_more_is_set_aside(
    store: Store, tmp_path: Path
) -> None:
    deliveries = Deliveries(store, tmp_path, commands={"deplyo": "true"})
    await deliveries.due(Hook("command", "deploy"))
    async with deliveries.running():
        state = await deliveries.until(lambda state: state.state == "dead")
    assert (state.attempts, "Did you mean `deplyo`?" in state.error) == (1, True)
