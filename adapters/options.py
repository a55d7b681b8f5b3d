"""Options in a text: before the objective, on lines of their own after it, and lists of requirements under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters import folding, grammar
from adapters.grammar import Option
from goals.domain import strict_json
from goals.domain.errors import BadRequest
from goals.domain.nearest import is_near, nearest, shown


@dataclass(frozen=True, slots=True)
class Given:
    """One option as somebody gave it: `name` as they wrote it, `value` not read yet."""

    option: Option
    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Split:
    """A text taken apart: its options, and what is left. `literal`: what is left is an objective whatever it says."""

    given: tuple[Given, ...]
    rest: str
    literal: bool = False


_DASHED = re.compile(rf"(--|[{folding.DASHES}]{{1,2}})([A-Za-z][A-Za-z0-9_‐‑-]*)")
_LITERAL = re.compile(rf"(?:--|[{folding.DASHES}])(?:\s+|$)")
_COLON = re.compile(r"([A-Za-z][A-Za-z _-]{0,30}):\s+(\S.*)")
_ASSIGN = re.compile(r"[^\S\n]*=?[^\S\n]*")
_LIST = re.compile(
    r"(?:#{1,4} ?|\*{1,2}|_)?(requirements|acceptance criteria|criteria|constraints) ?:?(?:\*{1,2}|_)?:?",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-*•–—]|[0-9]{1,3}[.)])\s+(?:\[[ xX]?\]\s+)?(\S.*)")


def before(text: str) -> Split:
    """The options a text begins with. Raises BadRequest for unknown ones and missing values."""
    given: list[Given] = []
    while (match := _DASHED.match(text)) is not None:
        option = _option(match)
        if option is None:
            break
        name, after = f"--{_name(match[2])}", text[match.end() :]
        taken = _value(option, after)
        if taken is None:
            raise BadRequest(_no_value(name, option, after))
        given.append(Given(option, name, taken[0]))
        text = taken[1].lstrip()
    if (literal := _LITERAL.match(text)) is not None:
        return Split(tuple(given), text[literal.end() :], literal=True)
    _refuse_cut_command(given, text)
    return Split(tuple(given), text)


def after(text: str) -> Split:
    """The requirement lists under an objective and the option lines behind it, taken off."""
    listed, lines = _lists(text.split("\n"))
    given: list[Given] = []
    while len(lines) > 1:
        line = lines[-1].strip()
        found = _own_line(line) if line else []
        if found is None:
            break
        given[:0] = found
        lines.pop()
    return Split((*given, *listed), "\n".join(lines).strip())


def named(name: str, value: object) -> Given:
    """An option that came in by name, as from a command line. Raises BadRequest for an unknown one."""
    option = grammar.options_by_name().get(_name(name))
    if option is None:
        raise BadRequest(_unknown(_name(name)))
    return Given(option, f"--{_name(name)}", value)


def _option(match: re.Match[str]) -> Option | None:
    """The option that is meant; None where a typographic dash is just a dash. Raises BadRequest for `--unknown`."""
    name = _name(match[2])
    option = grammar.options_by_name().get(name)
    if option is None and (match[1] == "--" or is_near(name, grammar.options_by_name())):
        raise BadRequest(_unknown(name))
    return option


def _value(option: Option, text: str) -> tuple[str | bool, str] | None:
    """The value that follows an option's name, and the text behind it; None when there is none."""
    if option.flag and not text.startswith("="):
        return (True, text) if not text or text[0].isspace() else None
    start = _ASSIGN.match(text)
    text = text[start.end() :] if start else text
    if not text or text[0] == "\n" or _is_option(text):
        return None
    end = _end_of_value(text)
    return (folding.unquoted(text[:end]), text[end:]) if end else None


def _end_of_value(text: str) -> int | None:
    if folding.quoted(text):
        close = folding.closing(text)
        return None if close is None else close + 1
    if text[0] == "{":
        return strict_json.end(folding.straight(text))
    word = re.match(r"\S+", text)
    return word.end() if word else None


def _is_option(text: str) -> bool:
    match = _DASHED.match(text)
    return match is not None and (match[1] == "--" or _name(match[2]) in grammar.options_by_name())


def _own_line(line: str) -> list[Given] | None:
    """The options of a line that holds nothing else; None for a line of the objective."""
    match = _DASHED.match(line)
    if match is None:
        return _colon_line(line)
    option = grammar.options_by_name().get(_name(match[2]))
    if option is None:
        if is_near(_name(match[2]), grammar.options_by_name()):
            raise BadRequest(_unknown(_name(match[2])))
        return None
    sequence = _sequence(line)
    if sequence is not None:
        return sequence
    value = line[match.end() :].strip().removeprefix("=").strip()
    return None if option.flag or not value else [Given(option, f"--{_name(match[2])}", value)]


def _sequence(line: str) -> list[Given] | None:
    """Several options on one line; None when the line holds anything else."""
    given: list[Given] = []
    while line:
        match = _DASHED.match(line)
        option = grammar.options_by_name().get(_name(match[2])) if match else None
        taken = _value(option, line[match.end() :]) if match and option else None
        if match is None or option is None or taken is None:
            return None
        given.append(Given(option, f"--{_name(match[2])}", taken[0]))
        line = taken[1].lstrip()
    return given


def _colon_line(line: str) -> list[Given] | None:
    match = _COLON.fullmatch(line)
    option = grammar.options_by_name().get(_name(match[1])) if match else None
    if match is None or option is None or (option.flag and grammar.truth(match[2]) is None):
        return None
    return [Given(option, _name(match[1]), folding.unquoted(match[2]))]


def _lists(lines: Sequence[str]) -> tuple[list[Given], list[str]]:
    """The bullets under "Requirements:" and the like, and the other lines. Code fences are left alone."""
    given: list[Given] = []
    kept: list[str] = []
    at, fenced = 0, False
    while at < len(lines):
        heading = _LIST.fullmatch(lines[at].strip()) if at and not fenced else None
        bullets, end = _bullets(lines, at + 1) if heading else ([], at)
        if heading and bullets:
            option = grammar.options_by_name()[
                "constraint" if heading[1].lower() == "constraints" else "accept"
            ]
            given += [Given(option, heading[1], bullet) for bullet in bullets]
            at = end
        else:
            fenced ^= lines[at].lstrip().startswith("```")
            kept.append(lines[at])
            at += 1
    return given, kept


def _bullets(lines: Sequence[str], at: int) -> tuple[list[str], int]:
    """The list that begins at a line, an item each, and the line behind it. Indented lines continue an item."""
    items: list[str] = []
    while at < len(lines):
        bullet = _BULLET.fullmatch(lines[at])
        if bullet is not None:
            items.append(bullet[1].strip())
        elif items and lines[at].startswith("  ") and lines[at].strip():
            items[-1] += " " + lines[at].strip()
        elif lines[at].strip():
            break
        at += 1
    return items, at


def _refuse_cut_command(given: Sequence[Given], rest: str) -> None:
    """`--verify pytest -q fix it` would lose its `-q` to the objective."""
    if given and given[-1].option.field == "verify" and re.match(r"-[A-Za-z0-9]", rest):
        word = shown(f"{given[-1].value} {rest.split()[0]}")
        raise BadRequest(f'Put the command {word} in quotes, like `{given[-1].name} "pytest -q"`.')


def _no_value(name: str, option: Option, after: str) -> str:
    if option.flag:
        return f"`{name}` stands alone, without {shown(after.split()[0])}."
    if folding.quoted(after.lstrip(" =")):
        return f"The quote after `{name}` is not closed."
    return f"`{name}` needs a value: {option.wants}."


def _unknown(name: str) -> str:
    hint = nearest(name, (f"--{known}" for known in grammar.options_by_name()))
    return f"There is no option {shown('--' + name)}.{hint}"


def _name(word: str) -> str:
    return re.sub(r"[\s_‐‑]", "-", word.strip().removeprefix("--")).lower()
