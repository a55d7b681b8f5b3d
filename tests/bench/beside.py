"""A platform in a process of its own, beside the bot: it makes load there and measures at its own end of the wire.

Its first line is where it is; then each line of its input is an order as JSON, answered by a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

LINES = 1 << 24


class There:
    """Such a process, as it is asked to do something."""

    def __init__(self, process: asyncio.subprocess.Process, place: dict[str, str]) -> None:
        self._process = process
        self.place = place

    async def do(self, what: str, **order: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **order}).encode() + b"\n")
        return json.loads(await self._process.stdout.readline())


@asynccontextmanager
async def beside(module: str) -> AsyncIterator[There]:
    """Start `python -m module` and end it afterwards."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINES,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield There(process, json.loads(await process.stdout.readline()))
    finally:
        process.stdin.close()
        await process.wait()


async def obey(side: Any, place: dict[str, str]) -> None:
    """In that process: say where it is, and carry out what is asked with the methods of `side`."""
    print(json.dumps(place), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        do: Callable[..., Awaitable[Any]] = getattr(side, order.pop("do"))
        print(json.dumps(await do(**order)), flush=True)


async def at_rate(rate: float, count: int, act: Callable[[int], Awaitable[Any]]) -> list[Any]:
    """Do something so many times a second, whatever becomes of what was begun before. Returns what each gave."""
    began = time.perf_counter()
    under_way = []
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        under_way.append(asyncio.create_task(_wrapped(act(number)), name=f"load {number}"))
    return list(await asyncio.gather(*under_way))


async def _wrapped(work: Awaitable[Any]) -> Any:
    return await work


async def timed(work: Awaitable[Any]) -> float | None:
    """Milliseconds that it took; None where nothing came of it."""
    began = time.perf_counter()
    return (time.perf_counter() - began) * 1000 if await work is not None else None
