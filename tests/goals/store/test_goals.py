import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from goals.domain.errors import AlreadyHandled, SlotTaken, StaleGoal, ThreadTaken
from goals.domain.events import (
    Admitted,
    ApprovalAsked,
    ApprovalDecided,
    ApprovalVoted,
    Finished,
    Noted,
    Opened,
    Resumed,
)
from goals.domain.values import (
    Approval,
    ApprovalKind,
    ApprovalStatus,
    Goal,
    Mode,
    Origin,
    Rank,
    Reason,
    Spent,
    Status,
    Wait,
    WaitKind,
)
from goals.ports import Change, Outgoing
from goals.store import Store
from tests.given import ANA, BEN, NOW, ORIGIN, check, goal, later


def opened(id: str = "g7k2", **changes: object) -> Change:
    new = goal(**{"id": id, "version": 0, "status": Status.QUEUED, **changes})
    return Change(new, (Opened(ANA, new.request.objective),), ANA)


async def store_goal(store: Store, id: str = "g7k2", **changes: object) -> Goal:
    return await store.goals.record(opened(id, **changes), at=NOW)


def noted(stands: Goal, text: str = "so it is") -> Change:
    return Change(stands, (Noted(text),))


def asked(**changes: object) -> Approval:
    return replace(Approval("a1", "g7k2", ApprovalKind.PLAN, "the plan", "d1", NOW), **changes)


async def test_a_goal_comes_back_exactly_as_it_was_stored(store: Store) -> None:
    rich = replace(
        opened().goal,
        check=check(False),
        wait=Wait(WaitKind.TIME, "until noon", NOW, until=later(hours=1)),
        brief=("the contract changed", "ünï \U0001f600"),
        spent=Spent(turns=2, seconds=1.25, checks=3),
        ended_by=BEN,
    )

    stored = await store.goals.record(Change(rich, ()), at=NOW)

    assert stored == replace(rich, version=1)
    assert await store.goals.load("g7k2") == stored


async def test_the_newest_of_a_goal_is_itself_until_it_was_changed(store: Store) -> None:
    stored = await store_goal(store)
    assert await store.goals.newest(stored) is stored

    after = await store.goals.record(noted(replace(stored, turn=1)), at=NOW)
    assert await store.goals.newest(stored) == after
    assert await store.goals.newest(after) is after


async def test_a_goal_that_was_never_stored_is_not_there(store: Store) -> None:
    assert await store.goals.load("nope") is None


async def test_text_that_no_database_can_hold_is_stored_with_a_mark_in_its_place(store: Store) -> None:
    await store.goals.record(
        Change(replace(opened().goal, explanation="half \ud83d, nul \x00"), (Noted("\ud83d"),)), at=NOW
    )

    found = await store.goals.load("g7k2")

    assert found is not None
    assert found.explanation.startswith("half ?")


async def test_a_decision_from_an_old_version_is_stale_and_stores_nothing(store: Store) -> None:
    first = await store_goal(store)
    second = await store.goals.record(noted(first), at=NOW)

    with pytest.raises(StaleGoal):
        await store.goals.record(
            noted(replace(first, summary="lost")), at=NOW, outgoing=[Outgoing("k", "l", "post", {})]
        )

    assert await store.goals.load("g7k2") == second
    assert await store.outbox.due(NOW) == []
    assert len(await store.history.events("g7k2")) == 2


async def test_a_new_goal_whose_id_is_taken_is_stale(store: Store) -> None:
    await store_goal(store)

    with pytest.raises(StaleGoal):
        await store_goal(store)


async def test_of_eighty_concurrent_increments_none_is_lost(store: Store) -> None:
    await store_goal(store)

    async def increment() -> None:
        while True:
            stands = await store.goals.load("g7k2")
            assert stands is not None
            more = replace(stands, spent=replace(stands.spent, turns=stands.spent.turns + 1))
            try:
                await store.goals.record(noted(more), at=NOW)
            except StaleGoal:
                continue
            return

    await asyncio.gather(*(increment() for _ in range(80)))

    found = await store.goals.load("g7k2")
    assert found is not None
    assert (found.spent.turns, found.version) == (80, 81)
    assert [each.seq for each in await store.history.events("g7k2")] == list(range(1, 82))


async def test_two_goals_never_take_one_slot(store: Store) -> None:
    both = [await store_goal(store, id) for id in ("a", "b")]

    results = await asyncio.gather(
        *(
            store.goals.record(Change(replace(g, status=Status.ACTIVE, slot=0), (Admitted(0),)), at=NOW)
            for g in both
        ),
        return_exceptions=True,
    )

    assert sorted(type(result).__name__ for result in results) == ["Goal", "SlotTaken"]
    assert await store.goals.slots_taken(both[0].origin.channel_key) == {0}


async def test_of_two_goals_that_are_opened_in_a_thread_at_once_one_is(store: Store) -> None:
    opening = [store.goals.record(Change(goal(id=i, version=0, origin=ORIGIN), ()), at=NOW) for i in "ab"]
    made = await asyncio.gather(*opening, return_exceptions=True)
    one, other = sorted(made, key=lambda each: isinstance(each, Exception))
    assert isinstance(one, Goal) and isinstance(other, ThreadTaken)


async def test_a_thread_is_free_again_when_its_goal_has_ended(store: Store) -> None:
    first = await store.goals.record(Change(goal(version=0), ()), at=NOW)
    await store.goals.record(Change(replace(first, status=Status.CANCELLED, ended_at=NOW), ()), at=NOW)
    second = await store.goals.record(Change(goal(id="h7k2", version=0, origin=ORIGIN), ()), at=NOW)
    assert second.version == 1


async def test_goals_without_a_thread_are_in_nobodys_way(store: Store) -> None:
    nowhere = replace(ORIGIN, thread="", root="")
    for id_ in ("g7k2", "h7k2"):
        await store.goals.record(Change(goal(id=id_, version=0, origin=nowhere), ()), at=NOW)
    assert len(await store.goals.find()) == 2


async def test_a_slot_is_free_again_when_its_goal_leaves_it(store: Store) -> None:
    first, second = [await store_goal(store, id) for id in ("a", "b")]
    first = await store.goals.record(Change(replace(first, slot=0), ()), at=NOW)
    await store.goals.record(Change(replace(first, slot=None, status=Status.PAUSED), ()), at=NOW)

    taken = await store.goals.record(Change(replace(second, slot=0), ()), at=NOW)

    assert taken.slot == 0


async def test_a_goal_that_loses_its_slot_changes_nothing(store: Store) -> None:
    first, second = [await store_goal(store, id) for id in ("a", "b")]
    await store.goals.record(Change(replace(first, slot=0), ()), at=NOW)

    with pytest.raises(SlotTaken):
        await store.goals.record(Change(replace(second, slot=0, status=Status.ACTIVE), ()), at=NOW)

    assert await store.goals.load("b") == second


async def test_an_act_is_carried_out_once(store: Store) -> None:
    stands = await store_goal(store)
    await store.inbox.put("act1", {"say": "pause"}, NOW)
    stands = await store.goals.record(noted(stands), at=NOW, act="act1")

    with pytest.raises(AlreadyHandled):
        await store.goals.record(noted(stands), at=NOW, act="act1")

    assert await store.goals.load("g7k2") == stands
    assert await store.inbox.unhandled() == []


async def test_an_act_that_was_refused_is_still_to_be_carried_out(store: Store) -> None:
    stands = await store_goal(store)
    await store.inbox.put("act1", {"say": "pause"}, NOW)

    with pytest.raises(StaleGoal):
        await store.goals.record(noted(replace(stands, version=9)), at=NOW, act="act1")

    assert await store.inbox.unhandled() == [("act1", {"say": "pause"})]


async def test_an_approval_is_decided_once(store: Store) -> None:
    stands = await store_goal(store)
    stands = await store.goals.record(Change(stands, (ApprovalAsked(asked()),)), at=NOW)
    yes = asked(status=ApprovalStatus.APPROVED, by=BEN, decided_at=later(minutes=1))
    stands = await store.goals.record(Change(stands, (ApprovalDecided(yes),), BEN), at=NOW)

    with pytest.raises(StaleGoal):
        await store.goals.record(
            Change(stands, (ApprovalDecided(replace(yes, status=ApprovalStatus.DENIED)),)), at=NOW
        )

    assert await store.history.approval("a1") == yes
    assert await store.history.approvals("g7k2", status=ApprovalStatus.OPEN) == []
    assert await store.history.approvals("g7k2") == [yes]


async def test_a_vote_is_kept_and_leaves_the_approval_open(store: Store) -> None:
    stands = await store_goal(store)
    stands = await store.goals.record(Change(stands, (ApprovalAsked(asked(needed=2)),)), at=NOW)
    voted = asked(needed=2, votes=(BEN,), grant="g", high=True, cwd="/ws", why="to share", risk="writes")
    await store.goals.record(Change(stands, (ApprovalVoted(voted),), BEN), at=NOW)
    assert await store.history.approvals("g7k2", status=ApprovalStatus.OPEN) == [voted]


async def test_events_come_back_as_they_happened(store: Store) -> None:
    stands = await store_goal(store)
    ended = Finished(Status.COMPLETED, Reason.PROVEN, "all tests pass")
    await store.goals.record(Change(stands, (Noted("one"), ended)), at=later(seconds=1))

    found = await store.history.events("g7k2", after=1)

    assert [(each.seq, each.at, each.event) for each in found] == [
        (2, later(seconds=1), Noted("one")),
        (3, later(seconds=1), ended),
    ]


async def test_goals_are_found_by_all_that_is_given_newest_first(store: Store) -> None:
    elsewhere = Origin("local", "other", "m9")
    await store_goal(store, "a", created_at=NOW)
    await store_goal(store, "b", created_at=later(seconds=1), status=Status.PAUSED)
    await store_goal(store, "c", created_at=later(seconds=2), owner=BEN)
    await store_goal(store, "d", created_at=later(seconds=3), origin=elsewhere)

    async def ids(**wanted: object) -> list[str]:
        return [each.id for each in await store.goals.find(**wanted)]  # type: ignore[arg-type]

    assert await ids() == ["d", "c", "b", "a"]
    assert await ids(limit=2) == ["d", "c"]
    assert await ids(statuses=[Status.QUEUED], channel_key="local:demo") == ["c", "a"]
    assert await ids(owner="ben") == ["c"]
    assert await ids(thread_key=elsewhere.thread_key) == ["d"]


async def test_the_queue_is_front_first_then_priority_then_age(store: Store) -> None:
    await store_goal(store, "young", queued_at=later(seconds=9))
    await store_goal(store, "old", queued_at=NOW)
    await store_goal(store, "urgent", queued_at=later(seconds=20), priority=5)
    await store_goal(store, "woken", queued_at=later(seconds=30), front=True)
    await store_goal(store, "paused", status=Status.PAUSED)

    queue = await store.goals.queue("local:demo")
    first = await store.goals.next_queued("local:demo")

    assert [each.id for each in queue] == ["woken", "urgent", "old", "young"]
    assert first == queue[0]
    assert await store.goals.queued_channels() == ["local:demo"]
    assert await store.goals.next_queued("local:empty") is None


async def test_goals_are_due_when_their_alarm_is_unless_they_have_ended(store: Store) -> None:
    waits = Wait(WaitKind.TIME, "until later", NOW, until=later(minutes=5))
    await store_goal(store, "later", status=Status.WAITING, wait=waits)
    await store_goal(store, "soon", deadline=later(minutes=1))
    await store_goal(store, "ended", status=Status.CANCELLED, deadline=later(seconds=1))

    assert await store.goals.next_alarm() == later(minutes=1)
    assert await store.goals.due(NOW) == []
    assert [each.id for each in await store.goals.due(later(minutes=5))] == ["soon", "later"]


async def test_counts_say_how_many_there_are_of_each_status(store: Store) -> None:
    await store_goal(store, "a")
    await store_goal(store, "b")
    await store_goal(store, "c", status=Status.PAUSED)

    assert await store.goals.counts() == {Status.QUEUED: 2, Status.PAUSED: 1}


async def test_what_is_told_is_stored_with_the_change(store: Store) -> None:
    stands = await store_goal(store)
    row = Outgoing("g7k2:2", "t1", "event", {"seq": 2}, "g7k2")

    await store.goals.record(Change(stands, (Resumed(ANA),), ANA), at=NOW, outgoing=[row])

    due = await store.outbox.due(NOW + timedelta(seconds=1))
    assert [(each.key, each.lane, each.body) for each in due] == [("g7k2:2", "t1", {"seq": 2})]


async def test_a_goals_place_is_its_number_in_the_queue(store: Store) -> None:
    await store_goal(store, "a", queued_at=later(minutes=2))
    await store_goal(store, "b", queued_at=later(minutes=2))
    await store_goal(store, "c", queued_at=later(minutes=3), front=True)
    await store_goal(store, "d", queued_at=later(minutes=9), priority=5)
    await store_goal(store, "e", moved=Rank(False, 0, 1), queued_at=later(minutes=9))
    await store_goal(store, "f", origin=Origin("local", "other", "m1"))
    await store_goal(store, "g", status=Status.PAUSED)

    in_line = [each.id for each in await store.goals.queue("local:demo")]

    assert in_line == ["c", "d", "e", "a", "b"]
    assert [await store.goals.place(id) for id in (*in_line, "f", "g", "no")] == [
        1,
        2,
        3,
        4,
        5,
        1,
        None,
        None,
    ]


async def test_every_queued_goal_has_its_place_in_its_own_channel(store: Store) -> None:
    await store_goal(store, "a", queued_at=later(minutes=2))
    await store_goal(store, "b", queued_at=later(minutes=1))
    await store_goal(store, "c", queued_at=later(minutes=9), priority=5)
    await store_goal(store, "d", origin=Origin("local", "other", "m1"))
    await store_goal(store, "e", status=Status.PAUSED)

    assert await store.goals.places() == {"c": 1, "b": 2, "a": 3, "d": 1}


async def test_what_stands_in_a_channel_is_all_that_is_unfinished_and_what_ended_last(store: Store) -> None:
    for n in range(3):
        await store_goal(store, f"open{n}", status=Status.PAUSED, created_at=later(minutes=-n))
        ended = {"status": Status.COMPLETED, "created_at": later(minutes=n), "ended_at": later(hours=n)}
        await store_goal(store, f"over{n}", **ended)
    await store_goal(store, "old", status=Status.CANCELLED, ended_at=later(seconds=-1))
    await store_goal(store, "elsewhere", origin=Origin("local", "other", "m1"))

    found = await store.goals.standing("local:demo", since=NOW, ended=2)

    assert [each.id for each in found.unfinished] == ["open2", "open1", "open0"]
    assert ([each.id for each in found.ended], found.ended_in_all) == (["over2", "over1"], 3)


async def test_the_monitors_of_a_channel_stand_apart_and_only_the_newest_of_them(store: Store) -> None:
    await store_goal(store, "driven")
    for n in range(3):
        await store_goal(
            store, f"eye{n}", mode=Mode.MONITOR, status=Status.ACTIVE, created_at=later(minutes=n)
        )
    await store_goal(store, "over", mode=Mode.MONITOR, status=Status.COMPLETED, ended_at=NOW)

    found = await store.goals.standing("local:demo", since=NOW, ended=2, watching=2)

    assert [each.id for each in found.unfinished] == ["driven"]
    assert ([each.id for each in found.watching], found.watching_in_all) == (["eye2", "eye1"], 3)
    assert [each.id for each in await store.goals.find(mode=Mode.DRIVE)] == ["driven"]


async def test_the_approvals_of_many_goals_come_at_once(store: Store) -> None:
    first, second = [await store_goal(store, id) for id in ("a", "b")]
    ask = asked(id="a1", goal_id="a")
    await store.goals.record(Change(first, (ApprovalAsked(ask),)), at=NOW)

    assert await store.history.approvals_of(["a", second.id]) == {"a": [ask], "b": []}
    assert await store.history.approvals_of([]) == {}


async def test_the_log_of_a_goal_has_no_last_page(store: Store) -> None:
    many = Change(goal(version=0), tuple(Noted(f"note {n}") for n in range(1_001)))
    await store.goals.record(many, at=NOW)
    last = (await store.history.events("g7k2"))[-1]
    assert (last.seq, last.event) == (1_001, Noted("note 1000"))
