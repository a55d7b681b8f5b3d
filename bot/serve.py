"""`goalward serve`: the bot, or one role of it among others, from start to a drained end."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import Awaitable, Callable

from pydantic import SecretStr

from adapters.local import LocalAdapter
from bot import logs
from bot.app import Core, open_core
from bot.hands import Hands
from bot.platforms import Platforms
from bot.quick import be_quick
from bot.roles import ALL, Role
from bot.runs import ADDRESS
from bot.settings import Settings
from bot.web.channel import health_alone, local_channel
from bot.web.doors import Doors
from bot.web.guard import Access
from bot.web.server import bind, serving, url_of
from goals.domain.errors import GoalError
from goals.domain.parts import Part

Ready = Callable[[str], None]
AtStart = Callable[[LocalAdapter, Core], Awaitable[None]]


async def serve(
    settings: Settings,
    host: str,
    port: int,
    ready: Ready,
    *,
    role: Role = ALL,
    hands: Hands | None = None,
    at_start: AtStart | None = None,
) -> None:
    """Do what the role says until SIGTERM or SIGINT. `ready` is called once with the address, key included.

    `hands` is the worker beside us, where we are none. `at_start` runs when everything is up, before `ready`. Raises GoalError when the state or the port is taken.
    """
    try:
        bound = bind(host, port)
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]  # Python adds the address that we have said
        raise GoalError(f"Port {port} of {host} cannot be had: {why}; choose one with `--port`.") from None
    logs.write(settings.telemetry.logs)
    settings = _with_key(settings)
    core, lock = await open_core(settings, role=role)
    access = Access(_key(settings), host)
    local, app = (local_channel if role.does(Part.TALK) else health_alone)(core, access)
    stop = _stop_signal()
    platforms = None
    try:
        platforms = Platforms(core)
        await core.start()
        if hands is not None:
            core.watch(hands.problems)
            hands.begin()
        async with serving(Doors(app, platforms.doors), bound, end_streams=local.feed.close):
            await platforms.start()
            url = url_of(bound)
            (settings.state / ADDRESS).write_text(url)
            if at_start is not None:
                await at_start(local, core)
            be_quick()
            ready(f"{url}?key={access.key}" if access.key else url)
            await platforms.until(stop)
    finally:
        (settings.state / ADDRESS).unlink(missing_ok=True)
        if platforms is not None:
            await platforms.stop()
        await asyncio.gather(core.stop(), hands.end() if hands else asyncio.sleep(0))
        if platforms is not None:
            await platforms.close()
        lock.release()


def _with_key(settings: Settings) -> Settings:
    """A key that is made at each start is a secret like one that is set."""
    if settings.local.open or settings.local.key:
        return settings
    made = settings.local.model_copy(update={"key": SecretStr(secrets.token_urlsafe(24))})
    return settings.model_copy(update={"local": made})


def _key(settings: Settings) -> str | None:
    key = settings.local.key
    return None if settings.local.open or key is None else key.get_secret_value()


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
