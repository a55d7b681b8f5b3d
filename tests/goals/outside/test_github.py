"""The checks of a commit as GitHub tells of them: three lists in pages, one commit, and a limit that is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from goals.domain.jobs import Commit, Job, State
from goals.outside.github import GitHub
from goals.outside.web import HttpWeb
from goals.ports import Endpoint, Missing, Ref, Silence
from tests.peers.clock import ManualClock
from tests.peers.forge import REPO, Forge, run, sha, status, suite
from tests.peers.web import Asked, Page, Served, serving

PATIENCE = 30.0
A, B = sha("a"), sha("b")
PR = Ref(REPO, pr=7)


def github(there: Served, token: str = "", clock: ManualClock | None = None) -> GitHub:
    return GitHub(HttpWeb(), clock or ManualClock(), Endpoint(there.url, SecretStr(token) if token else None))


async def read(forge: Forge, ref: Ref = PR, token: str = "") -> Commit | Missing | Silence:
    async with serving(forge) as there:
        return await github(there, token).commit(ref, PATIENCE)


def one(**lists: Any) -> Forge:
    """A forge with one pull request whose commit has these."""
    return Forge({"7": A, "main": A}, **{key: {A: items} for key, items in lists.items()})


def jobs(found: object) -> list[tuple[str, str, str]]:
    assert isinstance(found, Commit), found
    return [(job.name, job.state.value, job.said) for job in found.jobs]


async def test_check_runs_and_statuses_are_read_together() -> None:
    found = await read(
        one(check_runs=[run("build"), run("lint", "failure")], statuses=[status("deploy", "pending")])
    )
    assert found == Commit(
        A,
        (
            Job("build", State.PASSED, "success"),
            Job("lint", State.FAILED, "failure"),
            Job("deploy", State.PENDING, "pending"),
        ),
        now=A,
    )


@pytest.mark.parametrize("ref", [Ref(REPO, branch="main"), Ref(REPO, branch="team/fix-1")])
async def test_a_branch_is_read_by_its_whole_name(ref: Ref) -> None:
    forge = Forge({ref.branch: A}, check_runs={A: [run("build")]})
    assert jobs(await read(forge, ref)) == [("build", "passed", "success")]


CONCLUSIONS = {
    **dict.fromkeys(("success", "neutral", "skipped"), "passed"),
    **dict.fromkeys(
        ("failure", "cancelled", "timed_out", "action_required", "stale", "startup_failure"), "failed"
    ),
    "something_new": "failed",
}


@pytest.mark.parametrize("conclusion", CONCLUSIONS)
async def test_a_run_is_as_its_conclusion_says(conclusion: str) -> None:
    found = await read(one(check_runs=[run("build", conclusion)]))
    assert jobs(found) == [("build", CONCLUSIONS[conclusion], conclusion)]


@pytest.mark.parametrize("standing", ["queued", "in_progress", "waiting", "requested", "pending"])
async def test_a_run_that_is_not_over_is_pending(standing: str) -> None:
    assert jobs(await read(one(check_runs=[run("build", None, standing)]))) == [
        ("build", "pending", standing)
    ]


@pytest.mark.parametrize(
    ("state", "stands"), [("success", "passed"), ("failure", "failed"), ("error", "failed")]
)
async def test_a_status_is_as_its_state_says(state: str, stands: str) -> None:
    assert jobs(await read(one(statuses=[status("ci", state)]))) == [("ci", stands, state)]


SUITES = [
    ([run("build")], suite(1), []),
    ([run("build")], suite(1, None, "in_progress"), [("Github Actions", "pending", "in_progress")]),
    ([run("build", "failure")], suite(1, "failure"), []),
    ([], suite(1, "startup_failure", runs=0), [("Github Actions", "failed", "startup_failure")]),
    ([], suite(1, None, "queued", runs=0), [("Github Actions", "pending", "queued")]),
    ([], suite(1, None, "queued", app="renovate", runs=0), []),
    ([], suite(1, None, "queued", app="circleci", runs=2), [("Circleci", "pending", "queued")]),
    ([], suite(1, "neutral", runs=0), []),
]


@pytest.mark.parametrize(("runs", "its_suite", "added"), SUITES)
async def test_a_suite_counts_where_it_says_more_than_its_runs(runs: Any, its_suite: Any, added: Any) -> None:
    found = await read(one(check_runs=runs, check_suites=[its_suite]))
    assert jobs(found)[len(runs) :] == added


async def test_all_pages_are_read() -> None:
    forge = one(
        check_runs=[run(f"job {n}") for n in range(25)], statuses=[status(f"status {n}") for n in range(11)]
    )
    forge.page_size = 10
    found = await read(forge)
    assert (len(jobs(found)), isinstance(found, Commit) and found.whole) == (36, True)


async def test_pages_without_end_are_given_up() -> None:
    forge = one(check_runs=[run(f"job {n}") for n in range(11)])
    forge.page_size = 1
    found = await read(forge)
    assert found == Silence("check-runs go on beyond 10 pages of 100")


async def test_a_list_with_fewer_items_than_it_counts_is_not_whole() -> None:
    forge = one()
    counted = {"total_count": 2, "check_runs": [{"id": 1, **run("build")}]}
    forge.before = lambda asked: Page(200, json.dumps(counted)) if asked.path.endswith("check-runs") else None
    assert await read(forge) == Commit(A, (Job("build", State.PASSED, "success"),), now=A, whole=False)


async def test_a_push_between_the_pages_is_named_and_nothing_of_it_is_mixed_in() -> None:
    forge = Forge({"7": A}, check_runs={A: [run("old")], B: [run("new", "failure")]})

    def push(asked: Asked) -> None:
        if asked.path.endswith("/status"):
            forge.heads["7"] = B

    forge.before = push
    assert await read(forge) == Commit(A, (Job("old", State.PASSED, "success"),), now=B)


async def test_what_is_not_there_yet_is_told_from_what_nobody_may_see() -> None:
    async with serving(one()) as there:
        hub = github(there)
        found = [
            await hub.commit(ref, PATIENCE)
            for ref in (Ref(REPO, pr=8), Ref(REPO, branch="gone"), Ref("acme/other", pr=1))
        ]
    hidden = f"{there.host} shows no repository acme/other; GOALWARD_FORGE__TOKEN may not see it"
    assert found == [
        Missing("acme/shop has no pull request 8"),
        Missing("acme/shop has no branch gone"),
        Silence(hidden),
    ]


async def test_the_token_opens_what_is_closed_and_a_wrong_one_is_named_but_not_shown() -> None:
    forge = one(check_runs=[run("build")])
    forge.token = "right-token"
    wrong = await read(forge, token="wrong-token")
    assert jobs(await read(forge, token="right-token")) == [("build", "passed", "success")]
    assert isinstance(wrong, Silence)
    assert (
        "answers 401: GOALWARD_FORGE__TOKEN does not open it" in wrong.why,
        "wrong-token" in wrong.why,
    ) == (
        True,
        False,
    )


async def test_a_next_page_elsewhere_is_not_asked() -> None:
    async with serving(Page(body='{"total_count": 1, "check_runs": []}')) as elsewhere:
        forge = one(check_runs=[run("build")])
        link = {"Link": f'<{elsewhere.url}/page2>; rel="next"'}
        forge.before = lambda asked: (
            Page(200, '{"check_runs": []}', link) if asked.path.endswith("check-runs") else None
        )
        found = await read(forge, token="secret-token")
    assert (isinstance(found, Silence), elsewhere.asked) == (True, [])


LIMITS = {
    "seconds": (429, {"Retry-After": "30"}, 30),
    "secondary": (403, {"Retry-After": "45"}, 45),
    "no time at all": (429, {}, 60),
    "too long": (429, {"Retry-After": "999999"}, 3600),
    "in the past": (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1000"}, 1),
}


@pytest.mark.parametrize("limit", LIMITS)
async def test_a_limit_is_kept_until_its_time(limit: str) -> None:
    status_, headers, pause = LIMITS[limit]
    clock, forge = ManualClock(), one(check_runs=[run("build")])
    forge.before = lambda asked: Page(status_, '{"message": "slow down"}', headers)
    async with serving(forge) as there:
        hub = github(there, clock=clock)
        before = clock.now()
        first = await hub.commit(PR, PATIENCE)
        second = await hub.commit(PR, PATIENCE) if pause > 1 else first
        asked = len(there.asked)
        forge.before = lambda asked: None
        clock.advance(pause + 1)
        third = await hub.commit(PR, PATIENCE)
    assert isinstance(first, Silence) and first.again is not None
    assert (first == second, asked, jobs(third)) == (True, 1, [("build", "passed", "success")])
    assert (first.again - before).total_seconds() >= pause


async def test_a_limit_that_names_its_end_is_waited_for() -> None:
    clock = ManualClock()
    reset = datetime.fromtimestamp(int(clock.now().timestamp()) + 600, UTC)
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(reset.timestamp()))}
    async with serving(Page(403, '{"message": "API rate limit exceeded"}', headers)) as there:
        found = await github(there, clock=clock).commit(PR, PATIENCE)
    why = f"{there.host} was asked too often; it can be asked again at {reset:%H:%M:%S} UTC"
    assert found == Silence(why, reset)


ODD = {
    "no JSON": (Page(200, "<html>"), "is no GitHub"),
    "a list": (Page(200, "[]"), "is no GitHub"),
    "another shape": (Page(200, '{"head": {"sha": "../../x"}}'), "is no GitHub"),
    "an error": (Page(502, "bad gateway"), "answers 502"),
    "no right": (Page(403, '{"message": "Resource not accessible"}'), "answers 403: GOALWARD_FORGE__TOKEN"),
    "cut off": (Page(200, "{", length=100), "broke off"),
}


@pytest.mark.parametrize("answer", ODD)
async def test_an_answer_that_is_none_is_a_silence_with_its_reason(answer: str) -> None:
    page, why = ODD[answer]
    async with serving(page) as there:
        found = await github(there).commit(PR, PATIENCE)
    assert isinstance(found, Silence)
    assert why in found.why


async def test_the_time_is_for_all_pages_together() -> None:
    async with serving(Page(hangs=True)) as there:
        found = await github(there).commit(PR, 0.3)
    assert isinstance(found, Silence) and "within 0.3 s" in found.why


REMOTES = {
    "https://github.com/acme/shop.git": "acme/shop",
    "https://GitHub.com/acme/shop": "acme/shop",
    "https://ana:hush@github.com/acme/shop.git": "acme/shop",
    "git@github.com:acme/shop.git": "acme/shop",
    "ssh://git@github.com:22/acme/shop.git/": "acme/shop",
    "https://gitlab.com/acme/shop.git": "",
    "https://github.com.evil.example/acme/shop.git": "",
    "https://github.com/acme": "",
    "/srv/git/shop.git": "",
    "": "",
}


@pytest.mark.parametrize("remote", REMOTES)
def test_a_remote_is_a_repository_of_this_forge_or_of_another(remote: str) -> None:
    hub = GitHub(HttpWeb(), ManualClock(), Endpoint("https://api.github.com"))
    assert hub.repository(remote) == REMOTES[remote]


def test_an_enterprise_forge_is_known_by_its_own_host() -> None:
    hub = GitHub(HttpWeb(), ManualClock(), Endpoint("https://git.corp.example/api/v3"))
    remotes = ("git@git.corp.example:acme/shop.git", "git@github.com:acme/shop.git")
    assert [hub.repository(remote) for remote in remotes] == ["acme/shop", ""]
