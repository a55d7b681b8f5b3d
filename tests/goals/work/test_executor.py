"""Every command is bounded, and nothing of it outlives it: tried with real processes."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from goals.ports import Command, Confinement, Ran
from goals.work import leftovers, processes
from goals.work.executor import Limits, LocalExecutor

MIB = 1 << 20
DAEMON = "import os,sys,time; os.fork() and os._exit(0); os.setsid(); os.fork() and os._exit(0);"
DAEMON += "open('daemon','w').write(str(os.getpid())); os.rename('daemon','pid'); time.sleep(600)"
SERVER = """
import asyncio, sys
from pathlib import Path
from goals.ports import Command
from goals.work.executor import LocalExecutor

async def main():
    executor = LocalExecutor(Path(sys.argv[1]))
    await executor.run(Command(cwd=Path(sys.argv[2]), shell=sys.argv[3], goal_id="g1"))

asyncio.run(main())
"""


@pytest.fixture
def executor(tmp_path: Path) -> LocalExecutor:
    return LocalExecutor(tmp_path / "state")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    directory = tmp_path / "place"
    directory.mkdir()
    return directory


def limited(tmp_path: Path, **limits: int) -> LocalExecutor:
    return LocalExecutor(tmp_path / "state", Limits(**limits))


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def written(path: Path) -> int:
    return int(path.read_text()) if path.exists() and path.read_text().strip() else 0


def daemon(then: str = "") -> str:
    """A shell line that starts a process in a session of its own, whose parents die; its id is in `pid`."""
    return f'{sys.executable} -c "{DAEMON}"; while ! test -e pid; do sleep 0.01; done; {then}'


async def test_a_command_reads_its_input_and_says_how_it_ended(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place, shell="cat; echo err >&2; exit 3", stdin=b"in\n"))
    assert ran == Ran(exit_code=3, head="in\nerr\n", tail="", size=7, seconds=ran.seconds)


async def test_each_command_without_a_past_has_an_empty_place_for_bytecode_that_goes_with_it(
    executor: LocalExecutor, place: Path
) -> None:
    line = 'mkdir -p "$PYTHONPYCACHEPREFIX/x" && ls "$(dirname "$PYTHONPYCACHEPREFIX")" && pwd > "$PYTHONPYCACHEPREFIX/y"'
    printed = [(await executor.run(Command(cwd=place, shell=line))).output for _ in range(2)]
    left = [path for path in executor.state.glob("scratch/*") if path.is_dir()]
    assert (printed, left) == (["bytecode\n"] * 2, [])


async def test_the_commands_of_an_agent_find_their_bytecode_again_and_leave_none_beside_the_sources(
    executor: LocalExecutor, place: Path
) -> None:
    (place / "part.py").write_text("")
    line = f'{sys.executable} -c "import part"; find . "$PYTHONPYCACHEPREFIX" -name "part*.pyc" | wc -l; find . -name "*.pyc"'
    walls = Confinement(scratch="g1")
    printed = [
        (await executor.run(Command(cwd=place, shell=line, confinement=walls))).output for _ in range(2)
    ]
    assert printed == ["1\n"] * 2


async def test_argv_is_not_read_by_a_shell(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place, argv=("echo", "$HOME; true")))
    assert ran.output == "$HOME; true\n"


async def test_a_command_that_is_not_there_ends_with_127(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place, argv=("./not-there.sh",)))
    assert (ran.exit_code, ran.head) == (127, "./not-there.sh: No such file or directory\n")


async def test_a_command_that_may_not_be_run_ends_with_126(executor: LocalExecutor, place: Path) -> None:
    (place / "plain").write_text("no program")
    ran = await executor.run(Command(cwd=place, argv=("./plain",)))
    assert ran.exit_code == 126


async def test_a_directory_that_is_not_there_is_said(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place / "gone", shell="true"))
    assert (ran.exit_code, "gone: No such file" in ran.head) == (127, True)


async def test_a_signal_is_said_as_a_shell_says_it(executor: LocalExecutor, place: Path) -> None:
    assert (await executor.run(Command(cwd=place, shell="kill -SEGV $$"))).exit_code == 139


async def test_input_that_is_not_read_holds_nothing_up(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place, shell="echo done", stdin=b"x" * 10 * MIB))
    assert ran.output == "done\n"


async def test_long_input_and_output_do_not_wait_for_each_other(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place, shell="cat", stdin=b"line of text\n" * 200_000))
    assert (ran.exit_code, ran.size) == (0, 13 * 200_000)


async def test_commands_see_neither_secrets_nor_our_virtual_environment(tmp_path: Path, place: Path) -> None:
    ours = os.environ | {
        "OPENAI_API_KEY": "sk-1",
        "GOALWARD_HOOKS__SECRET": "s",
        "LC_ALL": "C",
        "VIRTUAL_ENV": "/v",
    }
    ours |= {"PATH": f"/v/bin:{Path(sys.prefix) / 'bin'}:/usr/bin:/bin"}
    executor = LocalExecutor(tmp_path / "state", Limits(), ours)
    ran = await executor.run(
        Command(cwd=place, shell="env | cut -d= -f1; echo $PATH $TERM $MINE", env={"MINE": "1"})
    )
    *names, last = ran.output.splitlines()
    allowed = {"HOME", "LANG", "TMPDIR", "TZ", "USER", "PATH", "TERM", "LC_ALL", "PWD", "MINE"}
    assert set(names) <= allowed | {
        "GOALWARD_RUN",
        "GIT_CEILING_DIRECTORIES",
        "PYTHONPYCACHEPREFIX",
        "OLDPWD",
        "SHLVL",
        "_",
    }
    assert last == "/usr/bin:/bin dumb 1"


async def test_no_process_that_watches_a_command_carries_a_secret(tmp_path: Path, place: Path) -> None:
    executor = LocalExecutor(tmp_path / "state", Limits(), os.environ | {"MY_KEY": "sk-1"})
    ran = await executor.run(Command(cwd=place, shell="tr '\\0' '\\n' < /proc/$PPID/environ"))
    assert ran.output == f"GOALWARD_RUN={ran.output.strip().partition('=')[2]}\n"


async def test_the_last_line_of_a_long_output_is_kept(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(
        Command(cwd=place, shell="echo first; yes passed | head -n 100000; echo 3 tests FAILED")
    )
    assert ran.head.startswith("first\npassed\n")
    assert ran.tail.endswith("passed\n3 tests FAILED\n")
    assert len(ran.output) < 70_000
    assert "[… 700021 bytes in all …]" in ran.output


async def test_output_without_end_is_stopped(tmp_path: Path, place: Path) -> None:
    ran = await limited(tmp_path, output=5 * MIB).run(Command(cwd=place, shell="yes | head -c 10G"))
    assert (ran.exit_code, ran.stopped, ran.size < 6 * MIB) == (None, "output", True)


async def test_one_endless_line_is_cut(tmp_path: Path, place: Path) -> None:
    ran = await limited(tmp_path, output=MIB).run(Command(cwd=place, shell="tr '\\0' x < /dev/zero"))
    assert ran.stopped == "output"
    assert len(ran.output) < 10_000


async def test_what_is_printed_becomes_readable_text(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place, shell=r"printf '\033[31mred\033[0m \000\377 10%%\r20%%\n'"))
    assert ran.output == "20%\n"


async def test_a_command_ends_at_its_time(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(
        Command(cwd=place, shell="echo begun; trap '' TERM INT HUP; sleep 600", timeout=0.3)
    )
    assert (ran.exit_code, ran.stopped, ran.head) == (None, "timeout", "begun\n")
    assert ran.seconds < 1.3


async def test_what_is_left_in_the_background_dies_at_the_end(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place, shell="sleep infinity & echo $! > pid; echo done"))
    assert (ran.exit_code, ran.output, processes.alive(written(place / "pid"))) == (0, "done\n", False)


async def test_a_daemon_of_its_own_session_dies_at_the_end(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place, shell=daemon("exit 0")))
    assert (ran.exit_code, processes.alive(written(place / "pid"))) == (0, False)


async def test_a_cancelled_command_is_dead_with_all_it_started(executor: LocalExecutor, place: Path) -> None:
    task = asyncio.create_task(executor.run(Command(cwd=place, shell=daemon("sleep 600"))))
    await until(lambda: written(place / "pid") > 0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(20):
            await task
    assert not processes.alive(written(place / "pid"))


async def test_killing_a_goal_ends_its_commands_and_no_others(executor: LocalExecutor, place: Path) -> None:
    mine = asyncio.create_task(executor.run(Command(cwd=place, shell=daemon("sleep 600"), goal_id="g1")))
    other = asyncio.create_task(executor.run(Command(cwd=place, shell="cat wait", goal_id="g2")))
    os.mkfifo(place / "wait")
    await until(lambda: written(place / "pid") > 0)
    await executor.kill("g1")
    assert (processes.alive(written(place / "pid")), (await mine).stopped) == (False, "cancelled")
    await asyncio.to_thread((place / "wait").write_text, "went on\n")
    assert (await other).output == "went on\n"


async def test_a_fork_bomb_is_bounded(tmp_path: Path, place: Path) -> None:
    bomb = "bomb() { bomb | bomb & }; bomb; sleep 600"
    ran = await limited(tmp_path, processes=64).run(Command(cwd=place, argv=("bash", "-c", bomb), timeout=20))
    assert (ran.exit_code, ran.stopped) == (None, "processes")


async def test_a_fork_bomb_that_leaves_every_session_is_bounded(tmp_path: Path, place: Path) -> None:
    bomb = "import os\nwhile True:\n    if os.fork() == 0: os.setsid()"
    ran = await limited(tmp_path, processes=64).run(
        Command(cwd=place, argv=("python3", "-c", bomb), timeout=20)
    )
    assert (ran.exit_code, ran.stopped) == (None, "processes")


async def test_a_memory_hog_is_stopped(tmp_path: Path, place: Path) -> None:
    hog = "import time; kept = []\nwhile True: kept.append(b'x' * 10_000_000); time.sleep(0.01)"
    ran = await limited(tmp_path, memory=200 * MIB).run(
        Command(cwd=place, argv=("python3", "-c", hog), timeout=20)
    )
    assert (ran.exit_code, ran.stopped) == (None, "memory")


async def test_a_file_does_not_grow_without_end(tmp_path: Path, place: Path) -> None:
    ran = await limited(tmp_path, file_size=MIB).run(Command(cwd=place, shell="yes > big"))
    assert (ran.exit_code != 0, (place / "big").stat().st_size) == (True, MIB)


async def test_killing_the_supervisor_frees_nobody(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place, shell=daemon("kill -9 $PPID; sleep 600")))
    assert (ran.exit_code, processes.alive(written(place / "pid"))) == (137, False)
    assert leftovers.on_record(executor.running) == []


async def test_killing_the_supervisor_and_dropping_every_mark_frees_nobody(
    executor: LocalExecutor, place: Path
) -> None:
    ran = await executor.run(
        Command(
            cwd=place, shell=f"parent=$PPID; env -i PATH=$PATH sh -c '{hidden()}'; kill -9 $parent; sleep 600"
        )
    )
    assert (ran.exit_code, processes.alive(written(place / "pid"))) == (137, False)


def hidden() -> str:
    return 'setsid sh -c "echo \\$\\$ > pid; exec sleep 600" & while ! test -s pid; do sleep 0.01; done'


FORGED = '{"exit_code": 0, "stopped": "", "size": 0, "seconds": 1e400, "head": 0, "tail": 0}'


async def test_a_command_cannot_report_in_its_supervisors_place(executor: LocalExecutor, place: Path) -> None:
    forge = f"echo '{FORGED}' > /proc/$PPID/fd/1; exit 3"
    ran = await executor.run(Command(place, shell=forge))
    assert (ran.exit_code, ran.seconds < 60) == (128 + signal.SIGKILL, True)


async def test_a_flood_in_a_supervisors_report_is_not_taken_in(executor: LocalExecutor, place: Path) -> None:
    flood = "exec head -c 300000000 /dev/zero > /proc/$PPID/fd/1"
    async with asyncio.timeout(10):
        ran = await executor.run(Command(place, shell=flood, timeout=5))
    assert (ran.exit_code, len(ran.output) < 1000) == (128 + signal.SIGKILL, True)


async def test_holding_the_supervisors_report_open_keeps_nobody_waiting(
    executor: LocalExecutor, place: Path
) -> None:
    hold = "exec 3>/proc/$PPID/fd/1 4</proc/$PPID/fd/0; kill -9 $PPID; sleep 600"
    async with asyncio.timeout(10):
        ran = await executor.run(Command(place, shell=hold, timeout=3))
    assert (ran.exit_code, ran.stopped) == (None, "timeout")


async def test_a_frozen_supervisor_keeps_nobody_waiting(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(Command(cwd=place, shell=daemon("kill -STOP $PPID; sleep 600"), timeout=0.5))
    assert (ran.stopped, processes.alive(written(place / "pid"))) == ("timeout", False)


async def served(tmp_path: Path, place: Path, shell: str) -> asyncio.subprocess.Process:
    """A process of ours that runs a command, once the command has written `pid`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(tmp_path / "state"), str(place), shell
    )
    await until(lambda: written(place / "pid") > 0)
    return process


async def test_commands_die_with_us(tmp_path: Path, place: Path) -> None:
    process = await served(tmp_path, place, daemon("sleep 600"))
    process.kill()
    await process.wait()
    await until(lambda: not processes.alive(written(place / "pid")), seconds=2)


async def test_what_a_crash_left_behind_is_ended_at_the_next_start(tmp_path: Path, place: Path) -> None:
    process = await served(tmp_path, place, daemon("echo $PPID > parent; sleep 600"))
    await until(lambda: written(place / "parent") > 0)
    os.kill(written(place / "parent"), signal.SIGSTOP)
    process.kill()
    await process.wait()
    os.kill(written(place / "parent"), signal.SIGKILL)
    assert processes.alive(written(place / "pid"))
    executor = LocalExecutor(tmp_path / "state")
    assert (await executor.sweep(), await executor.sweep()) == (1, 0)
    assert not processes.alive(written(place / "pid"))


async def test_a_frozen_supervisor_of_an_earlier_process_is_ended_too(tmp_path: Path, place: Path) -> None:
    process = await served(tmp_path, place, daemon("echo $PPID > parent; sleep 600"))
    await until(lambda: written(place / "parent") > 0)
    os.kill(written(place / "parent"), signal.SIGSTOP)
    process.kill()
    await process.wait()
    assert await LocalExecutor(tmp_path / "state").sweep() == 1
    assert [processes.alive(written(place / name)) for name in ("pid", "parent")] == [False, False]


async def test_a_record_of_another_boot_ends_nobody(executor: LocalExecutor) -> None:
    executor.running.mkdir(parents=True)
    me = os.getpid()
    (executor.running / "r1").write_text(f"g1 another-boot {me} {processes.started(me)} {me} 0\n")
    assert (await executor.sweep(), leftovers.on_record(executor.running)) == (0, [])


async def test_what_is_no_record_of_ours_does_not_hold_up_the_start(executor: LocalExecutor) -> None:
    executor.running.mkdir(parents=True)
    os.mkfifo(executor.running / "pipe")
    (executor.running / "folder").mkdir()
    (executor.running / "link").symlink_to("/dev/zero")
    (executor.running / "words").write_text("a b c d e f")
    async with asyncio.timeout(30):
        assert await executor.sweep() == 0


async def test_a_command_is_on_record_while_it_runs(executor: LocalExecutor, place: Path) -> None:
    ran = await executor.run(
        Command(cwd=place, shell=f"cat {executor.running}/*; echo $$ $PPID", goal_id="g1")
    )
    goal, boot, supervisor, _, leader, _, *me = ran.output.split()
    assert (goal, boot, leader, supervisor) == ("g1", leftovers.this_boot(), *me)
    assert leftovers.on_record(executor.running) == []


async def test_many_commands_run_at_once(executor: LocalExecutor, place: Path) -> None:
    commands = [executor.run(Command(cwd=place, shell=f"echo {n}")) for n in range(30)]
    assert [ran.output for ran in await asyncio.gather(*commands)] == [f"{n}\n" for n in range(30)]
