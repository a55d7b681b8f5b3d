"""One message of ours as the messages that Discord takes: the first has the buttons, what is too long goes to a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from adapters.chat import Body, Button, Colour, File
from adapters.cutting import pieces
from adapters.discord.boxes import Element, elements, rows
from adapters.discord.buttons import LABEL
from adapters.discord.text import said, short, size, small, weight
from adapters.fitting import fit

MOST = 4
"""Messages that are one of ours at most; what is longer is attached whole to the first."""
TEXT = 1_800
"""Characters of a text without a box, its markup counted; Discord takes 2,000, and whom it is for comes in front."""
ROOM, COMPONENTS = 3_800, 38
"""Characters and components of a box; Discord takes 4,000 and 40, and what is said about the rest needs some."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message. `text` stands in it alone, or is said before its box is drawn, for notifications and screen readers;
    a box that goes on from another one has none. A box has a `colour`; without one, `shown` are the buttons under the
    text.
    """

    text: str = ""
    shown: tuple[Element, ...] = ()
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The first message, what follows it in the thread, and what is attached."""

    first: Part
    rest: tuple[Part, ...] = ()
    files: tuple[File, ...] = ()

    @property
    def messages(self) -> tuple[Part, ...]:
        return (self.first, *self.rest)


def parts(body: Body) -> Parts:
    """Nothing is lost on the way: what the messages do not show is in the files."""
    body = fit(body, "discord")
    return _of_text(body) if body.card is None else _of_card(body, body.card.colour)


def plain(body: Body) -> Parts:
    """The same in words alone: for what Discord refuses to draw."""
    return parts(replace(body, card=None, buttons=()))


def _of_text(body: Body) -> Parts:
    spoken = (piece for piece in pieces(body.text, TEXT, weight) if piece.strip())
    cut = list(islice(spoken, MOST + 1)) or ["…"]
    under = tuple(rows(body.buttons))
    first = Part(said(cut[0], body.addressed), under)
    if len(cut) > MOST:
        return Parts(replace(first, text=f"{first.text}\n{_beginning(body)}"), (), _with_whole(body))
    return Parts(first, tuple(Part(said(piece)) for piece in cut[1:]), body.files)


def _of_card(body: Body, colour: Colour) -> Parts:
    under = rows(body.buttons)
    groups = packed(elements(body), under)
    twin = said(_twin(body.text), body.addressed)
    if len(groups) > MOST:
        head = groups[0][: len(groups[0]) - len(under)]
        return Parts(Part(twin, (*head, _beginning(body), *under), colour), (), _with_whole(body))
    first, *rest = (Part("", tuple(group), colour) for group in groups)
    return Parts(replace(first, text=twin), tuple(_following(rest, len(groups))), body.files)


def _twin(text: str) -> str:
    first = next(pieces(text, TEXT, weight), "")
    whole = first if first == text else f"{first.rstrip()}…"
    return whole if whole.strip() else "…"


def _following(rest: Sequence[Part], of: int) -> Iterator[Part]:
    for number, part in enumerate(rest, 2):
        said = small(f"{number} of {of}, which belongs to the message above")
        yield replace(part, shown=(said, *part.shown))


def _beginning(body: Body) -> str:
    return small(f"This is only its beginning: the whole is attached, {len(body.text):,} characters.")


def _with_whole(body: Body) -> tuple[File, ...]:
    return (*body.files, File("whole.txt", body.text))


def packed(things: Sequence[Element], under: Sequence[Element] = ()) -> list[list[Element]]:
    """Elements in groups that each fit into one box; `under` ends the first group."""
    groups: list[list[Element]] = [[]]
    for thing in things:
        reserved = under if len(groups) == 1 else ()
        if groups[-1] and not _fits([*groups[-1], thing, *reserved]):
            groups.append([])
        groups[-1].append(thing)
    groups[0].extend(under)
    return groups


def _fits(shown: Sequence[Element]) -> bool:
    return sum(map(_length, shown)) <= ROOM and 1 + sum(map(_count, joined(shown))) <= COMPONENTS


def joined(shown: Sequence[Element]) -> list[Element]:
    """Paragraphs that follow each other are one."""
    together: list[Element] = []
    for element in shown:
        if together and isinstance(element, str) and isinstance(together[-1], str):
            together[-1] = f"{together[-1]}\n{element}"
        else:
            together.append(element)
    return together


def _length(element: Element) -> int:
    return size(element) + 1 if isinstance(element, str) else sum(map(_label, element))


def _label(button: Button) -> int:
    return size(short(button.label, LABEL))


def _count(element: Element) -> int:
    return 1 if isinstance(element, str) else 1 + len(element)
