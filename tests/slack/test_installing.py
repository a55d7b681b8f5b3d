"""A workspace installs the app by itself, works with it, and removes it again."""

import re
from collections.abc import Callable
from typing import Any

import httpx
from pydantic import SecretStr

from adapters.slack.installation import Installation
from adapters.slack.installed import Seal
from tests.slack.team import Team

GOAL = "--auto-approve --verify 'test -f done' put a file there"


async def installed(team: Team, code: str = "code1") -> int:
    """Go through both pages as a browser does; the status of the last."""
    return (await brought_back(team, code)).status_code


async def brought_back(team: Team, code: str) -> httpx.Response:
    """The page that a browser ends at."""
    team.slack.codes.add(code)
    page = await team.house.http.get("/slack/install")
    [state] = re.findall(r"state=([^&\"]+)", page.text)
    cookie = page.headers["set-cookie"].partition(";")[0]
    query = {"code": code, "state": state}
    return await team.house.http.get("/slack/oauth_redirect", params=query, headers={"cookie": cookie})


async def test_a_workspace_that_installed_the_app_has_goals_until_it_removes_it(
    team_with: Callable[..., Any],
) -> None:
    async with team_with(everywhere=True) as team:
        status = await installed(team)
        team.house.agent("touch done")
        goal = await team.stands(await team.slash(GOAL), "completed")
        await team.slack.event({"type": "app_uninstalled"})
        left = await team.core.store.slack_installations.teams()
        assert (status, goal["label"], left) == (200, "proven", [])


async def test_nothing_is_done_for_a_workspace_that_did_not_install_the_app(
    team_with: Callable[..., Any],
) -> None:
    async with team_with(everywhere=True) as team:
        await team.slack.slash("ana", "demo", GOAL)
        await team.settled()
        assert (await team.goals(), team.slack.posts("demo")) == ([], [])


async def test_an_installation_outlives_a_restart(team_with: Callable[..., Any]) -> None:
    async with team_with(everywhere=True) as team:
        await installed(team)
        await team.restart()
        team.house.agent("touch done")
        goal = await team.stands(await team.slash(GOAL), "completed")
        assert goal["label"] == "proven"


async def works_elsewhere_too(team: Team, workspace: str) -> None:
    """The app is installed in another workspace as well."""
    section = team.house.settings.slack
    assert section is not None and section.installation_key is not None
    there = Installation(workspace, team.slack.bot, "B9", SecretStr(team.slack.bot_token))
    sealed = Seal(section.installation_key).closed(there)
    await team.core.store.slack_installations.keep(workspace, sealed, team.house.clock.now())


async def test_people_of_another_workspace_with_the_app_neither_see_nor_touch_a_goal_by_its_id(
    team_with: Callable[..., Any],
) -> None:
    everything = {right: ["*"] for right in ("talk", "own", "approve", "operate")}
    async with team_with(everywhere=True, channels={"slack:T9FAR:*": everything}) as team:
        await installed(team)
        await works_elsewhere_too(team, "T9FAR")
        thread = await team.slash("--verify 'test -f done' put a secret there")
        goal = await team.stands(thread, "pending_approval")
        team.slack.person("eve", team="T9FAR")
        for verb in ("show", "log", "cancel", "approve", "pause"):
            await team.slack.slash("eve", "far", f"{goal['id']} {verb}")
        await team.slack.until(lambda: len(_told(team, "U0EVE")) == 5)
        await team.settled()
        after = await team.goal(thread)
        assert (after["status"], [text for text in _told(team, "U0EVE") if "secret" in text]) == (
            "pending_approval",
            [],
        )


def _told(team: Team, user: str) -> list[str]:
    return [each["text"] for each in team.slack.whispers if each["user"] == user]


async def test_who_installs_it_for_a_whole_organisation_is_told_to_choose_a_workspace(
    team_with: Callable[..., Any],
) -> None:
    async with team_with(everywhere=True) as team:
        team.slack.organisation = True
        page = await brought_back(team, "code1")
        left = await team.core.store.slack_installations.teams()
        assert (page.status_code, "Choose one workspace" in page.text, left) == (400, True, [])
