"""Reads what an agent without tools proposes: tags in its text, the last of each; junk around them means nothing."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from goals.domain import waiting
from goals.domain.findings import Parks, Said
from goals.domain.values import PlanItem, PlanStatus

LONGEST_TEXT = 200_000
LONGEST_PLAN = 20_000
LONGEST_REASON = 500
LONGEST_ITEM = 200
MAX_ITEMS = 50
NO_REASON = "The agent gave no reason."

_ATTRIBUTES = r"((?:\s{1,9}[a-z_]{1,20}\s{0,9}=\s{0,9}(?:\"[^\"]{0,2000}\"|'[^']{0,2000}')){0,8})"
_TAG = re.compile(rf"<goal_(complete|blocked|unachievable|wait){_ATTRIBUTES}\s{{0,9}}/?>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"([a-z_]{1,20})\s{0,9}=\s{0,9}(?:\"([^\"]{0,2000})\"|'([^']{0,2000})')", re.IGNORECASE
)
_CODE = re.compile(r"`[^`\n]{0,2000}`")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"\s{0,20}(?:[-*+]|\d{1,3}[.)])\s{1,9}(?:\[(.)\]\s{0,9})?(\S.{0,1000})")
_MARKS = {
    "x": PlanStatus.COMPLETED,
    "✓": PlanStatus.COMPLETED,
    ">": PlanStatus.IN_PROGRESS,
    "~": PlanStatus.IN_PROGRESS,
}
_PLAN_OPEN, _PLAN_CLOSE = "<goal_plan>", "</goal_plan>"


def read(text: str) -> Said:
    """What the text proposes. Tags in fenced or inline code are quotations; a reason that is missing is said so."""
    text = text[-LONGEST_TEXT:]
    spoken = _spoken(text)
    plan, spoken = _plan(text, spoken)
    last = {match[1].lower(): _attributes(match[2]) for match in _TAG.finditer(spoken)}
    return Said(
        plan=plan,
        complete="complete" in last,
        blocked=_reason(last.get("blocked"), "reason", "need"),
        unachievable=_reason(last.get("unachievable"), "reason"),
        parks=_parks(last.get("wait")),
    )


def _spoken(text: str) -> str:
    """The text with quoted code blanked out, every character in its place.

    A fence that is never closed reaches to the end.
    """
    kept, fence = [], ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        quoted = bool(fence or mark)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        kept.append(_blank(line) if quoted else line)
    return _CODE.sub(lambda code: _blank(code[0]) if "<goal_" in code[0] else code[0], "\n".join(kept))


def _blank(text: str) -> str:
    return " " * len(text)


def _plan(text: str, spoken: str) -> tuple[tuple[PlanItem, ...] | None, str]:
    """The last whole plan, and what is spoken outside of it; None where there is no plan."""
    close = spoken.rfind(_PLAN_CLOSE)
    begin = spoken.rfind(_PLAN_OPEN, 0, max(close, 0))
    if begin < 0:
        return None, spoken
    items = _items(text[begin + len(_PLAN_OPEN) : close][:LONGEST_PLAN])
    return items or None, spoken[:begin] + spoken[close:]


def _items(text: str) -> tuple[PlanItem, ...]:
    text = "\n".join(line for line in text.splitlines() if not _FENCE.match(line))
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        items = [m for line in text.splitlines() if (m := _ITEM.fullmatch(line.rstrip()))]
        return tuple(_item(m[2], _MARKS.get((m[1] or " ").lower())) for m in items[:MAX_ITEMS])
    known = [_from_json(item) for item in items] if isinstance(items, list) else []
    return tuple(item for item in known if item is not None)[:MAX_ITEMS]


def _from_json(item: Any) -> PlanItem | None:
    if isinstance(item, str) and item.strip():
        return _item(item, None)
    if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not item["text"].strip():
        return None
    status = item.get("status")
    return _item(item["text"], PlanStatus(status) if status in tuple(PlanStatus) else None)


def _item(text: str, status: PlanStatus | None) -> PlanItem:
    return PlanItem(" ".join(text.split())[:LONGEST_ITEM], status or PlanStatus.PENDING)


def _attributes(text: str) -> dict[str, str]:
    found = ((m[1].lower(), m[2] if m[2] is not None else m[3]) for m in _ATTRIBUTE.finditer(text))
    return {name: " ".join(html.unescape(value).split())[:LONGEST_REASON] for name, value in found}


def _reason(attributes: dict[str, str] | None, *names: str) -> str:
    if attributes is None:
        return ""
    return next((attributes[name] for name in names if attributes.get(name)), NO_REASON)


def _parks(attributes: dict[str, str] | None) -> Parks | None:
    if attributes is None:
        return None
    on = next((attributes[n] for n in ("for", "seconds", "duration") if attributes.get(n)), "")
    why = attributes.get("why") or attributes.get("reason") or ""
    return waiting.parks(on, why, attributes.get("verifier", ""))
