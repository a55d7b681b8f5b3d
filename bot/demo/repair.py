"""An agent that repairs small faults honestly: it tries one edit after the other until a failing test passes.

It needs nothing but Python. It reads its prompt, runs the tests of the directory it stands in, takes the first
one that fails, tries small changes to the functions which that test runs (on a copy), and keeps the first change
that makes it pass and breaks no other. One fault per turn; what it found is printed, with tags for Goalward.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

OBSERVE = Path(__file__).resolve().with_name("observe.py")
LONGEST_RUN = 20.0
TRIES = 250

Place = tuple[str, int]
"""A function: its file, from the repository's folder, and the line where it begins."""


@dataclass(frozen=True)
class Seen:
    """One test that ran: whether it passed, what it said if not, and the functions that it ran."""

    passed: bool
    said: str
    ran: tuple[Place, ...]


@dataclass(frozen=True)
class Edit:
    """`old` in a line of a file becomes `new`; `at` counts bytes from the line's beginning, lines from 1."""

    path: str
    line: int
    at: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: `{self.old}` becomes `{self.new}`"


# --- what a turn is -------------------------------------------------------------------------------------


def main() -> None:
    prompt = sys.stdin.read()
    print(f"Read {len(prompt.splitlines())} lines of prompt. Running the tests first.")
    repository = Path.cwd()
    tests = run_tests(repository)
    failing = [name for name, seen in tests.items() if not seen.passed]
    if not tests:
        print(
            'There are no tests here.\n<goal_blocked reason="I can only repair what a test shows to be broken."/>'
        )
    elif failing:
        print(f"{len(failing)} of {len(tests)} tests fail: {', '.join(map(short, failing))}.")
        tests = repair(repository, failing[0], tests)
    conclude(tests)


def repair(repository: Path, name: str, tests: dict[str, Seen]) -> dict[str, Seen]:
    """Look for an edit that makes the test pass and breaks no other; make it. Returns how the tests stand then."""
    print(f"\nTaking {name}:\n  {tests[name].said}")
    with tempfile.TemporaryDirectory(prefix="repair-") as directory:
        copy = Path(
            shutil.copytree(repository, Path(directory) / "copy", ignore=shutil.ignore_patterns(".git"))
        )
        for number, edit in enumerate(edits(repository, suspects(name, tests)), 1):
            after = tried(copy, edit, name, tests)
            print(f"  {number}. {edit}: {verdict(name, tests, after)}")
            if better(tests, after, name):
                write(repository / edit.path, applied(repository / edit.path, edit))
                print(f"Kept: {edit}.")
                return after
            if number == TRIES:
                break
    print(
        f'<goal_blocked reason="I tried every small change I know for {short(name)}, and none makes it pass."/>'
    )
    return tests


def conclude(tests: dict[str, Seen]) -> None:
    """Print the plan, an item per file of tests, and propose completion when everything passes."""
    files = sorted({name.rsplit(".", 2)[0] for name in tests})
    waiting = [
        file for file in files if not all(s.passed for n, s in tests.items() if n.startswith(file + "."))
    ]
    marks = dict.fromkeys(waiting, " ") | dict.fromkeys(waiting[:1], ">")
    items = [f"- [{marks.get(file, 'x')}] make {file.rsplit('.', 1)[-1]} pass" for file in files]
    print("\n<goal_plan>", *items, "</goal_plan>", sep="\n")
    if tests and not waiting:
        print(
            f"All {len(tests)} tests pass now; I ran every one of them after the last change.\n<goal_complete/>"
        )


# --- trying ---------------------------------------------------------------------------------------------


def tried(copy: Path, edit: Edit, name: str, tests: dict[str, Seen]) -> dict[str, Seen]:
    """How the tests stand with the edit: all of them if the one we are after passes, else that one alone."""
    original = (copy / edit.path).read_bytes()
    write(copy / edit.path, applied(copy / edit.path, edit))
    try:
        alone = run_tests(copy, name)
        passes = name in alone and alone[name].passed
        return run_tests(copy) if passes else {**tests, name: Seen(False, "", ())}
    finally:
        write(copy / edit.path, original)


def better(before: dict[str, Seen], after: dict[str, Seen], name: str) -> bool:
    kept = all(test in after and after[test].passed for test, seen in before.items() if seen.passed)
    return kept and name in after and after[name].passed


def verdict(name: str, before: dict[str, Seen], after: dict[str, Seen]) -> str:
    if better(before, after, name):
        return "it passes"
    return "breaks another test" if name in after and after[name].passed else "no"


def applied(path: Path, edit: Edit) -> bytes:
    lines = path.read_bytes().splitlines(keepends=True)
    line, end = lines[edit.line - 1], edit.at + len(edit.old.encode())
    lines[edit.line - 1] = line[: edit.at] + edit.new.encode() + line[end:]
    return b"".join(lines)


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def short(name: str) -> str:
    return name.rsplit(".", 1)[-1]


# --- where the fault may be -----------------------------------------------------------------------------


def suspects(name: str, tests: dict[str, Seen]) -> list[Place]:
    """The functions that the test runs, first those that hardly any passing test runs too."""
    passing = [seen for seen in tests.values() if seen.passed]
    places = [place for place in tests[name].ran if not is_test(place[0])]
    return sorted(places, key=lambda place: sum(place in seen.ran for seen in passing))


def is_test(path: str) -> bool:
    return "tests" in Path(path).parts or Path(path).name.startswith("test")


def edits(repository: Path, places: list[Place]) -> Iterator[Edit]:
    """Small changes to what the functions do, the likeliest kind first."""
    for kind in (comparisons, numbers, attributes, operators, names):
        for path, line in places:
            file = File(path, (repository / path).read_bytes())
            for body in file.functions(line):
                yield from kind(file, body)


@dataclass(frozen=True)
class File:
    path: str
    source: bytes

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @cached_property
    def lines(self) -> list[bytes]:
        return self.source.splitlines()

    def functions(self, line: int) -> list[list[ast.AST]]:
        """The nodes inside the function that begins at a line: at its first decorator, if it has one."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]
        found = [f for f in found if min([f.lineno, *(d.lineno for d in f.decorator_list)]) == line]
        return [[node for part in function.body for node in ast.walk(part)] for function in found]

    def between(self, left: ast.expr, old: str, others: tuple[str, ...]) -> Iterator[Edit]:
        """Changes of the operator that stands after its left side, on the same line."""
        line, begin = left.end_lineno or 0, left.end_col_offset or 0
        at = self.lines[line - 1].find(old.encode(), begin)
        if at >= 0:
            yield from (Edit(self.path, line, at, old, new) for new in others)


COMPARISONS = {
    ast.Lt: ("<", ("<=", ">", ">=")), ast.LtE: ("<=", ("<", ">=", ">")), ast.Gt: (">", (">=", "<", "<=")),
    ast.GtE: (">=", (">", "<=", "<")), ast.Eq: ("==", ("!=",)), ast.NotEq: ("!=", ("==",)),
}  # fmt: skip
OPERATORS = {
    ast.Add: ("+", ("-",)), ast.Sub: ("-", ("+",)), ast.Mult: ("*", ("//", "+")), ast.FloorDiv: ("//", ("*", "%")),
    ast.Div: ("/", ("*", "//")), ast.Mod: ("%", ("//",)),
}  # fmt: skip


def comparisons(file: File, body: list[ast.AST]) -> Iterator[Edit]:
    for node in body:
        if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
            yield from file.between(node.left, *COMPARISONS[type(node.ops[0])])


def operators(file: File, body: list[ast.AST]) -> Iterator[Edit]:
    for node in body:
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            yield from file.between(node.left, *OPERATORS[type(node.op)])


def numbers(file: File, body: list[ast.AST]) -> Iterator[Edit]:
    """One more, one less."""
    for node in body:
        if isinstance(node, ast.Constant) and type(node.value) is int:
            old = file.lines[node.lineno - 1][node.col_offset : node.end_col_offset].decode()
            yield from (
                Edit(file.path, node.lineno, node.col_offset, old, str(node.value + by)) for by in (1, -1)
            )


def attributes(file: File, body: list[ast.AST]) -> Iterator[Edit]:
    """Another field or method of the file's classes."""
    known = sorted(_members(file.tree))
    for node in body:
        if isinstance(node, ast.Attribute) and node.attr in known:
            line, at = node.end_lineno or 0, (node.end_col_offset or 0) - len(node.attr.encode())
            yield from (Edit(file.path, line, at, node.attr, other) for other in known if other != node.attr)


def names(file: File, body: list[ast.AST]) -> Iterator[Edit]:
    """Another name that the function uses."""
    used = [node for node in body if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    known = sorted({node.id for node in used})
    for node in used:
        yield from (Edit(file.path, node.lineno, node.col_offset, node.id, n) for n in known if n != node.id)


def _members(tree: ast.Module) -> set[str]:
    parts = [part for cls in ast.walk(tree) if isinstance(cls, ast.ClassDef) for part in cls.body]
    fields = {p.target.id for p in parts if isinstance(p, ast.AnnAssign) and isinstance(p.target, ast.Name)}
    return fields | {part.name for part in parts if isinstance(part, ast.FunctionDef)}


# --- running tests --------------------------------------------------------------------------------------


def run_tests(directory: Path, *names: str) -> dict[str, Seen]:
    """Run the tests in a process of their own; what hangs or crashes counts as nothing seen."""
    # Python's own modules are there compiled, wherever commands are told to keep what they compile.
    command = [sys.executable, "-S", "-B", "-X", "pycache_prefix=", str(OBSERVE)]
    try:
        ran = subprocess.run(
            command, input=json.dumps(names), cwd=directory, timeout=LONGEST_RUN, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(ran.stdout.rpartition("\n")[2])
    except (subprocess.SubprocessError, ValueError):
        return {}
    return {
        name: Seen(s["passed"], s["said"], tuple((p, n) for p, n in s["ran"])) for name, s in found.items()
    }


if __name__ == "__main__":
    main()
