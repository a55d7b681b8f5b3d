"""Verifiers made of others, and databases: who may set them, and how a goal ends by them."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.peers.house import House

DATABASE = {"type": "sql", "database": "crm", "query": "SELECT count(*) FROM ticket", "op": "==", "value": 0}


def asking(verifier: object) -> str:
    return f"/goal --auto-approve --verify '{json.dumps(verifier)}' close the tickets"


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    """A database with one ticket."""
    path = tmp_path / "crm.db"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE ticket (id integer); INSERT INTO ticket VALUES (1);")
    connection.close()
    return path


@pytest.fixture
def settings(crm: Path) -> dict[str, object]:
    return {
        "databases": {"crm": {"url": f"sqlite:///{crm}"}},
        "verifiers": {
            "no-tickets": DATABASE,
            "both": {"type": "all", "of": ["no-tickets", {"type": "command", "command": "true"}]},
        },
        "channels": {"local:demo": {"operate": ["olga"]}},
    }


@pytest.mark.parametrize(
    "verifier",
    [DATABASE, {"type": "any", "of": ["no-tickets", {"type": "not", "of": DATABASE}]}],
    ids=["bare", "inside"],
)
async def test_a_query_of_ones_own_needs_an_operator(house_with, settings, verifier: object) -> None:
    async with house_with(**settings) as house:
        refused = await house.say("demo", asking(verifier))
        await house.settled()
        (said,) = await house.texts(refused)
        none = await house.goals()
        thread = await house.say("demo", asking(verifier), user="olga")
        goal = await house.goal(thread)
    assert (none, goal["owner"]) == ([], "olga")
    assert 'operate = ["ana"]' in said


@pytest.mark.parametrize("preset", ["no-tickets", "both"])
async def test_every_owner_may_name_a_preset_that_asks_a_database(
    house_with, settings, crm: Path, preset: str
) -> None:
    async with house_with(**settings) as house:
        close = f"import sqlite3; c = sqlite3.connect('{crm}'); c.execute('DELETE FROM ticket'); c.commit()"
        house.agent(f'python3 -c "{close}"'.replace("\\'", "'"))
        goal = await house.stands(
            await house.say("demo", f"/goal --auto-approve --verify {preset} close the tickets"), "completed"
        )
    assert [(v["met"], goal["label"]) for v in goal["verifiers"]] == [(True, "proven")]


async def test_a_goal_is_proven_by_one_of_several_also_where_another_is_broken(house: House) -> None:
    house.agent("touch done")
    either = [{"type": "command", "command": "kill -9 $$"}, {"type": "command", "command": "test -f done"}]
    goal = await house.stands(await house.say("demo", asking({"type": "any", "of": either})), "completed")
    assert [(v["type"], v["met"], v["reason"]) for v in goal["verifiers"]] == [
        ("any", True, "met by command: test -f done: exit code 0")
    ]


async def test_a_database_that_the_settings_do_not_name_is_refused(house_with, settings) -> None:
    async with house_with(**settings) as house:
        thread = await house.say("demo", asking({**DATABASE, "database": "crn"}), user="olga")
        await house.settled()
        (said,) = await house.texts(thread)
        assert "of the databases there is only crm in the settings" in said
        assert await house.goals() == []
