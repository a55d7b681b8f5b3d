"""Met when an approver says so; asked last, about one tree of one revision."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from goals.domain.values import Approval, ApprovalKind, ApprovalStatus, Question, Verdict, VerifierKind
from goals.ports import CheckContext
from goals.verifiers.settings import STRICT, Seconds


class HumanSettings(BaseModel):
    """`prompt` is what the approver is asked; without one, whether the objective is reached."""

    model_config = STRICT

    prompt: Annotated[str, Field(max_length=1000)] = ""
    timeout: Seconds | None = None


class HumanVerifier:
    Settings: ClassVar[type[HumanSettings]] = HumanSettings
    kind: ClassVar[VerifierKind] = VerifierKind.PERSON

    def __init__(self, settings: HumanSettings) -> None:
        self.settings = settings

    def question(self, context: CheckContext, index: int) -> Question:
        """What to ask for the verifier at `index` of the goal; its digest binds the answer to this tree."""
        goal = context.goal
        prompt = self.settings.prompt.strip() or f"Is this done: {goal.request.objective}"
        bound = (goal.id, str(goal.revision), str(index), prompt, context.tree)
        return Question(index, prompt, sha256("\0".join(bound).encode()).hexdigest())

    async def check(self, context: CheckContext) -> Verdict:
        """The answer to this verifier's question about this tree; "not met" while nobody has answered."""
        digests = {
            self.question(context, index).digest for index in range(len(context.goal.request.verifiers))
        }
        answers = [a for a in context.answers if a.kind is ApprovalKind.VERIFIER and a.digest in digests]
        decided = [a for a in answers if a.status in (ApprovalStatus.APPROVED, ApprovalStatus.DENIED)]
        return (
            _verdict(max(decided, key=lambda a: a.asked_at))
            if decided
            else Verdict(False, "nobody has answered yet")
        )


def _verdict(answer: Approval) -> Verdict:
    who = answer.by.mention if answer.by else "an approver"
    if answer.status is ApprovalStatus.APPROVED:
        return Verdict(True, f"{who} confirmed it", answer.reason)
    return Verdict(
        False, f"{who} said no: {answer.reason}" if answer.reason else f"{who} said no", answer.reason
    )
