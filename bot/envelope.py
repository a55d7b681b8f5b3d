"""Takes the secrets out of the environment at start, where the commands of agents could read them.

As long as a process lives the kernel shows the environment that it began with, whatever becomes of its variables.
So this process puts its secrets into an envelope, a file in memory that has no name on any disk, and begins anew
without them, under the same id; in this second life the envelope is read and gone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

from bot.secret_names import parted

NAME = "GOALWARD_ENVELOPE"
"""The variable that says which descriptor the envelope is."""

LABEL = "goalward-envelope"
KEY = "GOALWARD_LOCAL__KEY"
PR_SET_DUMPABLE = 4


def environment() -> dict[str, str]:
    """Our variables, the secrets among them, which nobody else sees any more.

    Does not return where they are still to be seen: the process begins anew.
    """
    if sys.platform != "linux":
        return dict(os.environ)
    number = os.environ.pop(NAME, "")
    if _is_envelope(number):
        secrets = _read(int(number))
    else:
        secrets = {}
        _begin_anew_with_secrets()
    _keep_out_of_memory()
    # Libraries look for them there, and only there. No command of ours inherits these variables.
    os.environ.update({name: value for name, value in secrets.items() if name.lower().endswith("_proxy")})
    return {**os.environ, **secrets}


def _begin_anew_with_secrets() -> None:
    """Returns only where there are none."""
    public, secrets = parted(os.environ)
    words, key = without_key(sys.argv[1:])
    if key:
        secrets[KEY] = key
        public.pop(KEY, None)
    if secrets:
        interpreter = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]
        _begin_anew([sys.executable, *interpreter, *words], public, secrets)


def _begin_anew(argv: list[str], public: Mapping[str, str], secrets: Mapping[str, str]) -> NoReturn:
    os.execve(argv[0], argv, {**public, NAME: str(_sealed(secrets, 0))})


def for_child(environ: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """The variables that a process of ours may be started with, and the descriptor of the envelope that it inherits."""
    public, secrets = parted(environ)
    envelope = _sealed(secrets, os.MFD_CLOEXEC)
    return {**public, NAME: str(envelope)}, envelope


def _sealed(secrets: Mapping[str, str], flags: int) -> int:
    envelope = os.memfd_create(LABEL, flags)
    os.write(envelope, os.fsencode("\0".join(f"{name}={value}" for name, value in secrets.items())))
    return envelope


def without_key(words: Sequence[str]) -> tuple[list[str], str]:
    """A command line without the `--key` of `goalward goals`, and that key: command lines are as public."""
    place = 1
    while words[:1] == ["goals"] and place < len(words) and words[place].startswith("-"):
        name, joined, value = words[place].partition("=")
        after = place + (1 if joined else 2)
        value = value or "".join(words[place + 1 : after])
        if name == "--key" and value:
            return [*words[:place], *words[after:]], value
        place = after
    return list(words), ""


def _is_envelope(number: str) -> bool:
    try:
        return number.isdecimal() and os.readlink(f"/proc/self/fd/{number}").startswith(f"/memfd:{LABEL}")  # noqa: PTH115
    except OSError:
        return False


def _read(envelope: int) -> dict[str, str]:
    with open(envelope, "rb") as file:
        file.seek(0)
        variables = os.fsdecode(file.read()).split("\0")
    return dict(variable.split("=", 1) for variable in variables if variable)


def _keep_out_of_memory() -> None:
    """No other process of this user looks into our memory or traces us, but one that may trace everybody."""
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
