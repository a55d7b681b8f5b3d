"""Runs the tests of the directory it stands in, all or those named on its input, and prints what it saw as JSON.

For each test: whether it passed, what it said if not, and the functions of the directory that it ran.
"""

from __future__ import annotations

import json
import os
import sys
import unittest
from pathlib import Path
from types import FrameType
from typing import Any


def main() -> None:
    sys.path.insert(0, str(Path.cwd()))
    # Fresh bytecode only: an edit within the same second and of the same length looks like no edit.
    sys.pycache_prefix = str(Path.cwd() / ".no-bytecode")
    loader = unittest.defaultTestLoader
    names = json.loads(sys.stdin.read())
    suite = loader.loadTestsFromNames(names) if names else loader.discover(".")
    watcher = Watcher(f"{Path.cwd().resolve()}{os.sep}")
    suite.run(watcher)
    print("\n" + json.dumps(watcher.seen), end="")


class Watcher(unittest.TestResult):
    """`seen` has `passed`, `said` and `ran` of each test; `ran` are pairs of a path and a function's first line."""

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root
        self.seen: dict[str, dict[str, Any]] = {}
        self.ran: dict[tuple[str, int], None] = {}

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.ran = {}
        sys.setprofile(self._notice)

    def stopTest(self, test: unittest.TestCase) -> None:
        sys.setprofile(None)
        seen = self.seen.setdefault(test.id(), {"passed": True, "said": ""})
        seen["ran"] = list(self.ran)
        super().stopTest(test)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        self._failed(test, err)

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        self._failed(test, err)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        if err is not None:
            self._failed(test, err)

    def _failed(self, test: unittest.TestCase, err: Any) -> None:
        said = f"{err[0].__name__}: {err[1]}".splitlines()[0]
        self.seen[test.id()] = {"passed": False, "said": said, "ran": []}

    def _notice(self, frame: FrameType, event: str, argument: object) -> None:
        path = os.path.realpath(frame.f_code.co_filename)
        if event == "call" and path.endswith(".py") and path.startswith(self.root):
            self.ran[path.removeprefix(self.root), frame.f_code.co_firstlineno] = None


if __name__ == "__main__":
    main()
