"""The server on its sockets: what people do in it, what the app did to it, and the trouble that can be made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from fnmatch import fnmatch
from typing import Any

from aiohttp import web

from discord import Permissions
from tests.peers.discord.acts import Acts
from tests.peers.discord.commands import Commands
from tests.peers.discord.front import PREFIX, Front
from tests.peers.discord.gateway import CONTENT, Gateway
from tests.peers.discord.interactions import Interaction, Interactions
from tests.peers.discord.posting import Posting
from tests.peers.discord.rates import Rates
from tests.peers.discord.rest import Call, Rest
from tests.peers.discord.world import EPHEMERAL, LOADING, Data, World


class Discord:
    """`patience`: seconds within which an interaction has to be answered, 3 on Discord itself; `beat`: seconds between heartbeats;
    `content`: the privileged intent for the contents of messages is switched on for the app.

    People, roles and channels are meant by name and made when they are new; `@ana` is what ana and the bot write each
    other. Threads and messages are meant by their ids.
    """

    def __init__(self, *, patience: float = 20.0, beat: float = 41.25, content: bool = False) -> None:
        self.token = "loopback.token-of.the-bot"
        self.world = World(self._tell)
        self.gateway = Gateway(self.world, self.token, beat)
        self.posting = Posting(self.world)
        self.interactions = Interactions(self.world, self.posting, patience)
        self.commands = Commands(self.world.app, self.world.snowflake)
        self.rest = Rest(self.world, self.posting, self.interactions, self.commands)
        self.rates = Rates()
        self.front = Front(self.rest, self.rates, self.token)
        self.acts = Acts(self.world, self.interactions, self.commands, self.gateway.tell)
        self.url = ""
        if content:
            self.allow_content()
        self._doors = AsyncExitStack()

    def _tell(self, event: str, data: Data) -> None:
        if hasattr(self, "gateway"):
            self.gateway.tell(event, data)

    # --- the house ------------------------------------------------------------------------------------

    async def __aenter__(self) -> Discord:
        app = web.Application(client_max_size=200_000_000)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/attachments/{room}/{id}/{name}", self._attachment)
        app.router.add_route("*", f"{PREFIX}/{{path:.*}}", self.front.called)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        self._doors.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        self.url = f"http://{host}:{port}/"
        self.posting.address = self.url
        self.gateway.address = self.rest.gateway_url = self.gateway_url
        return self

    async def __aexit__(self, *_: object) -> None:
        self.gateway.cut()
        await self._doors.aclose()

    @property
    def api(self) -> str:
        """What discord.py has in `Route.BASE`."""
        return f"{self.url.rstrip('/')}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}gateway/"

    @property
    def guild(self) -> str:
        return self.world.guild

    @property
    def bot(self) -> str:
        return self.world.bot

    async def _attachment(self, request: web.Request) -> web.Response:
        kept = self.posting.files.get(request.match_info["id"])
        if kept is None:
            return web.Response(status=404)
        return web.Response(body=kept[2], headers={"Content-Type": kept[1]})

    # --- rights ---------------------------------------------------------------------------------------

    def person(self, name: str, **like: Any) -> str:
        """The id of somebody; `bot=True`, `member=False` (not in the server) when they are made."""
        return self.world.person(name, **like)

    def role(self, name: str, *people: str) -> str:
        return self.world.role(name, *people)

    def channel(self, name: str) -> str:
        return self.acts.room(name).id

    def forbid(self, channel: str, *rights: str) -> None:
        """The bot may not do this in a channel any more (`send_messages`, `view_channel`, …)."""
        room = self.world.room(channel)
        denied = Permissions(**dict.fromkeys(rights, True)).value | room.overwrites.get(self.bot, (0, 0))[1]
        self.world.change(room, overwrites={**room.overwrites, self.bot: (0, denied)})

    def permit(self, channel: str) -> None:
        """What was forbidden to the bot in a channel is not any more."""
        room = self.world.room(channel)
        self.world.change(
            room, overwrites={who: right for who, right in room.overwrites.items() if who != self.bot}
        )

    def close_dms(self, name: str) -> None:
        """Somebody takes no direct messages from the bot any more."""
        self.world.people[self.person(name)].open = False

    def kick(self) -> None:
        """The bot is thrown out of the server."""
        self.world.there = False
        self.gateway.tell("GUILD_DELETE", {"id": self.guild})

    def invite(self) -> None:
        self.world.there = True
        self.gateway.tell("GUILD_CREATE", self.world.guild_shown())

    def allow_content(self) -> None:
        """The intent for the contents of messages is switched on for the app."""
        self.world.content_allowed = True
        self.gateway.allowed |= CONTENT

    # --- trouble --------------------------------------------------------------------------------------

    def limit(self, fits: str, seconds: float, *, times: int = 1, everywhere: bool = False) -> None:
        """Answer the next calls that fit (`POST /channels/*/messages`) with 429."""
        self.front.trouble(fits, "429", times, {"global": everywhere} if everywhere else {}, seconds)

    def break_(self, fits: str, how: str = "before", *, times: int = 1) -> None:
        """Cut the connection of the next calls `before` or `after` they are carried out, or answer `500`, `502` …

        `after 502`: they are carried out, and that is answered.
        """
        self.front.trouble(fits, how, times)

    def refuse(self, fits: str, status: int, code: int, message: str = "Refused", *, times: int = 1) -> None:
        """Answer the next calls with a status and a code."""
        self.front.trouble(fits, str(status), times, {"code": code, "message": message})

    def archive(self, thread: str, *, locked: bool = False) -> None:
        self.world.change(self.world.rooms[thread], archived=True, locked=locked)

    def unarchive(self, thread: str) -> None:
        self.world.change(self.world.rooms[thread], archived=False, locked=False)

    def delete_room(self, room: str) -> None:
        """Delete a channel or a thread."""
        self.world.remove(self.world.rooms[self.acts.room(room).id])

    # --- people ---------------------------------------------------------------------------------------

    async def say(self, name: str, channel: str, text: str, **more: Any) -> str:
        """Write a message; `@goalward` in it is a mention. Returns its id.

        `thread`: there, instead of in the channel. `answers`: in answer to that message, whose author is told unless
        `ping=False`. `unseen=True`: while nobody listens.
        """
        return self.acts.say(name, channel, text, **more)

    async def dm(self, name: str, text: str) -> str:
        """Write to the bot directly."""
        return self.acts.say(name, f"@{name}", text)

    async def edit(self, name: str, message: str, text: str) -> None:
        self.acts.edit(message, text)

    async def delete(self, name: str, message: str) -> None:
        self.acts.delete(message)

    async def react(self, name: str, message: str, emoji: str) -> None:
        self.acts.react(name, message, emoji)

    async def unreact(self, name: str, message: str, emoji: str) -> None:
        self.acts.unreact(name, message, emoji)

    def reacted_unseen(self, name: str, message: str, emoji: str) -> None:
        """React while nobody listens."""
        self.acts.react(name, message, emoji, unseen=True)

    def burst_unseen(self, name: str, message: str, emoji: str) -> None:
        """Give a super reaction while nobody listens."""
        self.acts.react(name, message, emoji, unseen=True)
        self.acts.holder(message)[1].setdefault("bursts", {}).setdefault(emoji, []).append(self.person(name))

    async def slash(self, name: str, channel: str, command: str, **options: Any) -> Interaction:
        """Use a command, like `goal start`, in a channel or (by its id) a thread; returns once it is answered, or its
        time is over. Raises LookupError for a command, an option or a choice that there is not.
        """
        return await self._answered(self.acts.slash(name, channel, command, options))

    async def autocomplete(
        self, name: str, channel: str, command: str, focused: str, **options: Any
    ) -> list[Data]:
        """What is offered while somebody types the option `focused`."""
        done = await self._answered(self.acts.slash(name, channel, command, options, focused=focused))
        return done.choices

    async def menu(self, name: str, message: str, command: str) -> Interaction:
        """Use a command of a message's menu."""
        return await self._answered(self.acts.menu(name, message, command))

    async def press(self, name: str, message: str | Data, button: str, *, copies: int = 1) -> Interaction:
        """Press a message's button, by its label or by what its custom id begins with. What one person alone sees is
        given whole. `copies`: so many presses, one right after the other.
        """
        done = [self.acts.press(name, message, button) for _ in range(copies)]
        return (await asyncio.gather(*(self._answered(each) for each in done)))[-1]

    async def submit(self, name: str, form: Interaction, *texts: str, **named: str) -> Interaction:
        """Fill in the inputs of the form that was shown, in order or by their custom ids."""
        return await self._answered(self.acts.submit(name, form, texts, named))

    async def _answered(self, of: Interaction) -> Interaction:
        try:
            async with asyncio.timeout(self.interactions.patience):
                await of.done.wait()
        except TimeoutError:
            pass
        return of

    # --- looking --------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        return self.front.calls

    def called(self, fits: str) -> list[Call]:
        """The calls that fit, like `POST /channels/*/messages`."""
        return [call for call in self.calls if fnmatch(f"{call.method} {call.path}", fits)]

    def posts(self, channel: str) -> list[Data]:
        """Every message of a channel or a thread that all see, oldest first."""
        return [each for each in self.acts.room(channel).messages.values() if not each["flags"] & EPHEMERAL]

    def thread(self, thread: str) -> list[Data]:
        """A thread's messages, the one that it began with included."""
        room = self.world.rooms[thread]
        root = self.world.rooms[room.parent].messages.get(thread) if room.parent else None
        inside = [each for each in self.posts(thread) if each["type"] != 21]
        return [root, *inside] if root else inside

    def said(self, room: str) -> list[Data]:
        """What the bot says in a channel or a thread, as it reads now."""
        return [each for each in self.posts(room) if each["author"]["id"] == self.bot]

    @property
    def whispers(self) -> list[tuple[str, Data]]:
        """What was said to somebody alone in answer to what they did: their id, and the message."""
        return [
            (each.user, message)
            for each in self.interactions.all.values()
            for message in each.messages
            if message["flags"] & EPHEMERAL and not message["flags"] & LOADING
        ]

    async def quiet(self) -> None:
        """Return when all that was told is on the wire."""
        await self.until(lambda: all(wire.outbox.empty() for wire in self.gateway.wires))

    async def until(self, condition: Callable[[], Any], *, seconds: float = 60) -> Any:
        """What the condition gives, once that is anything."""
        async with asyncio.timeout(seconds):
            while True:
                found = condition()
                if found := await found if isinstance(found, Awaitable) else found:
                    return found
                await asyncio.sleep(0.01)
