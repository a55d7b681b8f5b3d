"""What holds for the verdicts of every type: head and tail of what was seen, bounded, and the same finding twice."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import pytest
from pydantic import SecretStr

from goals.domain.contract import Defaults, verifier
from goals.domain.values import Approval, ApprovalKind, ApprovalStatus, Checked, VerifierKind
from goals.domain.verdicts import HEAD, LONGEST_REASON, TAIL
from goals.outside.web import HttpWeb
from goals.plugins import VERIFIERS, Plugins
from goals.ports import Asker, CheckContext, Endpoint, Outside
from goals.verifying import checked
from tests.given import BEN, NOW
from tests.peers.declared import declared
from tests.peers.prometheus import Prometheus, sample, vector
from tests.peers.web import Asked, Page, serving

FIRST, LAST = "the first line", "the last line"
MIDDLE = "a line in between\n" * 2_000
NOISE = ("took 1.25 s in /tmp/run-1/out, pid 1234", "took 0.5 s in /tmp/run-2/out, pid 99")
TOKEN = "hunter2-is-a-secret"


def told(noise: str) -> str:
    return f"{FIRST} {TOKEN}\n{MIDDLE}{noise}\n{LAST}"


@dataclass(frozen=True, slots=True)
class Row:
    """A verifier that is not met, over what was told; `shows` that its evidence has both ends of that."""

    asked: dict[str, Any]
    shows: bool = True
    value: float | None = None


PRINTS = "cat told; exit 1"
ROWS = {
    "command": Row({"command": PRINTS}),
    "test": Row({"command": f"{PRINTS}  # pytest"}),
    "data": Row({"path": "told", "contains": "not there"}),
    "http": Row({"url": "{url}/told", "contains": "not there"}),
    "metric": Row({"query": "p99", "op": "<", "value": 0.1}, shows=False, value=0.25),
    "sql": Row({"database": "crm", "query": "SELECT 3", "value": 4}, shows=False, value=3.0),
    "human": Row({"prompt": "Is it right?"}),
    "all": Row({"of": [{"type": "command", "command": PRINTS}]}),
    "any": Row({"of": [{"type": "command", "command": PRINTS}]}),
    "not": Row({"of": {"type": "command", "command": "cat told"}}),
    "plugin": Row({"check": "command", "args": {"command": PRINTS}}),
}
ELSEWHERE = {"ci"}
"""Types whose evidence is a list of their own, with tests of its bounds."""


@pytest.fixture
def check(context: Callable[..., CheckContext]) -> Callable[..., Any]:
    ready = context(clean=lambda text: text.replace(TOKEN, "[redacted]"))

    async def of(type_: str, row: Row, noise: str) -> Checked:
        (ready.workspace / "told").write_text(told(noise))
        sqlite3.connect(ready.workspace / "crm.db").close()
        pages = Prometheus(p99=vector(sample("0.25")))

        def page(asked: Asked) -> Page:
            return Page(body=told(noise)) if asked.path == "/told" else pages(asked)

        async with serving(page) as there:
            plugins = Plugins(declared, databases=("crm",))
            given = json.loads(json.dumps({"type": type_, **row.asked}).replace("{url}", there.url))
            part = plugins.part(verifier(given, Defaults(), (*plugins.verifier_types(), "plugin")))
            crm = {"crm": SecretStr(f"sqlite:///{ready.workspace / 'crm.db'}")}
            hosts = (there.url.removeprefix("http://"),)
            outside = Outside(HttpWeb(), hosts, prometheus=Endpoint(there.url), databases=crm)
            asked = CheckContext(
                *(ready.goal, ready.workspace, "t1", ready.executor), outside=outside, clean=ready.clean
            )
            if part.verifier.kind is VerifierKind.PERSON:
                digest = cast(Asker, part.verifier).question(asked, 0).digest
                no = Approval(
                    "1", "g", ApprovalKind.VERIFIER, "", digest, NOW, ApprovalStatus.DENIED, BEN, told(noise)
                )
                asked = CheckContext(
                    *(ready.goal, ready.workspace, "t1", ready.executor), answers=(no,), clean=ready.clean
                )
            return await checked(part, asked)

    return of


def test_every_type_has_its_row() -> None:
    assert {point.name for point in declared(VERIFIERS)} | {"plugin"} == {*ROWS, *ELSEWHERE}


@pytest.mark.parametrize("type_", ROWS)
async def test_a_verdict_is_bounded_shows_both_ends_and_is_the_same_whatever_the_noise(
    check: Callable[..., Any], type_: str
) -> None:
    row = ROWS[type_]
    one, two = [(await check(type_, row, noise)).verdict for noise in NOISE]
    ends = (FIRST in one.evidence, LAST in one.evidence)
    assert (one.met, one.value, ends if row.shows else None) == (
        False,
        row.value,
        (True, True) if row.shows else None,
    )
    assert (len(one.evidence) < HEAD + TAIL + 200, len(one.reason) <= LONGEST_REASON) == (True, True)
    assert one.fingerprint == two.fingerprint != ""
    assert TOKEN not in f"{one.reason}{one.evidence}"
