"""An agent for these tests: while it works it writes every few milliseconds, into one file, that it does; it ends when
it is let go.

`beating.py FILE GO` in a bare interpreter.
"""

# ruff: noqa: PTH110, PTH123

import os
import sys
import time

LONGEST = 300.0
EVERY = 0.02


def main() -> None:
    book, go = sys.argv[1:]
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        with open(book, "a") as file:
            file.write(f"{os.environ['GOALWARD_GOAL']} {os.getpid()} {time.monotonic_ns()}\n")
        if os.path.exists(go):
            break
        time.sleep(EVERY)
    print("done")


main()
