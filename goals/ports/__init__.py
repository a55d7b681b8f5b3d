"""What the core needs from the outside: small contracts that store, work, agents and verifiers stand behind."""

from goals.domain.change import Change
from goals.domain.findings import ActionAsk, Busy, Outcome, Parked, Said, TurnReport
from goals.ports.agents import Agent, Dispatcher, Minded, StepKind, StepLog, Task
from goals.ports.clock import Clock
from goals.ports.gate import Action, Gate, Go, No
from goals.ports.hooks import Acting, Firing, HookContext, HookEvent, HookTools, Links, Notices
from goals.ports.installations import Installations
from goals.ports.models import Ledger, Model, ModelCall, ModelReply, ToolCall
from goals.ports.outside import Answer, Endpoint, Forge, Get, Missing, Outside, Post, Ref, Silence, Web
from goals.ports.registrations import Registrations
from goals.ports.rooms import RoomMessage, Rooms
from goals.ports.rows import HOOK, Delivery, HookRows, InboxRows, Messages, OutboxRows, Outgoing, Posted
from goals.ports.stored import Channels, Drafts, Goals, History, Standing, Steps, StoredEvent, SwitchedOff
from goals.ports.verifiers import Asker, CheckContext, Part, Reaching, Verifier
from goals.ports.watching import Claim, Kept, Monitors
from goals.ports.work import CLOSED, Command, Confinement, Executor, Ran, Runner, Snapshot, Workspaces

__all__ = [
    "CLOSED",
    "HOOK",
    "Acting",
    "Action",
    "ActionAsk",
    "Agent",
    "Answer",
    "Asker",
    "Busy",
    "Change",
    "Channels",
    "CheckContext",
    "Claim",
    "Clock",
    "Command",
    "Confinement",
    "Delivery",
    "Dispatcher",
    "Drafts",
    "Endpoint",
    "Executor",
    "Firing",
    "Forge",
    "Gate",
    "Get",
    "Go",
    "Goals",
    "History",
    "HookContext",
    "HookEvent",
    "HookRows",
    "HookTools",
    "InboxRows",
    "Installations",
    "Kept",
    "Ledger",
    "Links",
    "Messages",
    "Minded",
    "Missing",
    "Model",
    "ModelCall",
    "ModelReply",
    "Monitors",
    "No",
    "Notices",
    "OutboxRows",
    "Outcome",
    "Outgoing",
    "Outside",
    "Parked",
    "Part",
    "Post",
    "Posted",
    "Ran",
    "Reaching",
    "Ref",
    "Registrations",
    "RoomMessage",
    "Rooms",
    "Runner",
    "Said",
    "Silence",
    "Snapshot",
    "Standing",
    "StepKind",
    "StepLog",
    "Steps",
    "StoredEvent",
    "SwitchedOff",
    "Task",
    "ToolCall",
    "TurnReport",
    "Verifier",
    "Web",
    "Workspaces",
]
