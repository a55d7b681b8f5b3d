"""The platforms' command definitions come from the grammar and keep within what Slack and Discord take."""

import re

from adapters import grammar
from adapters.definitions import Argument, Definition, definitions

DISCORD_NAME = re.compile(r"[a-z0-9_-]{1,32}")
DISCORD_TOTAL = 8_000
MOST_OF_A_KIND = 25
"""Discord: choices, sub-commands of a group, options of a command."""


def test_every_verb_that_is_there_is_defined_and_a_goal_can_be_started() -> None:
    names = [verb.name.replace(" ", "-") for verb in grammar.VERBS]
    assert [definition.name for definition in definitions()] == ["start", "monitor", *names]


def test_names_and_descriptions_fit_the_platforms() -> None:
    made = definitions()
    parts: list[Definition | Argument] = [*made, *(one for each in made for one in each.arguments)]
    assert [part.name for part in parts if not DISCORD_NAME.fullmatch(part.name)] == []
    assert [part.name for part in parts if not 1 <= len(part.description) <= 100] == []
    assert sum(len(part.name + part.description) for part in parts) <= DISCORD_TOTAL


def test_no_list_is_longer_than_the_platforms_take() -> None:
    every = definitions()
    groups = [definition.group for definition in every]
    assert max(groups.count(group) for group in groups) <= MOST_OF_A_KIND
    assert max(len(definition.arguments) for definition in every) <= MOST_OF_A_KIND


def test_what_has_to_be_there_comes_first() -> None:
    unsorted = [
        d.name
        for d in definitions()
        if [a.required for a in d.arguments] != sorted((a.required for a in d.arguments), reverse=True)
    ]
    assert unsorted == []


def test_arguments_have_kinds() -> None:
    start = {argument.name: argument for argument in definitions()[0].arguments}
    assert (
        start["objective"].required,
        start["max-turns"].kind,
        start["auto-approve"].kind,
        start["token-budget"].kind,
    ) == (True, "whole", "yes_or_no", "text")


def test_a_monitor_takes_its_own_options_and_those_that_mean_something_without_an_agent() -> None:
    monitor = [argument.name for argument in definitions()[1].arguments]
    assert monitor == [
        *(
            "objective",
            "verify",
            "repo",
            "branch",
            "replace",
            "deadline",
            "every",
            "cron",
            "trigger",
            "repeat",
        ),
        *("stall-after", "on-achieved", "on-failed"),
    ]


def test_a_verb_about_a_goal_takes_its_id() -> None:
    made = {definition.name: definition for definition in definitions()}
    assert [argument.name for argument in made["deny"].arguments] == ["goal", "reason"]
    assert made["board"].arguments == ()
