"""`ci`: the checks of a pull request or a branch, on the forge of the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pygit2
import pytest
from pydantic import ValidationError

from goals.domain.values import Goal, Verdict
from goals.outside.github import GitHub
from goals.outside.web import HttpWeb
from goals.ports import CheckContext, Endpoint, Outside
from goals.verifiers.ci import NO_REPOSITORY, CiSettings, CiVerifier
from goals.work.origin import remote_of
from tests.peers.clock import ManualClock
from tests.peers.forge import REPO, Forge, run, sha
from tests.peers.web import Page, Served, serving

Context = Callable[..., CheckContext]
A = sha("a")
GREEN = Forge({"7": A, "main": A}, check_runs={A: [run("build")]})


def outside(there: Served, **more: Any) -> Outside:
    web, clock = HttpWeb(), ManualClock()
    return Outside(web, forge=GitHub(web, clock, Endpoint(there.url)), remote_of=remote_of, **more)


async def check(context: Context, forge: Any = GREEN, *, default: str = "", **settings: Any) -> Verdict:
    async with serving(forge) as there:
        verifier = CiVerifier(CiSettings.model_validate(settings))
        return await verifier.check(context(outside=outside(there, repo=default)))


@pytest.mark.parametrize("ref", [{"pr": 7}, {"branch": "main"}])
async def test_green_checks_are_met_and_say_of_which_commit(context: Context, ref: dict[str, Any]) -> None:
    found = await check(context, repo=REPO, **ref)
    assert (found.met, found.reason) == (True, "all 1 check passed on aaaaaaaaaa")


async def test_a_branch_that_is_not_there_yet_is_not_met(context: Context) -> None:
    found = await check(context, repo=REPO, branch="goal/g7k2")
    assert (found.met, found.reason) == (False, "acme/shop has no branch goal/g7k2")


async def test_a_limit_is_a_check_that_broke_and_says_when_it_is_over(context: Context) -> None:
    found = await check(context, Page(429, "", {"Retry-After": "600"}), repo=REPO, pr=7)
    assert (found.met, "was asked too often; it can be asked again at" in found.reason) == (None, True)
    assert found.again is not None


async def test_the_repository_of_the_settings_is_asked_where_the_goal_has_none(context: Context) -> None:
    assert (await check(context, default=REPO, pr=7)).met is True


async def test_without_any_repository_the_check_is_broken(context: Context) -> None:
    found = await check(context, pr=7)
    assert (found.met, found.reason) == (None, NO_REPOSITORY)


async def test_the_goals_repository_is_the_one_that_it_was_cloned_from(
    context: Context, goal: Goal, tmp_path: Path
) -> None:
    local = tmp_path / "shop"
    repository = pygit2.init_repository(local)
    async with serving(GREEN) as there:
        origin = f"http://127.0.0.1/{REPO}.git"
        repository.remotes.create("origin", origin)
        found = []
        for repo in (str(local), origin, "git@127.0.0.1:acme/other.git", "https://elsewhere.example/a/b.git"):
            mine = replace(goal, request=replace(goal.request, repo=repo))
            asked = context(goal=mine, outside=outside(there, repo="acme/none"))
            found.append((await CiVerifier(CiSettings(pr=7)).check(asked)).reason)
    unseen = f"{there.host} shows no repository {{}}; GOALWARD_FORGE__TOKEN may not see it"
    green = "all 1 check passed on aaaaaaaaaa"
    assert found == [green, green, unseen.format("acme/other"), unseen.format("acme/none")]


WRONG: list[dict[str, Any]] = [
    {},
    {"pr": 7, "branch": "main"},
    {"pr": 0},
    {"pr": "7"},
    {"pr": 7, "repo": "acme"},
    {"pr": 7, "repo": "../shop"},
    {"pr": 7, "repo": "acme/.."},
    {"pr": 7, "repo": "https://github.com/acme/shop"},
    {"branch": "../../user"},
    {"branch": "a b"},
    {"branch": "-x"},
    {"branch": "main?x=1"},
    {"branch": "main/"},
    {"branch": "x.lock"},
    {"pr": 7, "url": "http://10.0.0.5"},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_settings_that_are_wrong_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CiSettings.model_validate(wrong)


@pytest.mark.parametrize("branch", ["main", "team/fix-1", "v2.0", "feature/ümlaut", "a@b"])
def test_names_that_git_takes_are_taken(branch: str) -> None:
    assert CiSettings(branch=branch).branch == branch
