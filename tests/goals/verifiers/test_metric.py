"""`metric`: one number of a Prometheus is compared; everything else has its own clear reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from goals.domain.values import Verdict
from goals.outside.web import HttpWeb
from goals.ports import CheckContext, Endpoint, Outside
from goals.verifiers.metric import NO_SERVER, MetricSettings, MetricVerifier
from tests.peers.prometheus import TIME, Prometheus, refused, sample, vector
from tests.peers.web import Page, serving

Context = Callable[..., CheckContext]

HISTOGRAM = {"metric": {}, "histogram": [TIME, {"count": "1", "sum": "2", "buckets": []}]}
MATRIX = {"resultType": "matrix", "result": [{"metric": {}, "values": [[TIME, "1"]]}]}

SERVER = Prometheus(
    p99=vector(sample("0.25", job="checkout")),
    per_job=vector(sample("1", job="a"), sample("2", job="b")),
    undefined=vector(sample("NaN")),
    endless=vector(sample("+Inf")),
    histogram=vector(HISTOGRAM),
    scalar={"resultType": "scalar", "result": [TIME, "7"]},
    string={"resultType": "string", "result": [TIME, "seven"]},
    matrix=MATRIX,
    odd={"resultType": "vector", "result": [{"metric": {}, "value": [TIME]}]},
    other={"hello": "world"},
)


async def check(
    context: Context, answer: Any, query: str = "p99", op: str = "<", value: float = 0.3
) -> Verdict:
    async with serving(answer) as there:
        asked = MetricSettings.model_validate({"query": query, "op": op, "value": value})
        return await MetricVerifier(asked).check(
            context(outside=Outside(HttpWeb(), prometheus=Endpoint(there.url)))
        )


COMPARED = [
    ("p99", "<", 0.3, True, "the query gives 0.25, < 0.3 is wanted", 0.25),
    ("p99", ">=", 0.3, False, "the query gives 0.25, >= 0.3 is wanted", 0.25),
    ("p99", "==", 0.25, True, "the query gives 0.25, == 0.25 is wanted", 0.25),
    ("p99", "!=", 0.25, False, "the query gives 0.25, != 0.25 is wanted", 0.25),
    ("scalar", "<=", 7, True, "the query gives 7, <= 7 is wanted", 7.0),
    ("endless", ">", 1, True, "the query gives inf, > 1 is wanted", None),
]


@pytest.mark.parametrize(("query", "op", "wanted", "met", "reason", "value"), COMPARED)
async def test_one_number_is_compared_and_kept(
    context: Context, query: str, op: str, wanted: float, met: bool, reason: str, value: float | None
) -> None:
    found = await check(context, SERVER, query, op, wanted)
    assert (found.met, found.reason, found.value) == (met, reason, value)


UNCLEAR = [
    ("nothing", False, "the query gives no sample"),
    ("undefined", False, "the query gives NaN, which is no number"),
    ("per_job", None, "the query gives 2 samples, and one is wanted: sum, max or filter them"),
    ("string", None, "the query gives a string, and one number is wanted"),
    ("matrix", None, "the query gives a matrix, and one number is wanted"),
    ("histogram", None, "the query gives a histogram, and one number is wanted"),
    ("odd", None, "what answers is no Prometheus: there is no result in it"),
    ("other", None, "what answers is no Prometheus: there is no result in it"),
    (
        "sum(",
        None,
        'Prometheus answers 400: bad_data: invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
    ),
]


@pytest.mark.parametrize(("query", "met", "reason"), UNCLEAR)
async def test_what_is_not_one_number_has_its_own_reason(
    context: Context, query: str, met: bool | None, reason: str
) -> None:
    found = await check(context, SERVER, query)
    assert (found.met, found.reason, found.value) == (met, reason, None)


ODD = [
    (Page(200, "<html>"), "what answers is no Prometheus: 200 without JSON"),
    (Page(502, "bad gateway"), "what answers is no Prometheus: 502 without JSON"),
    (Page(200, "[1]"), "what answers is no Prometheus: 200 without JSON"),
    (Page(503, "{}"), "Prometheus answers 503"),
    (refused(422, "execution", "query\ntimed out"), "Prometheus answers 422: execution: query timed out"),
    (
        Page(200, b" " * 2_000_001),
        "Prometheus answers more than 2,000,000 bytes: the query gives too many samples",
    ),
]


@pytest.mark.parametrize(("page", "reason"), ODD)
async def test_an_answer_that_is_none_is_a_check_that_broke(
    context: Context, page: Page, reason: str
) -> None:
    found = await check(context, page)
    assert (found.met, found.reason) == (None, reason)


async def test_the_token_is_shown_to_the_server_of_the_settings_alone(context: Context) -> None:
    async with serving(Prometheus("hush", p99=vector(sample("1")))) as elsewhere:
        moved = Page(302, headers={"Location": f"{elsewhere.url}/api/v1/query?query=p99"})
        asked = MetricSettings(query="p99", op="==", value=1.0)
        found = []
        for answer in (Prometheus("hush", p99=vector(sample("1"))), moved):
            async with serving(answer) as there:
                outside = Outside(HttpWeb(), prometheus=Endpoint(there.url, SecretStr("hush")))
                found.append(await MetricVerifier(asked).check(context(outside=outside)))
    assert [one.met for one in found] == [True, None]
    assert ("`[http] hosts` in the settings does not name" in found[1].reason, elsewhere.asked) == (True, [])


async def test_a_query_is_sent_as_it_was_written(context: Context) -> None:
    query = 'sum(rate(http_requests_total{code=~"5..",job="a&b"}[5m])) / 100 + 1'
    async with serving(Prometheus()) as there:
        outside = Outside(HttpWeb(), prometheus=Endpoint(there.url))
        await MetricVerifier(MetricSettings(query=query, op="<", value=1.0)).check(context(outside=outside))
    assert [asked.query for asked in there.asked] == [{"query": query}]


async def test_without_a_server_in_the_settings_the_check_is_broken(context: Context) -> None:
    found = await MetricVerifier(MetricSettings(query="up", op="==", value=1.0)).check(context())
    assert (found.met, found.reason) == (None, NO_SERVER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"query": "up", "op": "==", "value": 1, "url": "http://10.0.0.5/"},
        {"query": " ", "op": "==", "value": 1},
        {"query": "up", "op": "=", "value": 1},
        {"query": "up", "op": "==", "value": "1"},
        {"query": "up", "op": "==", "value": float("nan")},
        {"query": "up", "value": 1},
    ],
)
def test_settings_that_are_wrong_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MetricSettings.model_validate(wrong)
