"""The command `goalward`."""

from __future__ import annotations

import gc


def main() -> None:
    # What is loaded stays: looking for garbage among it takes a fifth of the start. `bot.cli.drive` turns it on.
    gc.disable()
    from bot.cli import cli

    cli(prog_name="goalward")


if __name__ == "__main__":
    main()
