"""Go's text templates, carried out."""

from __future__ import annotations

import json
import re
from collections import ChainMap
from collections.abc import Iterable
from typing import Any

from tests.peers.helm.functions import FUNCTIONS, shown, true
from tests.peers.helm.parse import Field, Node, Operand, Pipe, TemplateError

Scope = ChainMap[str, Any]


class Renderer:
    """`defined` are the templates that `include` finds by their names."""

    def __init__(self, defined: dict[str, list[Node]]) -> None:
        self._defined = defined

    def render(self, nodes: list[Node], dot: Any) -> str:
        """Raises TemplateError."""
        return self._all(nodes, dot, ChainMap({"$": dot}))

    def _all(self, nodes: Iterable[Node], dot: Any, scope: Scope) -> str:
        return "".join(self._one(node, dot, scope) for node in nodes)

    def _one(self, node: Node, dot: Any, scope: Scope) -> str:
        if node.pipe is None:
            return node.text
        if node.kind == "range":
            return self._ranged(node, node.pipe, dot, scope)
        inner = scope if node.kind == "print" else scope.new_child()
        value = self._value(node.pipe, dot, inner)
        if node.kind == "print":
            return "" if node.pipe.sets else shown(value)
        if true(value):
            return self._all(node.body, value if node.kind == "with" else dot, inner)
        return self._all(node.otherwise, dot, inner)

    def _ranged(self, node: Node, pipe: Pipe, dot: Any, scope: Scope) -> str:
        values = self._value(Pipe(pipe.commands), dot, scope)
        pairs = sorted(values.items()) if isinstance(values, dict) else list(enumerate(values or ()))
        if not pairs:
            return self._all(node.otherwise, dot, scope.new_child())
        said = ""
        for key, value in pairs:
            named = dict(zip(pipe.sets, (key, value) if len(pipe.sets) == 2 else (value,), strict=False))
            said += self._all(node.body, value, scope.new_child(named))
        return said

    def _value(self, pipe: Pipe, dot: Any, scope: Scope) -> Any:
        given: tuple[Any, ...] = ()
        for command in pipe.commands:
            given = (self._command(command, given, dot, scope),)
        if pipe.sets:
            (name,) = pipe.sets
            place = scope if pipe.declares else next((m for m in scope.maps if name in m), None)
            if place is None:
                raise TemplateError(f"{name} is not declared")
            place[name] = given[0]
        return given[0]

    def _command(self, command: tuple[Operand, ...], given: tuple[Any, ...], dot: Any, scope: Scope) -> Any:
        name, *rest = command
        if (
            isinstance(name, str)
            and re.fullmatch(r"[a-zA-Z]\w*", name)
            and name not in ("true", "false", "nil")
        ):
            if name in ("and", "or"):
                return self._shortest(name, [*rest], given, dot, scope)
            arguments = [*(self._operand(one, dot, scope) for one in rest), *given]
            return self._call(name, arguments)
        if rest or given:
            raise TemplateError(f"{name!r} is no function")
        return self._operand(name, dot, scope)

    def _call(self, name: str, arguments: list[Any]) -> Any:
        if name == "include":
            template, dot = arguments
            if template not in self._defined:
                raise TemplateError(f"no template is called {template!r}")
            return self.render(self._defined[template], dot)
        if name not in FUNCTIONS:
            raise TemplateError(f"there is no function {name!r}")
        return FUNCTIONS[name](*arguments)

    def _shortest(
        self, name: str, operands: list[Operand], given: tuple[Any, ...], dot: Any, scope: Scope
    ) -> Any:
        """`and` and `or` look no further than they must."""
        value: Any = None
        for operand in operands:
            value = self._operand(operand, dot, scope)
            if true(value) is (name == "or"):
                return value
        return given[0] if given else value

    def _operand(self, operand: Operand, dot: Any, scope: Scope) -> Any:
        if isinstance(operand, Pipe):
            return self._value(operand, dot, scope)
        if isinstance(operand, Field):
            return reached(self._value(operand.of, dot, scope), operand.path)
        if operand.startswith(("$", ".")):
            return _named(operand, dot, scope)
        if operand.startswith("`"):
            return operand[1:-1]
        if operand in ("true", "false", "nil"):
            return {"true": True, "false": False}.get(operand)
        if operand[0] == '"' or operand[0] in "-0123456789":
            return json.loads(operand)
        return self._call(operand, [])


def _named(operand: str, dot: Any, scope: Scope) -> Any:
    if operand.startswith("."):
        return dot if operand == "." else reached(dot, operand)
    name, point, path = operand.partition(".")
    if name not in scope:
        raise TemplateError(f"{name} is not declared")
    return reached(scope[name], point + path)


def reached(value: Any, path: str) -> Any:
    """What a path of fields leads to; a key that a map does not have is nil, and nil has no fields."""
    for key in path.split(".")[1:]:
        if not isinstance(value, dict):
            raise TemplateError(f"{path}: {value!r} has no field {key}")
        value = value.get(key)
    return value
