"""What the settings ask for and nobody can have is said where it stands; only what nothing works without is fatal."""

from pathlib import Path

import pytest

from bot.app import open_core
from bot.doctor import Level, examined
from bot.settings import Settings, SettingsError, load
from bot.unfit import unfit
from goals.plugins import Plugins

LATER = "It can stay for a later version."


def settings(place: Path, text: str) -> Settings:
    file = place / "goalward.toml"
    file.write_text(f'state = "{place}/state"\n{text}')
    return load(file, {})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'dispatch = "procrastinate"',
            "line 2: `procrastinate` needs PostgreSQL: name one as `store`, as `postgresql+psycopg://…`.",
        ),
        (
            "[agents.parrot]\ntype = 'comand'",
            "line 3: There is no agent type “comand”. Did you mean `command`?",
        ),
        (
            "[verifiers.unit]\ntype = 'tset'",
            "line 2: There is no verifier type “tset”. Did you mean `test`?",
        ),
    ],
)
async def test_what_nothing_works_without_is_refused_at_the_start_and_told_by_the_doctor(
    text: str, sentence: str, tmp_path: Path
) -> None:
    given = settings(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        await open_core(given)
    told = [f.what for f in await examined(given, given.state, {}) if f.level is Level.FAIL]
    assert str(refused.value).endswith(sentence)
    assert [sentence.split(": ", 1)[1] in what for what in told] == [True]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[agents.other]\ntype = 'acp'\ncommand = 'x'", "Agents of type `acp` are not available yet."),
    ],
)
async def test_what_comes_later_is_no_reason_not_to_start_and_told_by_the_doctor(
    text: str, sentence: str, tmp_path: Path
) -> None:
    given = settings(tmp_path, text)
    core, lock = await open_core(given)
    await core.stop()
    lock.release()
    told = {f.what: f.advice for f in await examined(given, given.state, {}) if f.level is Level.WARN}
    assert told[sentence] == LATER


def test_settings_that_say_nothing_ask_for_nothing_that_is_not_there(tmp_path: Path) -> None:
    assert unfit(settings(tmp_path, ""), Plugins()) == []


@pytest.mark.parametrize("text", ["[slack]", "[discord]", "[hooks.commands.deploy]\ncommand = './deploy.sh'"])
def test_of_what_works_nobody_is_told_that_it_has_no_effect(text: str, tmp_path: Path) -> None:
    assert [one.sentence for one in unfit(settings(tmp_path, text), Plugins())] == []
