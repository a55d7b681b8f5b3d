"""People and operators see that nobody does a part of the work, of whole processes on one PostgreSQL, until somebody does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.bot.cluster import Cluster, until
from tests.peers.served import Served, environment
from tests.peers.started import started

pytestmark = pytest.mark.postgres

MONITOR = (
    '/goal --monitor --every 5s --verify \'{{"type": "http", "url": "{url}/up", "status": 503}}\' it is down'
)
NOBODY_POLLS = "At present nobody polls monitors or what goals wait for: since "
NOBODY_WORKS = "At present nobody works on goals: since "
LOST = [
    ("No process works on goals.", "Start one with `--role worker` or `--role all`."),
    (
        "No process polls monitors and what goals wait for.",
        "Start one with `--role monitor` or `--role all`.",
    ),
    ("No process delivers hooks.", "Start one with `--role worker`, `--role monitor` or `--role all`."),
    ("No process has drafts written.", "Start one with `--role worker` or `--role all`."),
]
FINE = ("Each part of the work is done by a process that is up.", "")


async def test_where_only_gateways_run_cards_doctor_figures_and_log_say_so_until_others_do(
    cluster: Cluster, peer: Any
) -> None:
    one, other = await cluster.start("gateway", "gateway")
    threads = [
        await one.say("demo", "ana", MONITOR.format(url=peer.url)),
        await one.say("demo", "ana", '/goal --agent fixer --auto-approve --verify "test -e never" go on'),
    ]
    for thread, sentence in zip(threads, (NOBODY_POLLS, NOBODY_WORKS), strict=True):
        await until(lambda thread=thread, sentence=sentence: carded(one, thread, sentence))
    asked = await one.say("demo", "ben", "/goal list")
    board = await until(lambda: carded(other, asked, NOBODY_WORKS))
    assert NOBODY_POLLS in board
    await until(lambda: finds(cluster, *LOST))
    await until(lambda: counts(other, talk=2, drive=0, watch=0, fire=0, draft=0))
    assert logged(one, other, "no process polls monitors") == 1

    await cluster.start("worker", "monitor")
    for thread, sentence in zip(threads, (NOBODY_POLLS, NOBODY_WORKS), strict=True):
        await until(lambda thread=thread, sentence=sentence: rid(one, thread, sentence))
    await until(lambda: finds(cluster, FINE))
    await until(lambda: counts(one, talk=2, drive=1, watch=1, fire=2, draft=1))
    await until(lambda: all_again(one, other))
    assert [logged(one, other, word) for word in ("no process", "again")] == [4, 4]


async def test_processes_that_do_everything_miss_nobody(cluster: Cluster) -> None:
    (whole,) = await cluster.start("all")
    await until(lambda: finds(cluster, FINE))
    await until(lambda: counts(whole, talk=1, drive=1, watch=1, fire=1, draft=1))


async def carded(served: Served, thread: str, sentence: str) -> str:
    """What the bot shows in a thread, once this stands in it."""
    texts = [text for text in await shown(served, thread) if sentence in text]
    return texts[-1] if texts else ""


async def rid(served: Served, thread: str, sentence: str) -> bool:
    texts = await shown(served, thread)
    return bool(texts) and not any(sentence in text for text in texts)


async def shown(served: Served, thread: str) -> list[str]:
    return [
        m["text"] + json.dumps(m.get("card") or {}) for m in await served.thread("demo", thread) if m["bot"]
    ]


async def examined(cluster: Cluster) -> list[tuple[str, str]]:
    """What the doctor finds, with what to do."""
    where = ("--settings", str(cluster.settings), "--state", str(cluster.place / "doctor"))
    ran = await started("doctor", "--json", *where, cwd=cluster.place, env=environment())
    out, _ = await ran.communicate()
    return [(found["what"], found["advice"]) for found in json.loads(out)]


async def finds(cluster: Cluster, *findings: tuple[str, str]) -> bool:
    return [found for found in await examined(cluster) if found in (*LOST, FINE)] == [*findings]


async def counts(served: Served, **processes: int) -> bool:
    """Whether so many processes are told for each part."""
    page = await served.text("metrics")
    lines = [line for line in page.splitlines() if line.startswith("goalward_processes{")]
    return {line.split('"')[1]: int(float(line.split()[-1])) for line in lines} == processes


def logged(one: Served, other: Served, words: str) -> int:
    """In how many lines of how nobody was there both gateways have this."""
    lines = (one.log.read_text() + other.log.read_text()).splitlines()
    return sum("bot.attending" in line and words in line for line in lines)


async def all_again(one: Served, other: Served) -> bool:
    return logged(one, other, "again") == logged(one, other, "no process")
