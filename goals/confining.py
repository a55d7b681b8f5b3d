"""How far a goal's commands are kept in: which of them may reach the network, and what people are told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from goals.domain.rules import ChannelRules
from goals.domain.values import Goal
from goals.ports import Confinement

PLAIN = "Commands ran as plain processes with limits on time, memory and processes, not in a sandbox."


def _closed(channel_key: str) -> ChannelRules:
    return ChannelRules()


@dataclass(frozen=True, slots=True)
class Confining:
    """`sandbox` is the name of what is put around commands, empty where there is nothing.

    `rules` are those of a channel; `agents` says of an agent whether it reaches the network, whatever the channel
    says.
    """

    sandbox: str = ""
    rules: Callable[[str], ChannelRules] = _closed
    agents: Mapping[str, bool] = field(default_factory=dict)

    def of_agent(self, goal: Goal, workspace: Path) -> Confinement:
        """The goal's agent finds in its /tmp what it left there."""
        return Confinement(workspace, self._agent(goal), goal.id)

    def of_checks(self, goal: Goal, workspace: Path) -> Confinement:
        """Each verifier begins with an empty /tmp: the agent reaches it through the workspace alone."""
        return Confinement(workspace, self._channel(goal))

    def of_watched(self, goal: Goal, place: Path) -> Confinement:
        """A monitor's verifiers look at what is not theirs."""
        return Confinement(place, self._channel(goal), writes=False)

    def told(self, goal: Goal) -> str:
        if not self.sandbox:
            return PLAIN
        agent, checks = _network(self._agent(goal)), _network(self._channel(goal))
        if agent == checks:
            return f"Commands ran in {self.sandbox} {agent} network."
        return f"The agent's commands ran in {self.sandbox} {agent} network, those of verifiers {checks} network."

    def _agent(self, goal: Goal) -> bool:
        return self.agents.get(goal.request.agent, self._channel(goal))

    def _channel(self, goal: Goal) -> bool:
        return self.rules(goal.origin.channel_key).network


UNCONFINED = Confining()
"""Where there is no sandbox."""


def _network(allowed: bool) -> str:
    return "with" if allowed else "without"
