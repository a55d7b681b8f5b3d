"""`goalward goals log`: what happened, whether the trail holds, and the trail for others, of a server and of a stopped one's state."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from goals.store.append_only import TABLES
from tests.peers.command_line import KEY, CommandLine

STEERED = f"the key is {KEY}, use it"


@pytest.fixture
def command(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


async def acted(command: CommandLine, server: Any) -> str:
    """A goal on which people acted, and the id of it."""
    await server.say('/goal --agent worker --verify "false" never done')
    goal = await server.goal("pending_approval")
    for words in ("pause", f"steer {STEERED}", "budget +5 turns", "add document it"):
        await command.goals(*f"{words.split()[0]} {goal['id']} {' '.join(words.split()[1:])}".split())
    return str(goal["id"])


def follows(rows: list[dict[str, Any]]) -> bool:
    """As docs/trail.md says that a chain is to be computed."""
    previous = ""
    for row in rows:
        canonical = json.dumps(
            {name: value for name, value in row.items() if name != "hash"},
            sort_keys=True,
            separators=(",", ":"),
        )
        if hashlib.sha256((previous + canonical).encode()).hexdigest() != row["hash"]:
            return False
        previous = row["hash"]
    return True


def tamper(state: Path, statement: str) -> None:
    with closing(sqlite3.connect(state / "goalward.db")) as store:
        for table in TABLES:
            for trigger in ("is_kept", "is_not_emptied", "is_not_replaced"):
                store.execute(f"DROP TRIGGER {table}_{trigger}")
        store.execute(statement)
        store.commit()


async def test_a_trail_is_verified_and_exported_through_the_server_and_from_its_state(
    command: CommandLine,
) -> None:
    async with command.serving() as server:
        goal_id = await acted(command, server)
        served = [await command.goals("log", goal_id, option) for option in ("--verify", "--export")]
        log = await command.goals("log", goal_id)
    stopped = [await command.goals("log", goal_id, option) for option in ("--verify", "--export")]
    rows = [json.loads(line) for line in stopped[1].out.splitlines()]
    assert [(one.status, one.out) for one in served] == [(one.status, one.out) for one in stopped]
    assert (stopped[0].status, stopped[0].out) == (0, f"the chain holds: {len(rows)} rows\n")
    assert follows(rows)
    acts = {row["what"] for row in rows if row["who"] != "goalward"}
    assert acts >= {"Opened", "Steered", "BudgetRaised", "ContractChanged"}
    assert KEY not in log.out + stopped[1].out and "never done" in log.out


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE trail SET who = 'mallory' WHERE seq = 2", "row 2 of {} does not follow the row before it"),
        (
            "UPDATE event SET document = replace(document, 'never', 'ever') WHERE seq = 1",
            "row 1 of {} seals other",
        ),
        ("DELETE FROM trail WHERE seq = (SELECT max(seq) FROM trail)", "is missing: there must be"),
    ],
)
async def test_what_was_tampered_with_is_named_and_the_exit_status_is_1(
    command: CommandLine, statement: str, said: str
) -> None:
    async with command.serving() as server:
        goal_id = await acted(command, server)
    tamper(command.state, statement)
    found = await command.goals("log", goal_id, "--verify")
    assert (found.status, said.format(goal_id) in found.out) == (1, True)


async def test_a_channel_has_a_trail_too(command: CommandLine) -> None:
    async with command.serving() as server:
        await server.say("/goal disable")
        await server.say("/goal enable")
        exported = await command.goals("log", "local:demo", "--export")
    found = await command.goals("log", "local:demo", "--verify")
    rows = [json.loads(line) for line in exported.out.splitlines()]
    assert [(row["who"], row["what"]) for row in rows] == [("ana", "Disabled"), ("ana", "Enabled")]
    assert (found.status, found.out) == (0, "the chain holds: 2 rows\n")
