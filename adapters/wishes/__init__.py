"""What each verb does: one short function per verb. Every verb of the grammar is in one of the tables."""

from __future__ import annotations

from adapters.wishes import changing, channel, contract, drafts, parks, queue, reading
from adapters.wishes.changing import raise_by
from adapters.wishes.wish import ChannelVerbs, GoalVerbs, Wish

__all__ = ["CHANNEL_VERBS", "GOAL_VERBS", "Wish", "drafts", "raise_by"]

CHANNEL_VERBS: ChannelVerbs = channel.VERBS
GOAL_VERBS: GoalVerbs = reading.VERBS | changing.VERBS | contract.VERBS | parks.VERBS | queue.VERBS
