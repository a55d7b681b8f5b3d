"""Asks PostgreSQL for one value: a cursor, which only a single reading query can have, in a read-only transaction."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from goals.verifiers.queries import HUGE, LONGEST, SEVERAL, WRITES, NoValue, Value, failing, single

if TYPE_CHECKING:
    from psycopg import AsyncConnection

CONNECT_TIMEOUT = 10
NUMBERS = (20, 21, 23, 26, 700, 701, 1700)
"""The types int8, int2, int4, oid, float4, float8 and numeric, as the catalogue pg_type numbers them."""

_WRITES = re.compile(r'syntax error at or near "(insert|update|delete|merge)"', re.IGNORECASE)
"""After WITH, where a cursor takes a SELECT only."""


async def read(url: str, query: str, seconds: float) -> Value:
    """The query's one value, a number as Decimal. Raises NoValue."""
    import psycopg  # takes long to load, and few goals ask a database

    url = url.replace("postgresql+psycopg:", "postgresql:", 1)
    try:
        connection = await psycopg.AsyncConnection.connect(url, connect_timeout=CONNECT_TIMEOUT)
    except psycopg.ProgrammingError:
        raise NoValue("its URL cannot be read") from None
    except psycopg.OperationalError as error:
        raise NoValue(f"it cannot be reached: {_first_line(error)}") from None
    try:
        async with connection:
            return await _asked(connection, query, seconds)
    except psycopg.errors.QueryCanceled:
        raise NoValue(f"the query took longer than {seconds:g} s") from None
    except (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.FeatureNotSupported):
        raise NoValue(WRITES) from None
    except psycopg.Error as error:
        raise _why(error) from None


async def _asked(connection: AsyncConnection, query: str, seconds: float) -> Value:
    await connection.set_read_only(True)
    await connection.execute(
        "SELECT set_config('statement_timeout', %s, true)", [str(max(1, int(seconds * 1000)))]
    )
    async with connection.cursor("described") as cursor:
        await cursor.execute(query.encode())
        shape = cursor.description or []
    # The server cuts the value: one field may hold a gigabyte.
    cut = f"SELECT left(v::text, {LONGEST + 1}) FROM (\n{query}\n) AS q(v)"
    async with connection.cursor("cut") as cursor:
        if len(shape) == 1:
            await cursor.execute(cut.encode())
        text = str(single(len(shape), await cursor.fetchmany(2) if len(shape) == 1 else []))
    if len(text) > LONGEST:
        raise NoValue(HUGE)
    return Decimal(text) if shape[0].type_code in NUMBERS else text


def _why(error: Exception) -> NoValue:
    if "multiple commands" in str(error):
        return NoValue(SEVERAL)
    return NoValue(WRITES) if _WRITES.search(str(error)) else failing(error)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
