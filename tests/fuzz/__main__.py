"""`python -m tests.fuzz TARGET CORPUS [libFuzzer's options]`: bytes that find their own way through our readers."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["goals", "simpleeval"]):
    from tests.fuzz.targets import SEEDS, TARGETS, WORDS


def main() -> None:
    target, corpus = sys.argv[1], Path(sys.argv[2])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[target]):
        (corpus / f"seed-{number}").write_text(seed)
    words = corpus.with_suffix(".dict")
    words.write_text("".join(f"{_quoted(word)}\n" for word in WORDS[target]))
    atheris.Setup([sys.argv[0], f"-dict={words}", str(corpus), *sys.argv[3:]], TARGETS[target])
    atheris.Fuzz()


def _quoted(word: str) -> str:
    """As libFuzzer's dictionaries have it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


main()
