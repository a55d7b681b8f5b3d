"""What the checks of a commit say together: all of them passed, or who failed, or who is pending."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from goals.domain.values import Verdict
from goals.domain.verdicts import fingerprint

SHOWN = 5
"""Names in a reason; the evidence has more."""

SHOWN_AS_EVIDENCE = 100


class State(StrEnum):
    FAILED = "failed"
    PENDING = "pending"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Job:
    """One check of a commit; `said` is the forge's own word for how it stands: `skipped`, `timed_out`, `queued`."""

    name: str
    state: State
    said: str


@dataclass(frozen=True, slots=True)
class Commit:
    """The checks of one commit. `now` is the head as it was after they were read; `whole`: none was missed."""

    sha: str
    jobs: tuple[Job, ...]
    now: str
    whole: bool = True


def verdict(commit: Commit) -> Verdict:
    """Met when every check of the commit has passed, and it is still the head."""
    reason = _open(commit)
    passed = sum(job.state is State.PASSED for job in commit.jobs)
    words = reason or f"all {_checks(len(commit.jobs))} passed on {_short(commit.sha)}{_how(commit.jobs)}"
    return Verdict(
        not reason, words, _evidence(commit), value=float(passed), fingerprint=fingerprint(commit.sha, words)
    )


def _open(commit: Commit) -> str:
    """Why it is not met."""
    sha = _short(commit.sha)
    if commit.now != commit.sha:
        return f"a push came in between: {_short(commit.now)} follows {sha}, and has checks of its own"
    if not commit.jobs:
        return f"there is no check on {sha}"
    parts = [
        f"{len(some)} of {_checks(len(commit.jobs))} {state.value}: {_names(some)}"
        for state in (State.FAILED, State.PENDING)
        if (some := [job for job in commit.jobs if job.state is state])
    ]
    if not parts and not commit.whole:
        return f"the checks on {sha} changed while they were read"
    return f"{'; '.join(parts)} on {sha}" if parts else ""


def _names(jobs: Sequence[Job]) -> str:
    named = [f"{job.name} ({job.said})" for job in jobs[:SHOWN]]
    return ", ".join(named) + (f" and {len(jobs) - SHOWN} more" if len(jobs) > SHOWN else "")


def _how(jobs: Sequence[Job]) -> str:
    """What passed without a success of its own."""
    others = Counter(job.said for job in jobs if job.said != "success")
    return f" ({', '.join(f'{count} {said}' for said, count in others.items())})" if others else ""


def _evidence(commit: Commit) -> str:
    order = list(State)
    ranked = sorted(commit.jobs, key=lambda job: (order.index(job.state), job.name))
    lines = [f"{job.state.value}: {job.name} ({job.said})" for job in ranked[:SHOWN_AS_EVIDENCE]]
    return "\n".join((f"commit {commit.sha}", *lines))


def _checks(count: int) -> str:
    return "1 check" if count == 1 else f"{count} checks"


def _short(sha: str) -> str:
    return sha[:10]
