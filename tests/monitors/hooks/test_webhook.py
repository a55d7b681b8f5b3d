"""A webhook against a real receiver: signed, tried again under the same key, given up where nothing else helps."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from goals.domain.hooks import Hook
from goals.store import Store, open_store
from monitors.hooks.signing import FILE
from tests.peers.hooks import SECRET, Deliveries
from tests.peers.web import Asked, Page, Served, serving


def answering(*pages: Page) -> Callable[[Asked], Page]:
    """One page after the other; the last one for ever."""
    left = list(pages)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


def is_signed(asked: Asked, secret: str) -> bool:
    """What a receiver does."""
    right = hmac.new(secret.encode(), asked.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(asked.headers["x-goalward-signature"], f"sha256={right}")


def keys(there: Served) -> list[str]:
    return [asked.headers["idempotency-key"] for asked in there.asked]


async def sent(
    store: Store, place: Path, pages: Sequence[Page], until: str, **more: Any
) -> tuple[Served, Deliveries]:
    """What a receiver got until the hook stands so."""
    async with serving(answering(*pages)) as there:
        deliveries = Deliveries(store, place, hosts=(there.host,), **more)
        await deliveries.due(Hook("webhook", f"{there.url}/hook?token=hush"))
        async with deliveries.running():
            await deliveries.until(lambda state: state.state == until)
    return there, deliveries


async def test_a_receiver_gets_the_event_the_goal_and_the_verdict_and_can_tell_that_they_are_ours(
    store: Store, tmp_path: Path
) -> None:
    there, _ = await sent(store, tmp_path, [Page(204)], "sent")
    (asked,) = there.asked
    body = json.loads(asked.body)
    assert (asked.method, asked.path, asked.query) == ("POST", "/hook", {"token": "hush"})
    assert asked.headers["content-type"] == "application/json"
    assert (is_signed(asked, SECRET), is_signed(asked, "another")) == (True, False)
    assert body["key"] == asked.headers["idempotency-key"] == "g7k2:4.hook.on_achieved.0"
    assert (body["event"], body["explanation"]) == ("on_achieved", "12 passed")
    assert (body["goal"]["id"], body["goal"]["status"], body["goal"]["label"]) == (
        "g7k2",
        "completed",
        "proven",
    )
    assert (body["verdict"]["met"], body["verdict"]["reason"]) == (True, "12 passed")
    assert body["verdict"]["verifiers"][0]["how"] == "test: pytest -q"


@pytest.mark.parametrize(
    "page", [Page(500), Page(503), Page(429), Page(408), Page(425), Page(302, headers={"Location": "/"})]
)
async def test_an_answer_that_may_change_is_asked_for_again_with_the_same_key(
    store: Store, tmp_path: Path, page: Page
) -> None:
    there, deliveries = await sent(store, tmp_path, [page, page, Page(200)], "sent")
    assert len(set(keys(there))) == 1
    assert (len(there.asked), (await deliveries.state()).attempts) == (3, 3)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
async def test_an_answer_that_says_no_for_good_sets_the_hook_aside_at_once(
    store: Store, tmp_path: Path, status: int
) -> None:
    there, deliveries = await sent(store, tmp_path, [Page(status)], "dead")
    state = await deliveries.state()
    assert (len(there.asked), state.error) == (1, f"{there.url}/hook answers {status}")


async def test_after_eight_tries_a_hook_is_given_up_and_people_are_told_how_to_try_again(
    store: Store, tmp_path: Path
) -> None:
    there, deliveries = await sent(store, tmp_path, [Page(500)], "dead")
    state = await deliveries.state()
    loud = [row for row in await store.outbox.due(deliveries.clock.now()) if row.kind == "event"]
    assert (len(there.asked), len(set(keys(there)))) == (8, 1)
    assert [(row.body["event"], row.body["body"]["row"], row.body["body"]["tries"]) for row in loud] == [
        ("HookGivenUp", state.row, 8)
    ]


async def test_a_receiver_that_does_not_answer_is_tried_again(store: Store, tmp_path: Path) -> None:
    there, deliveries = await sent(store, tmp_path, [Page(length=10), Page(200)], "sent")
    assert (len(there.asked), (await deliveries.state()).attempts) == (2, 2)


async def test_a_receiver_that_hangs_keeps_no_other_hook_back_and_is_tried_again(
    store: Store, tmp_path: Path
) -> None:
    """The slow one answers only once the quick one was asked."""
    async with (
        serving(Page(200)) as quick,
        serving(lambda asked: Page(200) if quick.asked else Page(hangs=True)) as slow,
    ):
        deliveries = Deliveries(store, tmp_path, hosts=(slow.host, quick.host))
        await deliveries.due(Hook("webhook", slow.url), Hook("webhook", quick.url))
        async with deliveries.running(), asyncio.timeout(60):
            while await store.hooks.states():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert (len(quick.asked), len(set(keys(slow)))) == (1, 1)


async def test_a_receiver_that_asks_for_time_gets_it(store: Store, tmp_path: Path) -> None:
    async with serving(Page(503, headers={"Retry-After": "1200"})) as there:
        deliveries = Deliveries(store, tmp_path, hosts=(there.host,))
        await deliveries.due(Hook("webhook", there.url))
        async with deliveries.running():
            state = await deliveries.until(lambda state: state.attempts == 1)
    assert state.at is not None
    assert (state.at - deliveries.clock.now()).total_seconds() > 1000


async def test_a_redirect_to_another_place_is_not_followed(store: Store, tmp_path: Path) -> None:
    async with serving(Page(200)) as other:
        page = Page(307, headers={"Location": f"{other.url}/stolen"})
        there, deliveries = await sent(store, tmp_path, [page], "dead")
    error = (await deliveries.state()).error
    assert (len(there.asked), other.asked) == (8, [])
    assert error == f"{there.url}/hook answers 307, and a webhook is not led on to another place"


async def test_a_private_address_that_the_settings_do_not_name_is_not_called(
    store: Store, tmp_path: Path
) -> None:
    async with serving(Page(200)) as there:
        deliveries = Deliveries(store, tmp_path)
        await deliveries.due(Hook("webhook", there.url))
        async with deliveries.running():
            state = await deliveries.until(lambda state: state.state == "dead")
    assert (there.asked, "private address" in state.error, state.attempts) == ([], True, 1)


async def test_rights_that_the_owner_has_lost_meanwhile_do_not_call_anybody(
    store: Store, tmp_path: Path
) -> None:
    deliveries = Deliveries(store, tmp_path, hosts=(), operate=())
    await deliveries.due(Hook("webhook", "https://example.com/hook"))
    async with deliveries.running():
        state = await deliveries.until(lambda state: state.state == "dead")
    assert "may be set by operators only" in state.error


async def test_a_group_that_the_owner_has_left_grants_nothing_any_more(store: Store, tmp_path: Path) -> None:
    deliveries = Deliveries(store, tmp_path, operate=("role:ops",), roles_then=("ops",))
    await deliveries.due(Hook("webhook", "https://example.com/hook"))
    async with deliveries.running():
        state = await deliveries.until(lambda state: state.state == "dead")
    assert "may be set by operators only" in state.error


async def test_a_restart_between_the_edge_and_the_delivery_delivers_under_the_same_key(
    tmp_path: Path,
) -> None:
    async with serving(Page(200)) as there:
        first = await open_store("", tmp_path)
        key = await Deliveries(first, tmp_path).due(Hook("webhook", there.url))
        await first.close()
        second = await open_store("", tmp_path)
        deliveries = Deliveries(second, tmp_path, hosts=(there.host,))
        async with deliveries.running():
            await deliveries.until(lambda state: state.state == "sent")
        await second.close()
    assert keys(there) == [key]


async def test_without_a_secret_one_is_made_once_and_kept_for_its_owner_alone(
    store: Store, tmp_path: Path
) -> None:
    first, _ = await sent(store, tmp_path, [Page(200)], "sent", secret=None)
    kept = (tmp_path / FILE).read_text().strip()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert (len(kept), is_signed(first.asked[0], kept)) == (64, True)


async def test_no_secret_is_in_what_a_receiver_gets(store: Store, tmp_path: Path) -> None:
    there, _ = await sent(
        store, tmp_path, [Page(200)], "sent", clean=lambda text: text.replace("12 passed", "[hidden]")
    )
    assert (b"12 passed" in there.asked[0].body, b"[hidden]" in there.asked[0].body) == (False, True)
