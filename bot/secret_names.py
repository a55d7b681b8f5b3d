"""Which variables of an environment are secrets: by the words of their names, or by a password in their value.

The start of every command reads this before anything else: it imports next to nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

_NAME = re.compile(
    r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL)S?(?:_|\d|$)"
    r"|(?:^|_)(?:AUTH(?:_|$)|(?:PASS|PAT|JWT|COOKIE|DSN)$)|_PWD$|^OTEL_EXPORTER_\w*HEADERS$",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"://[^\s:/@]*:([^\s/@]+)@")
_COMMON = re.compile(r"[A-Z]?[a-z]{0,11}|[A-Z]{1,11}|\d{1,7}")
"""Words and numbers that are rather a choice than a secret; taken out of every text they would leave holes."""


def is_secret(name: str, value: str) -> bool:
    """A name that promises a secret and means a file that is there holds none itself."""
    if _PASSWORD.search(value):
        return True
    return bool(value and _NAME.search(name)) and not os.path.exists(value)  # noqa: PTH110


def parted(environ: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The variables that anybody may see, and the secrets."""
    secret = {name: value for name, value in environ.items() if is_secret(name, value)}
    return {name: value for name, value in environ.items() if name not in secret}, secret


def hidden(value: str) -> tuple[str, ...]:
    """What of a secret variable's value nobody may read: the passwords of an address, else all of it."""
    return passwords(value) or (() if _COMMON.fullmatch(value) else (value,))


def passwords(text: str) -> tuple[str, ...]:
    """Those of the addresses in a text: of `postgresql://ana:hush@db/goals` it is `hush`."""
    return tuple(_PASSWORD.findall(text))
