"""A platform in a package of its own, installed with pip: the chat of docs/adapters.md, set up by `[platforms.lines]`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.peers.command_line import CommandLine
from tests.peers.lines import DECLARED, MODULE, SETTINGS, Person, free_port
from tests.peers.started import ROOT

VERIFY = '{"type": "data", "path": "done", "contains": "yes"}'
SECRET = "    class Settings(BaseModel):\n        token: SecretStr | None = None\n        pin: SecretStr | None = None\n"
"""Put into the module, the chat knows two."""
FINE = ["ok", "The platform `lines` is installed, and its settings are right."]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the package is installed into."""
    place = tmp_path_factory.mktemp("adapter")
    package = place / "package"
    package.mkdir()
    with_secret = MODULE.replace("    class Settings(BaseModel):\n", SECRET)
    (package / "acme_lines.py").write_text(f"from pydantic import SecretStr\n{with_secret}")
    (package / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools>=80"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "acme-lines"\nversion = "1.0.0"\n[tool.setuptools]\npy-modules = ["acme_lines"]\n'
        f"{DECLARED}"
    )
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
    target = ("--target", str(place / "site"), str(package))
    subprocess.run([sys.executable, "-m", "pip", "install", *options, *target], check=True, timeout=110)
    return place / "site"


class Bot(CommandLine):
    """One beside which the package is installed."""

    def __init__(self, place: Path, site: Path) -> None:
        super().__init__(place)
        self.agent("echo yes > done")
        self._site = site
        self._own = self.settings.read_text()

    def set_up(self, table: str) -> None:
        """With the settings of the page, but for the platform's."""
        *_, others = SETTINGS.partition("[channels")
        self.settings.write_text(f"{self._own}{table}\n[channels{others}")

    def _environment(self, environ: dict[str, str]) -> dict[str, str]:
        return {**super()._environment(environ), "PYTHONPATH": f"{ROOT}:{self._site}"}

    async def examined(self, **environ: str) -> list[list[str]]:
        """What the doctor says."""
        found = json.loads((await self("doctor", "--json", **environ)).out)
        return [[one["level"], one["what"]] for one in found]


@pytest.fixture
def bot(tmp_path: Path, site: Path) -> Bot:
    return Bot(tmp_path, site)


async def test_a_goal_is_asked_for_approved_and_proven_on_an_installed_platform(bot: Bot) -> None:
    port = free_port()
    bot.set_up(f"[platforms.lines]\nport = {port}")
    async with bot.serving() as server:
        person = await Person.come(port)
        await person.story(VERIFY)
        ready = (await server.http.get("/readyz")).status_code
        person.leave()

    assert ready == 200
    assert (bot.state / "platforms/lines/lines.jsonl").is_file()
    assert FINE in await bot.examined()


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            "[platforms.linse]",
            "No package that is installed brings a platform “linse”. Did you mean `lines`?",
        ),
        ("[platforms.lines]\nprot = 1", "A `lines` adapter has no setting “prot”. Did you mean `port`?"),
        (
            "[platforms.lines]\nport = 70000",
            "`port` of a `lines` adapter wants less than or equal to 65535, not “70000”.",
        ),
        (
            '[platforms.lines]\ntoken = "hush-hush-token"',
            "`token` is a secret and does not belong into the file; "
            "set GOALWARD_PLATFORMS__LINES__TOKEN instead.",
        ),
    ],
)
async def test_what_is_wrong_about_a_platform_keeps_the_bot_from_starting_and_is_told_by_the_doctor(
    bot: Bot, table: str, sentence: str
) -> None:
    bot.set_up(table)
    ended = await bot("serve", "--port", "0", "--state", str(bot.state))
    assert (ended.status != 0, sentence in ended.err, "goalward.toml, line" in ended.err) == (
        True,
        True,
        True,
    )
    assert ["fail", sentence] in await bot.examined()


async def test_a_secret_of_a_platform_comes_from_the_environment(bot: Bot) -> None:
    bot.set_up("[platforms.lines]")
    assert FINE in await bot.examined(GOALWARD_PLATFORMS__LINES__TOKEN="hush-hush-token")


async def test_a_secret_whose_variable_does_not_say_so_is_refused(bot: Bot) -> None:
    bot.set_up("[platforms.lines]")
    sentence = (
        "GOALWARD_PLATFORMS__LINES__PIN does not say that it is a secret: "
        "its name wants TOKEN, KEY, SECRET or PASSWORD."
    )
    assert ["fail", sentence] in await bot.examined(GOALWARD_PLATFORMS__LINES__PIN="hush-hush-pin")
