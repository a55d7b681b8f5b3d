"""Everything that can be asked about goals has an answer, in the channel and over HTTP."""

from tests.peers.house import House

DONE = '--auto-approve --verify "test -f done"'

KEYS = {
    *("id", "mode", "status", "label", "reason", "explanation", "objective", "revision", "owner", "channel"),
    *("thread", "plan", "budgets", "verifiers", "verdict", "checks", "next_at", "turns", "tokens", "usd"),
    *("active_seconds", "elapsed_seconds", "audit", "constraints", "protected", "files", "cost_by_model"),
    *("usage_by_purpose", "approvals"),
}


async def completed(house: House) -> str:
    """A thread with a goal that has done something."""
    house.agent(
        'printf "<goal_plan>\\n- [x] think\\n- [>] write\\n</goal_plan>\\n"; echo first > notes; touch done'
    )
    thread = await house.say("demo", f"/goal {DONE} write notes")
    await house.stands(thread, "completed")
    return thread


async def test_every_verb_that_only_looks_answers_once(house: House) -> None:
    thread = await completed(house)
    goal = await house.goal(thread)
    wanted = {
        "status": "write notes",
        f"show {goal['id']}": "write notes",
        "plan": "think",
        "audit": "test -f done",
        "summary": "notes",
        "diff": "the diff is attached",
        "log": "What happened to goal",
        "list": "write notes",
        "board": "write notes",
        "queue": "The queue is empty",
        "help": "Start a goal",
    }
    said = {verb: await house.reply(thread, f"/goal {verb}") for verb in wanted}
    wrong = {verb: texts for verb, texts in said.items() if len(texts) != 1 or wanted[verb] not in texts[0]}
    assert wrong == {}


async def test_goal_alone_shows_the_threads_goal_and_elsewhere_the_board(house: House) -> None:
    thread = await completed(house)
    (shown,) = await house.reply(thread, "/goal")
    board = await house.say("demo", "/goal")
    await house.settled()
    (listed,) = await house.texts(board)
    assert ("write notes" in shown, "Goals of this channel" in listed) == (True, True)


async def test_a_goal_is_reached_by_its_id_from_anywhere(house: House) -> None:
    goal = await house.goal(await completed(house))
    elsewhere = await house.say("demo", f"/goal show {goal['id']}")
    await house.settled()
    unknown = await house.say("demo", "/goal zz99 pause")
    await house.settled()
    assert (goal["id"] in (await house.texts(elsewhere))[0], await house.texts(unknown)) == (
        True,
        ["There is no goal zz99."],
    )


async def test_a_goal_over_http_is_the_documented_object(house: House) -> None:
    goal = await house.goal(await completed(house))
    assert set(goal) == KEYS
    assert goal["verifiers"] == [{"type": "command", "met": True, "reason": "exit code 0"}]
    assert goal["plan"] == [
        {"text": "think", "status": "completed"},
        {"text": "write", "status": "in_progress"},
    ]
    assert {file["path"]: file["added"] for file in goal["files"]} == {"notes": 1, "done": 0}


async def test_the_diff_the_events_the_audit_and_the_summary_are_there_over_http(house: House) -> None:
    goal = await house.goal(await completed(house))
    parts = {
        part: (await house.http.get(f"/api/goals/{goal['id']}/{part}")).raise_for_status().json()
        for part in ("audit", "summary", "events", "diff", "diff?turn=1")
    }
    assert ("+first" in parts["diff"]["diff"], parts["diff?turn=1"]["turn"]) == (True, 1)
    summary, diff = parts["summary"], f"/api/goals/{goal['id']}/diff"
    assert (parts["audit"]["audit"][0]["met"], summary["turns"], summary["reason"]) == (True, 1, "proven")
    assert (summary["diff"], summary["links"]["notes"]) == (diff, f"{diff}#notes")
    assert [event["event"] for event in parts["events"]["events"]] == [
        "Opened",
        "Admitted",
        "BaselineTaken",
        "TurnEnded",
        "Finished",
    ]


async def test_a_goal_is_cancelled_over_http_and_ends_once(house: House) -> None:
    thread = await house.say("demo", "/goal wash up")
    goal = await house.stands(thread, "pending_approval")
    answers = [await house.http.delete(f"/api/goals/{goal['id']}") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert (await house.goal(thread))["status"] == "cancelled"


async def test_a_goal_has_one_card_and_no_message_per_turn(house: House) -> None:
    thread = await house.say("demo", '/goal --auto-approve --max-turns 3 --verify "test -f done" try it')
    await house.stands(thread, "paused")
    said = [m for m in await house.messages(thread) if m["bot"]]
    kinds = [m["text"].split()[0] for m in said]
    assert (kinds.count("🎯"), kinds.count("⏸"), len(kinds)) == (1, 1, 3)


async def test_the_audit_of_a_running_goal_shows_what_is_proven_so_far(house: House) -> None:
    house.agent("case $GOALWARD_TURN in 1) touch a;; *) sleep 300;; esac")
    thread = await house.say(
        "demo", '/goal --auto-approve --verify "test -f a" --verify "test -f b" put both there'
    )
    await house.card(thread, saying="Turn 2")
    (audit,) = await house.reply(thread, "/goal audit")
    status = (await house.goal(thread))["status"]
    await house.reply(thread, "/goal cancel")
    shown = [
        line in audit for line in ("✓ command: test -f a (exit code 0)", "✗ command: test -f b (exit code 1)")
    ]
    assert (status, shown, "✗ 1. put both there" in audit) == ("active", [True, True], True)
