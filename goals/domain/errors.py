"""What can be asked for in vain. The message of a GoalError is the reply that a person reads.

GoalError                 asked for the impossible: a whole sentence
├── BadRequest            what was asked is wrong (HTTP 400)
├── NotFound              there is no such thing (404)
├── NotAllowed            this person may not (403)
└── NotNow                not in this state (409)
    └── AlreadyDecided    somebody was faster

StaleGoal                 the goal changed since it was read: read again, decide again
SlotTaken                 another goal took the channel's slot first
AlreadyHandled            this act of a person was carried out before
StoreUnavailable          the store cannot be written or read now: disk full, database gone
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


class AlreadyHandled(Exception):
    pass


class StoreUnavailable(Exception):
    pass
