"""What the bot says in Slack: once, in its thread, within the limits, to nobody who is not meant."""

from typing import Any

from tests.slack.team import Team

GOAL = "--verify 'test -f done' put a file there"


async def test_a_storm_of_limits_delays_and_doubles_nothing(team: Team) -> None:
    team.house.agent("touch done")
    team.slack.limit("chat.postMessage", 1, times=3)
    team.slack.limit("chat.update", 1, times=3)
    team.slack.limit("reactions.add", 1, times=2)
    team.slack.limit("users.info", 1, times=2)
    thread = await team.slash(f"--auto-approve {GOAL}")
    await team.stands(thread, "completed")
    await team.slack.until(lambda: any("is proven" in text for text in team.said(thread)))
    await team.card(thread, saying="proven")
    said = team.said(thread)
    assert len(said) == len(set(said)) == 3


async def test_where_the_bot_is_not_in_the_channel_whoever_asked_is_told(team: Team) -> None:
    team.slack.channel("closed", member=False)
    await team.slack.slash("ana", "closed", GOAL)
    answers = await team.slack.until(lambda: [said for said in team.slack.answers.values() if said])
    assert ("/invite" in answers[0][0]["text"], await team.goals()) == (True, [])


async def test_a_goal_pauses_where_the_bot_was_thrown_out_and_goes_on_when_it_is_back(team_with) -> None:
    async with team_with(defaults={"turn_gap": 1}) as team:
        thread = await team.slash(f"--auto-approve --no-progress-limit 90 --max-turns 90 {GOAL}")
        await team.card(thread)
        team.slack.kick("demo")
        goal = await team.stands(thread, "paused")
        team.slack.invite("demo")
        team.house.agent("touch done")
        await team.slack.say("ana", "demo", "@goalward resume", thread=thread)
        after = await team.stands(thread, "completed")
        assert (goal["reason"], "/invite" in goal["explanation"], after["label"]) == (
            "blocked",
            True,
            "proven",
        )


async def test_the_board_and_refusals_of_a_command_are_shown_to_who_asked_alone(team: Team) -> None:
    await team.slack.slash("ana", "demo", "")
    await team.slack.slash("ben", "demo", "--max-turns many x")
    await team.slack.until(lambda: len(team.slack.whispers) == 2)
    assert {each["user"] for each in team.slack.whispers} == {"U0ANA", "U0BEN"}
    assert team.slack.posts("demo") == []


async def test_a_button_of_what_one_person_alone_sees_is_answered_to_that_person(team: Team) -> None:
    thread = await team.slash(GOAL)
    goal = await team.stands(thread, "pending_approval")
    await team.slack.slash("ana", "demo", "")
    board = await team.slack.until(lambda: next(iter(team.slack.whispers), None))
    before = len(team.slack.posts("demo"))
    await team.slack.press_whisper(board, "details")
    await team.slack.until(lambda: len(team.slack.whispers) > 1)
    told = team.slack.whispers[1]
    assert (goal["id"] in told["text"], told["user"], len(team.slack.posts("demo"))) == (
        True,
        "U0ANA",
        before,
    )


async def test_words_of_people_and_agents_ping_nobody_and_are_no_links(team: Team) -> None:
    nasty = "tell <!channel>, <!here>, <@U0BEN>, @everyone and <https://evil.test|our page> ```"
    team.house.agent("printf '%s' \"$(cat <<'EOT'\n" + nasty + '\nEOT\n)" > done; cat done')
    thread = await team.slash(f"--auto-approve {GOAL}: {nasty}")
    await team.stands(thread, "completed")
    posts = [m for m in team.slack.thread("demo", thread) if m["user"] == team.slack.bot]
    marked = [text for m in posts for text in (m["text"], *_marked(m.get("blocks", [])))]
    live = ("<!channel", "<!here", "<@U0BEN", "<https://evil.test")
    assert [text for text in marked if any(mark in text for mark in live)] == []
    assert all((m.get("unfurl_links"), m.get("unfurl_media")) == (False, False) for m in posts)


def _marked(block: Any) -> list[str]:
    """The texts of blocks in which Slack looks for marks: not the plain ones, nor those of rich text."""
    if isinstance(block, list):
        return [text for each in block for text in _marked(each)]
    if not isinstance(block, dict):
        return []
    own = [block["text"]] if block.get("type") in ("mrkdwn", "markdown") else []
    return own + [text for each in block.values() for text in _marked(each)]


async def test_a_mention_without_a_verb_gets_an_offer_in_its_thread(team: Team) -> None:
    said = await team.slack.say("ana", "demo", "could you repair the build, @goalward?")
    await team.slack.until(lambda: team.said(said))
    assert await team.goals() == []


async def test_a_reply_in_a_thread_that_is_not_ours_is_not_even_kept(team: Team) -> None:
    first = await team.slack.say("ana", "demo", "lunch?")
    await team.slack.say("ben", "demo", "at noon", thread=first)
    kept = await team.core.store.inbox.unhandled()
    assert (kept, team.said(first)) == ([], [])


async def test_in_direct_messages_no_mention_is_needed(team_with) -> None:
    async with team_with() as team:
        said = await team.slack.say("ana", "@ana", "help")
        await team.slack.until(lambda: team.slack.home.im("U0ANA").messages[said].get("reply_count"))
        replies = team.slack.home.thread(team.slack.home.im("U0ANA"), said)[1:]
        assert all(reply["user"] == team.slack.bot for reply in replies)


async def test_a_goal_pauses_where_its_channel_is_closed_to_the_bot_and_goes_on_after(team: Team) -> None:
    turns = f"{team.house.place}/turn-$GOALWARD_TURN"
    team.house.agent(f"until [ -f {turns} ]; do sleep 0.02; done; [ $GOALWARD_TURN -lt 3 ] || touch done")
    thread = await team.slash(f"--auto-approve {GOAL}")
    await team.stands(thread, "active")
    await team.card(thread)
    team.slack.kick("demo")
    (team.house.place / "turn-1").touch()
    goal = await team.stands(thread, "paused")
    team.slack.invite("demo")
    for turn in (2, 3, 4):
        (team.house.place / f"turn-{turn}").touch()
    await team.slack.say("ana", "demo", "@goalward resume", thread=thread)
    done = await team.stands(thread, "completed")
    assert (goal["reason"], goal["explanation"], done["label"]) == (
        "blocked",
        "Slack refuses: the bot is not in the channel; `/invite` it (not_in_channel).",
        "proven",
    )


async def test_a_goal_pauses_where_its_channel_was_archived(team: Team) -> None:
    turns = f"{team.house.place}/turn-$GOALWARD_TURN"
    team.house.agent(f"until [ -f {turns} ]; do sleep 0.02; done")
    thread = await team.slash(f"--auto-approve {GOAL}")
    await team.stands(thread, "active")
    await team.card(thread)
    team.slack.archive("demo")
    (team.house.place / "turn-1").touch()
    goal = await team.stands(thread, "paused")
    assert (goal["reason"], goal["explanation"]) == (
        "blocked",
        "Slack refuses: the channel is archived (is_archived).",
    )


async def test_a_limit_of_one_channel_leaves_another_alone(team: Team) -> None:
    team.house.agent(f"until [ -f {team.house.place}/go ]; do sleep 0.02; done; touch done")
    team.house.agent("touch done", "other")
    team.slack.channel("ops")
    thread = await team.slash(f"--auto-approve {GOAL}")
    await team.stands(thread, "active")
    await team.card(thread)
    team.slack.limit_channel("demo", 3600)
    (team.house.place / "go").touch()
    await team.stands(thread, "completed")
    there = await team.slash(f"--auto-approve --agent other {GOAL}", channel="ops")
    await team.slack.until(lambda: proven(team, there, "ops"))
    meanwhile = proven(team, thread, "demo")
    team.house.clock.advance(3601)
    await team.slack.until(lambda: proven(team, thread, "demo"))
    assert meanwhile is False


def proven(team: Team, thread: str, channel: str) -> bool:
    """Its thread was told that a goal is proven, in a message of its own."""
    return any("is proven" in text for text in team.said(thread, channel=channel))


async def test_hooks_mention_a_person_and_a_group_in_the_thread_once_each(team: Team) -> None:
    team.house.agent("touch done")
    ben, group = team.slack.person("ben"), team.slack.home.group("oncall", "ben", "cem")
    hooks = f"--on-achieved notify:<@{ben}> --on-achieved notify:<!subteam^{group}|@oncall>"
    thread = await team.slack.say("ana", "demo", f"@goalward /goal --auto-approve {hooks} {GOAL}")
    goal = await team.stands(thread, "completed")
    told = await team.slack.until(lambda: bells(team, thread, 2))
    assert sorted(text.partition(":")[0] for text in told) == sorted(
        [f"🔔 <@{ben}>", f"🔔 <!subteam^{group}>"]
    )
    assert all(goal["id"] in text for text in told)


def bells(team: Team, thread: str, number: int) -> list[str]:
    """What hooks said in a thread, once it is so many messages."""
    told = [text for text in team.said(thread) if text.startswith("🔔")]
    return told if len(told) >= number else []
