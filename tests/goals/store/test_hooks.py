"""Hooks in the store: beside what is for the channel, each end of one told and in the trail, once."""

from goals import hook_rows
from goals.domain import edges, events
from goals.domain.change import Change
from goals.domain.hooks import Hook
from goals.domain.trail import broken
from goals.domain.values import Reason, Status
from goals.ports import Delivery, Outgoing
from goals.store import Store
from tests.given import ANA, NOW, goal, goal_in, later


def row(*hooks: Hook) -> Outgoing:
    """The first hook of a goal that was proven."""
    met = goal_in(Status.ACTIVE, on_achieved=hooks or (Hook("notify", "@ana"),))
    change = Change(met, (events.Finished(Status.COMPLETED, Reason.PROVEN, ""),))
    return hook_rows.due(met, edges.due(change)[0], NOW)


async def put(store: Store, *more: Outgoing) -> Outgoing:
    await store.outbox.put([row(), *more])
    return (await store.hooks.due(NOW))[0]


async def test_a_hook_is_delivered_apart_from_what_is_for_the_channel(store: Store) -> None:
    post = Outgoing("g7k2:4.0", "thread", "event", {}, "g7k2")
    hook = await put(store, post)

    posts = [each.key for each in await store.outbox.due(NOW)]
    hooks = [each.key for each in await store.hooks.due(NOW)]

    assert (posts, hooks) == (["g7k2:4.0"], [hook.key])


async def test_the_state_of_a_hook_tells_how_its_delivery_stands(store: Store) -> None:
    hook = await put(store)
    new = (await store.hooks.states("g7k2"))[0]
    await store.hooks.settle(
        hook, Delivery("retry", NOW, not_before=later(seconds=5), error="it answers 500")
    )
    tried = (await store.hooks.states("g7k2"))[0]
    await store.hooks.settle(
        tried_again := (await store.hooks.due(later(seconds=5)))[0], Delivery("sent", NOW)
    )
    sent, unsettled = (await store.hooks.states("g7k2"))[0], await store.hooks.states()

    assert (new.how, new.event, new.state, new.at) == ("notify: @ana", "g7k2:4.0", "pending", None)
    assert (tried.state, tried.attempts, tried.error, tried.at) == (
        *("pending", 1, "it answers 500"),
        later(seconds=5),
    )
    assert unsettled == []
    assert (sent.state, sent.attempts, sent.error, sent.at) == ("sent", tried_again.attempts + 1, "", NOW)


async def test_what_follows_the_end_of_a_hook_is_stored_once(store: Store) -> None:
    hook = await put(store)
    for _ in range(2):
        follows = hook_rows.follows(hook, "dead", "it answers 410")
        await store.hooks.settle(hook, Delivery("dead", NOW, error="it answers 410", follows=follows))

    kinds = sorted(each.kind for each in await store.outbox.due(NOW))

    assert kinds == ["card", "event"]
    trail = await store.history.kept("hooks:g7k2")
    assert trail is not None
    assert [each.what for each in trail.rows] == ["HookGivenUp"]


async def test_a_hook_that_was_given_up_is_tried_again_by_somebody_and_the_trail_names_them(
    store: Store,
) -> None:
    hook = await put(store)
    refused = await store.hooks.retry(hook, ANA, NOW)
    await store.hooks.settle(hook, Delivery("dead", NOW, error="it answers 410"))
    retried = await store.hooks.retry(hook, ANA, NOW)
    again = await store.hooks.due(NOW)
    await store.hooks.settle(again[0], Delivery("sent", NOW))

    trail = await store.history.kept("hooks:g7k2")
    assert trail is not None
    assert (refused, retried, again[0].key, again[0].attempts) == (False, True, hook.key, 0)
    assert [(each.what, each.who) for each in trail.rows] == [
        ("HookGivenUp", "goalward"),
        ("HookRetried", "ana"),
        ("HookFired", "goalward"),
    ]
    assert broken(trail) is None


async def test_a_goal_is_stored_with_its_hooks_due_in_one_transaction(store: Store) -> None:
    new = goal(id="h3m9", version=0, on_paused=(Hook("notify", "@ana"),))
    change = Change(new, (events.Paused(Reason.OWNER, "", ""),))
    due = [hook_rows.due(new, each, NOW) for each in edges.due(change)]
    await store.goals.record(change, at=NOW, outgoing=due)

    loaded = await store.goals.load("h3m9")
    assert loaded is not None
    assert [each.key for each in await store.hooks.due(NOW)] == ["h3m9:1.hook.on_paused.0"]
    assert loaded.request.on_paused == (Hook("notify", "@ana"),)
