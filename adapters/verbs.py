"""Verbs: `/goal pause`, `/goal g7k2 show`, `/goal budget +10 turns`. What fits no verb's shape is an objective."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from adapters import grammar
from adapters.grammar import Takes, VerbShape
from goals.domain import amounts
from goals.domain.amounts import Amount
from goals.domain.errors import BadRequest
from goals.domain.nearest import shown


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: in the thread of a goal, and whether a goal of that thread is unfinished.

    Without `ids` a word that looks like a goal's id is a word.
    """

    thread: bool = False
    unfinished: bool = False
    ids: bool = True


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb by its first name. `goal_id` is empty where none was said; `amount` comes with `budget`, `approval`
    (an id like `g7k2-1`) with `approve` and `deny`.
    """

    name: str
    goal_id: str = ""
    argument: str = ""
    amount: Amount | None = None
    approval: str = ""

    @property
    def like_prose(self) -> bool:
        """Whether it could be a sentence whose first word only looks like an id: `mp3s add tags`."""
        takes = grammar.verb(self.name).takes
        return bool(self.goal_id and self.argument) and takes in (Takes.FREE, Takes.REASON, Takes.WISH)


DECISIONS = ("approve", "deny")

_ID = re.compile(r"(?=[a-z]*[0-9])[a-z][a-z0-9]{3}")
_APPROVAL = re.compile(rf"({_ID.pattern})-[1-9][0-9]{{0,5}}")
_ALLOWANCE = re.compile(r"[+=]?\s*[-−]?\$?-?\.?[0-9]\S*(?:\s+(?:turns?|tokens?))?", re.IGNORECASE)
_PLACE = re.compile(r"up|down|top|[0-9]{1,4}", re.IGNORECASE)


def read(text: str, place: Place) -> Verb | None:
    """The verb that a whole text is; None for an objective.

    Raises BadRequest for an amount that cannot be read.
    """
    first, *rest = text.split(None, 1)
    named = first.lower() if place.ids and is_named(first.lower()) else ""
    if is_id(named) and not rest:
        return Verb("show", named)
    return _of_approval(_shaped(" ".join(rest) if named else text, named, place))


def is_named(word: str) -> bool:
    """Whether a word has the form of the id of a goal or of an approval."""
    return is_id(word) or _APPROVAL.fullmatch(word) is not None


def is_id(word: str) -> bool:
    """Whether a word has the form of a goal's id: four letters and digits, a letter first, a digit in it."""
    return _ID.fullmatch(word) is not None


def _of_approval(verb: Verb | None) -> Verb | None:
    """The verb with the approval that was named in the place of a goal; None for one that decides nothing."""
    found = _APPROVAL.fullmatch(verb.goal_id) if verb else None
    if verb is None or found is None:
        return verb
    return replace(verb, goal_id=found[1], approval=found[0]) if verb.name in DECISIONS else None


def _shaped(text: str, goal_id: str, place: Place) -> Verb | None:
    return _alone(text, goal_id, place) or _with_argument(text, goal_id, place)


def _alone(text: str, goal_id: str, place: Place) -> Verb | None:
    """A verb that needs nothing behind it but, where none was said before, an id."""
    words = " ".join(text.split()).lower()
    before, _, last = words.rpartition(" ")
    if place.ids and not goal_id and is_named(last):
        words, goal_id = before, last
    shape = grammar.verbs_by_word().get(words)
    if shape is None:
        return None
    fits = shape.takes in (Takes.NOTHING, Takes.REASON, Takes.WORD) or (shape.takes is Takes.ID and goal_id)
    return Verb(shape.name, goal_id) if fits else None


def _with_argument(text: str, goal_id: str, place: Place) -> Verb | None:
    word, *rest = text.split(None, 1) or [""]
    shape = grammar.verbs_by_word().get(word.lower())
    if shape is None or not rest or not _fits(shape, rest[0], goal_id, place):
        return None
    argument = rest[0].strip()
    if shape.takes is Takes.AMOUNT:
        return Verb(shape.name, goal_id, argument, _amount(argument))
    if shape.takes is Takes.MOVE and not goal_id:
        goal_id, argument = argument.lower().split()
    return Verb(shape.name, goal_id, argument)


def _fits(shape: VerbShape, argument: str, goal_id: str, place: Place) -> bool:
    match shape.takes:
        case Takes.REASON | Takes.FREE:
            return place.unfinished or bool(goal_id)
        case Takes.WISH:
            return True
        case Takes.NUMBER:
            return re.fullmatch(r"[0-9]{1,4}", argument) is not None
        case Takes.DURATION:
            return amounts.period(argument) is not None
        case Takes.AMOUNT:
            return _ALLOWANCE.fullmatch(argument) is not None
        case Takes.WORD:
            return not goal_id and grammar.entry(argument) is not None
        case Takes.MOVE:
            *ids, where = argument.lower().split()
            named = [goal_id] if goal_id else ids
            return len(named) == 1 and is_id(named[0]) and _PLACE.fullmatch(where) is not None
        case _:
            return False


def _amount(text: str) -> Amount:
    amount = amounts.amount(text)
    if amount is None:
        raise BadRequest(
            f"`budget` wants what to add or to set, like `+10 turns`, `+30m`, `+50k`, `+$2` or `=$5`,"
            f" not {shown(text)}."
        )
    return amount
