"""One product on every platform: people do the same things, and see the same words and buttons."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from goals.work import processes
from tests.scenarios.discord import discord
from tests.scenarios.local import local
from tests.scenarios.slack import slack
from tests.scenarios.stage import Play

PLATFORMS: dict[str, Callable[..., Any]] = {"local": local, "slack": slack, "discord": discord}
DONE = "--verify 'test -f done'"


async def proven(play: Play) -> None:
    """A plan is denied with a reason, then approved by reaction; the agent asks, is answered and steered, and is
    done.
    """
    asks = "echo '<goal_blocked reason=\"Which port is it?\"/>'"
    play.house.agent(f"[ -f asked ] && touch done || {{ touch asked; {asks}; }}")
    await play.begin(f"{DONE} --accept 'it is *bold* & <quick>' put a file there")
    await play.press("Deny", "✋", user="ben", typed="name the file")
    await play.message("denied by @ben")
    await play.react("✅", "✋", user="ben")
    await play.stands("paused")
    await play.say("port 8080, @everyone", user="ben")
    await play.stands("completed")
    await play.say("/goal audit")
    await play.press("Details", "🎯")


async def steered(play: Play) -> None:
    """A plan is approved by button; the budget warns, runs out and is raised, the goal is steered, paused, resumed and
    stopped while its agent is at work.
    """
    told, pid_file = play.house.place / "told", play.house.place / "pid"
    play.house.agent(f"""case $GOALWARD_TURN in
        1) ;;
        2) while [ ! -e {told} ]; do sleep 0.05; done ;;
        *) echo $$ > {pid_file}; sleep 600 ;;
    esac""")
    await play.begin(f"{DONE} --max-turns 2 put a file there")
    await play.press("Approve", "✋")
    await play.message("⚠️", button="+50")
    told.touch()
    await play.stands("paused")
    await play.say("look into the cellar")
    await play.press("+50", "⏸")
    await play.house.until(lambda: _pid(play))
    await play.press("Add budget", "🎯", typed="+10 turns")
    await play.press("Pause", "🎯")
    await play.stands("paused")
    pid_file.unlink()
    await play.react("▶️", "🎯")
    pid = await play.house.until(lambda: _pid(play))
    await play.press("Stop", "🎯")
    await play.house.until(lambda: not processes.alive(pid))
    await play.stands("cancelled")
    await play.say("/goal status", user="ben")


async def watched(play: Play) -> None:
    """A monitor looks, its condition holds, it ends; thanks are for nobody."""
    flag = play.house.place / "flag"
    await play.begin(f'--monitor --every 1h --verify "test -e {flag}" the flag is up')
    await play.message("👁", button="Check now")
    await play.house.until(lambda: _looked(play))
    flag.touch()
    play.house.clock.advance(3700)
    await play.stands("completed")
    await play.say("thank you")
    await play.say("/goal audit")


async def refused(play: Play) -> None:
    """What cannot be is refused in the same words: changes that nobody understands, what is asked of a goal that has
    ended.
    """
    play.house.agent("touch done")
    await play.begin(f"{DONE} --max-turns 5 put a file there")
    await play.message("✋", button="Approve")
    await play.say("/goal budget +5q")
    await play.say("/goal remove 7")
    await play.press("Add budget", "🎯", typed="plenty")
    await play.react("✅", "✋", user="ben")
    await play.stands("completed")
    await play.say("and now?")
    await play.say("/goal pause")
    await play.press("Reopen", "🎯")
    await play.stands("pending_approval")


@pytest.fixture
def places() -> Iterator[dict[str, Path]]:
    """A directory for each platform, whose name is short enough to stand whole in what people see."""
    with tempfile.TemporaryDirectory(prefix="gw-") as name:
        each = {platform: Path(name, str(number)) for number, platform in enumerate(PLATFORMS)}
        for place in each.values():
            place.mkdir()
        yield each


@pytest.mark.parametrize("story", [proven, steered, watched, refused], ids=lambda story: story.__name__)
async def test_the_same_story_reads_the_same_on_every_platform(
    places: dict[str, Path], story: Callable[[Play], Awaitable[None]]
) -> None:
    told = await asyncio.gather(*(_told(name, place, story) for name, place in places.items()))
    seen, notified = zip(*told, strict=True)
    assert list(seen) == [seen[0]] * len(seen)
    assert [each for each in notified if each] == [notified[0]] * sum(map(bool, notified))


async def _told(
    name: str, place: Path, story: Callable[[Play], Awaitable[None]]
) -> tuple[list[str], list[str]]:
    """What everybody saw in the thread, what was said to somebody alone, and how the goal ended; what notifications
    said, where there are any.
    """
    async with PLATFORMS[name](place) as stage:
        play = Play(stage)
        await story(play)
        goal = await play.goal()
        ended = {key: goal[key] for key in ("status", "label", "reason", "turns", "revision", "budgets")}
        seen = [*await play.seen(), *await play.heard(), str(ended)]
        return seen, await play.notified() if stage.notifies else []


async def _looked(play: Play) -> bool:
    return bool((await play.goal())["checks"])


def _pid(play: Play) -> int:
    path = play.house.place / "pid"
    return int(path.read_text().strip() or 0) if path.exists() else 0
