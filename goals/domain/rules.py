"""What may be done in a channel, and by whom: its rights, its approvals, its slots."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from goals.domain.values import Person

EVERYBODY = "*"

ROLE = "role:"
"""Before the id of a platform's role or group, of which everybody has the right."""


class Right(StrEnum):
    TALK = "talk"
    OWN = "own"
    APPROVE = "approve"
    OPERATE = "operate"


class Policy(StrEnum):
    """Which tool calls need a person."""

    NEVER = "never"
    RISKY = "risky"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """The rules of one channel. Each right lists people by id, or roles as `role:ID`; `*` is everybody. Nobody has
    any by default, and guests never have one.

    `risky` are regular expressions of what the policy of that name means besides. `network`: commands of goals
    may reach it from their sandbox. `hosts` is the allowlist of what verifiers may ask (`goals.domain.addresses`).
    """

    slots: int = 1
    repo: str = ""
    talk: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    approve: tuple[str, ...] = ()
    operate: tuple[str, ...] = ()
    self_approval: bool = True
    quorum: int = 1
    policy: Policy = Policy.NEVER
    risky: tuple[str, ...] = ()
    max_usd: float | None = None
    network: bool = False
    hosts: tuple[str, ...] = ()

    def may(self, person: Person, right: Right | str, channel_key: str) -> bool:
        """Whether a person has a right in this channel, by id or role, never by name."""
        if person.guest or is_foreign(person, channel_key):
            return False
        platform = platform_of(channel_key)
        shared = {EVERYBODY, *(f"{ROLE}{role}" for role in person.roles)}
        names = {known_as(person, platform), *(shared if is_vouched_for(person, channel_key) else ())}
        return not names.isdisjoint(self.holders(right))

    def holders(self, right: Right | str) -> tuple[str, ...]:
        """Who has a right: ids, `role:ID`, or `*` for everybody."""
        return {
            Right.TALK: self.talk,
            Right.OWN: self.own,
            Right.APPROVE: self.approve,
            Right.OPERATE: self.operate,
        }[Right(right)]


def known_as(person: Person, platform: str) -> str:
    """How the rules of a channel name a person: by id, and those of another platform with that before it, like
    `local:ana`. Ids say nothing across platforms, and `*` is everybody of the channel's own.
    """
    return person.id if person.platform == platform else f"{person.platform}:{person.id}"


def platform_of(channel_key: str) -> str:
    return channel_key.partition(":")[0]


def is_foreign(person: Person, channel_key: str) -> bool:
    """Whether somebody is of another workspace or server of the channel's own platform: wherever a goal is named, it
    is out of their reach.
    """
    at_home = f"{person.platform}:{person.tenant}:"
    same_platform = person.platform == platform_of(channel_key)
    return same_platform and bool(person.tenant) and not channel_key.startswith(at_home)


def is_vouched_for(person: Person, channel_key: str) -> bool:
    """Whether the channel's platform, and where it has workspaces or servers one of these, says whom it has let in.
    Nobody is in direct messages with the bot: there only ids count.
    """
    in_tenant = channel_key.count(":") > 1
    return person.platform == platform_of(channel_key) and bool(person.tenant or not in_tenant)


def lacks(by: Person, right: str, channel_key: str) -> str:
    """The sentence that says which line of the settings would grant a right."""
    if by.guest:
        return f"{by.mention} is a guest here, and guests may not {right}."
    if is_foreign(by, channel_key):
        return f"{by.mention} is not of the workspace that this belongs to, and may not {right} there."
    who = known_as(by, platform_of(channel_key))
    return (
        f'{by.mention} may not {right} here; `{right} = ["{who}"]` under '
        f'`[channels."{channel_key}"]` in the settings would allow it.'
    )
