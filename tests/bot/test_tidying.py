"""What the commands of goals left behind is removed when they end, in whichever process they do."""

from typing import cast

from bot.tidying import Tidying
from goals.ports import Executor
from goals.ports.sharing import Signal, Topic


class Forgetful:
    def __init__(self) -> None:
        self.forgot: list[str] = []

    async def forget(self, goal_id: str) -> None:
        self.forgot.append(goal_id)


async def test_of_what_other_processes_say_only_an_end_counts_also_where_a_later_version_says_more() -> None:
    executor = Forgetful()
    tidying = Tidying(cast(Executor, executor))
    for number, word in enumerate(("active", "of a later version", "completed", "cancelled")):
        tidying.heard(Signal(Topic.GOAL, str(number), word))
    await tidying.settled()
    assert sorted(executor.forgot) == ["2", "3"]
