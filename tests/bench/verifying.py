"""What a check costs beside its verifier: settings read, the verifier's own millisecond, its verdict cleaned and kept."""

from __future__ import annotations

import time
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar, cast

from pydantic import BaseModel

from goals.domain.contract import Defaults, verifier
from goals.domain.values import Verdict, VerifierKind
from goals.plugins import Plugins
from goals.ports import CheckContext, Runner
from goals.verifying import checked
from goals.work.redact import Redactor
from tests.bench.figures import Figure, figure
from tests.given import goal
from tests.peers.declared import declared

TIMES, WORK, MOST = 200, 0.001, 5.0
"""Checks of each, the seconds that a verifier takes, the milliseconds that it may cost in all."""

PRINTED = "".join(f"src/module_{n}.py: read, parsed and rendered in {n} ms\n" for n in range(120))
DATA = {"type": "data", "path": "report.json", "expr": "all(one['done'] for one in data)"}
CHECKED: dict[str, tuple[dict[str, Any], float | None]] = {
    "a plugin of 1 ms": ({"type": "busy"}, MOST),
    "an expression over a file": (DATA, MOST),
    "both of them, in `all`": ({"type": "all", "of": [{"type": "busy"}, DATA]}, None),
}


class Busy:
    """Works for a millisecond and has 6 kB to show."""

    class Settings(BaseModel):
        pass

    kind: ClassVar[VerifierKind] = VerifierKind.WORKSPACE

    def __init__(self, settings: Settings) -> None: ...

    async def check(self, context: CheckContext) -> Verdict:
        until = time.perf_counter() + WORK
        while time.perf_counter() < until:
            pass
        return Verdict(True, "done", PRINTED)


async def what_a_check_costs(place: Path) -> list[Figure]:
    """Milliseconds for a verifier that takes one."""
    _report(place)
    clean = Redactor(["a-secret-of-the-settings"]).clean
    context = CheckContext(goal(), place, "t1", cast(Runner, None), clean=clean)
    return [
        figure(f"checking {name}", await _costs(given, context), "ms", most)
        for name, (given, most) in CHECKED.items()
    ]


def _report(place: Path) -> None:
    place.mkdir()
    (place / "report.json").write_text('[{"done": true}, {"done": true}]')


async def _costs(given: dict[str, Any], context: CheckContext) -> list[float]:
    plugins, took = Plugins(_installed), []
    spec = verifier(given, Defaults(), plugins.verifier_types())
    for _ in range(TIMES):
        began = time.perf_counter()
        found = await checked(plugins.part(spec), context)
        took.append((time.perf_counter() - began) * 1000)
        assert found.verdict.met is True
    return took


def _installed(group: str) -> Iterable[EntryPoint]:
    return [*declared(group), EntryPoint("busy", f"{__name__}:Busy", group)]
