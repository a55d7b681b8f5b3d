"""discord.py's client as Goalward wants it: no privileged intent unless asked for, nobody pinged, nothing remembered."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord.gateway import KeepAliveHandler

log = logging.getLogger(__name__)

LONGEST_WAIT = 60.0
"""Seconds that a call waits for a limit to pass before it is given back."""
SILENCE = 60.0
"""Seconds without a word from the gateway after which discord.py resumes by itself."""
UNKNOWN = float("inf")

Heard = Callable[[str, tuple[Any, ...], str], None]
"""Is told each event as discord.py has read it: its name, what it is of, and a key that every replay of it bears."""


def intents(message_content: bool) -> discord.Intents:
    """What the gateway is asked to tell."""
    asked = discord.Intents.none()
    asked.guilds = asked.guild_messages = asked.dm_messages = True
    asked.guild_reactions = asked.dm_reactions = True
    asked.message_content = message_content
    return asked


class DiscordClient(discord.Client):
    """`heard` is called in the order of the events, while the gateway waits: it has to return at once.

    What is called before it has entered waits until it has.
    """

    def __init__(self, heard: Heard, *, message_content: bool, between_sessions: float) -> None:
        """`between_sessions`: seconds that Discord wants between two sessions of a bot."""
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody is to hear us
        super().__init__(
            intents=intents(message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=LONGEST_WAIT,
            heartbeat_timeout=SILENCE,
            activity=discord.CustomActivity("/goal"),
        )
        self._told = heard
        self._between_sessions = between_sessions
        self._entered = asyncio.Event()
        self.http._global_over = self._entered

    async def enter(self, token: str) -> None:
        """Log in, which needs no gateway. Raises LoginFailure for a token that Discord does not take."""
        try:
            await self.login(token)
        except BaseException:
            await self.http.close()
            self.http.connector = discord.utils.MISSING
            self.http._global_over = self._entered
            raise
        self._entered.set()

    @property
    def ws(self) -> Any:
        return self._socket

    @ws.setter
    def ws(self, socket: Any) -> None:
        """discord.py reads all that waits on its socket without a pause; a flood must not keep the loop from the rest."""
        self._socket = socket
        if socket is not None:
            socket.poll_event = _pausing(socket.poll_event)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self._told(event, args, self._place_in_session())
        super().dispatch(event, *args, **kwargs)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Whoever begins too many sessions a day loses the token."""
        if not initial:
            await asyncio.sleep(self._between_sessions)
        _, _, left = await self.http.get_bot_gateway()
        if left["remaining"] < 1:
            wait = left["reset_after"] / 1000
            log.error("Discord lets the bot begin no further session for %d s", wait)
            await asyncio.sleep(wait)

    def _place_in_session(self) -> str:
        """Where an event stands in what the gateway tells: a session that is resumed repeats it."""
        return f"{self.ws.session_id}:{self.ws.sequence}" if self.ws else ""

    def pulse(self) -> tuple[float, float]:
        """How long the gateway has not answered a heartbeat, and how long one is apart from the next, in seconds.

        Only discord.py's own thread knows either.
        """
        heart = self.ws._keep_alive if self.ws else None
        if heart is None or heart.interval is None:
            return 0.0, UNKNOWN
        return time.perf_counter() - heart._last_ack, heart.interval

    async def hang_up(self, *, resume: bool = False) -> None:
        """Close the connection to the gateway; calls are answered all the same."""
        for heart in threading.enumerate():  # discord.py lets one beat on whose session never began
            if isinstance(heart, KeepAliveHandler) and heart.ws._connection is self._connection:
                heart.stop()
        if self.ws is not None:
            async with asyncio.timeout(2):
                await self.ws.close(code=4000 if resume else 1000)


def _pausing(poll: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def poll_and_pause() -> None:
        await poll()
        await asyncio.sleep(0)

    return poll_and_pause
