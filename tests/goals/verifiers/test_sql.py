"""What a `sql` verifier asks a database, and everything that it refuses to be asked: SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from pydantic import SecretStr, ValidationError

from goals.domain.values import Verdict
from goals.ports import CheckContext, Outside, Web
from goals.verifiers.sql import SqlSettings, SqlVerifier

TABLES = """
CREATE TABLE ticket (id integer, state text);
INSERT INTO ticket VALUES (1, 'open'), (2, 'open'), (3, 'closed');
CREATE TABLE secret (word text);
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with three tickets."""
    if request.param == "sqlite":
        sqlite3.connect(tmp_path / "crm.db").executescript(TABLES)
        return f"sqlite:///{tmp_path / 'crm.db'}"
    url: str = request.getfixturevalue("postgres_url")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(TABLES.encode())
    return url


def holding(url: str) -> Outside:
    return Outside(cast(Web, None), databases={"crm": SecretStr(url)})


@pytest.fixture
def ask(context: Callable[..., CheckContext], database: str) -> Callable[..., Any]:
    async def of(query: str, **settings: Any) -> Verdict:
        read = SqlSettings.model_validate({"database": "crm", "query": query, "value": 0, **settings})
        return await SqlVerifier(read).check(context(outside=holding(database)))

    return of


COMPARED = [
    ("SELECT count(*) FROM ticket WHERE state = 'open'", "<=", 2, True, 2.0),
    ("SELECT count(*) FROM ticket WHERE state = 'open';", "==", 0, False, 2.0),
    ("SELECT 1.5", ">", 1, True, 1.5),
    ("SELECT state FROM ticket WHERE id = 3", "==", "closed", True, None),
    ("SELECT state FROM ticket WHERE id = 3", "!=", "closed", False, None),
    ("SELECT '12'", "<", 13, True, 12.0),
    ("SELECT 7", "==", "7", True, None),
    ("SELECT 1 = 1", "==", True, True, None),
    ("VALUES (3)", ">=", 3, True, 3.0),
    ("WITH many AS (SELECT id FROM ticket) SELECT max(id) FROM many -- the newest", "==", 3, True, 3.0),
]


@pytest.mark.parametrize(("query", "op", "value", "met", "number"), COMPARED, ids=lambda v: str(v)[:30])
async def test_the_single_value_is_compared(
    ask: Callable[..., Any], query: str, op: str, value: Any, met: bool, number: float | None
) -> None:
    verdict = await ask(query, op=op, value=value)
    assert (verdict.met, number if number is None else verdict.value) == (met, number)


async def test_what_was_found_and_wanted_is_said(ask: Callable[..., Any]) -> None:
    verdict = await ask("SELECT count(*) FROM ticket", op="==", value=0)
    assert (verdict.reason, verdict.evidence) == (
        "the query gives 3, == 0 is wanted",
        "SELECT count(*) FROM ticket\n3",
    )


UNANSWERED = [
    ("SELECT id FROM ticket WHERE id = 9", False, "the query gives no row"),
    ("SELECT NULL", False, "the query gives NULL, which is no value"),
    ("SELECT id FROM ticket", None, "the query gives several rows, and one value is wanted"),
    ("SELECT id, state FROM ticket WHERE id = 1", None, "the query gives 2 columns, and one value is wanted"),
    ("SELECT 1; SELECT 2", None, "the text holds several statements, and one query is wanted"),
    ("SELECT 1; DROP TABLE ticket", None, "the text holds several statements, and one query is wanted"),
    ("SELECT nothing FROM ticket", None, "the query fails: "),
    ("SELECT", None, "the query "),
]


@pytest.mark.parametrize(("query", "met", "reason"), UNANSWERED, ids=lambda v: str(v)[:30])
async def test_without_a_single_value_the_reason_says_why(
    ask: Callable[..., Any], query: str, met: bool | None, reason: str
) -> None:
    verdict = await ask(query)
    assert verdict.met is met
    assert verdict.reason.startswith(f"the database crm: {reason}")


WRITING = {
    "sqlite": [
        "WITH gone AS (SELECT 1) DELETE FROM ticket",
        "WITH gone AS (SELECT 1) INSERT INTO ticket SELECT 9, 'x'",
        "SELECT load_extension('/tmp/x.so')",
        "SELECT * FROM pragma_writable_schema",
    ],
    "postgresql": [
        "WITH gone AS (DELETE FROM ticket RETURNING 1) SELECT count(*) FROM gone",
        "SELECT nextval('numbers')",
        "SELECT id INTO copy FROM ticket",
        "SELECT id FROM ticket WHERE id = 1 FOR UPDATE",
        "SELECT lo_create(0)",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SELECT 1) AS q(v); DELETE FROM ticket; SELECT * FROM (SELECT 1",
    ],
}


async def test_nothing_is_ever_written(ask: Callable[..., Any], database: str) -> None:
    kind = database.split(":")[0].split("+")[0]
    if kind == "postgresql":
        with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE SEQUENCE numbers")
    answers = [await ask(query) for query in WRITING[kind]]
    assert [answer.met for answer in answers] == [None] * len(WRITING[kind])
    assert (await ask("SELECT count(*) FROM ticket", value=3)).met is True


async def test_a_query_that_writes_is_told_so(ask: Callable[..., Any]) -> None:
    verdict = await ask("WITH gone AS (SELECT 1) DELETE FROM ticket")
    assert verdict.reason == "the database crm: the query would do more than read"


@pytest.mark.parametrize("size", [2_000, 50_000_000])
async def test_a_huge_value_is_not_compared(ask: Callable[..., Any], database: str, size: int) -> None:
    huge = f"hex(zeroblob({size // 2}))" if database.startswith("sqlite") else f"repeat('0', {size})"
    verdict = await ask(f"SELECT {huge}")
    assert (verdict.met, verdict.reason) == (
        None,
        "the database crm: the value is longer than 500 characters",
    )


async def test_a_value_that_is_no_number_is_not_compared_with_one(ask: Callable[..., Any]) -> None:
    verdict = await ask("SELECT state FROM ticket WHERE id = 1", value=3)
    assert (verdict.met, verdict.reason) == (None, "the query gives open, which is no number")


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


async def test_a_query_without_end_is_stopped_at_its_time(ask: Callable[..., Any]) -> None:
    async with asyncio.timeout(40):
        verdict = await ask(ENDLESS, timeout=1)
    assert verdict.met is None
    assert "took" in verdict.reason or "gave no answer within 1 s" in verdict.reason


async def test_a_query_that_is_given_up_is_stopped(ask: Callable[..., Any]) -> None:
    asking = asyncio.create_task(ask(ENDLESS, timeout=3600), name="ask")
    await asyncio.sleep(0)
    asking.cancel()
    async with asyncio.timeout(40):
        await asyncio.wait([asking])
    assert asking.cancelled()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:////nowhere/crm.db", "the database crm: its file is not there"),
        ("postgresql://ana:hush@127.0.0.1:1/crm", "the database crm: it cannot be reached: "),
        ("postgresql://ana:hush%zz@127.0.0.1:1/crm", "the database crm: its URL cannot be read"),
    ],
)
async def test_a_database_that_does_not_answer_is_a_broken_check(
    context: Callable[..., CheckContext], url: str, reason: str
) -> None:
    asked = SqlVerifier(SqlSettings(database="crm", query="SELECT 1", value=1))
    verdict = await asked.check(context(outside=holding(url)))
    assert verdict.met is None
    assert verdict.reason.startswith(reason)
    assert "hush" not in repr(verdict)


async def test_a_database_that_the_settings_have_lost_is_a_broken_check(
    context: Callable[..., CheckContext],
) -> None:
    verdict = await SqlVerifier(SqlSettings(database="crm", query="SELECT 1", value=1)).check(context())
    assert verdict == Verdict(None, "there is no database crm in the settings")


async def test_the_file_of_another_database_cannot_be_reached(
    ask: Callable[..., Any], tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    verdict = await ask(f"SELECT 1 FROM (SELECT 1) WHERE 1 IN (SELECT 1); ATTACH '{other}' AS other")
    assert (verdict.met, other.exists()) == (None, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"query": "DELETE FROM ticket"},
        {"query": "  (INSERT INTO ticket VALUES (1))"},
        {"query": "PRAGMA journal_mode"},
        {"query": "COPY ticket TO PROGRAM 'sh'"},
        {"query": " "},
        {"query": "SELECT 1\0"},
        {"query": "SELECT " + "1" * 5_000},
        {"op": "=~"},
        {"value": [1]},
        {"value": float("inf")},
        {"value": "x" * 300},
        {"url": "sqlite:///etc/passwd"},
        {"database": "sqlite:///etc/passwd"},
    ],
    ids=str,
)
def test_settings_that_are_wrong_are_refused(wrong: dict[str, Any]) -> None:
    right = {"database": "crm", "query": "SELECT 1", "op": "==", "value": 1}
    known = {"databases": ("crm",)}
    assert SqlSettings.model_validate(right, context=known)
    with pytest.raises(ValidationError):
        SqlSettings.model_validate(right | wrong, context=known)
