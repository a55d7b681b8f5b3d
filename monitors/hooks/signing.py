"""Signs what webhooks send, so that receivers can tell that it is ours: with the secret that is set, or one of our own."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr

FILE = "hooks.secret"


def signature(secret: str, body: bytes) -> str:
    """`sha256=` and the HMAC of the body, in hex."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


class Signing:
    """Without a secret one is made, once, and kept in the state for its owner alone."""

    def __init__(self, secret: SecretStr | None, state: Path) -> None:
        self._secret = secret
        self._file = state / FILE

    async def sign(self, body: bytes) -> str:
        if self._secret is None:
            self._secret = SecretStr(await asyncio.to_thread(_kept, self._file))
        return signature(self._secret.get_secret_value(), body)


def _kept(file: Path) -> str:
    """The secret of the state. Whoever is first writes it whole; blocks."""
    with suppress(FileNotFoundError):
        return file.read_text().strip()
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write(f"{secrets.token_hex(32)}\n")
        new.flush()
        os.fsync(new.fileno())
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
    return file.read_text().strip()
