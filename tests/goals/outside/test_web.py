"""What is asked over HTTP stays within its bounds: time, bytes, hosts, addresses, and who sees our headers."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from goals.domain.addresses import IP
from goals.outside.web import HttpWeb
from goals.ports import Answer, Get, Silence
from tests.peers.web import Page, Served, serving

PEM = Path(__file__).parents[2] / "peers" / "good_test.pem"
PATIENCE = 20.0


class Names:
    """A resolver that answers from a list, one answer after the other; `asked` is what it was asked."""

    def __init__(self, **answers: Sequence[str]) -> None:
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[IP]:
        self.asked.append(host)
        if host not in self.answers:
            raise OSError("Name or service not known")
        left = self.answers[host]
        return [ip_address(left.pop(0) if len(left) > 1 else left[0])]


async def ask(url: str, *hosts: str, web: HttpWeb | None = None, **more: Any) -> Answer | Silence:
    return await (web or HttpWeb()).ask(Get(url, hosts, **{"timeout": PATIENCE, **more}))


def why(found: Answer | Silence) -> str:
    assert isinstance(found, Silence)
    return found.why


def port(served: Served) -> int:
    return int(served.url.rpartition(":")[2])


async def test_an_answer_has_its_status_its_headers_and_its_body() -> None:
    async with serving(Page(418, "short and stout", {"X-Pot": "tea"})) as there:
        found = await ask(f"{there.url}/pot?lid=on", there.host)
    assert isinstance(found, Answer)
    assert (found.status, found.headers["x-pot"], found.body, found.cut) == (
        418,
        "tea",
        b"short and stout",
        False,
    )
    assert [(a.path, a.query, a.headers["host"]) for a in there.asked] == [
        ("/pot", {"lid": "on"}, there.host)
    ]


async def test_a_private_address_is_asked_only_where_the_settings_name_it() -> None:
    async with serving(Page()) as there:
        found = await ask(f"{there.url}/?token=hush")
    assert why(found) == (
        f"{there.host} is a private address; only `[http] hosts` in the settings can open it,"
        f' with "{there.host}"'
    )
    assert there.asked == []


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "localhost"])
async def test_another_spelling_of_this_machine_is_as_private(spelling: str) -> None:
    async with serving(Page()) as there:
        found = await ask(f"http://{spelling}:{port(there)}/", "*", f"*:{port(there)}")
    assert ("private address" in why(found), there.asked) == (True, [])


async def test_the_address_that_was_looked_at_is_the_one_that_is_called() -> None:
    names = Names(good_test=["127.0.0.2", "127.0.0.1"])
    async with (
        serving(Page(body="first"), address="127.0.0.2") as first,
        serving(Page(body="second"), port=port(first)) as second,
    ):
        host = f"good.test:{port(first)}"
        found = await ask(f"http://{host}/", host, web=HttpWeb(names))
    assert isinstance(found, Answer)
    assert (found.body, [a.headers["host"] for a in first.asked], second.asked) == (b"first", [host], [])
    assert names.asked == ["good.test"]


async def test_a_name_of_the_internet_that_leads_to_this_machine_is_refused() -> None:
    async with serving(Page()) as there:
        found = await ask(f"http://good.test:{port(there)}/", web=HttpWeb(Names(good_test=["127.0.0.1"])))
    assert ("leads to 127.0.0.1, a private address" in why(found), there.asked) == (True, [])


def leads_to(target: str, status: int = 302) -> Page:
    return Page(status, headers={"Location": target})


async def test_redirects_are_followed_on_the_same_host() -> None:
    pages = {"/a": leads_to("/b", 301), "/b": leads_to("c", 307), "/c": Page(body="here")}
    async with serving(pages) as there:
        found = await ask(f"{there.url}/a", there.host)
    assert isinstance(found, Answer)
    assert (found.body, [a.path for a in there.asked]) == (b"here", ["/a", "/b", "/c"])


async def test_redirects_without_end_are_given_up() -> None:
    async with serving(leads_to("/again")) as there:
        found = await ask(f"{there.url}/", there.host)
    assert (why(found), len(there.asked)) == (f"{there.url}/ leads on more than 5 times", 6)


async def test_a_redirect_is_not_followed_where_it_is_asked_about() -> None:
    async with serving(leads_to("/elsewhere")) as there:
        found = await ask(f"{there.url}/", there.host, follow=False)
    assert isinstance(found, Answer)
    assert (found.status, len(there.asked)) == (302, 1)


REFUSED_TARGETS = {
    "http://evil.example/x?secret=1": "leads on to evil.example, which `[http] hosts` in the settings does not name",
    "http://169.254.169.254/latest/meta-data": "leads on to 169.254.169.254, which",
    "http://ana:hush@good.test/": "cannot be asked: a URL carries no name and no password",
    "file:///etc/passwd": "cannot be asked: a URL is written like",
    "gopher://127.0.0.1:25/x": "cannot be asked: a URL is written like",
}


@pytest.mark.parametrize("target", REFUSED_TARGETS)
async def test_a_redirect_to_where_nobody_allowed_it_is_not_followed(target: str) -> None:
    async with serving(leads_to(target)) as there:
        found = await ask(f"{there.url}/", there.host)
    assert REFUSED_TARGETS[target] in why(found)
    assert ("hush" in why(found), "secret" in why(found)) == (False, False)


async def test_a_redirect_to_an_allowed_host_is_followed_without_our_headers() -> None:
    async with serving(Page(body="moved")) as new, serving(leads_to(f"{new.url}/there")) as old:
        found = await ask(old.url, old.host, new.host, headers={"Authorization": "Bearer hush"})
    assert isinstance(found, Answer)
    seen = [asked.headers.get("authorization") for asked in (*old.asked, *new.asked)]
    assert (found.body, seen) == (b"moved", ["Bearer hush", None])


async def test_the_environments_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Page(body="proxy")) as proxy, serving(Page(body="itself")) as there:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        found = await ask(there.url, there.host)
    assert isinstance(found, Answer)
    assert (found.body, proxy.asked) == (b"itself", [])


async def test_no_more_is_read_of_an_answer_than_was_wanted() -> None:
    async with serving(Page(endless=True)) as there:
        found = await ask(there.url, there.host, most=100_000)
    assert isinstance(found, Answer)
    assert (len(found.body), found.cut) == (100_000, True)


async def test_an_answer_that_was_packed_unasked_is_not_unpacked() -> None:
    bomb = Page(body=gzip.compress(b"0" * 10_000_000), headers={"Content-Encoding": "gzip, gzip"})
    async with serving(bomb) as there:
        found = await ask(there.url, there.host)
    assert "the answer is packed (gzip, gzip), which was not asked for" in why(found)


SILENT: Mapping[str, Page] = {"hangs": Page(hangs=True), "drips": Page(drips=True)}


@pytest.mark.parametrize("page", SILENT)
async def test_the_time_is_for_all_of_the_answer(page: str) -> None:
    async with serving(SILENT[page]) as there:
        found = await ask(f"{there.url}/slow?key=hush", there.host, timeout=0.3)
    assert why(found) == f"{there.url}/slow gave no answer within 0.3 s"


async def test_redirects_share_the_time() -> None:
    async with serving({"/a": leads_to("/b"), "/b": Page(hangs=True)}) as there:
        found = await ask(f"{there.url}/a", there.host, timeout=0.5)
    assert "gave no answer within 0.5 s" in why(found)


async def test_a_name_that_cannot_be_looked_up_in_time_is_a_silence() -> None:
    async def never(host: str) -> Sequence[IP]:
        await asyncio.Event().wait()
        return ()

    found = await ask("http://good.test/", web=HttpWeb(never), timeout=0.2)
    assert why(found) == "http://good.test/ gave no answer within 0.2 s"


async def test_a_host_that_nobody_knows_is_a_silence() -> None:
    found = await ask("http://nobody.test/", web=HttpWeb(Names()))
    assert why(found) == "the host nobody.test was not found: Name or service not known"


async def test_a_closed_port_is_a_silence() -> None:
    async with serving(Page()) as there:
        gone = there
    assert why(await ask(gone.url, gone.host)).startswith(f"{gone.host} could not be reached: ")


async def test_an_answer_that_breaks_off_is_a_silence() -> None:
    async with serving(Page(body="half", length=100)) as there:
        found = await ask(there.url, there.host)
    assert why(found).startswith(f"{there.url} broke off: ")


async def test_what_is_no_http_is_a_silence() -> None:
    async with serving(Page(headers={"Content-Length": "x"})) as there:
        found = await ask(there.url, there.host)
    assert "broke off" in why(found)


async def test_a_server_without_tls_behind_https_is_a_silence() -> None:
    async with serving(Page()) as there:
        found = await ask(f"https://{there.host}/", there.host)
    assert why(found).startswith(f"{there.host} could not be reached: ")


def certified() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What the server of good.test shows, and what trusts it."""
    shows = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shows.load_cert_chain(PEM)
    return shows, ssl.create_default_context(cafile=str(PEM))


@pytest.mark.parametrize(
    ("host", "trusts"), [("good.test", True), ("other.test", True), ("good.test", False)]
)
async def test_a_certificate_must_be_the_names_own_and_trusted(host: str, trusts: bool) -> None:
    shows, trust = certified()
    web = HttpWeb(Names(good_test=["127.0.0.1"], other_test=["127.0.0.1"]), trust if trusts else None)
    async with serving(Page(body="signed"), tls=shows) as there:
        at = f"{host}:{port(there)}"
        found = await ask(f"https://{at}/", at, web=web)
    if (host, trusts) == ("good.test", True):
        assert isinstance(found, Answer) and found.body == b"signed"
    else:
        assert ("CERTIFICATE_VERIFY_FAILED" in why(found), there.asked) == (True, [])


async def test_https_does_not_lead_on_to_http() -> None:
    shows, trust = certified()
    web = HttpWeb(Names(good_test=["127.0.0.1"]), trust)
    async with serving(Page()) as plain, serving(leads_to(f"{plain.url}/"), tls=shows) as there:
        at = f"good.test:{port(there)}"
        found = await ask(f"https://{at}/", at, plain.host, web=web)
    assert (f"leads on from https to http, to {plain.host}" in why(found), plain.asked) == (True, [])


async def test_the_systems_own_resolver_is_asked_for_names() -> None:
    async with serving(Page(body="here")) as there:
        at = f"localhost:{port(there)}"
        found = await ask(f"http://{at}/", at)
    assert isinstance(found, Answer) and found.body == b"here"
