"""Run a goal's verifiers once: machines first, people last and only when everything else passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from goals.clean import Clean
from goals.confining import UNCONFINED, Confining
from goals.domain import budget, fresh, watched
from goals.domain.errors import BadRequest
from goals.domain.findings import Findings
from goals.domain.judgement import Judgement
from goals.domain.usage import Totals
from goals.domain.values import (
    ApprovalStatus,
    Check,
    Checked,
    Goal,
    Question,
    Step,
    Verdict,
    VerifierKind,
    VerifierSpec,
)
from goals.domain.verdicts import whole
from goals.models.judge import Judge, NoAnswer
from goals.plugins import Plugins
from goals.ports import Asker, CheckContext, Clock, Executor, History, Outside, Part, Snapshot, Workspaces
from goals.verifying import checked

OUTDATED = "The workspace changed while the judge looked at it."

DECIDED = (ApprovalStatus.APPROVED, ApprovalStatus.DENIED)


@dataclass(frozen=True, slots=True)
class Seen:
    """A check, and the workspace that it speaks of: as the verifiers left it."""

    check: Check
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Judged:
    """A check with the judge's word; `used` is what the ledger said after the last model call, if there was one."""

    check: Check
    used: Totals | None


class Checker:
    def __init__(
        self,
        plugins: Plugins,
        executor: Executor,
        workspaces: Workspaces,
        history: History,
        clock: Clock,
        environment: Mapping[str, str],
        judge: Judge | None = None,
        confining: Confining = UNCONFINED,
        clean: Clean = str,
        outside: Callable[[str], Outside] | None = None,
    ) -> None:
        """`environment` is what a verifier may hand on to its command, variable by variable; `clean` takes secrets
        out of what verifiers find. `outside` gives what the verifiers of a channel may ask.
        """
        self._plugins = plugins
        self._executor = executor
        self._workspaces = workspaces
        self._history = history
        self._clock = clock
        self._environment = environment
        self._judge = judge
        self._confining = confining
        self._clean = clean
        self._outside = outside

    async def check(
        self, goal: Goal, workspace: Path, turn: int, found: Snapshot, *, ask: bool = True
    ) -> Seen:
        """What every verifier finds in the workspace, which stands as in `found`.

        What they run is the agent's code as well, so that the workspace is looked at again after them. A tree
        that passed every machine's verifier when people were asked is not verified again: then only their answers
        are read. With `ask` false nobody is asked, and nothing is tried in a fresh checkout.
        """
        start = self._clock.monotonic()
        results = _still_passing(goal, found.tree)
        if results is None:
            results = await self._machines(goal, workspace, found.tree)
            if ask and goal.request.clean_check and all(r.verdict.met is True for r in results):
                results += await self._fresh(goal, found.tree, self._clock.monotonic() - start)
            found = await self._workspaces.snapshot(goal, turn) if results else found
        told = self._confining.told(goal)
        check = Check(self._clock.now(), found.tree, goal.revision, results, commands=told)
        judged = any(r.kind is VerifierKind.MODEL for r in results)
        if self._judge is not None and not judged:
            check = replace(check, unjudged=True)
        elif ask:
            check = await self._asked(goal, workspace, check)
        return Seen(replace(check, seconds=self._clock.monotonic() - start), found)

    async def judge(
        self, goal: Goal, workspace: Path, turn: int, findings: Findings, steps: Sequence[Step]
    ) -> Judged:
        """The check with the judge's word on it, and, where it agrees, what people say.

        `steps` are all of the goal's. Agreement on a tree that is another one by now is no answer.
        """
        assert self._judge is not None
        start, check = self._clock.monotonic(), findings.check
        claim = findings.report.text if findings.report else ""
        diff = await self._workspaces.diff(goal.id) if findings.files else ""
        tests = watched.changed(goal, findings.files)
        word = await self._judge.judge(goal, check, steps, diff, claim, tests)
        answer = word.answer
        if isinstance(answer, Judgement) and answer.complete:
            now = await self._workspaces.snapshot(goal, turn)
            answer = answer if now.tree == check.tree else NoAnswer(OUTDATED)
        judged = await self._asked(goal, workspace, _with_word(check, answer, self._clock.now()))
        seconds = check.seconds + self._clock.monotonic() - start
        return Judged(replace(judged, seconds=seconds), word.used)

    async def awaited(self, goal: Goal, spec: VerifierSpec) -> Verdict:
        """What a verifier that a goal waits for finds in its workspace as it stands.

        Raises BadRequest with a sentence where either is not there any more.
        """
        part = self._plugins.part(spec)
        look = self._workspaces.seen(goal) if self._plugins.in_workspace(spec) else self._workspaces.nothing()
        async with look as place:
            return (await checked(part, self._context(goal, place, goal.tree, None))).verdict

    async def _asked(self, goal: Goal, workspace: Path, check: Check) -> Check:
        """People are asked last, and only when everything else passes."""
        if any(r.verdict.met is not True for r in check.results):
            return check
        answered, questions = await self._people(goal, workspace, check.tree)
        return replace(check, results=(*check.results, *answered), questions=questions)

    async def _machines(self, goal: Goal, workspace: Path, tree: str) -> tuple[Checked, ...]:
        context = self._context(goal, workspace, tree, budget.left(goal).seconds)
        found = [await self._machine(spec, context) for spec in goal.request.verifiers]
        return tuple(part for part in found if part is not None)

    async def _machine(self, spec: VerifierSpec, context: CheckContext) -> Checked | None:
        """What one finds; None of a person. One that is not there any more is a check that broke."""
        try:
            part = self._plugins.part(spec)
        except BadRequest as gone:
            return Checked(spec.how, VerifierKind.OUTSIDE, whole(Verdict(None, str(gone))), spec.type)
        return None if part.verifier.kind is VerifierKind.PERSON else await checked(part, context)

    async def _fresh(self, goal: Goal, tree: str, used: float) -> tuple[Checked, ...]:
        """What the verifiers of the workspace find in a fresh checkout of the tree; `used` seconds are gone."""
        specs = [spec for spec in goal.request.verifiers if self._plugins.in_workspace(spec)]
        parts = [self._plugins.part(spec) for spec in specs]
        if not parts:
            return ()
        begun = self._clock.monotonic() - used
        try:
            async with self._workspaces.fresh(goal, tree) as place:
                found = [await self._in(place, part, goal, tree, begun) for part in parts]
        except BadRequest as refused:
            found = [Verdict(None, str(refused))] * len(parts)
        pairs = zip(parts, found, strict=True)
        return tuple(fresh.found(part.spec, verdict, part.verifier.kind) for part, verdict in pairs)

    async def _in(self, place: Path, part: Part, goal: Goal, tree: str, begun: float) -> Verdict:
        left = budget.left(goal).seconds
        if left is not None:
            left = max(0.0, left - (self._clock.monotonic() - begun))
        return (await checked(part, self._context(goal, place, tree, left))).verdict

    def _context(self, goal: Goal, place: Path, tree: str, left: float | None) -> CheckContext:
        return CheckContext(
            goal,
            place,
            tree,
            self._executor,
            left,
            environment=self._environment,
            confinement=self._confining.of_checks(goal, place),
            outside=self._outside(goal.origin.channel_key) if self._outside else None,
            clean=self._clean,
        )

    async def _people(
        self, goal: Goal, workspace: Path, tree: str
    ) -> tuple[tuple[Checked, ...], tuple[Question, ...]]:
        """What people have answered about this tree, and what they are still to be asked: after a no, nothing."""
        askers = [
            (n, part)
            for n, spec in enumerate(goal.request.verifiers)
            if (part := self._plugins.part(spec)).verifier.kind is VerifierKind.PERSON
        ]
        if not askers:
            return (), ()
        decided = {a.digest: a for a in await self._history.approvals(goal.id) if a.status in DECIDED}
        context = CheckContext(goal, workspace, tree, self._executor, clean=self._clean)
        answered, open_questions = [], []
        for n, part in askers:
            asked = cast(Asker, part.verifier).question(context, n)
            if asked.digest not in decided:
                open_questions.append(asked)
                continue
            answered.append(await checked(part, replace(context, answers=(decided[asked.digest],))))
        refused = any(r.verdict.met is not True for r in answered)
        return tuple(answered), () if refused else tuple(open_questions)


def _with_word(check: Check, answer: Judgement | NoAnswer, at: datetime) -> Check:
    """The check with what the judge said; of a busy one, which is not broken, with when it can be asked again."""
    if isinstance(answer, NoAnswer):
        again = at + timedelta(seconds=answer.seconds or 0) if answer.busy else None
        verdict = Verdict(None, answer.why, again=again)
        told = Checked("the judge", VerifierKind.MODEL, verdict, "llm")
        return replace(check, unjudged=False, results=(*check.results, told), unreadable=answer.final)
    verdict = Verdict(answer.complete, _reason(answer), value=answer.score)
    told = Checked("the judge", VerifierKind.MODEL, verdict, "llm")
    return replace(check, unjudged=False, results=(*check.results, told), judgement=answer)


def _reason(answer: Judgement) -> str:
    """Which criteria and constraints the judge finds open, and what it misses."""
    if answer.complete:
        return "every criterion is met"
    open_ = [f"criterion {n} is not met" for n in answer.unmet]
    open_ += [f"constraint {c.id} is not kept" for c in answer.constraints if not c.kept]
    return ": ".join(part for part in (", ".join(open_), answer.missing) if part) or "not called complete"


def _still_passing(goal: Goal, tree: str) -> tuple[Checked, ...] | None:
    """The machines' results of the last check, where they all passed on this very tree and people were asked."""
    last = goal.check
    if last is None or not last.questions or last.tree != tree or last.revision != goal.revision:
        return None
    return tuple(r for r in last.results if r.kind is not VerifierKind.PERSON)
