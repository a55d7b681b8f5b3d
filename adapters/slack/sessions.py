"""A goal's thread as Slack's agent session: its status, with Slack's own stop button while the agent works.

https://docs.slack.dev/ai/agent-sessions: only apps that are declared as agents have them.
"""

from __future__ import annotations

import logging

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.chat import Busy, Undeliverable
from adapters.sessions import Stand
from adapters.slack.allowance import Allowance
from adapters.slack.people import ClientOf
from adapters.slack.refusals import of_workspace, understood
from adapters.slack.text import escaped, short
from goals.domain.values import Origin
from goals.ports import Clock

log = logging.getLogger(__name__)

STATUS = {
    Stand.WORKS: "processing",
    Stand.WAITS: "suspended",
    Stand.RESTS: "active",
    Stand.OVER: "closed",
}
TITLE = 200
A_MINUTE = 45
"""Slack takes 50 calls a minute from a workspace (tier 3)."""
MOST = 10_000
UNHEARD = "missing_agent_session_stopped_event_subscription"
"""Slack's warning to an app that is not told of its stop button, which people do not get then."""


class Sessions:
    """Told on change only. A workspace that refuses is left alone until the next start."""

    def __init__(self, clients: ClientOf, clock: Clock) -> None:
        self._clients = clients
        self._allowance = Allowance(A_MINUTE, clock)
        self._shown: dict[str, Stand] = {}
        self._refused: set[str] = set()
        self._warned: set[str] = set()

    async def show(self, at: Origin, stand: Stand, title: str) -> None:
        """Raises Busy and Undeliverable."""
        if at.tenant in self._refused or not at.thread or self._shown.get(at.thread_key) is stand:
            return
        client = await self._clients(at.tenant)
        self._allowance.take(at.tenant)
        try:
            with understood():
                answer = await client.agents_sessions_setStatus(
                    channel_id=at.channel,
                    thread_ts=at.thread,
                    status=STATUS[stand],
                    title=short(escaped(title), TITLE),
                )
        except Busy as busy:
            self._allowance.close(at.tenant, busy.seconds)
            raise
        except Undeliverable as refusal:
            self._refuse(at, refusal)
            raise
        self._keep(at, stand)
        self._look(at, answer)

    def _keep(self, at: Origin, stand: Stand) -> None:
        if len(self._shown) >= MOST:
            self._shown.clear()
        self._shown[at.thread_key] = stand

    def _refuse(self, at: Origin, refusal: Undeliverable) -> None:
        if of_workspace(refusal):
            self._refused.add(at.tenant)
            log.warning("no agent sessions are shown in the workspace %s: %s", at.tenant, refusal)

    def _look(self, at: Origin, answer: AsyncSlackResponse) -> None:
        if UNHEARD in str(answer.get("warning") or "") and at.tenant not in self._warned:
            self._warned.add(at.tenant)
            log.warning(
                "Slack shows no stop button in %s: the app does not hear agent_session_stopped", at.tenant
            )
