"""Where the app was installed is known until it is removed there."""

from goals.store import Store
from tests.given import NOW, later


async def test_the_latest_installation_into_a_workspace_counts(store: Store) -> None:
    await store.slack_installations.keep("T1", "first", NOW)
    await store.slack_installations.keep("T1", "second", later(hours=1))
    await store.slack_installations.keep("T2", "other", NOW)
    found = [await store.slack_installations.find(team) for team in ("T1", "T2", "T3")]
    assert (found, await store.slack_installations.teams()) == (["second", "other", None], ["T1", "T2"])


async def test_a_removed_installation_is_gone(store: Store) -> None:
    await store.slack_installations.keep("T1", "first", NOW)
    await store.slack_installations.remove("T1")
    await store.slack_installations.remove("T1")
    assert await store.slack_installations.find("T1") is None
