"""`http`: an answer that differs is "not met", no answer is a check that broke."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from goals.domain.values import Verdict
from goals.outside.web import HttpWeb
from goals.ports import CheckContext, Outside
from goals.verifiers.http import HttpSettings, HttpVerifier
from tests.peers.web import Page, serving

Context = Callable[..., CheckContext]

TICKETS = Page(body='{"open": 3, "names": ["a", "b"]}', headers={"X-Ready": "yes", "X-Empty": ""})


async def check(context: Context, page: Page, path: str = "/", **settings: Any) -> Verdict:
    async with serving(page) as there:
        asked = HttpSettings.model_validate({"url": f"{there.url}{path}", **settings})
        return await HttpVerifier(asked).check(context(outside=Outside(HttpWeb(), (there.host,))))


FOUND: list[tuple[Page, dict[str, Any], bool | None, str]] = [
    (TICKETS, {}, True, "it answers 200"),
    (Page(204), {}, True, "it answers 204"),
    (Page(503, "later"), {}, False, "it answers 503"),
    (Page(503, "later"), {"status": 503}, True, "it answers 503"),
    (TICKETS, {"status": 201}, False, "it answers 200, 201 is wanted"),
    (Page(301, headers={"Location": "/x"}), {"status": 301}, True, "it answers 301"),
    (TICKETS, {"header": "X-Ready: yes"}, True, "it answers 200 with X-Ready"),
    (TICKETS, {"header": {"x-ready": "yes", "X-Empty": ""}}, True, "it answers 200 with x-ready, X-Empty"),
    (TICKETS, {"header": "X-Ready"}, True, "it answers 200 with X-Ready"),
    (TICKETS, {"header": "X-Ready: ye"}, False, "the header X-Ready says 'yes', 'ye' is wanted"),
    (TICKETS, {"header": "X-Gone"}, False, "it answers without the header X-Gone"),
    (TICKETS, {"contains": '"open": 3'}, True, "it answers 200 and contains '\"open\": 3'"),
    (TICKETS, {"contains": "closed"}, False, "the answer does not contain 'closed'"),
    (Page(500, "it is up"), {"contains": "up"}, False, "it answers 500"),
    (TICKETS, {"expr": "data['open'] == 3"}, True, "data['open'] == 3 is true: data['open'] is 3"),
    (TICKETS, {"expr": "data['open'] == 0"}, False, "data['open'] == 0 is false: data['open'] is 3"),
    (TICKETS, {"expr": "data['shut'] == 0"}, False, "the expression asks for 'shut', which is not there"),
    (TICKETS, {"expr": "data['open']"}, False, "the expression gives 3, neither true nor false"),
    (TICKETS, {"expr": "data.__class__"}, False, "the expression is not allowed: it uses an attribute"),
    (Page(body="<html>"), {"expr": "data['open'] == 0"}, False, "the answer is not JSON"),
    (Page(body="[" * 100_000), {"expr": "data == 0"}, False, "the answer is not JSON"),
    (Page(body=b"\xff\xfe caf\xe9"), {"contains": "caf"}, True, "it answers 200 and contains 'caf'"),
    (
        Page(body=b"x" * 2_000_001),
        {"contains": "y"},
        None,
        "the first 2,000,000 bytes of the answer do not contain 'y', and there are more",
    ),
    (Page(body=b"y" * 2_000_001), {"contains": "yy"}, True, "it answers 200 and contains 'yy'"),
    (Page(body=b"1" * 2_000_001), {"expr": "data == 1"}, None, "the answer is longer than 2,000,000 bytes"),
]


@pytest.mark.parametrize(("page", "settings", "met", "reason"), FOUND)
async def test_all_that_is_given_must_hold(
    context: Context, page: Page, settings: dict[str, Any], met: bool | None, reason: str
) -> None:
    found = await check(context, page, **settings)
    assert (found.met, found.reason) == (met, reason)


async def test_the_number_that_is_compared_is_the_value(context: Context) -> None:
    assert (await check(context, TICKETS, expr="data['open'] < 2")).value == 3.0


async def test_the_evidence_is_both_ends_of_the_answer_and_says_nothing_of_the_query(
    context: Context,
) -> None:
    found = await check(context, Page(body="a" * 50_000 + "the end"), "/status?key=hush")
    assert (found.evidence.endswith("the end"), len(found.evidence) < 7_000) == (True, True)
    assert ("/status: 200\n" in found.evidence, "hush" in found.evidence) == (True, False)


async def test_answers_that_differ_in_what_is_not_asked_about_are_the_same_finding(context: Context) -> None:
    one = await check(context, Page(503, "request 1"))
    other = await check(context, Page(503, "request 2"))
    assert one.fingerprint == other.fingerprint != (await check(context, Page(500))).fingerprint


async def test_no_answer_is_a_check_that_broke(context: Context) -> None:
    async with serving(Page()) as there:
        url = f"{there.url}/health?key=hush"
    found = await HttpVerifier(HttpSettings(url=url)).check(
        context(outside=Outside(HttpWeb(), (there.host,)))
    )
    assert (found.met, found.reason.startswith(f"{there.host} could not be reached")) == (None, True)


async def test_a_check_takes_no_longer_than_the_goal_may(context: Context) -> None:
    async with serving(Page(hangs=True)) as there:
        outside = Outside(HttpWeb(), (there.host,))
        found = await HttpVerifier(HttpSettings(url=there.url)).check(context(outside=outside, time_left=0.2))
    assert (found.met, found.reason) == (None, f"{there.url} gave no answer within 0.2 s")


async def test_a_url_of_the_settings_is_asked_though_no_list_names_it_and_no_other_of_its_host(
    context: Context,
) -> None:
    async with serving(Page()) as there:
        outside = Outside(HttpWeb(), presets=frozenset([f"{there.url}/health"]))
        found = [
            (await HttpVerifier(HttpSettings(url=f"{there.url}{path}")).check(context(outside=outside))).met
            for path in ("/health", "/admin")
        ]
    assert found == [True, None]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "Field required"),
    ({"url": "ftp://example.com/"}, "a URL is written like"),
    ({"url": "https://ana:hush@example.com/"}, "no name and no password"),
    ({"url": "https://example.com/", "status": 99}, "greater than or equal to 100"),
    ({"url": "https://example.com/", "status": "200"}, "valid integer"),
    ({"url": "https://example.com/", "header": {}}, "at least 1 item"),
    ({"url": "https://example.com/", "expr": "data["}, "the expression cannot be read"),
    ({"url": "https://example.com/", "method": "POST"}, "Extra inputs"),
]


@pytest.mark.parametrize(("settings", "why"), WRONG)
def test_settings_that_are_wrong_are_refused(settings: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why.replace("[", r"\[")):
        HttpSettings.model_validate(settings)
