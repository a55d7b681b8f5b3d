import httpx
import pytest

from adapters.local import PAGE
from bot.web.app import create_app
from bot.web.guard import LARGEST_BODY, Access, _name

DEMO = "/api/channels/demo/messages"
WORDS = {"user": "ana", "text": "/goal complete"}


def refused(answer):
    return answer.status_code, len(answer.json()["error"].split(". "))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", DEMO),
        ("POST", DEMO),
        ("POST", f"{DEMO}/m/reactions"),
        ("DELETE", f"{DEMO}/m/reactions"),
        ("POST", f"{DEMO}/m/buttons"),
        ("GET", "/api/channels"),
        ("GET", "/api/channels/demo/threads/t"),
        ("GET", "/api/events"),
        ("GET", "/api/goals"),
        ("DELETE", "/api/goals/g7k2"),
        ("POST", "/api/commands"),
        ("GET", "/api/nothing"),
    ],
)
async def test_without_the_key_nothing_is_read_or_done(stranger, web, method, path):
    answers = [
        await stranger.request(method, path, json=WORDS, headers=headers)
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic the-key"})
    ]
    assert [refused(answer) for answer in answers] == [(401, 1)] * 3
    assert (web.came_in, web.desk.status) == ([], "active")


@pytest.mark.parametrize("path", ["/api/commands", "/healthz", "/readyz", "/metrics", "/openapi.json"])
async def test_what_holds_no_secret_needs_no_key(stranger, path):
    assert (await stranger.get(path)).status_code == 200


async def test_the_key_in_the_address_becomes_a_cookie_that_scripts_cannot_read(stranger):
    answer = await stranger.get("/?key=the-key")
    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert cookie.startswith("goalward-8080=the-key;")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert (await stranger.get("/api/goals")).status_code == 200


async def test_a_wrong_key_in_the_address_gives_no_cookie(stranger):
    answer = await stranger.get("/?key=wrong")
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


async def test_a_cookie_for_another_port_is_no_key(stranger):
    stranger.cookies.set("goalward-9090", "the-key")
    assert (await stranger.get("/api/goals")).status_code == 401


@pytest.mark.parametrize("other", ['prefs={"a":1}', "sid=a b", "x=ü", "=", 'q="', "a[b]=c,d"])
async def test_the_cookies_of_other_programs_on_this_machine_lock_nobody_out(stranger, other: str):
    mixed = f"{other}; goalward-8080=the-key; {other}".encode()
    answer = await stranger.get("/api/goals", headers=[(b"cookie", mixed)])
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example:8080"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": ""},
        {"Host": "192.168.1.7:8080"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:3000"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "null"},
    ],
)
async def test_other_names_and_other_sites_are_refused_even_with_the_key(http, web, headers):
    answer = await http.post(DEMO, json=WORDS, headers=headers)
    assert (refused(answer), web.came_in) == ((403, 1), [])


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost:8080", "Origin": "http://localhost:8080"},
        {"Host": "[::1]:8080"},
        {"Host": "127.0.0.1:8080", "Origin": "http://127.0.0.1:8080"},
    ],
)
async def test_our_own_page_is_let_through(http, headers):
    assert (await http.post(DEMO, json=WORDS, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_a_body_must_be_json(http, web, kind):
    answer = await http.post(DEMO, content=b'{"user": "ana", "text": "x"}', headers={"Content-Type": kind})
    assert (refused(answer), web.came_in) == ((400, 1), [])


async def test_json_may_name_its_charset(http):
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert (await http.post(DEMO, content=b'{"user": "a", "text": "x"}', headers=headers)).status_code == 200


async def test_a_body_of_a_megabyte_is_too_large_also_when_its_length_is_not_said(http):
    async def drops():
        for _ in range(LARGEST_BODY // 50_000 + 1):
            yield b" " * 50_000

    said = await http.post(
        DEMO, content=b" " * (LARGEST_BODY + 1), headers={"Content-Type": "application/json"}
    )
    unsaid = await http.post(DEMO, content=drops(), headers={"Content-Type": "application/json"})
    assert [refused(said), refused(unsaid)] == [(413, 1)] * 2


async def open_to(host, headers, key="the-key"):
    app = create_app(access=Access(key, host), page=PAGE, clean=str)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        return (await client.get("/openapi.json", headers=headers)).status_code


@pytest.mark.parametrize(
    ("host", "asked", "status"),
    [
        ("0.0.0.0", "10.0.0.7:8080", 200),
        ("0.0.0.0", "evil.example", 403),
        ("chat.example", "chat.example:8080", 200),
        ("::", "[2001:db8::1]:8080", 200),
    ],
)
async def test_the_bound_host_is_one_of_our_names(host, asked, status):
    assert await open_to(host, {"Host": asked}) == status


async def test_an_open_channel_lifts_the_key_and_nothing_else(open_web):
    there = httpx.ASGITransport(open_web.app)
    async with httpx.AsyncClient(transport=there, base_url="http://127.0.0.1:8080") as client:
        answers = [
            await client.post(DEMO, json=WORDS),
            await client.post(DEMO, json=WORDS, headers={"Origin": "http://evil.example"}),
            await client.post(DEMO, json=WORDS, headers={"Host": "evil.example"}),
            await client.post(DEMO, content=b"{}", headers={"Content-Type": "text/plain"}),
        ]
    assert [answer.status_code for answer in answers] == [200, 403, 403, 400]


async def test_the_page_may_load_only_what_is_its_own(stranger):
    answer = await stranger.get("/")
    policy = answer.headers["content-security-policy"]
    assert (answer.status_code, "script-src 'self'" in policy, "unsafe" in policy) == (200, True, False)
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("host", "name"),
    [("a.b:1", "a.b"), ("[::1]:80", "::1"), ("[::1", ""), ("", ""), ("x@localhost", ""), ("localhost/x", "")],
)
def test_a_host_header_is_read_without_its_port(host, name):
    assert _name(host) == name
