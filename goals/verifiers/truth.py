"""What an expression over a document finds, said the same way wherever the document comes from."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from goals.domain.values import Verdict
from goals.domain.verdicts import fingerprint
from goals.verifiers import expressions

LONGEST_VALUE = 200


def _expression(text: str) -> str:
    try:
        expressions.parse(text)
    except expressions.Refused as refused:
        raise ValueError(f"the expression {refused}") from None
    return text


Expression = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_expression)]


def judged(expr: str, document: Any) -> Verdict:
    """Met when the expression is true. Blocks: run it in a thread."""
    try:
        answer = expressions.evaluate(expr, document)
    except expressions.Refused as refused:
        return finding(False, f"the expression {refused}", expr)
    if not isinstance(answer.result, bool):
        return finding(False, f"the expression gives {short(answer.result)}, neither true nor false", expr)
    reason = f"{expr} is {str(answer.result).lower()}"
    if answer.compared:
        reason += f": {answer.compared} is {short(answer.left)}"
    return finding(answer.result, reason, expr, _number(answer.left))


def finding(met: bool, reason: str, evidence: str, value: float | None = None) -> Verdict:
    return Verdict(met, reason[:500], evidence, value=value, fingerprint=fingerprint(reason, evidence))


def short(value: Any) -> str:
    if isinstance(value, list | dict | tuple | set) and len(value) > 20:
        return f"{len(value)} items"
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def _number(value: Any) -> float | None:
    small = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
    return float(value) if small else None
