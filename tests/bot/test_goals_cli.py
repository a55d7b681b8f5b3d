"""The command line knows every verb about a goal that the grammar has."""

from adapters import grammar, pictures
from adapters.grammar import Group
from adapters.wishes import GOAL_VERBS
from bot.goals_cli import READ, goals

ABOUT_GOALS = [verb for verb in grammar.VERBS if verb.group is not Group.CHANNEL]


def test_verbs_about_a_goal_are_those_outside_the_channels_group() -> None:
    assert sorted([*GOAL_VERBS, pictures.KIND]) == sorted(verb.name for verb in ABOUT_GOALS)


def test_every_verb_that_changes_a_goal_is_a_command_and_so_is_what_is_read() -> None:
    changing = {verb.name.replace(" ", "-") for verb in ABOUT_GOALS if verb.group is not Group.LOOK}
    assert set(goals.commands) == {"list", *READ, *changing}


def test_a_commands_help_is_the_verbs() -> None:
    shown = {
        verb.name: verb.help.lower() for verb in ABOUT_GOALS if verb.name.replace(" ", "-") in goals.commands
    }
    assert {
        name: (goals.commands[name.replace(" ", "-")].help or "").lower().rstrip(".") for name in shown
    } == shown
