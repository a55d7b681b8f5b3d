"""What stands before the name of the command that is really run: `env -u A`, `timeout -s KILL 5`, `python -m`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=.*", re.DOTALL)

BEFORE_A_COMMAND = frozenset(("if", "then", "else", "elif", "do", "while", "until", "!", "{", "coproc"))


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A command that runs another: `valued` are its options whose value is the next word (a whole line for those
    in `lines`), `operands` counts the words of its own before the other's name.

    With a `sub` it is one only behind that word: `uv run`, `python -m`.
    """

    valued: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    operands: int = 0
    sub: str = ""


_PLAIN = Wrapper()
_RUN = Wrapper(
    ("--with", "--extra", "--group", "--python", "-p", "--project", "--directory", "-e"), sub="run"
)

WRAPPERS = {
    "env": Wrapper(("-u", "--unset", "-C", "--chdir", "-a", "--argv0"), ("-S", "--split-string")),
    "nohup": _PLAIN,
    "nice": Wrapper(("-n", "--adjustment")),
    "ionice": Wrapper(("-c", "--class", "-n", "--classdata")),
    "timeout": Wrapper(("-s", "--signal", "-k", "--kill-after"), operands=1),
    "exec": Wrapper(("-a",)),
    "command": _PLAIN,
    "builtin": _PLAIN,
    "xargs": Wrapper(
        ("-I", "-n", "-P", "-L", "-s", "-d", "-E", "-a", "--max-args", "--max-procs", "--max-lines", "--arg-file")
    ),
    "stdbuf": Wrapper(("-i", "--input", "-o", "--output", "-e", "--error")),
    "setsid": _PLAIN,
    "time": Wrapper(("-f", "--format", "-o", "--output")),
    "watch": Wrapper(("-n", "--interval", "-q", "--equexit")),
    "parallel": Wrapper(("-j", "--jobs", "-a", "--arg-file", "-S", "--sshlogin", "-N", "--delay", "--timeout")),
    "flock": Wrapper(("-w", "--timeout", "-E", "--conflict-exit-code"), ("-c", "--command"), operands=1),
    "busybox": _PLAIN,
    "unbuffer": _PLAIN,
    "taskset": Wrapper(operands=1),
    "python": Wrapper(("-W", "-X"), sub="-m"),
    **dict.fromkeys(("uv", "poetry", "pipenv", "pdm", "hatch", "rye"), _RUN),
    "bundle": Wrapper(sub="exec"),
}  # fmt: skip


def unwrapped(said: Sequence[str]) -> tuple[str, ...]:
    """The words of a command from the name of what is really run; none where nothing is."""
    rest = list(said)
    while rest:
        if (wrapper := _wrapper(rest[0])) and (inside := _behind(rest[1:], wrapper)) is not None:
            rest = inside
        elif rest[0] == "coproc" and rest[2:3] == ["{"]:
            rest = rest[3:]
        elif rest[0] in BEFORE_A_COMMAND or ASSIGNMENT.fullmatch(rest[0]):
            rest.pop(0)
        else:
            break
    return tuple(rest)


def _wrapper(word: str) -> Wrapper | None:
    name = word.rsplit("/", 1)[-1]
    return WRAPPERS.get(name) or WRAPPERS.get(name.rstrip("0123456789."))


def _behind(words: list[str], wrapper: Wrapper) -> list[str] | None:
    """What a wrapper runs; None where these are not words of one."""
    rest, operands, wanted = list(words), wrapper.operands, wrapper.sub
    while rest:
        word = rest[0]
        if wanted and word == wanted:
            wanted = ""
        elif word.startswith("-"):
            option = _takes_the_next(word, wrapper)
            if option in wrapper.lines:
                return rest[1:]
            del rest[: 1 if option else 0]
        elif wanted:
            return None
        elif operands:
            operands -= 1
        else:
            break
        del rest[:1]
    return None if wanted else rest


def _takes_the_next(word: str, wrapper: Wrapper) -> str:
    """The option whose value is the word behind this one: in `-rI` the last letter, if none before it takes one."""
    known = (*wrapper.valued, *wrapper.lines)
    if word.startswith("--"):
        return word if word in known else ""
    taking = [n for n, letter in enumerate(word) if n and f"-{letter}" in known]
    return f"-{word[-1]}" if taking and taking[0] == len(word) - 1 else ""
