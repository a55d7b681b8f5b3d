"""What the rows come to, on both databases."""

from goals.domain.usage import Purpose, Usage
from goals.domain.values import Mode, Status
from goals.ports import HOOK, Change, Delivery, Outgoing
from goals.store import Store
from goals.store.figures import Figures, Undelivered
from tests.given import NOW, goal

AGENT = Usage("openai/m", Purpose.AGENT, 15, 5, 8, 0.25)
JUDGE = Usage("openai/j", Purpose.JUDGE, 7, 0, 2, None, estimated=True)


async def opened(store: Store, id_: str, status: Status) -> None:
    placed = goal(id=id_, version=0, status=status, slot=None)
    await store.goals.record(Change(placed, ()), at=NOW)


async def test_an_empty_store_has_figures(store: Store) -> None:
    assert await store.figures.read() == Figures({}, {})


async def test_goals_are_counted_by_status_and_those_that_have_not_ended_by_mode(store: Store) -> None:
    for id_, status in (("a1", Status.PAUSED), ("a2", Status.PAUSED), ("a3", Status.FAILED)):
        await opened(store, id_, status)
    found = await store.figures.read()
    assert (found.goals, found.unfinished) == (
        {Status.PAUSED: 2, Status.FAILED: 1},
        {(Status.PAUSED, Mode.DRIVE): 2},
    )


async def test_posts_and_hooks_that_wait_are_counted_apart_and_cards_are_never_the_oldest(
    store: Store,
) -> None:
    await store.outbox.put(
        [
            Outgoing("g:edit*", "t/card", "card", {}),
            Outgoing("g:1.0", "t", "event", {}),
            Outgoing("g:1.1", "t", "event", {}),
            Outgoing("g:1.h", "h", HOOK, {}),
        ]
    )
    _, event, *_ = await store.outbox.due(NOW)
    await store.outbox.settle(event, Delivery("dead", NOW))
    (left,) = [row for row in await store.outbox.due(NOW) if row.kind == "event"]
    (hook,) = await store.hooks.due(NOW)
    found = await store.figures.read()
    assert (found.posts, found.hooks) == (Undelivered(2, 1, left.id), Undelivered(1, 0, hook.id))


async def test_usage_is_summed_by_model_and_purpose_however_often_one_asks(store: Store) -> None:
    sums = []
    for number, one in enumerate((AGENT, JUDGE, AGENT)):
        await store.ledger.settle(f"r{number}", "g7k2", one, NOW)
        sums.append((await store.figures.read()).used)
    twice = Usage("openai/m", Purpose.AGENT, 30, 10, 16, 0.5)
    assert sums == [(AGENT,), (AGENT, JUDGE), (twice, JUDGE)]
