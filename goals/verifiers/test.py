"""Met when a test run exits with 0 and its summary shows that at least one test ran."""

from __future__ import annotations

from typing import ClassVar

from goals.domain.reach import Reach
from goals.domain.values import Verdict, VerifierKind
from goals.ports import CheckContext
from goals.verifiers.running import FREE, CommandSettings, Ended, run
from goals.verifiers.summaries import Summary, read

LONGEST_REASON = 300


class TestVerifier:
    __test__: ClassVar[bool] = False
    Settings: ClassVar[type[CommandSettings]] = CommandSettings
    kind: ClassVar[VerifierKind] = VerifierKind.WORKSPACE
    reach: ClassVar[Reach] = FREE

    def __init__(self, settings: CommandSettings) -> None:
        self.settings = settings

    async def check(self, context: CheckContext) -> Verdict:
        ended = await run(self.settings, context)
        return ended if isinstance(ended, Verdict) else _judged(ended, read(ended.output))


def _judged(ended: Ended, summary: Summary | None) -> Verdict:
    ran = summary is not None and summary.ran > 0
    return Verdict(
        met=ended.exit_code == 0 and ran and summary is not None and summary.failed == 0,
        reason=_reason(ended, summary)[:LONGEST_REASON],
        evidence=ended.evidence,
        exit_code=ended.exit_code,
        value=float(summary.ran - summary.failed) if summary else None,
        fingerprint=ended.fingerprint,
    )


def _reason(ended: Ended, summary: Summary | None) -> str:
    if summary is None:
        return f"no summary of a test runner was printed (exit code {ended.exit_code})"
    if summary.ran == 0:
        return f"no test ran ({summary.line})"
    return (
        summary.line
        if ended.exit_code == 0 or summary.failed
        else f"{summary.line}, exit code {ended.exit_code}"
    )
