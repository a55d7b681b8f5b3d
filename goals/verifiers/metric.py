"""Met when the number that a PromQL query gives compares as wanted. The Prometheus is that of the settings."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, ValidationInfo, model_validator

from goals.domain import addresses
from goals.domain.reach import Reach
from goals.domain.values import Verdict, VerifierKind
from goals.domain.verdicts import fingerprint
from goals.ports import Answer, CheckContext, Endpoint, Get, Silence
from goals.verifiers.comparing import COMPARES, Operator
from goals.verifiers.settings import STRICT, Line, Seconds

TIMEOUT = 30.0
NO_SERVER = "no Prometheus is named in the settings: `url` under `[prometheus]`"


class MetricSettings(BaseModel):
    """`query` gives one number, compared by `op` with `value`."""

    model_config = STRICT

    query: Line
    op: Operator
    value: Annotated[float, Field(allow_inf_nan=False)]
    timeout: Seconds = TIMEOUT

    @model_validator(mode="after")
    def _there_is_a_server(self, info: ValidationInfo) -> MetricSettings:
        """Where it is known that the settings name none, nothing could ever be asked."""
        if info.context and not info.context.get("prometheus", True):
            raise ValueError(NO_SERVER)
        return self


class Unclear(Exception):
    """There is no one number; `met` says whether that is a "no" or a check that broke."""

    def __init__(self, why: str, met: bool | None = None) -> None:
        super().__init__(why)
        self.met = met


class MetricVerifier:
    Settings: ClassVar[type[MetricSettings]] = MetricSettings
    kind: ClassVar[VerifierKind] = VerifierKind.OUTSIDE
    reach = Reach(query="a query")

    def __init__(self, settings: MetricSettings) -> None:
        self.settings = settings

    async def check(self, context: CheckContext) -> Verdict:
        asked, outside = self.settings, context.outside
        if outside is None or outside.prometheus is None:
            return Verdict(None, NO_SERVER)
        timeout = asked.timeout if context.time_left is None else min(asked.timeout, context.time_left)
        found = await outside.web.ask(_question(outside.prometheus, asked.query, timeout))
        try:
            return _compared(_number(found), asked)
        except Unclear as unclear:
            return Verdict(unclear.met, str(unclear), asked.query, fingerprint=fingerprint(str(unclear)))


def _question(server: Endpoint, query: str, timeout: float) -> Get:
    """The settings name the server, wherever it stands; it leads on nowhere else."""
    headers = {"Authorization": f"Bearer {server.token.get_secret_value()}"} if server.token else {}
    url = f"{server.url}/api/v1/query?query={quote(query, safe='')}"
    return Get(url, (addresses.place(server.url).entry,), headers, timeout)


def _compared(number: float, asked: MetricSettings) -> Verdict:
    reason = f"the query gives {number:g}, {asked.op} {asked.value:g} is wanted"
    return Verdict(
        COMPARES[asked.op](number, asked.value),
        reason,
        f"{asked.query}\n{number!r}",
        value=number if math.isfinite(number) else None,
        fingerprint=fingerprint(reason),
    )


def _number(found: Answer | Silence) -> float:
    """The one number of an answer. Raises Unclear."""
    if isinstance(found, Silence):
        raise Unclear(found.why)
    if found.cut:
        raise Unclear(
            f"Prometheus answers more than {len(found.body):,} bytes: the query gives too many samples"
        )
    answer = _document(found)
    if answer.get("status") != "success":
        raise Unclear(_refusal(found.status, answer))
    try:
        return _value(answer["data"]["resultType"], answer["data"]["result"])
    except (LookupError, TypeError, ValueError):
        raise Unclear("what answers is no Prometheus: there is no result in it") from None


def _document(found: Answer) -> dict[str, Any]:
    try:
        answer = json.loads(found.body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise Unclear(f"what answers is no Prometheus: {found.status} without JSON")
    return answer


def _refusal(status: int, answer: dict[str, Any]) -> str:
    kind, why = (" ".join(str(answer.get(key, "")).split())[:200] for key in ("errorType", "error"))
    return f"Prometheus answers {status}: {kind}: {why}" if kind or why else f"Prometheus answers {status}"


def _value(kind: str, result: Any) -> float:
    """Raises Unclear; LookupError, TypeError, ValueError for what no Prometheus answers."""
    if kind == "scalar":
        return _real(result[1])
    if kind != "vector":
        raise Unclear(f"the query gives a {str(kind)[:20]}, and one number is wanted")
    if not result:
        raise Unclear("the query gives no sample", met=False)
    if len(result) > 1:
        raise Unclear(f"the query gives {len(result)} samples, and one is wanted: sum, max or filter them")
    if "value" not in result[0]:
        raise Unclear("the query gives a histogram, and one number is wanted")
    return _real(result[0]["value"][1])


def _real(text: Any) -> float:
    number = float(text)
    if math.isnan(number):
        raise Unclear("the query gives NaN, which is no number", met=False)
    return number
