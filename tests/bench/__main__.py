"""`python -m tests.bench`: measures, prints a table, writes bench.json; status 1 when a figure is missed."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.bench import (
    commands,
    discord,
    judging,
    language,
    machines,
    minds,
    moving,
    redaction,
    scraping,
    slack,
    standing_by,
    starting,
    stopping,
    turns,
    verifying,
    watching,
    watching_history,
)
from tests.bench.figures import Figure, table, write

PARTS = (
    turns.alone_early_and_late,
    turns.many_at_once,
    turns.one_file_changed,
    starting.until_ready,
    starting.recovered,
    stopping.in_a_long_call,
    commands.what_a_sandbox_adds,
    moving.storing_a_turn,
    judging.the_judges_input,
    judging.choosing_evidence,
    redaction.taking_secrets_out,
    verifying.what_a_check_costs,
    watching.many_monitors,
    watching.all_at_once,
    watching.one_that_hangs,
    watching.aligned,
    language.reading,
    language.looking,
    minds.one_goal,
    minds.many_goals,
    minds.how_the_loop_stalls,
    watching_history.a_noisy_year,
    scraping.of_much,
    machines.several_machines,
    machines.in_a_crowd,
    standing_by.idle,
    slack.acknowledging,
    slack.opening,
    slack.hearing,
    slack.losing_nothing,
    discord.deferring,
    discord.hearing,
)
PATIENCE = 600.0


async def measure(place: Path, console: Console) -> list[Figure]:
    figures: list[Figure] = []
    for part in PARTS:
        with console.status(part.__name__.replace("_", " ")):
            async with asyncio.timeout(PATIENCE):
                figures += await part(place / part.__name__)
    return figures


def main() -> int:
    console = Console()
    with tempfile.TemporaryDirectory(prefix="goalward-bench-") as place:
        figures = asyncio.run(measure(Path(place), console))
    console.print(table(figures))
    write(figures, Path("bench.json"))
    return 1 if any(found.ok is False for found in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
