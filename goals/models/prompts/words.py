"""How words of others get into a prompt: as data, escaped, numbered or set in; the words around them are in Markdown files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Template

from goals.domain.excerpts import escaped as data

__all__ = ["data", "indented", "lines", "numbered", "template"]


@cache
def template(name: str) -> Template:
    return Template((Path(__file__).parent / name).read_text("utf-8"))


def numbered(texts: Iterable[str]) -> str:
    return lines(f"{number}. {indented(data(text))}" for number, text in enumerate(texts, 1))


def indented(text: str) -> str:
    """With the lines after the first set in, so far that none of them opens a code block."""
    return text.replace("\n", "\n    ")


def lines(given: Iterable[str]) -> str:
    return "\n".join(given) or "(none)"
