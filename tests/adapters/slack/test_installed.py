"""Workspaces install the app by themselves; their tokens are sealed, and forgotten when the app is removed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import Gone
from adapters.slack.installation import Installation
from adapters.slack.installed import Everywhere, ManyInstallations, Seal, new_key
from adapters.slack.manifest import BACK
from adapters.slack.oauth import INSTALL, Door, doors
from goals.domain.errors import BadRequest
from goals.store import Store, open_store
from tests.peers.clock import ManualClock
from tests.peers.slack import Slack

HERE = Installation("T1", "U1", "B1", SecretStr("xoxb-secret-token"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store("", tmp_path)
    yield opened
    await opened.close()


def kept_in(store: Store, seal: Seal) -> ManyInstallations:
    return ManyInstallations(store.slack_installations, seal, ManualClock())


def seal(*keys: str) -> Seal:
    return Seal(SecretStr(",".join(keys or (new_key(),))))


async def test_an_installation_is_found_by_its_workspace_until_it_is_removed(store: Store) -> None:
    installations = kept_in(store, seal())
    await installations.keep(HERE)
    found = [await installations.find(team) for team in ("T1", "T2")]
    await installations.remove("T1")
    assert [*found, await installations.find("T1")] == [HERE, None, None]


async def test_the_store_holds_no_token_that_can_be_read(store: Store) -> None:
    await kept_in(store, seal()).keep(HERE)
    assert "xoxb" not in str(await store.slack_installations.find("T1"))


async def test_a_new_key_opens_with_the_old_one_behind_it_and_not_without(store: Store) -> None:
    old, new = new_key(), new_key()
    await kept_in(store, seal(old)).keep(HERE)
    assert await kept_in(store, seal(new, old)).find("T1") == HERE
    with pytest.raises(Gone, match="GOALWARD_SLACK__INSTALLATION_KEY is not what it was sealed with"):
        await kept_in(store, seal(new)).find("T1")


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(BadRequest, match="GOALWARD_SLACK__INSTALLATION_KEY is no key"):
        seal("secret")


def test_a_ticket_is_good_for_a_while_and_only_with_our_key() -> None:
    key = new_key()
    old = Fernet(key).encrypt_at_time(b"install", 0).decode()
    ticket = seal(key).ticket()
    taken = [seal(key).is_ticket(one, 600) for one in (ticket, old, "nonsense")]
    assert [*taken, seal().is_ticket(ticket, 600)] == [True, False, False, False]


# --- over the wire --------------------------------------------------------------------------------------


@pytest.fixture
async def pages(slack: Slack, store: Store) -> AsyncIterator[tuple[Mapping[str, Door], ManyInstallations]]:
    sealed = seal()
    installations = kept_in(store, sealed)
    rows = store.slack_installations
    app = Everywhere(slack.client_id, SecretStr(slack.client_secret), "https://bot.test", rows, sealed)
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=slack.api, session=session, retry_handlers=[])
        yield doors(app, client, installations), installations


async def get(door: Door, query: str = "", cookie: str = "") -> tuple[int, dict[str, str], str]:
    """A page as a browser gets it."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"cookie", cookie.encode())] if cookie else []
    await door({"type": "http", "query_string": query.encode(), "headers": headers}, None, send)
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"].decode()


async def begun(pages: Mapping[str, Door]) -> tuple[str, str]:
    """The state with which somebody is sent to Slack, and their cookie."""
    _, headers, page = await get(pages[INSTALL])
    [link] = re.findall(r'href="(https://slack\.com/oauth/[^"]+)"', page)
    return parse_qs(urlsplit(link).query)["state"][0], headers["set-cookie"].partition(";")[0]


async def test_a_workspace_installs_the_app_by_itself(slack: Slack, pages: Any) -> None:
    on, installations = pages
    slack.codes.add("code1")
    state, cookie = await begun(on)
    status, _, _ = await get(on[BACK], f"code=code1&state={state}", cookie)
    assert (status, await installations.find(slack.team)) == (
        200,
        Installation(slack.team, slack.bot, "B0GOALWARD", SecretStr(slack.bot_token)),
    )


@pytest.mark.parametrize("without", ["cookie", "state", "code"])
async def test_who_did_not_come_from_our_page_with_slacks_code_installs_nothing(
    slack: Slack, pages: Any, without: str
) -> None:
    on, installations = pages
    slack.codes.add("code1")
    state, cookie = await begun(on)
    code = "code2" if without == "code" else "code1"
    state = seal().ticket() if without == "state" else state
    cookie = "" if without == "cookie" else cookie if without == "code" else f"slack-app-oauth-state={state}"
    status, _, _ = await get(on[BACK], f"code={code}&state={state}", cookie)
    assert (status in (400, 401), await installations.find(slack.team)) == (True, None)
