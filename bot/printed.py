"""What commands print for people: tables, and JSON with colours. A server prints neither, and starts without rich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from adapters.printable import printable


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(table)


def print_json(told: Any) -> None:
    from rich.console import Console

    Console().print_json(data=told)
