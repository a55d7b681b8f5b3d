"""Posts the event to a URL, signed, with a key that is the same on every try of one edge."""

from __future__ import annotations

import json
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel

from goals.domain import addresses
from goals.domain.reach import Reach
from goals.models.failures import retry_after
from goals.outbox import Failed, Refused
from goals.ports import Answer, HookContext, HookEvent, HookTools, Post, Silence
from monitors.hooks.settings import STRICT

TIMEOUT = 10.0
"""Seconds that a receiver has for its answer."""

LONGEST_PAUSE = 3600.0
MAY_COME = (408, 425, 429)
"""Answers of 400 to 499 after which another try makes sense."""


def _url(value: str) -> str:
    addresses.place(value)
    return value


class WebhookSettings(BaseModel):
    model_config = STRICT

    url: Annotated[str, AfterValidator(_url)]


class WebhookHook:
    Settings: ClassVar[type[WebhookSettings]] = WebhookSettings

    def __init__(self, settings: WebhookSettings) -> None:
        self.url = settings.url
        self.reach = Reach(places=(addresses.place(settings.url),))

    async def fire(self, event: HookEvent, context: HookContext) -> None:
        if context.tools is None:
            raise Refused("Nothing can be sent from here.")
        found = await context.tools.web.ask(await self._post(event, context.tools))
        if isinstance(found, Silence):
            raise Failed(found.why)
        self._read(found, context.tools)

    async def _post(self, event: HookEvent, tools: HookTools) -> Post:
        body = json.dumps(event.document, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": event.key,
            "X-Goalward-Event": event.moment.value,
            "X-Goalward-Signature": await tools.sign(body),
        }
        return Post(self.url, body, tools.hosts, headers, TIMEOUT)

    def _read(self, answer: Answer, tools: HookTools) -> None:
        """Raises Failed or Refused for an answer that is no yes."""
        if 200 <= answer.status < 300:
            return
        why = f"{addresses.shown(self.url)} answers {answer.status}"
        if 300 <= answer.status < 400:
            why += ", and a webhook is not led on to another place"
        if 400 <= answer.status < 500 and answer.status not in MAY_COME:
            raise Refused(why)
        pause = retry_after(answer.headers, tools.clock.now()) or 0.0
        raise Failed(why, min(pause, LONGEST_PAUSE))
