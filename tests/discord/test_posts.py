"""What the bot says in Discord: once, in its thread, within the limits, to nobody who is not meant."""

from __future__ import annotations

from typing import Any

from tests.discord.team import Team, read

GOAL = "--verify 'test -f done' put a file there"
POST, EDIT = "POST /channels/*/messages", "PATCH /channels/*/messages/*"


async def test_a_storm_of_limits_delays_and_doubles_nothing(team: Team) -> None:
    team.house.agent("touch done")
    team.discord.limit(POST, 0.05, times=3)
    team.discord.limit(EDIT, 0.05, times=3)
    team.discord.limit("PUT /channels/*", 0.05, times=2)
    thread = await team.mention(f"/goal --auto-approve {GOAL}")
    await team.stands(thread, "completed")
    await team.discord.until(lambda: [text for text in team.said(thread) if "✅ Proven" in text])
    await team.card(thread, saying="proven")
    said = team.said(thread)
    assert len(said) == len(set(said)) == 2


async def test_where_the_bot_may_open_no_thread_whoever_asked_is_told_which_permission_it_lacks(
    team: Team,
) -> None:
    team.discord.forbid("demo", "create_public_threads")
    thread = await team.mention(f"/goal --auto-approve {GOAL}")
    goal = await team.stands(thread, "paused")
    assert (goal["reason"], goal["explanation"]) == (
        "blocked",
        "Discord refuses: the bot lacks a permission there (Create Public Threads).",
    )


async def test_a_goal_pauses_where_the_bot_was_thrown_out_and_goes_on_when_it_is_back(team: Team) -> None:
    turns = f"{team.house.place}/turn-$GOALWARD_TURN"
    team.house.agent(f"until [ -f {turns} ]; do sleep 0.02; done; [ $GOALWARD_TURN -lt 3 ] || touch done")
    thread = await team.mention(f"/goal --auto-approve {GOAL}")
    await team.stands(thread, "active")
    await team.card(thread)
    team.discord.kick()
    (team.house.place / "turn-1").touch()
    goal = await team.stands(thread, "paused")
    team.discord.invite()
    for turn in (2, 3, 4):
        (team.house.place / f"turn-{turn}").touch()
    await team.discord.say("ana", "demo", "@goalward resume", thread=thread)
    done = await team.stands(thread, "completed")
    assert (goal["reason"], done["label"]) == ("blocked", "proven")


async def test_the_board_is_shown_to_who_asked_alone(team: Team) -> None:
    await team.discord.slash("ana", "demo", "goal board")
    await team.discord.until(
        lambda: [text for text in team.whispered("ana") if "Goals of this channel" in text]
    )
    assert (team.whispered("ben"), team.discord.said("demo")) == ([], [])


async def test_words_of_people_and_agents_ping_nobody_and_are_no_links(team: Team) -> None:
    ben = team.discord.person("ben")
    nasty = f"tell @everyone, @here, <@{ben}> and [our page](https://evil.test) ```"
    team.house.agent("printf '%s' \"$(cat <<'EOT'\n" + nasty + '\nEOT\n)" > done; cat done')
    thread = await team.mention(f"/goal --auto-approve {GOAL}: {nasty}")
    await team.stands(thread, "completed")
    await team.discord.until(lambda: [text for text in team.said(thread) if "✅ Proven" in text])
    calls = [call.json for call in (*team.discord.called(POST), *team.discord.called(EDIT))]
    outside = "\n".join(_outside_of_boxes(text) for text in team.said(thread))
    assert [mark for mark in ("<@" + ben, "[our page](") if _live(mark, outside)] == []
    assert all(call["allowed_mentions"]["parse"] == [] for call in calls)
    assert {who for call in calls for who in call["allowed_mentions"].get("users", ())} <= {
        int(team.discord.person("ana"))
    }


def _outside_of_boxes(text: str) -> str:
    """A text without its boxes of code, in which nothing is markup."""
    return "".join(text.split("```")[::2])


def _live(mark: str, text: str) -> bool:
    """Whether a mark stands in a text without a backslash before it."""
    return text.replace(f"\\{mark}", "").find(mark) >= 0


async def test_a_limit_of_one_thread_leaves_another_alone(team: Team) -> None:
    team.house.agent(f"until [ -f {team.house.place}/go ]; do sleep 0.02; done; touch done")
    team.house.agent("touch done", "other")
    thread = await team.mention(f"/goal --auto-approve {GOAL}")
    await team.stands(thread, "active")
    await team.card(thread)
    team.discord.limit(f"POST /channels/{thread}/messages", 3600)
    (team.house.place / "go").touch()
    await team.stands(thread, "completed")
    there = await team.mention(f"/goal --auto-approve --agent other {GOAL}")
    await team.discord.until(lambda: _proven(team, there))
    meanwhile = _proven(team, thread)
    team.house.clock.advance(3601)
    await team.discord.until(lambda: _proven(team, thread))
    assert meanwhile == []


def _proven(team: Team, thread: str) -> list[str]:
    there = thread in team.discord.world.rooms
    return [text for text in team.said(thread) if "✅ Proven" in text] if there else []


async def test_hooks_mention_a_person_and_a_role_in_the_thread_once_each(team: Team) -> None:
    team.house.agent("touch done")
    ben, role = team.discord.person("ben"), team.discord.role("oncall", "ben")
    hooks = f"--on-achieved notify:<@{ben}> --on-achieved notify:<@&{role}>"
    thread = await team.mention(f"/goal --auto-approve {hooks} {GOAL}")
    goal = await team.stands(thread, "completed")
    told = await team.discord.until(lambda: _bells(team, thread, 2))
    assert sorted(text.partition(":")[0] for text in told) == sorted([f"🔔 <@{ben}>", f"🔔 <@&{role}>"])
    assert all(goal["id"] in text for text in told)


def _bells(team: Team, thread: str, number: int) -> list[str]:
    """What hooks said in a thread, once it is so many messages."""
    told = [text for text in team.said(thread) if text.startswith("🔔")]
    return told if len(told) >= number else []


async def test_a_card_in_a_thread_that_sleeps_in_the_archive_is_kept_up_to_date(team: Team) -> None:
    team.house.agent(f"until [ -f {team.house.place}/go ]; do sleep 0.02; done; touch done")
    thread = await team.mention(f"/goal --auto-approve {GOAL}")
    await team.stands(thread, "active")
    await team.card(thread)
    team.discord.archive(thread)
    (team.house.place / "go").touch()
    await team.stands(thread, "completed")
    await team.card(thread, saying="proven")


async def test_each_message_stands_once_though_the_connection_breaks_and_the_bot_starts_anew(
    team: Team,
) -> None:
    team.house.agent("touch done")
    thread = await team.mention(f"/goal {GOAL}")
    question = await team.question(thread)
    team.discord.break_(POST, "after", times=2)
    team.discord.break_(EDIT, "after", times=2)
    await team.discord.react("ana", question, "✅")
    await team.discord.until(lambda: len(_messages(team, thread)) >= 2)
    await team.restart()
    await team.stands(thread, "completed")
    await team.discord.until(lambda: _in_a_hurry(team, thread))
    said = [read(message) for message in _messages(team, thread)]
    assert len(said) == len(set(said)) == 3


def _in_a_hurry(team: Team, thread: str) -> list[str]:
    """What is tried again in some seconds is tried now."""
    team.house.clock.advance(1)
    return _proven(team, thread)


def _messages(team: Team, thread: str) -> list[dict[str, Any]]:
    return [m for m in team.discord.thread(thread) if m["author"]["id"] == team.discord.bot]
