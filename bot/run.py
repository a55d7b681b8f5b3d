"""`goalward run`: one goal in the terminal, in a directory of one's own, until it ends, pauses or asks in vain."""

from __future__ import annotations

import asyncio
import getpass
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from adapters.monitor_card import reading
from adapters.terminal import TerminalPort, words
from bot.app import Core, open_core
from bot.settings import Settings
from goals.audit import Report
from goals.bell import Bell
from goals.clean import without
from goals.domain.contract import Asked
from goals.domain.errors import AlreadyDecided, NotNow
from goals.domain.rules import EVERYBODY, ChannelRules
from goals.domain.values import Approval, Goal, Mode, Origin, Person, Status, WaitKind

DONE, FAILED, WRONG_USE, PAUSED = 0, 1, 2, 3
ENDED_BY_SECOND_SIGNAL = 130
READINGS_EVERY = 0.5
"""Seconds between two looks at what a monitor has seen."""

EXIT = {Status.COMPLETED: DONE, Status.FAILED: FAILED, Status.CANCELLED: FAILED}

RULES = ChannelRules(talk=(EVERYBODY,), own=(EVERYBODY,), approve=(EVERYBODY,), operate=(EVERYBODY,))


@dataclass(frozen=True, slots=True)
class Outcome:
    report: Report
    exit_code: int


async def run(
    settings: Settings, asked: Asked | str, workspace: Path, console: Console, *, ask: bool
) -> Outcome:
    """Drive one goal in `workspace`: a new one, or the one of this id that stands still.

    `ask` says whether somebody sits at the terminal and can be asked. Raises GoalError when the goal cannot be
    opened or taken up, and when another goal of this state is on its way.
    """
    rules = replace(RULES, network=settings.sandbox.network, hosts=settings.http.hosts)
    core, lock = await open_core(settings, fixed=workspace, rules=lambda channel: rules)
    port = TerminalPort(console, carded=isinstance(asked, str))
    core.bring("terminal", port)
    try:
        await _refuse_others(core, asked)
        await core.start()
        goal_id = await _drive(core, asked, workspace, console, ask=ask)
        report = without(await core.service.report(goal_id), core.clean)
        return Outcome(report, EXIT.get(Status(report.status), PAUSED))
    finally:
        await core.stop()
        port.close()
        lock.release()


async def _refuse_others(core: Core, asked: Asked | str) -> None:
    """Raises NotNow while another goal of this state would be driven too, in a directory that is not its own."""
    others = [goal for goal in await core.service.unfinished() if goal.id != asked]
    for goal in others:
        if goal.status is not Status.PAUSED:
            raise NotNow(
                f"Goal {goal.id} of this state is {goal.status.value.replace('_', ' ')}: go on with it by"
                f" `goalward run --resume {goal.id}`, or name another place with `--state`."
            )


async def _drive(core: Core, asked: Asked | str, workspace: Path, console: Console, *, ask: bool) -> str:
    owner = Person(getpass.getuser(), platform="terminal")
    changed = Bell(core.clock)
    core.journal.subscribe(lambda change: changed.ring())
    goal = await _taken_up(core, asked, owner, workspace)
    _pause_on_interrupt(core, goal.id, owner)
    telling = asyncio.create_task(_tell_readings(core, goal, console), name="readings")
    try:
        await _until_it_stands(core, goal, owner, console, changed, ask=ask)
    finally:
        telling.cancel()
    await core.hooks.settled()
    await core.outbox.settled()
    return goal.id


async def _until_it_stands(
    core: Core, goal: Goal, owner: Person, console: Console, changed: Bell, *, ask: bool
) -> None:
    while not _stands(goal, ask=ask):
        if _asks(goal):
            await core.outbox.settled()
            await _answer_or_change(core, goal, owner, console, changed)
        else:
            await changed.wait(3600)
        goal = await core.service.find(goal.id)


async def _tell_readings(core: Core, goal: Goal, console: Console) -> None:
    """A line for each check of a monitor, which is not told otherwise while nothing is news."""
    told = 0
    while goal.request.mode is Mode.MONITOR:
        report = await core.service.report(goal.id)
        if report.seen.checks > told and report.seen.checked_at is not None:
            told = report.seen.checks
            console.print(words(f"{report.seen.checked_at:%H:%M:%S} UTC {reading(report.seen)}"))
        await core.clock.sleep(READINGS_EVERY)


async def _taken_up(core: Core, asked: Asked | str, owner: Person, workspace: Path) -> Goal:
    if isinstance(asked, Asked):
        origin = Origin("terminal", workspace.name or "/", "run", str(workspace))
        if asked.monitor is not None:
            asked = replace(asked, repo=asked.repo or str(workspace))
        return await core.service.open(asked, by=owner, origin=origin)
    goal = await core.service.find(asked)
    if goal.status.terminal:
        raise NotNow(f"Goal {goal.id} has ended: it is {goal.status.value}.")
    return await core.service.resume(goal.id, owner) if goal.status is Status.PAUSED else goal


def _stands(goal: Goal, *, ask: bool) -> bool:
    """Whether nothing more happens by itself."""
    if goal.status.terminal or goal.status is Status.PAUSED:
        return True
    return _asks(goal) and not ask


def _asks(goal: Goal) -> bool:
    """Whether the goal waits for somebody's word: an approval, or an answer to its agent."""
    return bool(goal.asks) or (goal.wait is not None and goal.wait.kind is WaitKind.ANSWER)


async def _answer_or_change(core: Core, goal: Goal, owner: Person, console: Console, changed: Bell) -> None:
    """Have a question answered at the terminal, unless a signal or the time settles it before."""
    answer = _decide(core, goal.asks[0], owner, console) if goal.asks else _say(core, goal, owner, console)
    answering = asyncio.create_task(answer, name="answer")
    while not answering.done() and _still_asks(goal, await core.service.find(goal.id)):
        changing = asyncio.create_task(changed.wait(3600), name="change")
        await asyncio.wait({answering, changing}, return_when=asyncio.FIRST_COMPLETED)
        changing.cancel()
    answering.cancel()
    await asyncio.wait({answering})
    if not answering.cancelled():
        answering.result()


def _still_asks(goal: Goal, now: Goal) -> bool:
    """Whether what was asked first is still to be answered; reminding people of it changes nothing."""
    if goal.asks:
        return goal.asks[0] in now.asks
    return goal.wait is not None and now.wait is not None and now.wait.since == goal.wait.since


async def _say(core: Core, goal: Goal, owner: Person, console: Console) -> None:
    """Hand the agent what is typed; where nobody is left to type, the goal pauses."""
    typed = await _line(console, "Your answer: ")
    word = typed.strip()
    try:
        if word:
            await core.service.steer(goal.id, owner, word)
        elif not typed:
            await core.service.pause(goal.id, owner)
    except NotNow as late:
        console.print(words(str(late)))


async def _decide(core: Core, approval: Approval, owner: Person, console: Console) -> None:
    """Ask at the terminal and carry the answer out; one that came too late is dropped."""
    answer = await _line(console, "Approve? [y]es, [n]o, or say what should be different: ")
    word = answer.strip() or ("" if answer else "n")
    try:
        if word.lower() in ("y", "yes"):
            await core.service.approve(approval.id, owner)
        elif word.lower() in ("n", "no"):
            await core.service.deny(approval.id, owner)
        elif word:
            await core.service.deny(approval.id, owner, word)
    except (AlreadyDecided, NotNow) as late:
        console.print(words(str(late)))


async def _line(console: Console, prompt: str) -> str:
    """A line from the terminal, empty at its end; reading it never blocks the goal nor the end of the process."""
    loop = asyncio.get_running_loop()
    read: asyncio.Future[str] = loop.create_future()
    console.print(words(prompt), end="")

    def ready() -> None:
        if not read.done():
            read.set_result(sys.stdin.readline())

    loop.add_reader(sys.stdin, ready)
    try:
        return await read
    finally:
        loop.remove_reader(sys.stdin)


def _pause_on_interrupt(core: Core, goal_id: str, owner: Person) -> None:
    """Ctrl-C once pauses the goal, twice ends the process."""
    loop = asyncio.get_running_loop()
    pausing: set[asyncio.Task[None]] = set()

    async def pause() -> None:
        try:
            await core.service.pause(goal_id, owner)
        except NotNow:
            return

    def interrupted() -> None:
        if pausing:
            raise SystemExit(ENDED_BY_SECOND_SIGNAL)
        pausing.add(asyncio.create_task(pause(), name="pause"))

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted)
