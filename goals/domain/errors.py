"""What can be asked for in vain. The message of a GoalError is the reply that a person reads.

GoalError                 asked for the impossible: a whole sentence
├── BadRequest            what was asked is wrong (HTTP 400)
├── NotFound              there is no such thing (404)
├── NotAllowed            this person may not (403)
└── NotNow                not in this state (409)
    └── AlreadyDecided    somebody was faster

StaleGoal                 the goal changed since it was read: read again, decide again
SlotTaken                 another goal took the channel's slot first
ThreadTaken               another goal was opened in the thread first
AlreadyHandled            this act of a person was carried out before
StoreUnavailable          the store cannot be written or read now: disk full, database gone

ModelError                a model call failed; the message is one sentence
├── ContextTooLong        the prompt does not fit the model's window
├── RateLimited           the provider asks to wait, `seconds` where it says how long
├── NoAccess              the key is missing or wrong; the sentence names the setting
├── ModelRefused          the provider refuses this very call (400, content policy, unknown model)
├── ModelUnavailable      it may work later: timeout, connection lost, 5xx
└── CutStream             the answer broke off; `output` says how much had come
"""


class GoalError(Exception):
    """Asked for the impossible; the message is one whole sentence for a person."""


class BadRequest(GoalError):
    pass


class NotFound(GoalError):
    pass


class NotAllowed(GoalError):
    pass


class NotNow(GoalError):
    pass


class AlreadyDecided(NotNow):
    pass


class StaleGoal(Exception):
    pass


class SlotTaken(Exception):
    pass


class ThreadTaken(Exception):
    pass


class AlreadyHandled(Exception):
    pass


class StoreUnavailable(Exception):
    pass


class ModelError(Exception):
    pass


class ContextTooLong(ModelError):
    pass


class RateLimited(ModelError):
    def __init__(self, sentence: str, seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class NoAccess(ModelError):
    pass


class ModelRefused(ModelError):
    pass


class ModelUnavailable(ModelError):
    """`maybe_used`: the call was sent and may have been answered and charged, as after a timeout."""

    def __init__(self, sentence: str, *, maybe_used: bool = False) -> None:
        super().__init__(sentence)
        self.maybe_used = maybe_used


class CutStream(ModelError):
    """`output` are the estimated tokens that came before the cut."""

    def __init__(self, sentence: str, output: int) -> None:
        super().__init__(sentence)
        self.output = output
