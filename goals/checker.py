"""Run a goal's verifiers once: machines first, people last and only when everything else passes."""

from __future__ import annotations

import logging
from pathlib import Path

from goals.domain import budget
from goals.domain.values import ApprovalStatus, Check, Checked, Goal, Question, Verdict, VerifierKind
from goals.plugins import Plugins
from goals.ports import CheckContext, Clock, Executor, History, Verifier, Workspaces
from goals.verifiers.human import question

log = logging.getLogger(__name__)


class Checker:
    def __init__(
        self, plugins: Plugins, executor: Executor, workspaces: Workspaces, history: History, clock: Clock
    ) -> None:
        self._plugins = plugins
        self._executor = executor
        self._workspaces = workspaces
        self._history = history
        self._clock = clock

    async def check(self, goal: Goal, workspace: Path, turn: int, tree: str, *, ask: bool = True) -> Check:
        """What every verifier finds in the workspace, whose tree is `tree`.

        The check names the tree as the verifiers leave it. A tree that passed every machine's verifier before
        and has not changed is not verified again: then only people's answers are read. With `ask` false
        nobody is asked.
        """
        start = self._clock.monotonic()
        verifiers = [(self._plugins.verifier(spec), spec) for spec in goal.request.verifiers]
        machines = [(v, s) for v, s in verifiers if v.kind is not VerifierKind.PERSON]
        known = _still_passing(goal, tree)
        results = known if known is not None else [
            Checked(s.how, v.kind, await self._verdict(v, self._context(goal, workspace, tree)), s.type)
            for v, s in machines
        ]  # fmt: skip
        if known is None and machines:
            tree = (await self._workspaces.snapshot(goal, turn)).tree
        questions: list[Question] = []
        if ask and all(r.verdict.met is True for r in results):
            answered, questions = await self._people(goal, workspace, tree)
            results = [*results, *answered]
        seconds = self._clock.monotonic() - start
        return Check(self._clock.now(), tree, goal.revision, tuple(results), tuple(questions), seconds)

    async def _people(self, goal: Goal, workspace: Path, tree: str) -> tuple[list[Checked], list[Question]]:
        specs = [(n, s) for n, s in enumerate(goal.request.verifiers) if s.type == "human"]
        if not specs:
            return [], []
        decided = [a for a in await self._history.approvals(goal.id) if a.status is not ApprovalStatus.OPEN]
        context = CheckContext(goal, workspace, tree, self._executor, answers=tuple(decided))
        asked = [(question(context, n), s) for n, s in specs]
        answers = {a.digest: a for a in decided if a.status is not ApprovalStatus.WITHDRAWN}
        open_ = [q for q, _ in asked if q.digest not in answers]
        done = [
            Checked(
                s.how, VerifierKind.PERSON, await self._verdict(self._plugins.verifier(s), context, q), s.type
            )
            for q, s in asked
            if q.digest in answers
        ]
        return done, open_

    async def _verdict(
        self, verifier: Verifier, context: CheckContext, asked: Question | None = None
    ) -> Verdict:
        try:
            return await verifier.check(context)
        except Exception as error:  # a verifier may be a stranger's code
            log.exception("a verifier of goal %s failed", context.goal.id)
            return Verdict(None, f"The verifier itself failed: {type(error).__name__}: {error}")

    def _context(self, goal: Goal, workspace: Path, tree: str) -> CheckContext:
        return CheckContext(goal, workspace, tree, self._executor, time_left=budget.left(goal).seconds)


def _still_passing(goal: Goal, tree: str) -> list[Checked] | None:
    """The machines' results of the last check, where they all passed on this very tree and people were asked."""
    last = goal.check
    if last is None or not last.questions or last.tree != tree or last.revision != goal.revision:
        return None
    return [r for r in last.results if r.kind is not VerifierKind.PERSON]
