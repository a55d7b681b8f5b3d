"""Help fits a phone, says everything that is there, and more of each part when asked."""

import pytest

from adapters import grammar, guide
from adapters.grammar import OPTIONS, VERBS, Group

NAMES = [verb.name for verb in VERBS] + [f"--{o.names[0]}" for o in OPTIONS if o.names]


def size(text: str) -> tuple[int, int]:
    lines = text.splitlines()
    return len(lines), max(len(line) for line in lines)


def test_help_names_everything_that_is_there() -> None:
    words = guide.overview().replace(":*", "").split()
    assert [name for name in NAMES if name.split()[0] not in words] == []


def test_help_fits_a_phone() -> None:
    lines, width = size(guide.overview())
    assert (lines <= 25, width <= 60) == (True, True)


@pytest.mark.parametrize("name", [*NAMES, *Group])
def test_help_on_one_word_fits_a_phone_and_names_it(name: str) -> None:
    said = guide.about(name)
    lines, width = size(said)
    assert (lines <= 20, width <= 60, name.split()[0] in said) == (True, True, True)


def test_help_on_a_verb_says_who_may_and_its_other_names() -> None:
    assert guide.about("stop") == (
        "`/goal cancel` end it\n"
        "Also: `clear`, `stop`, `off`, `reset`, `none`\n"
        "Outside its thread: `/goal g7k2 cancel`\n"
        "Who may: its owner, with `own`; others with `operate`"
    )


def test_help_on_an_option_says_what_it_wants() -> None:
    assert guide.about("--max-turns") == (
        "`--max-turns N` the most turns\n"
        "It wants a whole number from 1.\n"
        "In JSON and YAML: `max_turns`, `max_iterations`"
    )


def test_every_group_has_its_words_and_none_is_a_verb_or_an_option() -> None:
    assert set(guide.GROUPS) == set(Group)
    assert set(Group) & {*grammar.verbs_by_word(), *grammar.options_by_name()} == set()
