from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from goals.domain.watching import Point
from monitors.drawing import Drawing, Limit
from monitors.plot import BROKEN, LIMIT, MET, UNMET, VALUE, png

START = datetime(2026, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WIDE, HIGH = 1024, 384
SMALL = 40_000
"""Bytes."""


def readings(*found: tuple[bool | None, float | None]) -> tuple[Point, ...]:
    return tuple(
        Point(START + n * MINUTE, START + n * MINUTE, met, value, value, value)
        for n, (met, value) in enumerate(found)
    )


NUMBERS = readings(*((False, 400.0 - n) for n in range(60)), *((True, 200.0) for _ in range(30)))
STATES = readings(*[(False, None)] * 20, *[(None, None)] * 5, *[(True, None)] * 10)


async def seen(plan: Drawing) -> Image.Image:
    return Image.open(BytesIO(await png(plan)))


def colours(picture: Image.Image) -> set[str]:
    found = picture.convert("RGB").getcolors(WIDE * HIGH) or []
    return {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in found}  # type: ignore[misc]


@pytest.mark.parametrize("points", [NUMBERS, STATES, NUMBERS[:1], STATES[:1], STATES[20:21]])
async def test_a_picture_is_a_small_file(points: Sequence[Point]) -> None:
    data = await png(Drawing("checkout p99 under 300 ms", tuple(points)))

    assert (data[:4], len(data) < SMALL, Image.open(BytesIO(data)).size) == (b"\x89PNG", True, (WIDE, HIGH))


async def test_a_value_is_drawn_with_its_limit() -> None:
    picture = await seen(Drawing("p99", NUMBERS, limit=Limit("<", 300.0)))

    assert {VALUE, MET, LIMIT} <= _near(colours(picture), (VALUE, MET, LIMIT, UNMET, BROKEN))


async def test_without_a_number_the_states_are_drawn() -> None:
    picture = await seen(Drawing("ci", STATES))

    assert {MET, UNMET, BROKEN} <= _near(colours(picture), (VALUE, MET, LIMIT, UNMET, BROKEN))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("title", ["$x^{$ costs", "日本 👍", "a" * 5_000, "", "line\nbreak"])
async def test_any_title_can_be_drawn(title: str) -> None:
    assert (await png(Drawing(title, STATES)))[:4] == b"\x89PNG"


async def test_times_are_those_of_the_zone() -> None:
    plans = [Drawing("ci", STATES, zone) for zone in ("UTC", "Asia/Kathmandu")]

    assert len({await png(plan) for plan in plans}) == 2


async def test_a_picture_tells_of_its_points_alone_whoever_draws_beside_it() -> None:
    plan = Drawing("p99", NUMBERS)
    other = replace(plan, points=STATES)

    alone = await png(plan)
    beside = await asyncio.gather(png(plan), png(other), png(plan))

    assert (beside[0], beside[2]) == (alone, alone)


def test_what_draws_is_not_in_memory_before_the_first_picture() -> None:
    asked = "import monitors.plot, bot.app, sys; print([m for m in ('matplotlib', 'PIL', 'numpy') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert told == "[]\n"


def _near(found: set[str], wanted: Sequence[str]) -> set[str]:
    """Those of the wanted colours that are there, give or take what a picture of few colours takes."""
    return {colour for colour in wanted if any(_distance(colour, each) < 24 for each in found)}


def _distance(one: str, other: str) -> int:
    pairs = [(int(one[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (1, 3, 5)]
    return max(abs(a - b) for a, b in pairs)
