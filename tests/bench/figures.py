"""A figure: what was measured, how much it swayed, and what it must reach."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is a median, `least` and `most` the ends of what was seen; without a `target` it is only shown."""

    name: str
    value: float
    unit: str
    target: float | None = None
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def ok(self) -> bool | None:
        return None if self.target is None else self.value <= self.target


def figure(
    name: str, seen: Sequence[float], unit: str, target: float | None = None, note: str = ""
) -> Figure:
    """The median of what was seen."""
    return Figure(name, statistics.median(seen), unit, target, min(seen), max(seen), note)


def table(figures: Sequence[Figure]) -> Table:
    drawn = Table(title="Goalward's own cost")
    for heading in ("figure", "target", "measured", "from … to", ""):
        drawn.add_column(heading, justify="left" if heading in ("figure", "") else "right")
    for found in figures:
        mark = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: ""}[found.ok]
        sway = "" if found.least is None else f"{found.least:.2f} … {found.most:.2f}"
        target = "" if found.target is None else f"≤ {found.target:g} {found.unit}"
        drawn.add_row(
            found.name, target, f"{found.value:.2f} {found.unit}", sway, f"{mark} {found.note}".strip()
        )
    return drawn


def write(figures: Sequence[Figure], path: Path) -> None:
    """As JSON: a list of {name, value, unit, target, ok} and how much it swayed."""
    path.write_text(json.dumps([_plain(found) for found in figures], indent=1) + "\n")


def _plain(found: Figure) -> dict[str, Any]:
    return {
        "name": found.name,
        "value": round(found.value, 4),
        "unit": found.unit,
        "target": found.target,
        "ok": found.ok,
        "least": found.least,
        "most": found.most,
        "note": found.note,
    }
