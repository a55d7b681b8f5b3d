"""Reads the summary that a test runner prints at its end: pytest, unittest, jest, vitest, go test, cargo test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

LONGEST_LINE = 500
_COLOUR = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
_COUNT = re.compile(r"(\d{1,9}) ([a-z]{1,20})")


@dataclass(frozen=True, slots=True)
class Summary:
    """How many tests ran (skipped ones did not), how many of them failed, and the runner's own line."""

    ran: int
    failed: int
    line: str


def read(output: str) -> Summary | None:
    """The summaries of all runners in the output as one; None when there is none."""
    lines = [_COLOUR.sub("", line[:LONGEST_LINE]).rstrip() for line in output.splitlines()]
    found = [summary for reader in _READERS for summary in reader(lines)]
    if not found:
        return None
    return Summary(sum(s.ran for s in found), sum(s.failed for s in found), "; ".join(s.line for s in found))


_PYTEST = re.compile(
    r"(?:=+ )?((?:no tests (?:ran|collected)|\d{1,9} (?:passed|failed|errors?|skipped|deselected|xfailed|xpassed|"
    r"warnings?|rerun|subtests passed|subtests failed)\b).{0,300}? in \d[\d.]{0,20}s.{0,30}?)(?: =+)?"
)


def _pytest(lines: list[str]) -> Iterable[Summary]:
    matches = [m for line in lines if " in " in line and (m := _PYTEST.fullmatch(line))]
    for match in matches[-1:]:
        counts = _counts(match[1])
        failed = _sum(counts, "failed", "error", "errors")
        yield Summary(failed + _sum(counts, "passed", "xfailed", "xpassed"), failed, match[1].strip())


_RAN = re.compile(r"Ran (\d{1,9}) tests? in \d[\d.]{0,20}s")
_UNITTEST_END = re.compile(r"(OK|FAILED|NO TESTS RAN)(?: \(([a-z0-9=, ]{1,200})\))?")
_DETAIL = re.compile(r"([a-z][a-z ]{0,30})=(\d{1,9})")


def _unittest(lines: list[str]) -> Iterable[Summary]:
    for at in [i for i, line in enumerate(lines) if _RAN.fullmatch(line)][-1:]:
        end = next((m for line in lines[at + 1 : at + 4] if (m := _UNITTEST_END.fullmatch(line))), None)
        details = {name: int(number) for name, number in _DETAIL.findall((end[2] if end else "") or "")}
        failed = _sum(details, "failures", "errors")
        ran = int(lines[at].split()[1]) - details.get("skipped", 0)
        yield Summary(max(ran, 0), failed, f"{lines[at]}: {end[0]}" if end else lines[at])


_JAVASCRIPT = re.compile(
    r"\s{0,20}Tests:? {1,10}((?:\d{1,9} [a-z]{1,20}[,| ]{0,5}){1,8}(?:\(\d{1,9}\))?|no tests)"
)


def _jest_and_vitest(lines: list[str]) -> Iterable[Summary]:
    for line in [m[0] for text in lines if (m := _JAVASCRIPT.fullmatch(text))][-1:]:
        counts = _counts(line)
        failed = counts.get("failed", 0)
        yield Summary(failed + counts.get("passed", 0), failed, " ".join(line.split()))


_GO = re.compile(r"(ok|FAIL|---|\?)\s{1,4}(\S{1,200})(.{0,250})")


def _go(lines: list[str]) -> Iterable[Summary]:
    """Without -v go names packages, not tests: a package that is ok ran at least one unless it says so."""
    rows = [
        m for line in lines if line.startswith(("ok", "FAIL", "--- FAIL", "?")) and (m := _GO.fullmatch(line))
    ]
    packages = [m for m in rows if m[1] in ("ok", "FAIL") and ("\t" in m[0] or "(cached)" in m[0])]
    ok = sum(m[1] == "ok" and "[no tests to run]" not in m[3] for m in packages)
    failed = sum(m[1] == "FAIL" and "[build failed]" not in m[3] for m in packages)
    if packages or any("[no test files]" in m[3] for m in rows):
        yield Summary(ok + failed, sum(m[1] == "FAIL" for m in packages), _packages(ok, len(packages), rows))


def _packages(ok: int, packages: int, rows: list[re.Match[str]]) -> str:
    failing = [m[3].split(" (")[0].strip() for m in rows if m[1] == "---"]
    names = f": {', '.join(failing[:5])}" if failing else ""
    return f"{ok} of {packages} packages ok{names}"


_CARGO = re.compile(
    r"test result: (?:ok|FAILED)\. (\d{1,9}) passed; (\d{1,9}) failed; (\d{1,9}) ignored;.{0,200}"
)


def _cargo(lines: list[str]) -> Iterable[Summary]:
    results = [tuple(map(int, m.groups())) for line in lines if (m := _CARGO.fullmatch(line))]
    if results:
        passed, failed, ignored = (sum(column) for column in zip(*results, strict=True))
        ends = f", {ignored} ignored" if ignored else ""
        yield Summary(passed + failed, failed, f"{passed} passed, {failed} failed{ends}")


def _counts(line: str) -> dict[str, int]:
    return {word: int(number) for number, word in _COUNT.findall(line)}


def _sum(counts: dict[str, int], *words: str) -> int:
    return sum(counts.get(word, 0) for word in words)


_READERS: tuple[Callable[[list[str]], Iterable[Summary]], ...] = (
    _pytest,
    _unittest,
    _jest_and_vitest,
    _go,
    _cargo,
)
