"""Quick to answer while much goes on: what a bot that serves many asks of the interpreter."""

from __future__ import annotations

import gc
import sys

GIVES_WAY = 0.0005
"""Seconds that a thread computes while others wait. The store's writer takes the interpreter's lock back after each of
a commit's statements, and beside a busy event loop it waits that long each time; Python's own are 5 ms.
"""


def be_quick() -> None:
    """For as long as the process lives, once everything is there."""
    sys.setswitchinterval(GIVES_WAY)
    stay()


def stay() -> None:
    """What is there now is there to stay: spare looking it through for garbage, again and again, while all wait.

    It still goes when nothing holds it any more; only circles of garbage that nobody has found yet stay for ever.
    """
    gc.collect(1)
    gc.freeze()
