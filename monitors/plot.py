"""Draws a monitor's past as a small picture: its value over time, or when it was met, with the edges and the breaks."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from goals.domain.watching import Point
from monitors.drawing import Drawing, Span, edges, line, number, spans

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES, DPI = (6.4, 2.4), 160
COLOURS = 64
"""Of few colours the file is small."""
LONGEST_TITLE = 60
MANY_EDGES = 24
ALONE = timedelta(minutes=5)
"""Of time on both sides of a single reading."""

INK, QUIET, GRID = "#1f2937", "#6b7280", "#e5e7eb"
VALUE, MET, UNMET, BROKEN, LIMIT = "#2563eb", "#16a34a", "#cbd5e1", "#dc2626", "#b45309"


async def png(plan: Drawing) -> bytes:
    """The picture, 1024 × 384. It is drawn in a thread; the first one takes some seconds."""
    return await asyncio.to_thread(_png, plan)


def _png(plan: Drawing) -> bytes:
    from matplotlib.figure import Figure  # Heavy, and hardly ever needed.
    from PIL import Image

    figure = Figure(figsize=INCHES, dpi=DPI, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    _frame(axes, plan)
    (_values if plan.numbers else _states)(axes, plan)
    _legend(axes)
    drawn, small = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png")
    Image.open(drawn).convert("RGB").quantize(COLOURS).save(small, "png", optimize=True)
    return small.getvalue()


def _frame(axes: Axes, plan: Drawing) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    zone = ZoneInfo(plan.zone)
    locator = AutoDateLocator(tz=zone, minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    below = [
        f"{day}{plan.zone}" for day in ("", "%Y, ", "%b %Y, ", *["%-d %b %Y, "] * 2, "%-d %b %Y %H:%M, ")
    ]
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=zone, offset_formats=below))
    axes.xaxis.get_offset_text().set(color=QUIET, size=8)
    axes.tick_params(colors=QUIET, labelsize=8, length=0)
    axes.grid(color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(UNMET)
    axes.set_title(_title(plan.title), loc="left", size=9, color=INK, parse_math=False)
    begin, end = plan.points[0].at, max(point.until for point in plan.points)
    margin = max((end - begin) * 0.015, ALONE if end == begin else timedelta())
    axes.set_xlim(_time(begin - margin), _time(end + margin))


def _title(text: str) -> str:
    """What fits above the picture; for what the font lacks a box."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties()))
    short = text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"
    return "".join(char if font.get_char_index(ord(char)) else "□" for char in short)


def _values(axes: Axes, plan: Drawing) -> None:
    from matplotlib.ticker import FuncFormatter

    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.margins(y=0.12)
    for point in plan.points:
        if point.low is not None and point.high is not None and point.low != point.high:
            width = [_time(point.at), _time(point.until)]
            axes.fill_between(width, point.low, point.high, color=VALUE, alpha=0.3, linewidth=0.8)
    vertices = line(plan.points)
    marker = "." if len(vertices) < 3 else ""
    times, values = [_time(at) for at, _ in vertices], [value for _, value in vertices]
    axes.plot(times, values, color=VALUE, linewidth=1.4, marker=marker)
    for span in spans(plan.points):
        if span.share(None) == 1:
            axes.axvspan(
                _time(span.begin),
                _time(span.end),
                color=BROKEN,
                alpha=0.25,
                linewidth=0.8,
                label="check broke",
            )
    _edges(axes, [point for point in edges(plan.points) if point.last is not None])
    if plan.limit is not None:
        asked = f"{plan.limit.op} {number(plan.limit.value)}"
        axes.axhline(plan.limit.value, color=LIMIT, linewidth=1, linestyle=(0, (5, 3)), label=asked)


def _edges(axes: Axes, found: list[Point]) -> None:
    if not found:
        return
    times, values = [_time(point.at) for point in found], [point.last or 0.0 for point in found]
    size = 32 if len(found) <= MANY_EDGES else 9
    axes.scatter(times, values, size, MET, edgecolors="white", linewidths=0.8, zorder=4, label="came true")


def _states(axes: Axes, plan: Drawing) -> None:
    """When it was met, not met, broken: as high as each had a share, where they cannot be told apart any more."""
    axes.set_ylim(0, 1.25)
    axes.set_yticks([])
    for span in spans(plan.points):
        met, broken = span.share(True), span.share(None)
        _band(axes, span, 0, met, MET, "met")
        _band(axes, span, met, 1 - broken, UNMET, "not met")
        _band(axes, span, 1 - broken, 1, BROKEN, "check broke")
    times = [_time(point.at) for point in edges(plan.points)]
    size = 40 if len(times) <= MANY_EDGES else 12
    axes.scatter(times, [1.1] * len(times), size, MET, marker="v", label="came true" if times else "")


def _band(axes: Axes, span: Span, low: float, high: float, colour: str, name: str) -> None:
    """A time in a colour, however short it was; from `low` to `high` of the states' height."""
    if high > low:
        width = [_time(span.begin), _time(span.end)]
        axes.fill_between(width, low, high, color=colour, linewidth=0.8, label=name)


def _legend(axes: Axes) -> None:
    handles, names = axes.get_legend_handles_labels()
    named = dict(zip(names, handles, strict=True))
    axes.legend(
        named.values(), named.keys(), loc="lower right", bbox_to_anchor=(1, 0.99), ncols=len(named) or 1,
        frameon=False, fontsize=8, labelcolor=QUIET, handlelength=1.2, columnspacing=1, borderpad=0.2,
    )  # fmt: skip


def _time(at: datetime) -> float:
    """Days, as matplotlib counts them."""
    from matplotlib.dates import date2num

    return float(date2num(at))
