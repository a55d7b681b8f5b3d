"""The agent of the scripted model: it repairs small faults with the tools that every model has, and looks at what
they answer. It knows no more of the workspace than they told it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import replace

from bot.demo import unittests
from bot.demo.candidates import Change, changes, tested
from bot.demo.play import Play, between, next_of, prompt
from bot.demo.script import Answer, Call, Request, Script, said_before, text_of
from bot.demo.unittests import Failed, Ran

TESTS = "python3 -BX pycache_prefix= -m unittest 2>&1"
"""Compiles anew what may have been edited within a second, and nothing of Python's own."""

TRIES = 12
PACE = 0.35
"""Seconds before each answer: people are to see the steps."""

PROOF = "run every test once more"
ONLY_TESTS = (
    "I am a script that stands in for a model: I can only repair what Python's unittest shows to be broken. "
    "Set `[model] agent` to have a model work here."
)

_TEST = re.compile(r"^(?:.*/)?(test_\w+)\.py:\d+:\s*def test", re.MULTILINE)
_ITEM = re.compile(r"^- \[.\] (.+)$", re.MULTILINE)

Part = Generator[Answer, list[str], Ran | None]


def worker(pace: float = PACE) -> Script:
    def script(request: Request) -> Answer:
        return replace(_answer(request), delay=pace, cached=said_before(request))

    return script


def _answer(request: Request) -> Answer:
    if not request.tools:
        return _last_words(request)
    play = _working(request) if "shell" in request.tools else _planning(request)
    return next_of(play, request)


# --- planning -------------------------------------------------------------------------------------------


def _planning(request: Request) -> Play:
    """Look around, write the plan, say how it will be proven."""
    _, found = yield _says(
        "Let me see what is here, and what is tested.",
        Call("list_files"),
        Call("search_files", {"pattern": "def test_"}),
    )
    files = list(dict.fromkeys(_TEST.findall(found)))
    if not files:
        return Answer(ONLY_TESTS)
    broken = unittests.read(between(prompt(request.messages), "found"))
    yield _says("", _plan([f"make {file} pass" for file in files] + [PROOF], (), begun=False))
    count = len(_TEST.findall(found))
    failing = f" {len(broken.failed)} of them failed in the check." if broken and broken.failed else ""
    return Answer(
        f"There are {count} tests in {len(files)} files.{failing} I take one failing test at a time: read it "
        "and the code that it calls, try the smallest edit that could explain the failure, run all tests, and keep "
        "the edit only if that test passes and no other breaks. No test is changed.\n\n"
        "Criterion 1 is proven by a run of all tests after the last edit."
    )


# --- working --------------------------------------------------------------------------------------------


def _working(request: Request) -> Play:
    """Repair one fault; propose completion when every test passes."""
    before = yield from _tests("I run the tests first.")
    if before is None:
        return _says("", Call("report_blocked", {"need": ONLY_TESTS}))
    items = _items(request, before)
    if not before.failed:
        return (yield from _proposing(request, items, before))
    yield _says(f"{len(before.failed)} of {before.count} tests fail.", _plan(items, before.failed))
    after = yield from _repairing(before.failed[0], before)
    if after is None:
        tried = f"I tried the small edits that I know for {before.failed[0].method}, and none makes it pass."
        return _says("", Call("report_blocked", {"need": tried}))
    if not after.failed:
        return (yield from _proposing(request, items, after))
    yield _says("", _plan(items, after.failed))
    left = ", ".join(failed.method for failed in after.failed)
    return Answer(f"{before.failed[0].method} passes now. Still failing: {left}.")


def _repairing(failed: Failed, before: Ran) -> Part:
    """Try one edit after the other. Gives how the tests stand with the first that helps; None where none does."""
    (test,) = yield _says(f"{failed.method}: {failed.why}", Call("read_file", {"path": failed.file}))
    path = tested(failed.file, _content(test))
    (source,) = yield _says("It tests this:", Call("read_file", {"path": path or failed.file}))
    candidates = changes(path, _content(source), _content(test), failed.method) if path else iter(())
    for _, change in zip(range(TRIES), candidates, strict=False):
        yield _says(f"I try {change.what}.", _edit(change))
        after = yield from _tests("")
        if after is not None and _better(before, after, failed):
            return after
        yield _says("That is not it. I take it back.", _edit(_undone(change)))
    return None


def _better(before: Ran, after: Ran, failed: Failed) -> bool:
    broken = {(f.within, f.method) for f in after.failed}
    known = {(f.within, f.method) for f in before.failed}
    return after.count == before.count and broken <= known - {(failed.within, failed.method)}


def _proposing(request: Request, items: Sequence[str], after: Ran) -> Play:
    proof = f"`{TESTS}` after the last edit: {after.count} tests ran, none failed."
    numbers = range(1, len(re.findall(r"^\d+\. ", _criteria(request), re.MULTILINE)) + 1)
    claims = [{"criterion": number, "evidence": proof} for number in numbers]
    yield _says("", _plan(items, (), done=True))
    return _says("Every test passes.", Call("propose_complete", {"evidence": claims}))


def _tests(text: str) -> Part:
    """Run them; once more where a run was cut off."""
    for _ in range(2):
        (output,) = yield _says(text, Call("shell", {"command": TESTS, "timeout": 60}))
        if (ran := unittests.read(output)) is not None and ran.count:
            return ran
    return None


# --- words ----------------------------------------------------------------------------------------------


def _says(text: str, *calls: Call) -> Answer:
    return Answer(text, calls)


def _edit(change: Change) -> Call:
    return Call("edit_file", {"path": change.path, "old": change.old, "new": change.new})


def _undone(change: Change) -> Change:
    return replace(change, old=change.new, new=change.old)


def _plan(items: Sequence[str], failed: Sequence[Failed], *, begun: bool = True, done: bool = False) -> Call:
    """An item is done when none of its tests fails, the last one when that was seen."""
    open_ = [item for item in items if any(f" {f.module} " in item for f in failed)]
    statuses = dict.fromkeys(items, "completed" if begun else "pending") | dict.fromkeys(open_, "pending")
    statuses |= dict.fromkeys(open_[:1], "in_progress")
    if not done and items:
        statuses[items[-1]] = "pending"
    return Call("update_plan", {"items": [{"text": item, "status": statuses[item]} for item in items]})


def _items(request: Request, ran: Ran) -> list[str]:
    """The plan as people approved it, else one from what fails."""
    approved = _ITEM.findall(between(prompt(request.messages), "plan"))
    return approved or [*dict.fromkeys(f"make {f.module} pass" for f in ran.failed), PROOF]


def _criteria(request: Request) -> str:
    return between(text_of(request.messages[0]), "criteria")


def _content(result: str) -> str:
    """A file as `read_file` shows it, without the line that names it."""
    return result.partition("\n")[2]


def _last_words(request: Request) -> Answer:
    items = between(text_of(request.messages[-1]), "plan")
    done = re.findall(r"^- \[x\] (.+)$", items, re.MULTILINE)
    rest = re.findall(r"^- \[[ >]\] (.+)$", items, re.MULTILINE)
    parts = {"Done": done, "Not done": rest, "Next": rest[:1]}
    return Answer("\n".join(f"## {name}\n{'; '.join(found) or 'Nothing.'}" for name, found in parts.items()))
