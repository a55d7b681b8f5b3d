"""A Prometheus for tests: it answers queries in the shapes of the real one, errors and warnings included."""

from __future__ import annotations

import json
from typing import Any

from tests.peers.web import Asked, Page

TIME = 1763740000.123


def sample(value: str, **labels: str) -> dict[str, Any]:
    return {"metric": labels, "value": [TIME, value]}


def vector(*samples: dict[str, Any]) -> dict[str, Any]:
    return {"resultType": "vector", "result": list(samples)}


class Prometheus:
    """`results` are the data of each query that it knows; others give an empty vector."""

    def __init__(self, token: str = "", **results: dict[str, Any]) -> None:
        self.token = token
        self.results = results

    def __call__(self, asked: Asked) -> Page:
        if self.token and asked.headers.get("authorization") != f"Bearer {self.token}":
            return Page(401, "Unauthorized\n")
        if asked.path != "/api/v1/query":
            return Page(404, "404 page not found\n")
        query = asked.query.get("query", "")
        if query.count("(") != query.count(")"):
            return refused(
                400, "bad_data", 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis'
            )
        data = self.results.get(query, vector())
        return _page(200, {"status": "success", "data": data, "warnings": ["it took a while"]})


def refused(status: int, kind: str, why: str) -> Page:
    return _page(status, {"status": "error", "errorType": kind, "error": why})


def _page(status: int, body: dict[str, Any]) -> Page:
    return Page(status, json.dumps(body), {"Content-Type": "application/json"})
