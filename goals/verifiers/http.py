"""Met when what a URL answers is as wanted: status, headers, a text in the body, an expression over its JSON."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from goals.domain import addresses
from goals.domain.reach import Reach
from goals.domain.values import Verdict, VerifierKind
from goals.domain.verdicts import ends
from goals.ports import Answer, CheckContext, Get, Outside, Silence
from goals.verifiers.settings import STRICT, Seconds
from goals.verifiers.truth import Expression, finding, judged, short

TIMEOUT = 30.0


def _url(value: str) -> str:
    addresses.place(value)
    return value


def _headers(value: Any) -> Any:
    """`Name: value` is a table of one."""
    if not isinstance(value, str):
        return value
    name, _, wanted = value.partition(":")
    return {name.strip(): wanted.strip()}


Text = Annotated[str, Field(min_length=1, max_length=4000)]
Headers = Annotated[dict[Text, Annotated[str, Field(max_length=4000)]], Field(min_length=1, max_length=20)]


class HttpSettings(BaseModel):
    """All that is given must hold; without `status` any from 200 to 299 is fine.

    `header` names headers with what they must say, nothing where it is enough that they are there.
    """

    model_config = STRICT

    url: Annotated[str, AfterValidator(_url)]
    status: Annotated[int, Field(ge=100, le=599)] | None = None
    header: Annotated[Headers | None, BeforeValidator(_headers)] = None
    contains: Text | None = None
    expr: Expression | None = None
    timeout: Seconds = TIMEOUT


class HttpVerifier:
    Settings: ClassVar[type[HttpSettings]] = HttpSettings
    kind: ClassVar[VerifierKind] = VerifierKind.OUTSIDE

    def __init__(self, settings: HttpSettings) -> None:
        self.settings = settings
        self.reach = Reach(places=(addresses.place(settings.url),))

    async def check(self, context: CheckContext) -> Verdict:
        asked, outside = self.settings, context.outside
        if outside is None:
            return Verdict(None, "nothing outside can be asked from here")
        timeout = asked.timeout if context.time_left is None else min(asked.timeout, context.time_left)
        found = await outside.web.ask(_question(asked, outside, timeout))
        if isinstance(found, Silence):
            return Verdict(None, found.why)
        return await asyncio.to_thread(_found, asked, found)


def _question(asked: HttpSettings, outside: Outside, timeout: float) -> Get:
    """A URL of the settings is named by them; a wanted redirect is not followed."""
    own = (addresses.place(asked.url).entry,) if asked.url in outside.presets else ()
    redirect = asked.status is not None and 300 <= asked.status < 400
    return Get(asked.url, (*outside.hosts, *own), timeout=timeout, follow=not redirect)


def _found(asked: HttpSettings, answer: Answer) -> Verdict:
    text = answer.body.decode("utf-8", "replace")
    evidence = f"{addresses.shown(asked.url)}: {answer.status}\n{ends(text)}"
    if wrong := _status(asked, answer) or _header(asked, answer):
        return _verdict(False, wrong, evidence)
    if asked.contains is not None and (verdict := _contains(asked.contains, answer, text, evidence)):
        return verdict
    if asked.expr is not None:
        return _document(asked.expr, answer, evidence)
    return _verdict(True, f"it answers {answer.status}{_and(asked)}", evidence)


def _status(asked: HttpSettings, answer: Answer) -> str:
    if asked.status is None:
        return "" if 200 <= answer.status < 300 else f"it answers {answer.status}"
    return "" if answer.status == asked.status else f"it answers {answer.status}, {asked.status} is wanted"


def _header(asked: HttpSettings, answer: Answer) -> str:
    for name, wanted in (asked.header or {}).items():
        there = answer.headers.get(name.lower())
        if there is None:
            return f"it answers without the header {name}"
        if wanted and there.strip() != wanted:
            return f"the header {name} says {short(there)}, {short(wanted)} is wanted"
    return ""


def _contains(wanted: str, answer: Answer, text: str, evidence: str) -> Verdict | None:
    """Why the text is not known to be there."""
    if wanted in text:
        return None
    if answer.cut:
        told = f"the first {len(answer.body):,} bytes of the answer do not contain {short(wanted)}"
        return Verdict(None, f"{told}, and there are more", evidence)
    return _verdict(False, f"the answer does not contain {short(wanted)}", evidence)


def _document(expr: str, answer: Answer, evidence: str) -> Verdict:
    if answer.cut:
        return Verdict(None, f"the answer is longer than {len(answer.body):,} bytes", evidence)
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return _verdict(False, "the answer is not JSON", evidence)
    return replace(judged(expr, document), evidence=evidence)


def _and(asked: HttpSettings) -> str:
    if asked.contains is not None:
        return f" and contains {short(asked.contains)}"
    return f" with {', '.join(asked.header)}" if asked.header else ""


def _verdict(met: bool, reason: str, evidence: str) -> Verdict:
    """A finding is the same when its reason is, whatever else a body says."""
    return replace(finding(met, reason, ""), evidence=evidence)
