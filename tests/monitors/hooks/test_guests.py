"""Strangers' hooks: in a thread of their own, in time, without our tools; what they raise is a try that failed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict

from goals.domain.errors import BadRequest
from goals.domain.hooks import Hook
from goals.domain.values import Verdict, VerifierKind, VerifierSpec
from goals.outbox import Refused
from goals.plugins import HOOKS, VERIFIERS, Plugins
from goals.ports import CheckContext, HookContext, HookEvent
from goals.store import Store
from tests.peers.declared import declared
from tests.peers.hooks import Deliveries

DID: list[Any] = []
RELEASED = threading.Event()


class Odd:
    """A hook that does what its settings say."""

    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        does: str = "keep"
        target: str = ""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def fire(self, event: HookEvent, context: HookContext) -> None:
        await getattr(self, self.settings.does)(event, context)

    async def keep(self, event: HookEvent, context: HookContext) -> None:
        DID.append((event.key, event.moment, self.settings.target, context.tools))
        DID.append(threading.current_thread() is threading.main_thread())

    async def fail(self, event: HookEvent, context: HookContext) -> None:
        raise ValueError("no such ticket")

    async def refuse(self, event: HookEvent, context: HookContext) -> None:
        raise Refused("the ticket is closed")

    async def hang(self, event: HookEvent, context: HookContext) -> None:
        await asyncio.Event().wait()

    async def block(self, event: HookEvent, context: HookContext) -> None:
        RELEASED.wait(60)


class Counting:
    """A verifier that keeps what it is told when its goal is met."""

    Settings: ClassVar[type[BaseModel]] = Odd.Settings
    kind: ClassVar[VerifierKind] = VerifierKind.WORKSPACE

    def __init__(self, settings: Odd.Settings) -> None:
        self.settings = settings

    async def check(self, context: CheckContext) -> Verdict:
        return Verdict(True, "fine")

    async def on_achieved(self, event: HookEvent, context: HookContext) -> None:
        DID.append((event.key, self.settings.target))


class Unusable:
    Settings: ClassVar[type[BaseModel]] = Odd.Settings

    def __init__(self, settings: Any) -> None:
        raise RuntimeError("no licence")


class Installed(EntryPoint):
    def load(self) -> Any:
        return {"odd": Odd, "unusable": Unusable, "counting": Counting}[self.name]


def installed(group: str) -> Iterable[EntryPoint]:
    names = {HOOKS: ("odd", "unusable"), VERIFIERS: ("counting",)}[group]
    return [*declared(group), *(Installed(name, "strangers:Hook", group) for name in names)]


async def fired(store: Store, place: Path, until: str, tries: int = 0, **settings: Any) -> Deliveries:
    """Until the hook stands so, or has been tried so often."""
    deliveries = Deliveries(store, place, plugins=Plugins(installed))
    await deliveries.due(Hook("odd", settings.pop("target", ""), settings))
    async with deliveries.running():
        await deliveries.until(
            lambda state: state.state == until and state.attempts >= tries, hours=not tries
        )
    return deliveries


async def test_a_plugin_is_told_of_the_edge_in_a_thread_of_its_own_and_without_our_tools(
    store: Store, tmp_path: Path
) -> None:
    DID.clear()
    await fired(store, tmp_path, "sent", target="team-a")
    assert DID == [("g7k2:4.hook.on_achieved.0", "on_achieved", "team-a", None), False]


async def test_what_a_plugin_raises_is_a_try_that_failed(store: Store, tmp_path: Path) -> None:
    deliveries = await fired(store, tmp_path, "dead", does="fail")
    state = await deliveries.state()
    assert (state.attempts, state.error) == (8, "ValueError: no such ticket")


async def test_a_plugin_may_give_up_at_once(store: Store, tmp_path: Path) -> None:
    deliveries = await fired(store, tmp_path, "dead", does="refuse")
    state = await deliveries.state()
    assert (state.attempts, state.error) == (1, "the ticket is closed")


async def test_a_verifier_that_does_something_when_it_is_met_brings_a_hook(
    store: Store, tmp_path: Path
) -> None:
    DID.clear()
    plugins = Plugins(installed)
    inside = VerifierSpec("any", {}, parts=(VerifierSpec("counting", {"target": "team-a"}),))
    (hook,) = plugins.own_hooks((VerifierSpec("command", {"command": "true"}), inside))
    deliveries = Deliveries(store, tmp_path, plugins=plugins)
    key = await deliveries.due(hook)
    async with deliveries.running():
        await deliveries.until(lambda state: state.state == "sent")
    assert (hook.how, DID) == ("verifier: counting", [(key, "team-a")])


@pytest.mark.parametrize("does", ["hang", "block"])
async def test_a_plugin_that_does_not_end_holds_up_nobody(store: Store, tmp_path: Path, does: str) -> None:
    RELEASED.clear()
    deliveries = await fired(store, tmp_path, "pending", 1, does=does, timeout=0.1)
    RELEASED.set()
    state = await deliveries.state()
    assert state.error == "the hook `odd` did not end within 0.1 s"


@pytest.mark.parametrize(
    ("hook", "sentence"),
    [
        (Hook("odd", "", {"dose": "keep"}), "An `odd` hook has no setting “dose”. Did you mean `does`?"),
        (Hook("odd", "", {"does": 7}), "`does` of an `odd` hook wants a valid string, not “7”."),
        (Hook("unusable"), "The hook type `unusable` cannot be used; the log says why."),
        (Hook("ood"), "There is no hook type “ood”. Did you mean `odd`?"),
    ],
)
def test_a_plugin_with_other_settings_is_refused_in_a_sentence(hook: Hook, sentence: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        Plugins(installed).hook(hook)
    assert str(refusal.value) == sentence
