"""GitHub as the forge whose checks are read: github.com, and GitHub Enterprise at an address of its own."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from goals.domain import addresses
from goals.domain.jobs import Commit, Job, State
from goals.ports import Answer, Clock, Endpoint, Get, Missing, Ref, Silence, Web

MOST_PAGES = 10
MOST_BYTES = 10_000_000
PER_PAGE = 100
LONGEST_NAME = 100

PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=1)
"""A limit is counted per hour."""

PASSED = ("success", "neutral", "skipped")
ACTIONS = "github-actions"

_REMOTE = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^/@]*@)?([^/:]+)(?::\d+)?/|(?:[\w.-]+@)?([\w.-]+):)"
    r"([\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
_NEXT = re.compile(r'<([^<>]{1,2000})>;\s*rel="next"')


class _Stopped(Exception):
    def __init__(self, silence: Silence) -> None:
        super().__init__(silence.why)
        self.silence = silence


class _NotThere(Exception):
    pass


class GitHub:
    """Once it says that it was asked too often, it is not asked again before the time that it names."""

    def __init__(self, web: Web, clock: Clock, at: Endpoint) -> None:
        self._web = web
        self._clock = clock
        self._at = at
        self._place = addresses.place(at.url)
        self._closed_until: datetime | None = None

    def repository(self, remote: str) -> str:
        match = _REMOTE.fullmatch(remote)
        if match is None or (match[1] or match[2]).lower() != self._place.host.removeprefix("api."):
            return ""
        return match[3]

    async def commit(self, ref: Ref, timeout: float) -> Commit | Missing | Silence:
        try:
            async with asyncio.timeout(timeout):
                return await self._commit(ref)
        except TimeoutError:
            return Silence(f"{self._place.netloc} gave no whole answer within {timeout:g} s")
        except _Stopped as stopped:
            return stopped.silence
        except (LookupError, TypeError, ValueError, AttributeError):
            return Silence(f"what answers at {self._place.netloc} is no GitHub")

    async def _commit(self, ref: Ref) -> Commit | Missing:
        try:
            sha = await self._head(ref)
        except _NotThere:
            return await self._missing(ref)
        at = f"/repos/{ref.repo}/commits/{sha}"
        runs, whole = await self._all(f"{at}/check-runs", "check_runs")
        suites, all_suites = await self._all(f"{at}/check-suites", "check_suites")
        statuses, all_statuses = await self._all(f"{at}/status", "statuses")
        jobs = (*_of_runs(runs), *_of_suites(suites, runs), *_of_statuses(statuses))
        now = await self._head(ref)
        return Commit(sha, jobs, now, whole and all_suites and all_statuses)

    async def _head(self, ref: Ref) -> str:
        """The commit at the head. Raises _NotThere."""
        if ref.pr is not None:
            answer, _ = await self._read(f"{self._at.url}/repos/{ref.repo}/pulls/{ref.pr}")
            return _sha(answer["head"]["sha"])
        path = f"/repos/{ref.repo}/git/ref/heads/{quote(ref.branch)}"
        answer, _ = await self._read(self._at.url + path)
        return _sha(answer["object"]["sha"])

    async def _missing(self, ref: Ref) -> Missing:
        """What is not there; a repository that is not there may as well be one that we may not see."""
        try:
            await self._read(f"{self._at.url}/repos/{ref.repo}")
        except _NotThere:
            why = f"{self._place.netloc} shows no repository {ref.repo}; GOALWARD_FORGE__TOKEN may not see it"
            raise _Stopped(Silence(why)) from None
        return Missing(f"{ref.repo} has no {ref}")

    async def _all(self, path: str, key: str) -> tuple[list[Mapping[str, Any]], bool]:
        """The items of all pages, and whether they are as many as there are."""
        found: dict[object, Mapping[str, Any]] = {}
        url = f"{self._at.url}{path}?per_page={PER_PAGE}"
        for _ in range(MOST_PAGES):
            answer, after = await self._read(url)
            found |= {item["id"]: item for item in answer[key]}
            if not after:
                return list(found.values()), len(found) >= int(answer.get("total_count", 0))
            url = after
        raise _Stopped(Silence(f"{path.rpartition('/')[2]} go on beyond {MOST_PAGES} pages of {PER_PAGE}"))

    async def _read(self, url: str) -> tuple[dict[str, Any], str]:
        """A document and the URL of its next page. Raises _Stopped, _NotThere."""
        if self._closed_until and self._clock.now() < self._closed_until:
            raise _Stopped(self._too_often(self._closed_until))
        found = await self._web.ask(self._question(url))
        if isinstance(found, Silence):
            raise _Stopped(found)
        if _is_limit(found):
            self._closed_until = _opens(found, self._clock.now())
            raise _Stopped(self._too_often(self._closed_until))
        if found.status == 404:
            raise _NotThere
        if found.status != 200 or found.cut:
            raise _Stopped(Silence(self._refusal(found)))
        return await asyncio.to_thread(json.loads, found.body), self._after(found)

    def _question(self, url: str) -> Get:
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        if self._at.token:
            headers["Authorization"] = f"Bearer {self._at.token.get_secret_value()}"
        return Get(url, (self._place.entry,), headers, most=MOST_BYTES)

    def _after(self, found: Answer) -> str:
        """The next page, which lies where the first one does."""
        match = _NEXT.search(found.headers.get("link", ""))
        if match and not match[1].startswith(f"{self._at.url}/"):
            raise ValueError("a page that lies elsewhere")
        return match[1] if match else ""

    def _too_often(self, until: datetime) -> Silence:
        why = f"{self._place.netloc} was asked too often; it can be asked again at {until:%H:%M:%S} UTC"
        return Silence(why, until)

    def _refusal(self, found: Answer) -> str:
        if found.cut:
            return f"{self._place.netloc} answers more than {MOST_BYTES:,} bytes"
        if found.status in (401, 403):
            return f"{self._place.netloc} answers {found.status}: GOALWARD_FORGE__TOKEN does not open it"
        return f"{self._place.netloc} answers {found.status}"


def _of_runs(runs: list[Mapping[str, Any]]) -> list[Job]:
    return [_job(run["name"], run["status"], run["conclusion"]) for run in runs]


def _of_suites(suites: list[Mapping[str, Any]], runs: list[Mapping[str, Any]]) -> list[Job]:
    """Suites that say more than their runs do: one that goes on when all its runs are over, one that never began.

    A suite without a run that is not over counts for Actions only: GitHub opens one for every app that might
    check, most of which never will.
    """
    found = []
    for suite in suites:
        app = suite.get("app") or {}
        job = _job(app.get("name") or "a check suite", suite["status"], suite["conclusion"])
        own = [run for run in runs if (run.get("check_suite") or {}).get("id") == suite["id"]]
        told = any(_job("", run["status"], run["conclusion"]).state is job.state for run in own)
        begun = own or suite.get("latest_check_runs_count") or app.get("slug") == ACTIONS
        if job.state is State.FAILED and not told:
            found.append(job)
        if job.state is State.PENDING and not told and begun:
            found.append(job)
    return found


def _of_statuses(statuses: list[Mapping[str, Any]]) -> list[Job]:
    states = {"success": State.PASSED, "pending": State.PENDING}
    return [
        Job(_name(one["context"]), states.get(one["state"], State.FAILED), _name(one["state"]))
        for one in statuses
    ]


def _job(name: object, status: object, conclusion: object) -> Job:
    if status != "completed":
        return Job(_name(name), State.PENDING, _name(status))
    return Job(_name(name), State.PASSED if conclusion in PASSED else State.FAILED, _name(conclusion))


def _name(text: object) -> str:
    return " ".join(str(text).split())[:LONGEST_NAME]


def _sha(text: object) -> str:
    if not isinstance(text, str) or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", text):
        raise ValueError("no commit")
    return text


def _is_limit(found: Answer) -> bool:
    if found.status == 429:
        return True
    spent = found.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in found.headers
    return found.status == 403 and (spent or b"rate limit" in found.body.lower())


def _opens(found: Answer, now: datetime) -> datetime:
    """When it may be asked again, in what it says or in a minute, and within an hour."""
    at = _after_pause(found.headers.get("retry-after", ""), now)
    reset = found.headers.get("x-ratelimit-reset", "")
    if at is None and re.fullmatch(r"\d{1,11}", reset):
        at = datetime.fromtimestamp(int(reset), UTC)
    return min(max(at or now + PAUSE, now + timedelta(seconds=1)), now + LONGEST_PAUSE)


def _after_pause(text: str, now: datetime) -> datetime | None:
    if re.fullmatch(r"\d{1,9}", text):
        return now + timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
