"""Reads what Python's unittest prints: how many tests ran, and which of them failed and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RAN = re.compile(r"^Ran (\d+) tests? in ", re.MULTILINE)
_FAILED = re.compile(r"^(?:FAIL|ERROR): (\w+) \(([\w.]+?)(?:\.\1)?\)", re.MULTILINE)
_WHY = re.compile(r"^(\w+(?:Error|Exception): .*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Failed:
    """A test by its method and its class (`invoice.tests.test_lines.Lines`), with what it said."""

    method: str
    within: str
    why: str = ""

    @property
    def file(self) -> str:
        return self.within.rpartition(".")[0].replace(".", "/") + ".py"

    @property
    def module(self) -> str:
        return self.within.split(".")[-2] if "." in self.within else self.within


@dataclass(frozen=True, slots=True)
class Ran:
    count: int
    failed: tuple[Failed, ...]


def read(output: str) -> Ran | None:
    """None where the output does not say how many tests ran."""
    ran = _RAN.findall(output)
    if not ran:
        return None
    found = list(_FAILED.finditer(output))
    ends = [match.start() for match in found[1:]] + [len(output)]
    return Ran(
        int(ran[-1]),
        tuple(Failed(m[1], m[2], _why(output[m.end() : end])) for m, end in zip(found, ends, strict=False)),
    )


def _why(output: str) -> str:
    said = _WHY.search(output)
    return said[1] if said else ""
