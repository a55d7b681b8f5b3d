"""Settings from the environment: `GOALWARD_DEFAULTS__MAX_TURNS=5` is `max_turns` in `[defaults]`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

PREFIX = "GOALWARD_"

TOLD_TO_CHILDREN = (
    *("GOALWARD_GOAL", "GOALWARD_TURN", "GOALWARD_RUN"),
    *("GOALWARD_HOOK_EVENT", "GOALWARD_HOOK_KEY"),
)
"""What commands of a goal find in their environment: no settings, also where one of them starts Goalward."""

LOOPBACK = "127.0.0.1"

Path = tuple[str, ...]


def merged(values: dict[str, Any], environ: Mapping[str, str]) -> tuple[dict[str, Any], dict[Path, str]]:
    """The values of the file with those of the environment over them, and which variable set which key.

    A part of a name means the key of the file that differs from it in case and punctuation only, else itself in
    lower case. Lists and tables are written as in TOML.
    """
    names: dict[Path, str] = {}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in TOLD_TO_CHILDREN:
            path = _path(name.removeprefix(PREFIX).split("__"), values)
            values = _with(values, path, _read(environ[name]))
            names[path] = name
    return values, names


def variable(path: str) -> str:
    """The variable that sets a key: `model.api_key` → `GOALWARD_MODEL__API_KEY`."""
    return PREFIX + path.upper().replace(".", "__")


def past_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables with which calls to this machine go past the proxies that the environment names."""
    return {name: ",".join(filter(None, (environ.get(name), LOOPBACK))) for name in ("NO_PROXY", "no_proxy")}


def _path(parts: list[str], values: Any) -> Path:
    path: list[str] = []
    for part in parts:
        known = values if isinstance(values, dict) else {}
        key = next((key for key in known if _plain(key) == _plain(part)), part.lower())
        path.append(key)
        values = known.get(key)
    return tuple(path)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "_", name.lower())


def _with(values: Any, path: Path, value: Any) -> dict[str, Any]:
    if not path:
        raise ValueError("a path has at least one part")
    known = dict(values) if isinstance(values, dict) else {}
    first, *rest = path
    return {**known, first: _with(known.get(first), tuple(rest), value) if rest else value}


def _read(text: str) -> Any:
    """A list or a table where the text is one, else the text itself."""
    if text[:1] not in ("[", "{"):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
