"""Whatever a command does, it stays within its limits and nothing of it lives on: the same in both modes.

What each runs has a number of its own in its words, by which its processes are found from outside.
"""

import asyncio
import itertools
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from goals.ports import CLOSED, Command, Confinement
from goals.work import leftovers, processes
from goals.work.bubblewrap import Bubblewrap
from goals.work.executor import Limits, LocalExecutor
from tests.peers.walls import bwrap

MIB = 1 << 20
PATIENCE = 30.0
NUMBERS = itertools.count(os.getpid() * 1000)

Executors = Callable[..., LocalExecutor]


@pytest.fixture(params=["process", "bubblewrap"])
def sandbox(request: pytest.FixtureRequest, tmp_path: Path) -> Bubblewrap | None:
    return Bubblewrap(bwrap(), (tmp_path / "state",)) if request.param == "bubblewrap" else None


@pytest.fixture
def executor(sandbox: Bubblewrap | None, tmp_path: Path) -> Executors:
    return lambda **limits: LocalExecutor(tmp_path / "state", Limits(**limits), os.environ, sandbox)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    directory = tmp_path / "place"
    directory.mkdir()
    return directory


@pytest.fixture
def number() -> str:
    return str(next(NUMBERS))


def names(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def living(number: str) -> list[int]:
    """The processes that have the number in their words."""
    return [pid for pid in processes.everything() if _has(pid, number) and processes.alive(pid)]


def _has(pid: int, number: str) -> bool:
    try:
        return number.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


PYTHON_BOMB = "import os\nwhile True:\n    if os.fork() == 0: os.setsid()"
HOG = "import time; kept = []\nwhile True: kept.append(b'x' * 10_000_000); time.sleep(0.01)"
DAEMON = "setsid sh -c 'sleep {n} & sleep {n}' & setsid setsid sleep {n} & sleep 0.1"

BAD_CALLS = {
    "a fork bomb": ('exec bash -c "b() {{ b | b & }}; b; sleep {n}"', {"processes": 64}, "processes"),
    "a fork bomb in sessions of its own": (
        f'exec python3 -c "{PYTHON_BOMB}" {{n}}',
        {"processes": 64},
        "processes",
    ),
    "10 GB of output": ("yes {n} | head -c 10G", {"output": 5 * MIB}, "output"),
    "one endless line": ("sleep {n} & exec tr '\\0' x < /dev/zero", {"output": MIB}, "output"),
    "output that nobody stops": ("trap '' PIPE TERM; while :; do echo {n}; done", {"output": MIB}, "output"),
    "a memory hog": (f'exec python3 -c "{HOG}" {{n}}', {"memory": 200 * MIB}, "memory"),
    "a disk that fills up": (
        "for n in $(seq 2000); do head -c 1M /dev/zero > $n; done; sleep {n}",
        {"room": 1 << 60},
        "disk",
    ),
    "sleep infinity in the background": ("sleep infinity & sleep {n} & exit 0", {}, ""),
    "a daemon": (DAEMON, {}, ""),
    "no end, and deaf": ("trap '' TERM INT HUP; sleep {n}", {"timeout": 1}, "timeout"),
}


@pytest.mark.parametrize("bad", BAD_CALLS)
async def test_a_bad_call_is_killed_with_all_of_its_processes_and_the_next_one_runs(
    executor: Executors, place: Path, number: str, bad: str
) -> None:
    shell, limits, stopped = BAD_CALLS[bad]
    timeout = {"timeout": float(limits.get("timeout", PATIENCE))}
    runs = executor(**{name: limit for name, limit in limits.items() if name != "timeout"})
    ran = await runs.run(Command(cwd=place, shell=shell.format(n=number), **timeout))
    after = await executor().run(Command(cwd=place, shell="echo still here"))
    assert (ran.stopped, living(number), after.output) == (stopped, [], "still here\n")


async def test_a_file_does_not_grow_without_end(executor: Executors, place: Path) -> None:
    ran = await executor(file_size=MIB).run(Command(cwd=place, shell="yes > big"))
    assert (ran.exit_code != 0, (place / "big").stat().st_size) == (True, MIB)


async def test_a_command_that_removes_its_directory_goes_on(executor: Executors, place: Path) -> None:
    (place / "sub").mkdir()
    command = Command(place / "sub", shell="rmdir $PWD; sleep 0.5; echo on", confinement=Confinement(place))
    ran = await executor().run(command)
    assert (ran.stopped, ran.output) == ("", "on\n")


async def test_a_cancelled_command_is_dead_with_all_it_started(
    executor: Executors, place: Path, number: str
) -> None:
    task = asyncio.create_task(executor().run(Command(cwd=place, shell=f"{daemon(number)}; sleep {number}")))
    await until((place / "began").exists)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert living(number) == []


async def test_killing_a_goal_ends_its_commands_and_no_others(
    executor: Executors, place: Path, number: str
) -> None:
    runs, other = executor(), str(next(NUMBERS))
    os.mkfifo(place / "wait")
    mine = asyncio.create_task(runs.run(Command(place, shell=f"{daemon(number)}; sleep 600", goal_id="g1")))
    others = asyncio.create_task(runs.run(Command(place, shell=f"cat wait - {other}", goal_id="g2")))
    await until((place / "began").exists)
    await runs.kill("g1")
    assert ((await mine).stopped, living(number), len(living(other)) > 0) == ("cancelled", [], True)
    await asyncio.to_thread((place / "wait").write_text, "went on\n")
    assert "went on" in (await others).output


def daemon(number: str) -> str:
    return f"{DAEMON.format(n=number)}; touch began"


SERVER = """
import asyncio, sys
from pathlib import Path
from goals.ports import Command
from goals.work.bubblewrap import Bubblewrap
from goals.work.executor import LocalExecutor

async def main():
    state, place, shell, program = sys.argv[1:]
    sandbox = Bubblewrap(program, (Path(state),)) if program else None
    await LocalExecutor(Path(state), sandbox=sandbox).run(Command(cwd=Path(place), shell=shell, goal_id="g1"))

asyncio.run(main())
"""


async def served(
    sandbox: Bubblewrap | None, tmp_path: Path, place: Path, number: str
) -> asyncio.subprocess.Process:
    """A process of ours in which a command is under way."""
    words = (str(tmp_path / "state"), str(place), f"{daemon(number)}; sleep {number}")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, *words, sandbox.program if sandbox else ""
    )
    await until((place / "began").exists)
    return process


async def test_commands_die_with_us(
    sandbox: Bubblewrap | None, tmp_path: Path, place: Path, number: str
) -> None:
    process = await served(sandbox, tmp_path, place, number)
    process.kill()
    await process.wait()
    await until(lambda: not living(number))


async def test_what_lives_after_a_crash_is_ended_at_the_next_start(
    sandbox: Bubblewrap | None, executor: Executors, tmp_path: Path, place: Path, number: str
) -> None:
    process = await served(sandbox, tmp_path, place, number)
    (record,) = leftovers.on_record(tmp_path / "state" / "running")
    supervisor = leftovers.read(record)
    assert supervisor is not None
    os.kill(supervisor.supervisor, signal.SIGSTOP)
    process.kill()
    await process.wait()
    assert (len(living(number)) > 0, await executor().sweep(), living(number)) == (True, 1, [])


# --- behind the walls ---------------------------------------------------------------------------------


@pytest.fixture
def walled(tmp_path: Path) -> LocalExecutor:
    """Bubblewrap, with a state in which the workspaces lie, and something hidden that is not in /tmp."""
    state = tmp_path / "state"
    (state / "shadow").mkdir(parents=True)
    (state / "goalward.db").write_text("what nobody may see")
    (state / "workspaces" / "g2").mkdir(parents=True)
    (tmp_path / "beside").write_text("a stranger's file")
    return LocalExecutor(state, Limits(), os.environ, Bubblewrap(bwrap(), (state, Path("/usr/share"))))


@pytest.fixture
def workspace(walled: LocalExecutor) -> Path:
    directory = walled.state / "workspaces" / "g1"
    directory.mkdir(parents=True)
    return directory


@pytest.fixture
def door() -> Iterator[int]:
    """The port of a server on loopback."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


CANNOT = {
    "write in the home": "touch ~/$0 && rm ~/$0",
    "write where programs lie": "for d in /usr/bin /etc /; do touch $d/$0 && rm $d/$0 && exit 0; done; exit 1",
    "read the state": "cat ../../goalward.db || ls ../../shadow",
    "see another goal's workspace": "ls ../g2",
    "write beside its workspace": "touch ../$0 || touch ../../$0",
    "read what others have in /tmp": "cat ../../../beside",
    "see what is hidden": 'test -n "$(ls -A /usr/share)"',
    "talk to services": 'test -n "$(ls -A /run)"',
    "see who else runs here": "test $(ls -d /proc/[0-9]* | wc -l) -gt 6",
    "kill whom it did not start": "kill -0 {us}",
    "read our environment": "grep -qz PYTEST /proc/*/environ",
    # Only asked, never tried: it would change this machine for everybody.
    "change the kernel": "find /proc/sys /proc/sysrq-trigger /proc/mtrr /sys -type f -writable 2>/dev/null | grep -q .",
    "take the walls down": "umount ../.. || mount -o remount,rw,bind / || unshare -m umount /usr/share",
    "take them down as another root": "unshare -rm sh -c 'umount ../.. || mount -o remount,rw,bind /'",
    "make a device": "mknod disk b 253 0",
    "become more than it is": "grep -q 'CapEff:.*[1-9a-f]' /proc/self/status",
    "fill the memory with files": "touch /dev/$0 || touch /run/$0",
    "call a server of this machine": "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}), 20)'",
}


@pytest.mark.parametrize("what", CANNOT)
async def test_a_command_behind_walls_cannot(
    walled: LocalExecutor, workspace: Path, door: int, number: str, what: str
) -> None:
    line = CANNOT[what].format(us=os.getpid(), port=door).replace("$0", f"goalward-{number}")
    ran = await walled.run(Command(cwd=workspace, shell=line, timeout=PATIENCE))
    assert ran.exit_code not in (0, 126, 127, None), ran.output


CAN = {
    "write in its workspace": "mkdir -p a/b && cd a/b && touch c && mv c ../d && rm -r ../b && test -f ../d",
    "use a /tmp of its own": 'touch /tmp/x /var/tmp/y "$TMPDIR/z" && test $(ls /tmp | wc -l) -ge 3',
    "share memory": "python3 -c 'import multiprocessing as m; m.Lock(); m.Array(\"i\", 4)'",
    "use git": "git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git log -1",
    "ask itself": "python3 -m http.server 8000 --bind 127.0.0.1 & sleep 0.2; "
    "until python3 -c 'import urllib.request as r; r.urlopen(\"http://127.0.0.1:8000\")'; do sleep 0.1; done",
    "throw away": "echo x > /dev/null && head -c 10 /dev/urandom | wc -c",
    "write what tools keep": 'mkdir -p "$GOCACHE" "$npm_config_cache" && touch "$GOCACHE/x"',
}


@pytest.mark.parametrize("what", CAN)
async def test_a_command_behind_walls_can(walled: LocalExecutor, workspace: Path, what: str) -> None:
    ran = await walled.run(Command(cwd=workspace, shell=CAN[what], timeout=PATIENCE))
    assert ran.exit_code == 0, ran.output


async def test_what_it_cannot_see_is_still_there_for_others(walled: LocalExecutor, workspace: Path) -> None:
    line = "cat ../../goalward.db ../../../beside && ls -A /usr/share | head -1"
    seen = await walled.run(Command(cwd=workspace, shell=line, confinement=None))
    assert seen.output.startswith("what nobody may seea stranger's file")
    assert seen.exit_code == 0


@pytest.mark.parametrize(("network", "code"), [(True, 0), (False, 1)])
async def test_the_network_is_there_only_for_those_who_may(
    walled: LocalExecutor, workspace: Path, door: int, network: bool, code: int
) -> None:
    call = f"import socket; socket.create_connection(('127.0.0.1', {door}), 20)"
    command = Command(workspace, ("python3", "-c", call), confinement=Confinement(network=network))
    assert (await walled.run(command)).exit_code == code


async def test_one_that_only_looks_writes_nowhere_but_in_its_tmp(
    walled: LocalExecutor, workspace: Path
) -> None:
    looks = Confinement(workspace, writes=False)
    line = "touch /tmp/mine && cat notes.txt; touch made"
    (workspace / "notes.txt").write_text("seen\n")

    ran = await walled.run(Command(cwd=workspace, shell=line, confinement=looks))

    assert (ran.head.startswith("seen\n"), ran.exit_code != 0) == (True, True)
    assert not (workspace / "made").exists()


async def test_a_command_in_a_folder_of_the_workspace_writes_in_all_of_it(
    walled: LocalExecutor, workspace: Path
) -> None:
    (workspace / "folder").mkdir()
    inside = Confinement(workspace)
    ran = await walled.run(Command(workspace / "folder", shell="pwd > ../here", confinement=inside))
    assert (ran.exit_code, (workspace / "here").read_text()) == (0, f"{workspace}/folder\n")


async def test_a_workspace_that_lies_in_tmp_is_seen_there(walled: LocalExecutor, place: Path) -> None:
    ran = await walled.run(Command(place, shell="touch made; ls .."))
    assert (ran.output, (place / "made").exists()) == (f"{place.name}\n", True)


async def test_what_lies_in_tmp_stays_for_commands_of_the_same_name_until_it_is_forgotten(
    walled: LocalExecutor, workspace: Path
) -> None:
    async def sees(scratch: str, line: str = "cat /tmp/note") -> str:
        walls = Confinement(scratch=scratch)
        return (await walled.run(Command(workspace, shell=line, confinement=walls))).output

    await sees("g1", "echo kept > /tmp/note")
    seen = [(await sees(name)).startswith("kept") for name in ("g1", "g2", "")]
    await walled.forget("g1")
    assert (seen, (await sees("g1")).startswith("kept")) == ([True, False, False], False)


async def test_a_link_in_tmp_leads_no_later_command_out(
    walled: LocalExecutor, workspace: Path, tmp_path: Path
) -> None:
    walls = Confinement(scratch="g1")
    first = tmp_path.relative_to("/tmp").parts[0] if tmp_path.is_relative_to("/tmp") else "x"
    lay = f"rm -rf /tmp/{first}; mv /tmp/{first} /tmp/y; ln -s /oldroot{tmp_path} /tmp/{first}; ls -A /tmp"
    await walled.run(Command(workspace, shell=lay, confinement=walls))
    ran = await walled.run(Command(workspace, shell="touch proof", confinement=walls))
    assert (ran.exit_code, names(tmp_path)) == (0, ["beside", "state"])


async def test_what_a_crash_left_in_tmp_is_gone_at_the_next_start(
    walled: LocalExecutor, workspace: Path
) -> None:
    walls = Confinement(scratch="g1")
    await walled.run(Command(workspace, shell="mkdir /tmp/x; touch /tmp/x/y", confinement=walls))
    await walled.sweep()
    assert names(walled.state / "scratch") == ["nothing"]


async def test_each_command_that_shares_nothing_leaves_nothing(
    walled: LocalExecutor, workspace: Path
) -> None:
    await walled.run(Command(workspace, shell="touch /tmp/x /dev/shm/y"))
    assert names(walled.state / "scratch") == ["nothing"]


async def test_credentials_are_covered_even_where_the_home_is_the_workspace(
    tmp_path: Path, place: Path
) -> None:
    for folder in (".ssh", ".config/gh", ".config/tool"):
        (place / folder).mkdir(parents=True)
        (place / folder / "key").write_text("secret\n")
    (place / ".netrc").write_text("secret\n")
    executor = LocalExecutor(tmp_path / "state", sandbox=Bubblewrap(bwrap(), home=place))
    ran = await executor.run(Command(place, shell="cat .ssh/key .config/gh/key .netrc .config/tool/key"))
    said = [line for line in ran.output.splitlines() if "No such file" not in line]
    assert (said, (place / ".netrc").read_text()) == (["secret"], "secret\n")


EXITS = {
    "a program that is not there": (("./not-there.sh",), 127),
    "one that may not be run": (("./plain",), 126),
    "a signal": (("sh", "-c", "kill -SEGV $$"), 139),
    "a code of its own": (("sh", "-c", "exit 3"), 3),
}


@pytest.mark.parametrize("how", EXITS)
async def test_a_command_behind_walls_ends_as_one_without(executor: Executors, place: Path, how: str) -> None:
    (place / "plain").write_text("no program")
    argv, code = EXITS[how]
    ran = await executor().run(Command(place, argv))
    assert (ran.exit_code, ran.stopped) == (code, "")


async def test_where_the_walls_cannot_be_put_up_nothing_is_run(tmp_path: Path, place: Path) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n")
    broken.chmod(0o755)
    executor = LocalExecutor(tmp_path / "state", sandbox=Bubblewrap(str(broken)))
    ran = await executor.run(Command(place, shell="touch ran"))
    assert (ran.exit_code, (place / "ran").exists()) == (126, False)


def test_commands_are_closed_in_unless_somebody_says_otherwise() -> None:
    assert (Command(Path("/x")).confinement, CLOSED.network) == (CLOSED, False)


async def test_input_reaches_a_command_and_its_environment_is_small(executor: Executors, place: Path) -> None:
    line = "cat; python3 -c 'import json, os; print(json.dumps(sorted(os.environ)))'"
    ran = await executor().run(Command(place, shell=line, stdin=b"in\n"))
    first, names = ran.output.splitlines()
    secrets = [name for name in json.loads(names) if "KEY" in name or "PYTEST" in name or "VIRTUAL" in name]
    assert (first, secrets) == ("in", [])
