"""Met when the single value that a read-only query gives compares as wanted. Databases are known by name only."""

from __future__ import annotations

import asyncio
import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo

from goals.domain.reach import Reach
from goals.domain.values import Verdict, VerifierKind
from goals.domain.verdicts import fingerprint
from goals.ports import CheckContext
from goals.verifiers import postgres, sqlite
from goals.verifiers.comparing import COMPARES, Operator
from goals.verifiers.queries import NoValue, Value
from goals.verifiers.settings import DEFAULT_TIMEOUT, STRICT, Line, Seconds

READS = ("select", "with", "values", "table")
LONGEST_SHOWN = 200
_FIRST_WORD = re.compile(r"[\s(]*([A-Za-z]+)")


def _known(name: str, info: ValidationInfo) -> str:
    """A database of the settings, where they are at hand."""
    names = info.context.get("databases") if info.context else None
    if names is not None and name not in names:
        there = f"only {', '.join(names)}" if names else "none"
        raise ValueError(f"of the databases there is {there} in the settings")
    return name


def _reading(query: str) -> str:
    first = _FIRST_WORD.match(query)
    if first and first[1].lower() not in READS:
        raise ValueError("a query only reads: it begins with SELECT, WITH, VALUES or TABLE")
    return query.strip().rstrip(";").rstrip()


class SqlSettings(BaseModel):
    """`database` by its name in the settings. `query` gives one row of one column, compared by `op` with `value`."""

    model_config = STRICT

    database: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_known)]
    query: Annotated[Line, AfterValidator(_reading)]
    op: Operator = "=="
    value: Annotated[int | float, Field(allow_inf_nan=False)] | bool | Annotated[str, Field(max_length=200)]
    timeout: Seconds = DEFAULT_TIMEOUT


class SqlVerifier:
    Settings: ClassVar[type[SqlSettings]] = SqlSettings
    kind: ClassVar[VerifierKind] = VerifierKind.OUTSIDE
    reach: ClassVar[Reach] = Reach(query="a query")

    def __init__(self, settings: SqlSettings) -> None:
        self.settings = settings

    async def check(self, context: CheckContext) -> Verdict:
        asked = self.settings
        url = context.outside.databases.get(asked.database) if context.outside else None
        if url is None:
            return Verdict(None, f"there is no database {asked.database} in the settings")
        timeout = asked.timeout if context.time_left is None else min(asked.timeout, context.time_left)
        try:
            async with asyncio.timeout(timeout):
                value = await _read(url.get_secret_value(), asked.query, timeout)
        except TimeoutError:
            return Verdict(
                None, f"the database {asked.database} gave no answer within {timeout:g} s", asked.query
            )
        except NoValue as none:
            return Verdict(none.met, f"the database {asked.database}: {none}", asked.query)
        return _compared(value, asked)


async def _read(url: str, query: str, timeout: float) -> Value:
    if url.startswith("sqlite:"):
        return await sqlite.read(url, query, timeout)
    return await postgres.read(url, query, timeout)


def _compared(value: Value, asked: SqlSettings) -> Verdict:
    pair = _alike(value, asked.value)
    if pair is None:
        return Verdict(None, f"the query gives {_shown(value)}, which is no number", asked.query)
    met = COMPARES[asked.op](*pair)
    reason = f"the query gives {_shown(value)}, {asked.op} {asked.value} is wanted"
    number = float(pair[0]) if isinstance(pair[0], Decimal) else None
    evidence = f"{asked.query}\n{_shown(value)}"
    return Verdict(met, reason, evidence, value=number, fingerprint=fingerprint(reason))


def _alike(value: Value, wanted: bool | int | float | str) -> tuple[Any, Any] | None:
    """Both as numbers or both as texts; None where a number is wanted and there is none."""
    if isinstance(wanted, bool):
        return (value, Decimal(wanted)) if isinstance(value, Decimal) else (value, str(wanted).lower())
    if isinstance(wanted, str):
        return str(value), wanted
    number = value if isinstance(value, Decimal) else _number(value)
    return None if number is None or number.is_nan() else (number, Decimal(str(wanted)))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None


def _shown(value: Value) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
