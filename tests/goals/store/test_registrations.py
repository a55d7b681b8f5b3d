"""What a platform was told last is known, place by place."""

from goals.store import Store
from tests.given import NOW, later


async def test_what_was_told_last_at_a_place_counts(store: Store) -> None:
    await store.registrations.keep("discord", "", "first", NOW)
    await store.registrations.keep("discord", "", "second", later(hours=1))
    await store.registrations.keep("discord", "7", "there", NOW)
    await store.registrations.keep("other", "", "theirs", NOW)
    assert await store.registrations.told("discord") == {"": "second", "7": "there"}


async def test_what_is_forgotten_is_not_known_any_more(store: Store) -> None:
    await store.registrations.keep("discord", "7", "there", NOW)
    await store.registrations.forget("discord", "7")
    await store.registrations.forget("discord", "7")
    assert await store.registrations.told("discord") == {}
