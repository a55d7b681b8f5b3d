"""Every error of the web interface is one sentence: `{"error": "…"}`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from goals.domain.errors import BadRequest, GoalError, NotAllowed, NotFound, NotNow, StoreUnavailable


class Problem(BaseModel):
    error: str


_STATUS: Mapping[type[GoalError], int] = {BadRequest: 400, NotAllowed: 403, NotFound: 404, NotNow: 409}

_MEANINGS: Mapping[int | str, str] = {
    400: "What was asked is wrong.",
    401: "The key is missing or wrong.",
    403: "This may not be done, or not from there.",
    404: "There is no such thing.",
    409: "Not in this state.",
    413: "It is too large.",
    429: "Too much at once.",
    503: "The store does not answer now.",
    "default": "Any other refusal.",
}

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": meaning, "content": {"application/json": {"schema": Problem.model_json_schema()}}}
    for status, meaning in _MEANINGS.items()
}
"""For `responses=` of routes: how the OpenAPI document tells of errors."""


def tell_problems(app: FastAPI) -> None:
    """Answer everything that goes wrong in the app with one sentence."""
    app.add_exception_handler(GoalError, _asked_in_vain)
    app.add_exception_handler(StoreUnavailable, _unavailable)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _broken)


async def _asked_in_vain(_: Request, error: Exception) -> JSONResponse:
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)
    return _problem(status, str(error))


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    return _problem(503, str(error) or "The store does not answer; try again in a moment.")


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _problem(400, _sentence(error.errors()[0]))


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    sentences = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.method} is not possible at {request.url.path}.",
    }
    plain = HTTPStatus(error.status_code).phrase
    sentence = sentences.get(error.status_code, error.detail) if error.detail == plain else error.detail
    headers = {"Allow": ", ".join(_methods_of(request))} if error.status_code == 405 else error.headers
    return _problem(error.status_code, sentence, headers)


def _methods_of(request: Request) -> list[str]:
    """All methods of a path: the framework itself names only those of its first route."""
    here = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in here for method in getattr(route, "methods", None) or ()})


async def _broken(_: Request, error: Exception) -> JSONResponse:
    return _problem(500, "Something broke here; the log of the server says what.")


def _problem(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": sentence}, status, headers)


def _sentence(error: Mapping[str, Any]) -> str:
    """A validation error in words: `'user': it is blank.`"""
    if error["type"] == "json_invalid":
        return "The body is not valid JSON."
    name = ".".join(str(part) for part in error["loc"][1:])
    if error["type"] == "missing":
        return f"'{name}' is missing." if name else "The body is missing: a JSON object is needed."
    said = str(error["msg"]).removeprefix("Value error, ")
    said = f"{said[:1].lower()}{said[1:]}".rstrip(".")
    return f"'{name}': {said}." if name else f"The body is wrong: {said}."
