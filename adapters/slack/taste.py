"""Which of the newest blocks a workspace takes; what it has refused it is not sent again."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.slack.blocks import PLAIN, RICH
from adapters.slack.parts import Part


class Taste:
    def __init__(self) -> None:
        self._refused: dict[str, frozenset[str]] = {}

    def takes(self, tenant: str) -> frozenset[str]:
        return RICH - self._refused.get(tenant, PLAIN)

    def refused(self, tenant: str, messages: Iterable[Part]) -> None:
        """The newest blocks among these were refused; where there are none, rich text."""
        kinds = frozenset(block["type"] for part in messages for block in part.blocks) & RICH
        newest = kinds - {"rich_text"} or kinds
        self._refused[tenant] = self._refused.get(tenant, PLAIN) | newest
