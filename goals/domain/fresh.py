"""What a verifier finds in a fresh checkout, where it has passed in the workspace: told apart from that by its words."""

from __future__ import annotations

from dataclasses import replace

from goals.domain.values import Check, Checked, Verdict, VerifierKind, VerifierSpec

_WHERE = ", in a fresh checkout"
_FAILS = {
    False: "passes in your workspace, fails in a fresh checkout",
    None: "passes in your workspace, cannot be run in a fresh checkout",
}


def found(spec: VerifierSpec, verdict: Verdict, kind: VerifierKind = VerifierKind.WORKSPACE) -> Checked:
    """The second finding of a verifier."""
    if verdict.met is not True:
        verdict = replace(verdict, reason=f"{_FAILS[verdict.met]}: {verdict.reason}")
    return Checked(f"{spec.how}{_WHERE}", kind, verdict, spec.type)


def tried(check: Check | None) -> bool:
    """Whether a check looked at a fresh checkout as well."""
    return check is not None and any(result.how.endswith(_WHERE) for result in check.results)
