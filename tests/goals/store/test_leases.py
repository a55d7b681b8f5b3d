"""Of the processes that share a store one holds a lease, until it gives it back or is not seen any more."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import pytest

from goals.ports.sharing import Lease
from goals.store import open_store
from tests.goals.store.sharing import PATIENCE, TTL, sharer

HOLD = """
import asyncio, sys
from pathlib import Path
from goals.store import open_store

async def hold():
    store = await open_store(sys.argv[1], Path("."), ttl=float(sys.argv[2]))
    keep = asyncio.create_task(store.leases.run())
    lease = store.leases.lease("slack")
    async with lease.held() as lost:
        print("held", flush=True)
        await lost.wait()
        print("mine" if lease.mine else "lost", flush=True)

asyncio.run(hold())
"""


@pytest.mark.postgres
async def test_one_at_a_time_holds_it_and_the_next_gets_it_when_it_is_given_back(
    postgres_url: str, tmp_path: Path
) -> None:
    # The time to live is longer than the patience: nothing but giving it back helps.
    async with (
        sharer(postgres_url, tmp_path) as one,
        sharer(postgres_url, tmp_path) as other,
    ):
        first, second = one.store.leases.lease("slack"), other.store.leases.lease("slack")
        async with first.held():
            waiting = asyncio.create_task(hold_for_a_moment(second))
            await asyncio.wait([waiting], timeout=0.5)
            assert (first.mine, second.mine, waiting.done()) == (True, False, False)

        async with asyncio.timeout(PATIENCE):
            assert await waiting
        assert (first.mine, second.mine) == (False, False)


@pytest.mark.postgres
async def test_different_leases_have_different_holders(postgres_url: str, tmp_path: Path) -> None:
    async with (
        sharer(postgres_url, tmp_path) as one,
        sharer(postgres_url, tmp_path) as other,
        one.store.leases.lease("slack").held(),
        other.store.leases.lease("discord").held(),
    ):
        held = [each.store.leases.lease(name).mine for each in (one, other) for name in ("slack", "discord")]

    assert held == [True, False, False, True]


@pytest.mark.postgres
async def test_who_is_killed_loses_it_to_who_waits(postgres_url: str, tmp_path: Path) -> None:
    holder = await start_holder(postgres_url)
    holder.kill()
    await holder.wait()
    async with sharer(postgres_url, tmp_path, ttl=TTL) as one, asyncio.timeout(PATIENCE):
        assert await hold_for_a_moment(one.store.leases.lease("slack"))


@pytest.mark.postgres
async def test_who_was_frozen_knows_when_it_wakes_that_it_holds_nothing(
    postgres_url: str, tmp_path: Path
) -> None:
    holder = await start_holder(postgres_url)
    holder.send_signal(SIGSTOP)
    try:
        async with (
            sharer(postgres_url, tmp_path, ttl=TTL) as one,
            asyncio.timeout(PATIENCE),
            one.store.leases.lease("slack").held(),
        ):
            holder.send_signal(SIGCONT)
            assert holder.stdout is not None
            assert await holder.stdout.readline() == b"lost\n"
    finally:
        holder.kill()
        await holder.wait()


async def test_where_nobody_else_can_be_everything_is_granted(tmp_path: Path) -> None:
    store = await open_store("", tmp_path)
    lease = store.leases.lease("slack")
    async with lease.held() as lost:
        assert (lease.mine, lost.is_set()) == (True, False)
    await store.close()


async def start_holder(url: str) -> asyncio.subprocess.Process:
    """A process that holds the lease by now."""
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD, url, str(TTL), stdout=PIPE)
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    return holder


async def hold_for_a_moment(lease: Lease) -> bool:
    async with lease.held():
        return lease.mine
