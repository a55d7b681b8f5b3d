"""The questions that are asked all the time look at open rows only, whatever lies in the store."""

from pathlib import Path

import pytest
from sqlalchemy import Executable
from sqlalchemy.dialects import sqlite

from goals.store import drafts, figures, goals, inbox, monitors, open_store, outbox, readings, steps


async def plan_of(question: Executable, state: Path) -> str:
    store = await open_store("", state)
    compiled = question.compile(dialect=sqlite.dialect(paramstyle="named"))  # type: ignore[attr-defined]
    bound = dict.fromkeys(compiled.params, 1)
    rows = await store.database.read(
        lambda connection: connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", bound).all()
    )
    await store.close()
    return "\n".join(row[-1] for row in rows)


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (outbox._DUE, "ix_outbox_pending"),
        (outbox._NEXT, "ix_outbox_pending"),
        (outbox._DEAD, "ix_outbox_dead"),
        (inbox._UNHANDLED, "ix_inbox_unhandled"),
        (goals._QUEUE, "ix_goal_queue"),
        (goals._PLACE, "ix_goal_status_channel_key"),
        (goals._QUEUED_CHANNELS, "ix_goal_status_channel_key"),
        (goals._DUE, "ix_goal_alarm"),
        (goals._NEXT_ALARM, "ix_goal_alarm"),
        (goals._DRIVEN, "ix_goal_driven"),
        (monitors._DUE, "ix_monitor_next_at"),
        (monitors._NEXT, "ix_monitor_next_at"),
        (monitors._RECOVER, "ix_monitor_slot"),
        (readings._PAST, "ix_reading_goal_id_id"),
        (drafts._WANTED, "ix_draft_wanted"),
        (drafts._OF_THREAD, "ix_draft_thread_key_at"),
        (drafts._OF_GOAL, "ix_draft_of_goal_at"),
        (steps._OF_TURN, "ix_step_goal_id_turn_id"),
        (figures._GOALS, "COVERING INDEX ix_goal_status_channel_key"),
        (figures._UNFINISHED, "ix_goal_status"),
        (figures._PENDING, "ix_outbox_pending"),
        (figures._DEAD, "ix_outbox_dead"),
        (figures._USED, "SEARCH usage USING INTEGER PRIMARY KEY"),
    ],
)
async def test_an_index_answers(question: Executable, index: str, tmp_path: Path) -> None:
    plan = await plan_of(question, tmp_path)

    assert index in plan
    assert "SCAN goal\n" not in plan + "\n"
    assert "SCAN outbox\n" not in plan + "\n"
    assert "SCAN monitor\n" not in plan + "\n"
