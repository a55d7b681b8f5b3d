"""The command `goalward`."""

from __future__ import annotations

from bot.cli import cli


def main() -> None:
    cli(prog_name="goalward")


if __name__ == "__main__":
    main()
