"""Two processes that run only the tick, and many monitors: the long form of tests/monitors/test_replicas.py."""

import pytest

from tests.monitors.test_replicas import share


@pytest.mark.chaos
@pytest.mark.postgres
async def test_two_share_five_thousand_monitors(postgres_url: str) -> None:
    await share(postgres_url, 5_000)
