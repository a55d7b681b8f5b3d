"""Go's text templates, read: text and actions become a tree. What Helm would not take is refused here too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TAG = re.compile(
    r"\{\{(-(?=\s))?\s*(/\*.*?\*/|(?:\"(?:\\.|[^\"\\])*\"|`[^`]*`|[^`\"])*?)\s*((?<=\s)-)?\}\}", re.DOTALL
)
TOKEN = re.compile(
    r'\s*("(?:\\.|[^"\\])*"|`[^`]*`|-?\d+(?:\.\d+)?(?![\w.])|:=|=|\||,|\(|\)'
    r"|\$\w*(?:\.\w+)*|(?:\.\w+)+|\.|\w+)"
)
BLOCKS = ("if", "range", "with", "define")


class TemplateError(Exception):
    """The template cannot be read, or cannot be carried out with these values."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """`commands` are lists of operands: strings as they are written, and pipes in parentheses."""

    commands: tuple[tuple[Operand, ...], ...]
    sets: tuple[str, ...] = ()
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of what parentheses hold."""

    of: Pipe
    path: str


Operand = str | Pipe | Field


@dataclass(slots=True)
class Node:
    """An action with what stands inside it and after its `else`; plain text has the kind `text`."""

    kind: str
    pipe: Pipe | None = None
    text: str = ""
    body: list[Node] = field(default_factory=list)
    otherwise: list[Node] = field(default_factory=list)


def parse(source: str, defined: dict[str, list[Node]]) -> list[Node]:
    """The tree of a template; what it defines is added to `defined`. Raises TemplateError."""
    pieces = list(_pieces(source))
    nodes, rest = _block(pieces, 0, defined)
    if rest != len(pieces):
        raise TemplateError(f"there is no block for {pieces[rest]}")
    return nodes


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """Texts and actions in turn, with the blanks gone that a `-` takes."""
    text, at = "", 0
    for tag in TAG.finditer(source):
        text += source[at : tag.start()]
        at = tag.end()
        if tag[1]:
            text = text.rstrip()
        if "{{" in text:
            raise TemplateError(f"an action has no end: {text[text.index('{{') :][:60]!r}")
        if text:
            yield "text", text
        text = ""
        if not tag[2].startswith("/*"):
            yield "action", tag[2]
        if tag[3]:
            at += len(source[at:]) - len(source[at:].lstrip())
    if "{{" in source[at:]:
        raise TemplateError(f"an action has no end: {source[at:][:60]!r}")
    yield "text", source[at:]


def _block(pieces: list[tuple[str, str]], at: int, defined: dict[str, list[Node]]) -> tuple[list[Node], int]:
    """The nodes up to the `else` or `end` that does not belong to one of them, and where that stands."""
    nodes: list[Node] = []
    while at < len(pieces):
        kind, said = pieces[at]
        word = said.split(maxsplit=1)[0] if said.split() else ""
        if kind == "text":
            nodes.append(Node("text", text=said))
        elif word in ("else", "end"):
            break
        elif word in BLOCKS:
            node, at = _opened(word, said, pieces, at, defined)
            nodes += [node] if node else []
        elif word == "template":
            raise TemplateError("use `include`: what `template` says cannot be indented")
        else:
            nodes.append(Node("print", _pipe(said)))
        at += 1
    return nodes, at


def _opened(
    word: str, said: str, pieces: list[tuple[str, str]], at: int, defined: dict[str, list[Node]]
) -> tuple[Node | None, int]:
    body, end = _block(pieces, at + 1, defined)
    otherwise: list[Node] = []
    if end >= len(pieces):
        raise TemplateError(f"{said!r} has no end")
    if pieces[end][1].startswith("else"):
        rest = pieces[end][1].removeprefix("else").strip()
        if rest:
            node, end = _opened(rest.split()[0], rest, pieces, end, defined)
            return Node(
                word, _pipe(said.removeprefix(word)), body=body, otherwise=[node] if node else []
            ), end
        otherwise, end = _block(pieces, end + 1, defined)
    if end >= len(pieces) or pieces[end][1] != "end":
        raise TemplateError(f"{said!r} has no end")
    if word == "define":
        defined[said.split()[1].strip('"')] = body
        return None, end
    return Node(word, _pipe(said.removeprefix(word)), body=body, otherwise=otherwise), end


def _pipe(said: str) -> Pipe:
    tokens = _tokens(said)
    pipe, at = _piped(tokens, 0)
    if at != len(tokens):
        raise TemplateError(f"cannot read {said!r}")
    return pipe


def _tokens(said: str) -> list[str]:
    found, at = [], 0
    said = said.strip()
    while at < len(said):
        match = TOKEN.match(said, at)
        if match is None:
            raise TemplateError(f"cannot read {said[at:]!r} in {said!r}")
        found.append(match[1])
        at = match.end()
    return found


def _piped(tokens: list[str], at: int) -> tuple[Pipe, int]:
    """The pipe that begins here, and where it ends: at a closing parenthesis or the end."""
    sets, declares, at = _sets(tokens, at)
    commands: list[tuple[Operand, ...]] = []
    operands: list[Operand] = []
    while at < len(tokens) and tokens[at] != ")":
        if tokens[at] == "|":
            commands.append(tuple(operands))
            operands = []
        elif tokens[at] == "(":
            inner, at = _piped(tokens, at + 1)
            if at >= len(tokens):
                raise TemplateError("a parenthesis is not closed")
            follows = tokens[at + 1] if at + 1 < len(tokens) else ""
            if re.fullmatch(r"(\.\w+)+", follows):
                operands.append(Field(inner, follows))
                at += 1
            else:
                operands.append(inner)
        else:
            operands.append(tokens[at])
        at += 1
    commands.append(tuple(operands))
    if not all(commands):
        raise TemplateError("a command is missing")
    return Pipe(tuple(commands), sets, declares), at


def _sets(tokens: list[str], at: int) -> tuple[tuple[str, ...], bool, int]:
    for count in (1, 3):
        names, sign = tokens[at : at + count], tokens[at + count : at + count + 1]
        if sign in ([":="], ["="]) and all(n.startswith("$") for n in names[::2]):
            return tuple(names[::2]), sign == [":="], at + count + 1
    return (), False, at
