"""Rooms in memory."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from goals.domain.errors import NotFound


class MemoryRooms:
    def __init__(self):
        self.messages = {}
        self.keys = {}

    async def say(self, message, *, key):
        if key not in self.keys:
            number = self.keys[key] = f"m{len(self.keys):06}"
            self.messages[number] = replace(message, id=number, thread=message.thread or number)
        return self.keys[key]

    async def change(self, message_id, *, at, text, body, kept=()):
        if message_id not in self.messages:
            raise NotFound(message_id)
        old = self.messages[message_id]
        stays = {part: old.body[part] for part in kept if part in old.body}
        new = replace(old, edited=at, text=text, body=stays | body)
        self.messages[message_id] = new
        return new

    async def react(self, message_id, user, emoji, *, on):
        old = self.messages[message_id]
        users = old.reactions.get(emoji, ())
        if (user in users) == on:
            return None
        users = (*users, user) if on else tuple(u for u in users if u != user)
        self.messages[message_id] = replace(old, reactions={**old.reactions, emoji: users})
        return self.messages[message_id]

    async def read(self, channel, *, thread=None, message_id=None, limit=500):
        found = [
            m
            for m in self.messages.values()
            if m.channel == channel
            and (thread is None or m.thread == thread)
            and (message_id is None or m.id == message_id)
        ]
        return found[-limit:]

    async def channels(self):
        return sorted({m.channel for m in self.messages.values()})


class SilentRooms(MemoryRooms):
    """A store that never answers."""

    async def say(self, message, *, key):
        await asyncio.Event().wait()


class SteadyClock:
    def now(self):
        return datetime(2026, 11, 2, 14, 2, tzinfo=UTC)

    def monotonic(self):
        return 0.0
