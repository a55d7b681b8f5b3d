"""What goes out to the platforms and what comes in from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters import doctor, pictures, sessions
from adapters.acts import GoalActs
from adapters.chat import ChatPort
from adapters.inbox import Inbox
from adapters.knowing import Introduce, Knowing
from adapters.posts import Posts
from adapters.reconcile import Reconciler
from adapters.threads import Threads
from bot.asking import Asking
from bot.ground import Ground
from bot.pictures import Draws
from bot.signing import Signing
from bot.voices import Voices
from goals.outbox import Outbox, Sender

KINDS = ("card", "event", "hooks", "repaint", "reply", "draft")
"""What becomes a message."""


@dataclass(frozen=True, slots=True)
class Talking:
    outbox: Outbox
    inbox: Inbox
    reconciler: Reconciler


def talking(
    on: Ground,
    asking: Asking,
    ports: Mapping[str, ChatPort],
    people: Mapping[str, Introduce],
    signs: Signing,
    examine: doctor.Examine,
    voices: Voices,
) -> Talking:
    store, clock = on.store, on.clock
    draw = Draws(store.monitors, on.clean).draw
    posts = Posts(ports, asking.service, store.messages, draw, signs.live.look)
    senders: dict[str, Sender] = {
        **dict.fromkeys(KINDS, posts),
        "proposal": asking.drafts,
        doctor.KIND: doctor.Doctor(ports, examine),
        pictures.KIND: pictures.Pictures(ports, asking.service, draw),
        sessions.KIND: signs.sessions,
    }
    outbox = Outbox(store.posts(voices.elsewhere), senders, clock, follows=signs.follows)
    threads = Threads(ports, store.messages, clock)
    acts = GoalActs(asking.service, asking.drafts, store.messages, clock, outbox.put, threads)
    inbox = Inbox(store.inbox, outbox, acts, clock, Knowing(people, threads).complete, voices.mine)
    reconciler = Reconciler(ports, asking.service, asking.drafts, store.messages, inbox.accept, clock)
    return Talking(outbox, inbox, reconciler)
