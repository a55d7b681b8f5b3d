"""Slack put together: its port for the bot, its people, and the wire on which it is heard."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
from pydantic import SecretStr
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.desk import Desk
from adapters.ear import Ear
from adapters.signs import Signs
from adapters.slack import oauth
from adapters.slack.answers import Answers
from adapters.slack.app import SlackApp
from adapters.slack.forms import Forms
from adapters.slack.home import Home
from adapters.slack.installation import Clients, OneInstallation
from adapters.slack.installed import Everywhere, ManyInstallations
from adapters.slack.people import People
from adapters.slack.port import SlackPort
from adapters.slack.reading import Reading
from adapters.slack.refusals import word
from adapters.slack.sessions import Sessions
from adapters.slack.sockets import Pace, Sockets
from adapters.slack.streams import Streams
from goals.domain.errors import GoalError
from goals.leased import while_mine
from goals.ports import Clock
from goals.ports.sharing import AlwaysMine, Lease

log = logging.getLogger(__name__)

PATH = "/slack/events"
"""Where Slack calls us over HTTP: events, commands and interactivity alike."""

CALL_WITHIN = 20.0
LEARN_AGAIN = 5.0
ACKNOWLEDGE_WITHIN = 1.0

NOT_OURS = (
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
)


@dataclass(frozen=True, slots=True)
class Access:
    """How Slack is reached. `api` is the address of its Web API, with a slash at its end. With `sessions` the threads of
    goals are shown as those of an agent.
    """

    mode: Literal["socket", "http"]
    api: str
    bot_token: SecretStr | None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    sessions: bool = False


class SlackAdapter:
    """`port` and `introduce` are there at once; `start` needs a running loop."""

    def __init__(
        self, access: Access, clock: Clock, pace: Pace | None = None, everywhere: Everywhere | None = None
    ) -> None:
        """Without `everywhere` the bot's token is that of the only workspace."""
        self._access = access
        self._clock = clock
        self._pace = pace or Pace()
        self._client = AsyncWebClient(base_url=access.api, retry_handlers=[])
        self._installation: OneInstallation | ManyInstallations
        self._pages: Mapping[str, Any] = {}
        if everywhere:
            self._installation = ManyInstallations(everywhere.rows, everywhere.seal, clock)
            self._pages = oauth.doors(everywhere, self._client, self._installation)
        else:
            self._installation = OneInstallation(access.bot_token or SecretStr(""))
        self._clients = Clients(self._installation, self._client)
        self._people = People(self._clients, clock)
        self._answers = Answers(clock)
        self._app: SlackApp | None = None
        self._sockets: Sockets | None = None
        self._lease: Lease = AlwaysMine()
        self._door: AsyncSlackRequestHandler | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._unknown = "Slack has not said yet whose the bot's token is."
        read = Reading(self._installation, self._clients)
        self.port = SlackPort(self._clients, self._answers, self._people.who, clock, read)
        self.introduce = self._people.introduce
        show = Sessions(self._clients, clock).show if access.sessions else None
        self.signs = Signs(show, Streams(self._clients, clock).open)
        self.hopeless = asyncio.Event()

    async def open(self) -> None:
        """Speak only. Raises GoalError for a token that Slack does not take; where it does not answer, it is asked
        until it does.
        """
        self._begin()
        if not await self._learned():
            self._tasks.append(asyncio.create_task(self._learn(), name="learn whose the token is"))

    async def start(self, ear: Ear, desk: Desk) -> None:
        """Begin to listen. `desk` is where the goals of App Home are.

        Raises GoalError for tokens that Slack does not take; where it does not answer, it is asked until it does.
        """
        self._begin()
        self._lease = ear.lease
        forms = Forms(self._clients, self._people, Home(self._clients, desk))
        self._app = SlackApp(
            self._client,
            self._installation,
            ear,
            self._answers,
            forms,
            signing_secret=_secret(self._access.signing_secret),
        )
        if self._access.mode == "http":
            self._door = AsyncSlackRequestHandler(self._app.bolt, path=PATH)
        else:
            token = _secret(self._access.app_token)
            self._sockets = Sockets(self._app.bolt, token, self._clock, ear.gap, self._pace)
        known = await self._learned()
        listening = asyncio.create_task(self._listen(known, ear), name="listen to Slack")
        listening.add_done_callback(self._listened)
        self._tasks.append(listening)

    async def stop(self) -> None:
        """Acknowledge what came, then hear nothing more; what is to be said can still be said."""
        if self._app is not None:
            await self._app.settled(ACKNOWLEDGE_WITHIN)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Say nothing more."""
        if self._client.session is not None:
            await self._client.session.close()

    async def problems(self) -> list[str]:
        """Why Slack is not heard, a sentence each."""
        silent = self._sockets.problem() if self._sockets and self._lease.mine else ""
        return [sentence for sentence in (self._unknown, silent) if sentence]

    def unheard(self) -> float | None:
        """Seconds since a socket was last seen alive; None over HTTP, and where another process listens."""
        return self._sockets.unheard() if self._sockets and self._lease.mine else None

    @property
    def doors(self) -> Mapping[str, Any]:
        """The ASGI apps at which Slack calls us, by their paths."""
        return {PATH: self._called, **self._pages} if self._access.mode == "http" else self._pages

    async def _called(self, scope: Any, receive: Any, send: Any) -> None:
        """Bolt checks the signature of what comes."""
        if self._door is None:
            raise RuntimeError("Slack called before we listen")
        await self._door(scope, receive, send)

    def _begin(self) -> None:
        self._client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_WITHIN))

    async def _learn(self) -> None:
        """Ask until Slack has said who we are. Raises GoalError for a token that is not valid."""
        while True:
            await asyncio.sleep(LEARN_AGAIN)
            if await self._learned():
                return

    async def _listen(self, known: bool, ear: Ear) -> None:
        try:
            if not known:
                await self._learn()
            if self._sockets is None:
                return await ear.gap(self._clock.now())
            await while_mine(ear.lease, self._sockets.run)
            log.error("Slack is not heard any more")
        except GoalError as refused:
            self._unknown = str(refused)
            log.error("%s", refused)
        self.hopeless.set()

    def _listened(self, task: asyncio.Task[None]) -> None:
        """What breaks on the way is a reason to start again, not to go on deaf."""
        if not task.cancelled() and (broken := task.exception()):
            log.error("Slack is not heard any more", exc_info=broken)
            self.hopeless.set()

    async def _learned(self) -> bool:
        """Whether Slack has said who we are. Raises GoalError for a token that is not valid."""
        try:
            with _refused("BOT_TOKEN"):
                await self._installation.learn(self._client)
            if self._sockets is not None:
                with _refused("APP_TOKEN"):
                    await self._client.apps_connections_open(app_token=_secret(self._access.app_token))
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as away:
            log.warning("Slack does not say whose the tokens are: %r", away)
            return False
        self._unknown = ""
        return True


@contextmanager
def _refused(name: str) -> Iterator[None]:
    """Raises GoalError for a token that Slack does not take, with its variable."""
    try:
        yield
    except SlackApiError as refusal:
        if word(refusal) in NOT_OURS:
            raise GoalError(
                f"Slack does not take GOALWARD_SLACK__{name} ({word(refusal)}): set it anew."
            ) from None
        raise


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
