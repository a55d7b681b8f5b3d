"""Case 63 and case 15 with bytes that nobody thought of: by properties here, by coverage in a process of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.targets import SEEDS, TARGETS, WORDS

ROOT = Path(__file__).resolve().parent.parent
RUNS, SECONDS, LONGEST_INPUT, MEGABYTES = 20_000, 15, 4_096, 1_500
PER_INPUT = 40
"""Seconds that one input may take, on a machine that is slow and busy; the expression's own bound is 2."""


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed here")
@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_bring_anything_else_out_within_time_and_memory(target: str, tmp_path: Path) -> None:
    bounds = (
        f"-runs={RUNS}",
        f"-max_total_time={SECONDS}",
        f"-max_len={LONGEST_INPUT}",
        f"-timeout={PER_INPUT}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={tmp_path}/",
        "-verbosity=0",
    )
    command = [sys.executable, "-m", "tests.fuzz", target, str(tmp_path / "corpus"), *bounds]
    fuzzed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)
    found = [path.read_bytes() for path in tmp_path.iterdir() if path.is_file() and path.suffix != ".dict"]
    assert (fuzzed.returncode, found) == (0, []), fuzzed.stderr[-3_000:]


PIECES = st.sampled_from([*WORDS["expression"], *WORDS["judge"], *SEEDS["expression"], *SEEDS["judge"]])
TEXTS = st.lists(PIECES | st.text(max_size=20), max_size=12).map("".join)


@pytest.mark.parametrize("target", TARGETS)
@given(content=TEXTS.map(str.encode) | st.binary(max_size=200))
def test_no_pieces_of_words_bring_anything_else_out(target: str, content: bytes) -> None:
    TARGETS[target](content)


@pytest.mark.parametrize(("target", "seed"), [(name, seed) for name in TARGETS for seed in SEEDS[name]])
def test_what_fuzzing_begins_with_holds(target: str, seed: str) -> None:
    TARGETS[target](seed.encode())
