"""A forge for tests: pull requests, branches, check runs, suites and statuses, in pages, with limits, as strict as GitHub."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.peers.web import Asked, Page

REPO = "acme/shop"


def sha(letter: str) -> str:
    return letter * 40


def run(
    name: str, conclusion: str | None = "success", status: str = "completed", suite: int = 1
) -> dict[str, Any]:
    return {"name": name, "status": status, "conclusion": conclusion, "check_suite": {"id": suite}}


def suite(
    number: int,
    conclusion: str | None = "success",
    status: str = "completed",
    app: str = "github-actions",
    runs: int = 1,
) -> dict[str, Any]:
    shown = {"slug": app, "name": app.replace("-", " ").title()}
    return {
        "id": number,
        "status": status,
        "conclusion": conclusion,
        "app": shown,
        "latest_check_runs_count": runs,
    }


def status(context: str, state: str = "success") -> dict[str, Any]:
    return {"context": context, "state": state}


@dataclass(slots=True)
class Forge:
    """`heads` are the commits of pull requests (`7`) and branches (`main`); of each commit there are three lists.

    `before` is called ahead of every request and may answer it; `page_size` is the most that a page holds.
    """

    heads: dict[str, str] = field(default_factory=dict)
    check_runs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    check_suites: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    statuses: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    token: str = ""
    page_size: int = 100
    before: Callable[[Asked], Page | None] = lambda asked: None
    repo: str = REPO

    def __call__(self, asked: Asked) -> Page:
        if page := self.before(asked):
            return page
        if self.token and asked.headers.get("authorization") != f"Bearer {self.token}":
            return Page(401, '{"message": "Bad credentials"}')
        if not asked.headers.get("user-agent"):
            return Page(403, "Request forbidden by administrative rules.")
        return self._found(asked) or Page(404, '{"message": "Not Found"}')

    def _found(self, asked: Asked) -> Page | None:
        inside = asked.path.partition(f"/repos/{self.repo}")[2]
        if asked.path.endswith(f"/repos/{self.repo}"):
            return _page({"full_name": self.repo})
        if match := re.fullmatch(r"/pulls/(\d+)", inside):
            head = self.heads.get(match[1])
            return _page({"head": {"sha": head}, "state": "open"}) if head else None
        if match := re.fullmatch(r"/git/ref/heads/(.+)", inside):
            head = self.heads.get(match[1])
            return _page({"ref": f"refs/heads/{match[1]}", "object": {"sha": head}}) if head else None
        match = re.fullmatch(r"/commits/([0-9a-f]{40})/(check-runs|check-suites|status)", inside)
        return self._list(asked, match[1], match[2]) if match else None

    def _list(self, asked: Asked, commit: str, kind: str) -> Page:
        key = {"check-runs": "check_runs", "check-suites": "check_suites", "status": "statuses"}[kind]
        items = [{"id": n, **item} for n, item in enumerate(getattr(self, key).get(commit, []), start=1)]
        size = min(int(asked.query.get("per_page", 30)), self.page_size)
        number = int(asked.query.get("page", 1))
        here = items[(number - 1) * size : number * size]
        body = {"total_count": len(items), key: here} | ({"state": "pending"} if key == "statuses" else {})
        more = number * size < len(items)
        link = f'<http://{asked.headers["host"]}{asked.path}?per_page={size}&page={number + 1}>; rel="next"'
        return _page(body, {"Link": f'{link}, <http://x/>; rel="last"'} if more else {})


def _page(body: dict[str, Any], headers: dict[str, str] | None = None) -> Page:
    return Page(200, json.dumps(body), {"Content-Type": "application/json; charset=utf-8", **(headers or {})})
