"""Every verb of the grammar is carried out by one function, and every function has its verb."""

from adapters import doctor, grammar, pictures
from adapters.buttons import Act
from adapters.emoji import Meaning
from adapters.wishes import CHANNEL_VERBS, GOAL_VERBS, drafts

NAMES = {verb.name for verb in grammar.VERBS}


def test_every_built_verb_has_one_function_and_every_function_a_verb() -> None:
    assert sorted([*CHANNEL_VERBS, *GOAL_VERBS, drafts.VERB, doctor.KIND, pictures.KIND]) == sorted(NAMES)


def test_every_emoji_means_a_verb() -> None:
    assert {meaning.value for meaning in Meaning} <= NAMES


def test_every_button_is_a_verb_or_has_its_own_way() -> None:
    own = {Act.DETAILS, Act.RAISE, Act.APPROVE_FOR_GOAL, Act.START, Act.DROP}
    assert set(Act) - NAMES == own
