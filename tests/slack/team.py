"""A team at work in Slack: what people do there, and what they see."""

from __future__ import annotations

from typing import Any

from tests.peers.at_work import AtWork
from tests.peers.house import House
from tests.peers.slack import Slack


class Team(AtWork):
    def __init__(self, slack: Slack, house: House) -> None:
        self.slack = slack
        self.demo = slack.channel("demo")
        super().__init__(house, f"slack:{slack.team}:{self.demo}")

    async def open(self) -> None:
        """Open the house; over sockets, once they are heard."""
        await self.house.open()
        section = self.house.settings.slack
        if section is not None and section.mode == "http":
            self.slack.request_url = f"{self.house.url}slack/events"
        await self.slack.until(self.is_ready)

    async def slash(self, text: str, *, name: str = "ana", channel: str = "demo") -> str:
        """Use `/goal`; returns the thread that it opens."""
        before = {message["ts"] for message in self.slack.posts(channel)}
        await self.slack.slash(name, channel, text)
        return str(await self.slack.until(lambda: self._opened(channel, before)))

    def _opened(self, channel: str, before: set[str]) -> str:
        new = [m for m in self.slack.posts(channel) if m["ts"] not in before and m["user"] == self.slack.bot]
        return next((str(m["ts"]) for m in new if m.get("thread_ts", m["ts"]) == m["ts"]), "")

    async def settled(self) -> None:
        """Return when what people did is carried out and told, and Slack has told what we did."""
        await self.slack.quiet()
        await self.house.settled()
        await self.slack.quiet()

    # --- looking --------------------------------------------------------------------------------------

    def said(self, thread: str, *, channel: str = "demo") -> list[str]:
        """What the bot says in a thread, as it reads now."""
        return [m["text"] for m in self.slack.thread(channel, thread) if m["user"] == self.slack.bot]

    async def question(self, thread: str) -> str:
        """The newest message of a thread with an open approval, once there is one."""
        return str(await self.slack.until(lambda: self._asking(thread)))

    def _asking(self, thread: str) -> str:
        asking = [
            m["ts"]
            for m in self.slack.thread("demo", thread)
            if '"approve#' in str(m.get("blocks")).replace("'", '"')
        ]
        return str(asking[-1]) if asking else ""

    async def card(self, thread: str, *, saying: str = "") -> dict[str, Any]:
        """The goal's card, once it says this."""

        def found() -> dict[str, Any] | None:
            cards = [
                m
                for m in self.slack.thread("demo", thread)
                if m["text"].startswith("🎯") and saying in m["text"]
            ]
            return cards[-1] if cards else None

        return dict(await self.slack.until(found))
