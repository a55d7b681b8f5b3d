"""What each verb does: one short function per verb, and the tables that say which right it needs."""

from __future__ import annotations

from adapters.wishes import changing, channel, reading
from adapters.wishes.changing import raise_by
from adapters.wishes.wish import ChannelVerb, GoalVerbs, Wish

__all__ = ["CHANNEL_VERBS", "GOAL_VERBS", "Wish", "raise_by"]

CHANNEL_VERBS: dict[str, ChannelVerb] = channel.VERBS
GOAL_VERBS: GoalVerbs = reading.VERBS | changing.VERBS
