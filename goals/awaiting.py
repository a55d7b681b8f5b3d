"""What an agent may wait for besides a time: presets, its goal's own verifiers, and others that any member could set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from goals.domain import monitored, reach, waiting
from goals.domain.contract import Defaults, verifier
from goals.domain.errors import BadRequest, GoalError, NotAllowed
from goals.domain.findings import Parks, Said
from goals.domain.nearest import nearest, shown
from goals.domain.rules import ChannelRules
from goals.domain.values import Goal, VerifierSpec
from goals.plugins import Plugins


class Awaiting:
    """`rules` are those of a channel."""

    def __init__(self, plugins: Plugins, defaults: Defaults, rules: Callable[[str], ChannelRules]) -> None:
        self._plugins = plugins
        self._defaults = defaults
        self._rules = rules

    def verifier(self, goal: Goal, named: str) -> VerifierSpec:
        """The verifier that an agent names: its goal's own by number or name, a preset, or one as JSON.

        An agent sets no more than a member who is no operator, whoever owns the goal. Raises a GoalError with a
        sentence for the agent.
        """
        own = waiting.own(goal.request.verifiers, named)
        spec = own or self._other(named)
        monitored.refuse_verifiers((spec,))
        self._plugins.verifier(spec)
        if own is None and not spec.name:
            self._refuse_reaching(spec, goal)
        return spec

    def said(self, goal: Goal, said: Said) -> Said:
        """What an agent said in words, with the verifier that it wants to wait for, or why it may not."""
        wanted = said.parks
        if wanted is None or not wanted.named or wanted.verifier or wanted.refused:
            return said
        return replace(said, parks=self._read(goal, wanted))

    def _read(self, goal: Goal, wanted: Parks) -> Parks:
        try:
            return replace(wanted, verifier=self.verifier(goal, wanted.named))
        except GoalError as refused:
            return replace(wanted, refused=str(refused))

    def _other(self, named: str) -> VerifierSpec:
        """No bare command: a name that is mistaken would be one that never passes."""
        known = self._plugins.verifier_types()
        if named in self._defaults.presets or named.startswith("{"):
            return verifier(named, self._defaults, known)
        raise BadRequest(
            f"There is no verifier {shown(named)} to wait for.{nearest(named, self._defaults.presets)} Name a preset,"
            ' or one of the goal\'s verifiers by its number, or give one as JSON like {"type": "ci", "branch": "main"}.'
        )

    def _refuse_reaching(self, spec: VerifierSpec, goal: Goal) -> None:
        found, hosts = self._plugins.reach(spec), self._rules(goal.origin.channel_key).hosts
        if beyond := reach.closed(found, hosts) or reach.beyond(found, hosts):
            raise NotAllowed(f"An agent may not wait for `{spec.how}`: {beyond}")
