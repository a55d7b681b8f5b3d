"""What one verifier finds, whatever it does: a verifier that fails is a check that broke, never the end of a goal."""

from __future__ import annotations

import logging

from goals.clean import without
from goals.domain.values import Checked, Verdict
from goals.domain.verdicts import read, whole
from goals.ports import CheckContext, Part

log = logging.getLogger(__name__)


async def checked(part: Part, context: CheckContext) -> Checked:
    """The verifier's part of a check: without secrets, bounded, with a fingerprint. Raises only CancelledError."""
    verdict = whole(without(await _verdict(part, context), context.clean))
    return Checked(part.spec.how, verdict.kind or part.verifier.kind, verdict, part.spec.type)


async def _verdict(part: Part, context: CheckContext) -> Verdict:
    try:
        return read(await part.verifier.check(context))
    except Exception as error:  # a verifier may be a stranger's code
        log.exception("the verifier %s of goal %s failed", part.spec.type, context.goal.id)
        return Verdict(None, f"The verifier itself failed: {type(error).__name__}: {error}")
