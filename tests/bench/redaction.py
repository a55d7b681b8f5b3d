"""What taking secrets out of texts costs: logs and base64, with the secrets of a whole set-up configured."""

from __future__ import annotations

import base64
import random
import time
from pathlib import Path

from goals.clean import Clean
from goals.work.redact import Redactor
from tests.bench.figures import Figure, figure

SIZE = 1_000_000
TIMES = 9
MOST = 200.0
"""Milliseconds per MB: 5 MB/s."""

LINE = (
    "2026-11-21T22:18:{0:02}.123Z INFO worker-{1} goals.driver: turn {2} of goal g7k2 took {3} ms, 12 passed,"
    " src/module_{1}.py:{2} https://ci.example.org/runs/{2}?page=2 tokens {3} commit 4583d10b7c9e0f3a2d1c\n"
)


async def taking_secrets_out(place: Path) -> list[Figure]:
    """Milliseconds per MB."""
    lot = random.Random(1)
    clean = Redactor([base64.urlsafe_b64encode(lot.randbytes(24)).decode() for _ in range(6)]).clean
    log = "".join(LINE.format(n % 60, n % 7, n, n % 97) for n in range(SIZE // 150))[:SIZE]
    texts = {
        "a log": log,
        "wrapped base64": base64.encodebytes(lot.randbytes(SIZE)).decode()[:SIZE],
        "base64 in one line": base64.b64encode(lot.randbytes(SIZE)).decode()[:SIZE],
    }
    clean(log)
    return [
        figure(f"taking secrets out of {name}", [_cost(clean, text) for _ in range(TIMES)], "ms/MB", MOST)
        for name, text in texts.items()
    ]


def _cost(clean: Clean, text: str) -> float:
    began = time.perf_counter()
    clean(text)
    return (time.perf_counter() - began) * 1000 / (len(text) / SIZE)
