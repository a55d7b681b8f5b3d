"""Says whether an expression over read data is true: no attributes, no imports, bounded steps, time and memory."""

from __future__ import annotations

import ast
import operator
import threading
import time
from collections.abc import Callable, Sized
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from simpleeval import EvalWithCompoundTypes, InvalidExpression, NameNotDefined  # type: ignore[import-untyped]

MAX_UNITS = 5_000_000
MAX_SECONDS = 2.0
"""Of a processor: what others do on the machine makes no expression too long."""
LOOKS_EVERY = 256
"""Units after which the time is looked at, which takes longer than a unit."""
MAX_BITS = 4_096
MAX_LENGTH = 100_000
MAX_EXPONENT = 64
KNOWN = 1_000
"""Expressions that are kept as they were read: monitors ask the same ones again and again."""


class Refused(Exception):
    """The expression cannot be answered; the message ends a sentence that begins with "the expression"."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`left` is what the left side of a comparison was: the number that people watch."""

    result: Any
    left: Any = None
    compared: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """`compared` is the left side of a comparison, in words and as it was read."""

    tree: ast.expr
    left: ast.expr | None
    compared: str


@lru_cache(maxsize=KNOWN)
def parse(text: str) -> Parsed:
    """Raises Refused when it is not one expression."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        left = tree.left if isinstance(tree, ast.Compare) else None
        return Parsed(tree, left, ast.unparse(left) if left else "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refused("cannot be read") from None


def evaluate(text: str, data: Any) -> Answer:
    """The expression's value, with `data` as its only name. Raises Refused. Blocks: run it in a thread."""
    parsed = parse(text)
    bounded = _kept.evaluator or _Bounded(_Meter())
    _kept.evaluator = None  # one that failed half-way is not used again
    try:
        answer = bounded.answer(text, parsed, data)
    except NameNotDefined as unknown:
        raise Refused(_unknown(unknown.name, data)) from None
    except InvalidExpression as refused:
        raise Refused(f"is not allowed: {refused}") from None
    except KeyError as missing:
        raise Refused(f"asks for {missing}, which is not there") from None
    except (LookupError, ArithmeticError, TypeError, ValueError, AttributeError) as wrong:
        raise Refused(f"fails: {wrong}") from None
    except (RecursionError, MemoryError):
        raise Refused("goes too deep") from None
    _kept.evaluator = bounded
    return answer


def _unknown(name: str, data: Any) -> str:
    """What was read has one name; a key of it is asked for through that."""
    there = isinstance(data, dict) and name in data
    meant = f": say `data['{name}']`" if there else ""
    return f"names `{name[:60]}`, and what was read is called `data`{meant}"


class _Meter:
    """What an evaluation has used: one unit per step and per element that it makes or walks over."""

    def begin(self) -> None:
        self._units = self._looks_at = 0
        self._until = time.thread_time() + MAX_SECONDS

    def spend(self, units: int) -> None:
        self._units += units
        if self._units > MAX_UNITS:
            raise Refused("takes too many steps")
        if self._units < self._looks_at:
            return
        self._looks_at = self._units + LOOKS_EVERY
        if time.thread_time() > self._until:
            raise Refused(f"takes longer than {MAX_SECONDS:g} s")

    def walking(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def walk(*arguments: Any, **options: Any) -> Any:
            for argument in arguments:
                self.spend(_size(argument))
            return function(*arguments, **options)

        return walk


class _Bounded(EvalWithCompoundTypes):  # type: ignore[misc]
    """The library's evaluator with fewer kinds of nodes, and a meter that every step passes."""

    def __init__(self, meter: _Meter) -> None:
        super().__init__(_operators(meter), {}, {})
        self._meter = meter
        self.functions = {f.__name__: meter.walking(f) for f in (any, all, min, max, sorted)} | {
            "len": len,
            "sum": meter.walking(_sum),
        }
        self.nodes: dict[type[ast.AST], Callable[[Any], Any]] = {
            kind: act for kind, act in self.nodes.items() if kind in _NODES
        }

    def answer(self, text: str, parsed: Parsed, data: Any) -> Answer:
        self.names = {"data": data, "true": True, "false": False, "null": None}
        self._meter.begin()
        left = self.eval(text, parsed.left) if parsed.left else None
        answer = Answer(self.eval(text, parsed.tree), left, parsed.compared)
        self.names = {}  # what was read is not kept
        return answer

    def _eval(self, node: ast.AST) -> Any:
        self._meter.spend(1)
        self._max_count = 0  # the library's own count of 10,000; the meter's is ours
        if type(node) not in self.nodes:
            raise Refused(f"is not allowed: it uses {_NAMES.get(type(node), type(node).__name__)}")
        result = self.nodes[type(node)](node)
        if isinstance(node, _MAKES) or (
            isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
        ):
            self._meter.spend(_size(result))
        return result


_MAKES = (ast.BinOp, ast.List, ast.Tuple, ast.Set, ast.Dict)
_NODES = {
    *(ast.Expr, ast.Constant, ast.Name, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp),
    *(ast.Call, ast.keyword, ast.Subscript, ast.Slice),
    *(ast.Dict, ast.Tuple, ast.List, ast.Set, ast.ListComp, ast.GeneratorExp, ast.DictComp),
}
_NAMES: dict[type[ast.AST], str] = {ast.Attribute: "an attribute", ast.Lambda: "a function of its own"}


def _size(value: Any) -> int:
    return len(value) if isinstance(value, Sized) else 1


def _operators(meter: _Meter) -> dict[type[ast.AST], Callable[..., Any]]:
    compare = (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
    kinds = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    return {
        ast.Add: _add,
        ast.Sub: _numbers(operator.sub),
        ast.Mult: _numbers(operator.mul),
        ast.Div: _numbers(operator.truediv),
        ast.FloorDiv: _numbers(operator.floordiv),
        ast.Mod: _numbers(operator.mod),
        ast.Pow: _power,
        ast.USub: operator.neg,
        ast.UAdd: operator.pos,
        ast.Not: operator.not_,
        ast.Is: operator.is_,
        ast.IsNot: operator.is_not,
        ast.In: meter.walking(lambda item, many: item in many),
        ast.NotIn: meter.walking(lambda item, many: item not in many),
        **{kind: meter.walking(act) for kind, act in zip(kinds, compare, strict=True)},
    }


def _sum(values: Any, start: Any = 0) -> Any:
    """Of numbers: joining lists would take time with the square of their number."""
    if not isinstance(start, int | float):
        raise Refused(f"counts with {type(start).__name__}, which is no number")
    return sum(values, start)


def _numbers(act: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def on_numbers(one: Any, other: Any) -> Any:
        for number in (one, other):
            if not isinstance(number, int | float):
                raise Refused(f"counts with {type(number).__name__}, which is no number")
            if isinstance(number, int) and number.bit_length() > MAX_BITS:
                raise Refused("makes a number that is too large")
        return act(one, other)

    return on_numbers


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(exponent, int | float) and abs(exponent) > MAX_EXPONENT:
        raise Refused("makes a number that is too large")
    return _numbers(operator.pow)(base, exponent)


def _add(one: Any, other: Any) -> Any:
    if type(one) is not type(other) or not isinstance(one, str | list | tuple):
        return _numbers(operator.add)(one, other)
    if len(one) + len(other) > MAX_LENGTH:
        raise Refused("makes something that is too long")
    return operator.add(one, other)


class _Kept(threading.local):
    """This thread's evaluator: making one takes longer than most expressions, and switches warnings off and on."""

    evaluator: _Bounded | None = None


_kept = _Kept()
