"""Who has a right in a channel: by id, by role, by being of the platform; never a guest or one of another workspace, never by
name.
"""

import pytest

from goals.domain.rules import ChannelRules, Right
from goals.domain.values import Person

U1 = Person("U1", "ana", "slack", "T1")
RULES = {
    "nobody": (),
    "an id": ("U1",),
    "a name": ("ana",),
    "a role": ("role:S7",),
    "a role's bare id": ("S7",),
    "an id as a role": ("role:U1",),
    "everybody": ("*",),
    "one of another platform": ("local:U1",),
}
PEOPLE = {
    "a member": U1,
    "one with the role": Person("U2", "ben", "slack", "T1", roles=("S7", "S9")),
    "a guest with id and role": Person("U1", "ana", "slack", "T9", roles=("S7",), guest=True),
    "one of another platform": Person("U1", "ana", "local", roles=("S7",)),
    "one of another workspace": Person("U1", "ana", "slack", "T9", roles=("S7",)),
    "one of a workspace whose id begins alike": Person("U1", "ana", "slack", "T", roles=("S7",)),
    "one in direct messages, of no workspace": Person("U1", "ana", "slack", roles=("S7",)),
}
MAY = {
    ("a member", "an id"),
    ("a member", "everybody"),
    ("one with the role", "a role"),
    ("one with the role", "everybody"),
    ("one of another platform", "one of another platform"),
    ("one in direct messages, of no workspace", "an id"),
}


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("rule", RULES)
def test_a_right_is_held_by_id_role_or_everybody_of_the_platform(right: Right, who: str, rule: str) -> None:
    rules = ChannelRules(**{right.value: RULES[rule]})
    held = [one for one in Right if rules.may(PEOPLE[who], one, "slack:T1:C1")]
    assert held == ([right] if (who, rule) in MAY else [])
