"""The command `goalward`."""

from __future__ import annotations

import gc


def main() -> None:
    # What is loaded stays: looking for garbage among it takes a fifth of the start. `bot.cli.drive` turns it on.
    gc.disable()
    from bot.envelope import environment

    environ = environment()  # Before all that takes long to import: the process may begin anew here.
    from bot.cli import cli

    cli(prog_name="goalward", obj=environ)


if __name__ == "__main__":
    main()
