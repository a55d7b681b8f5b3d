from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.settings import SECRETS, Settings, SettingsError, load
from goals.domain.contract import Defaults
from goals.domain.rules import ChannelRules, Policy, Right
from goals.domain.values import Person, VerifierSpec
from goals.plugins import AgentSpec

WHOLE = """\
state = ".goalward"
store = ""
dispatch = "local"

[model]
agent = "openai/gpt-5"
judge = "openai/gpt-5-mini"
base_url = ""
timeout = "120s"
[model.prices."openai/my-model"]
input = 1.0
cached = 0.1
output = 4.0

[defaults]
agent = "builtin"
max_turns = 20
max_steps = 50
no_progress_limit = 3
turn_gap = 0
checkpoint_turns = 50
verify_timeout = "120s"
monitor_every = "60s"
warn_at = [0.5, 0.8, 0.95]
count_cached = false

[sandbox]
mode = "auto"
network = false

[agents.fixer]
type = "command"
command = "ruff check --fix ."

[verifiers.unit-tests]
type = "test"
command = "pytest -q"

[local]
open = false

[channels."local:demo"]
repo = "examples/checkout"
slots = 1
talk = ["*"]
own = ["*"]
approve = ["*"]
operate = ["*"]
[channels."local:demo".approvals]
policy = "risky"
risky = ["make deploy"]
self_approval = true
quorum = 1

[hooks]
[hooks.commands.deploy]
command = "./deploy.sh"

[slack]
mode = "socket"
[discord]
guild = ""
"""

Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def from_text(text: str, environ: Mapping[str, str] | None = None) -> Settings:
        file = tmp_path / "goalward.toml"
        file.write_text(text)
        return load(file, environ or {})

    return from_text


def refused(read: Read, text: str, environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as error:
        read(text, environ)
    return str(error.value).rpartition("/")[2]


def test_everything_that_is_documented_is_accepted(read: Read) -> None:
    settings = read(WHOLE)
    assert (
        settings.model and settings.model.prices["openai/my-model"].output,
        settings.agents["fixer"].command,
        settings.hooks.commands["deploy"].command,
    ) == (4.0, "ruff check --fix .", "./deploy.sh")


def test_without_a_file_the_documented_defaults_hold(tmp_path: Path) -> None:
    file = tmp_path / "empty.toml"
    file.touch()
    assert load(file, {}).model_dump() == Settings().model_dump()


def test_named_agents_are_handed_on(read: Read) -> None:
    assert read(WHOLE).agent_specs() == {"fixer": AgentSpec("command", "ruff check --fix .")}


def test_without_a_model_section_there_is_no_model(read: Read) -> None:
    assert read("").model is None


def test_a_conversation_is_summed_up_at_four_fifths_of_a_window_that_may_be_set(read: Read) -> None:
    models = [read(f"[model]\n{line}").model for line in ("", "window = 32000", "compact_at = 0.5")]
    assert [(m.window, m.compact_at) for m in models if m] == [(None, 0.8), (32_000, 0.8), (None, 0.5)]


def test_defaults_and_presets_are_handed_on(read: Read) -> None:
    assert read(WHOLE).defaults() == Defaults(
        agents=("builtin", "fixer"),
        presets={"unit-tests": VerifierSpec("test", {"command": "pytest -q"}, "unit-tests")},
        models=("openai/gpt-5", "openai/gpt-5-mini"),
        judged=True,
    )


@pytest.mark.parametrize(
    ("written", "seconds"), [('"5m"', 300.0), ("90", 90.0), ('"1h30m"', 5400.0), ("0.5", 0.5)]
)
def test_durations_are_seconds_or_have_a_unit(read: Read, written: str, seconds: float) -> None:
    assert read(f"[defaults]\nverify_timeout = {written}").defaults().verify_timeout == seconds


def test_how_often_monitors_look_is_handed_on(read: Read) -> None:
    assert read('[defaults]\nmonitor_every = "5m"').defaults().monitor_every == 300.0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[default]\n", "goalward.toml, line 1: there is no setting `default`. Did you mean `defaults`?"),
        (
            "\n[defaults]\nmax_turn = 3\n",
            "goalward.toml, line 3: there is no setting `defaults.max_turn`. Did you mean `max_turns`?",
        ),
        (
            '[channels."local:demo".approvals]\nquorums = 1\n',
            "goalward.toml, line 2: there is no setting `channels.local:demo.approvals.quorums`."
            " Did you mean `quorum`?",
        ),
        (
            "[model]\nwindow = 0\n",
            "goalward.toml, line 2: `model.window`: input should be greater than or equal to 1000.",
        ),
        (
            "[model]\ncompact_at = 1.0\n",
            "goalward.toml, line 2: `model.compact_at`: input should be less than or equal to 0.95.",
        ),
        (
            '[channels."local:demo".approvals]\npolicy = "risky"\nrisky = ["ok", "make ("]\n',
            "goalward.toml, line 3: `channels.local:demo.approvals.risky.1`: “make (” is no regular expression:"
            " missing ), unterminated subpattern at position 5.",
        ),
        (
            "[model]\nagnt = 'x'\n",
            "goalward.toml, line 2: there is no setting `model.agnt`. Did you mean `agent`?",
        ),
        (
            "a = 1\na = 2\n",
            "goalward.toml, line 2: this is not TOML: Cannot overwrite a value (at line 2, column 6).",
        ),
        ("[agents.fixer]\ncommand = 'x'\n", "goalward.toml, line 1: `agents.fixer` needs `type`."),
        (
            "[agents.fixer]\ntype = 'command'\n",
            "goalward.toml, line 1: `agents.fixer`: an agent of type `command` has `command` or `argv`,"
            " one of them.",
        ),
        (
            "[defaults]\nverify_timeout = '5 parsecs'\n",
            "goalward.toml, line 2: `defaults.verify_timeout`: a time is a number of seconds, or like `5m`,"
            " `2h`; not “5 parsecs”.",
        ),
        (
            "[defaults]\nagent = 'fixr'\n[agents.fixer]\ntype='command'\ncommand='x'",
            "goalward.toml, line 2: there is no agent “fixr”. Did you mean `fixer`?",
        ),
        (
            "[channels.demo]\nslots = 2\n",
            "goalward.toml, line 1: a channel is written `local:NAME`, `slack:TEAM:CHANNEL` or with a `*` at its"
            " end, not “demo”.",
        ),
        (
            "[local]\nkey = 'hush'\n",
            "goalward.toml, line 2: `local.key` is a secret and does not belong into the file;"
            " set GOALWARD_LOCAL__KEY instead.",
        ),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(read: Read, text: str, sentence: str) -> None:
    assert refused(read, text) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "[defaults]\nmax_turns = 0",
        "[defaults]\nwarn_at = [2]",
        "[sandbox]\nmode = 'none'",
        "dispatch = 'cloud'",
        "store = 5",
    ],
)
def test_a_wrong_value_names_its_line(read: Read, text: str) -> None:
    assert refused(read, text).startswith(f"goalward.toml, line {len(text.splitlines())}: ")


def test_a_named_file_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no settings file"):
        load(tmp_path / "nowhere.toml", {})


def test_a_file_that_is_not_text_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "goalward.toml"
    file.write_bytes(b"state = 'x'\n# \xff\n")
    with pytest.raises(SettingsError, match=r"line 2: this is not UTF-8\."):
        load(file, {})


def test_the_environment_beats_the_file(read: Read) -> None:
    settings = read(
        WHOLE,
        {
            "GOALWARD_DEFAULTS__MAX_TURNS": "7",
            "GOALWARD_VERIFIERS__UNIT_TESTS__COMMAND": "pytest -x",
            "GOALWARD_CHANNELS__LOCAL_DEMO__OWN": '["ana"]',
            "HOME": "/home/ana",
        },
    )
    assert (
        settings.defaults().max_turns,
        settings.defaults().presets["unit-tests"].settings,
        settings.channel("local:demo").own,
    ) == (7, {"command": "pytest -x"}, ("ana",))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("GOALWARD_STAET", "x", "GOALWARD_STAET: there is no setting `staet`. Did you mean `state`?"),
        (
            "GOALWARD_DEFAULTS__MAX_TURN",
            "5",
            "GOALWARD_DEFAULTS__MAX_TURN: there is no setting `defaults.max_turn`. Did you mean `max_turns`?",
        ),
        (
            "GOALWARD_DEFAULTS__MAX_TURNS",
            "few",
            "GOALWARD_DEFAULTS__MAX_TURNS: `defaults.max_turns`: input should be a valid integer, unable to parse"
            " string as an integer.",
        ),
    ],
)
def test_a_wrong_variable_is_named(read: Read, name: str, value: str, sentence: str) -> None:
    assert refused(read, WHOLE, {name: value}) == sentence


def test_a_variable_below_a_plain_value_is_refused(read: Read) -> None:
    assert refused(read, WHOLE, {"GOALWARD_STATE__DIR": "x"}).startswith("GOALWARD_STATE__DIR: ")


def test_secrets_come_from_the_environment_and_are_never_shown(read: Read) -> None:
    environ = {f"GOALWARD_{path.upper().replace('.', '__')}": f"hush-{path}" for path in SECRETS}
    settings = read("", environ)
    assert sorted(settings.secrets()) == sorted(environ.values())
    assert "hush" not in repr(settings)


def test_every_secret_of_the_environment_is_known_and_the_password_of_the_store(tmp_path: Path) -> None:
    file = tmp_path / "goalward.toml"
    file.write_text('store = "postgresql+psycopg://ana:of-the-store@db/goals"\n')
    environ = {"OPENAI_API_KEY": "sk-of-openai", "DEPLOY_TOKEN": "of-nobody-1", "TOKEN_STORE": "keyring"}
    assert load(file, environ).secrets() == ("sk-of-openai", "of-nobody-1", "of-the-store")


CRM = {"GOALWARD_DATABASES__CRM__URL": "postgresql://ana:hu%40sh@db/crm"}


def test_the_url_of_a_database_comes_from_the_environment_and_its_password_is_a_secret(read: Read) -> None:
    settings = read("", CRM)
    assert list(settings.database_urls()) == ["crm"]
    assert settings.secrets() == (CRM["GOALWARD_DATABASES__CRM__URL"], "hu%40sh", "hu@sh")
    assert "hu%40sh" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "environ", "sentence"),
    [
        (
            '[databases.crm]\nurl = "postgresql://db/crm"',
            {},
            "line 2: `databases.crm.url` is a secret and does not belong into the file;"
            " set GOALWARD_DATABASES__CRM__URL instead.",
        ),
        (
            "[databases.crm]",
            {},
            "line 1: `databases.crm`: a database needs its URL, which only the environment may set:"
            " GOALWARD_DATABASES__NAME__URL.",
        ),
        (
            "",
            {"GOALWARD_DATABASES__CRM__URL": "mysql://hush@db/crm"},
            "GOALWARD_DATABASES__CRM__URL: `databases.crm`: a database is PostgreSQL (postgresql:…)"
            " or a file of SQLite (sqlite:…).",
        ),
    ],
)
def test_a_database_without_a_url_from_the_environment_is_refused(
    read: Read, text: str, environ: Mapping[str, str], sentence: str
) -> None:
    said = refused(read, text, environ)
    assert said.endswith(sentence)
    assert "hush" not in said


def test_an_empty_secret_is_none(read: Read) -> None:
    assert read("", {"GOALWARD_LOCAL__KEY": ""}).local.key is None


def test_a_key_that_others_judge_can_be_refused_with_its_place(read: Read) -> None:
    error = read(WHOLE).refusal(("verifiers", "unit-tests", "type"), "there is no verifier type “tset”.")
    assert str(error).endswith("goalward.toml, line 36: there is no verifier type “tset”.")


@pytest.mark.parametrize(
    ("text", "channel", "agents"),
    [
        ("", False, {}),
        ("[sandbox]\nnetwork = true", True, {}),
        ('[sandbox]\nnetwork = true\n[channels."local:demo"]\nnetwork = false', False, {}),
        ('[channels."local:demo"]\nnetwork = true', True, {}),
        ('[channels."local:other"]\nnetwork = true', False, {}),
        ('[agents.a]\ntype = "command"\ncommand = "x"\nnetwork = true', False, {"a": True}),
        ('[agents.builtin]\ntype = "builtin"\nnetwork = false', False, {"builtin": False}),
        ('[agents.a]\ntype = "command"\ncommand = "x"', False, {}),
    ],
)
def test_a_channel_and_an_agent_say_who_reaches_the_network(
    read: Read, text: str, channel: bool, agents: dict[str, bool]
) -> None:
    settings = read(text)
    assert (settings.channel("local:demo").network, settings.networked()) == (channel, agents)


def test_the_longest_fitting_prefix_rules_a_channel(read: Read) -> None:
    settings = read(
        """
        [channels."slack:T1:*"]
        slots = 2
        [channels."slack:*"]
        slots = 3
        [channels."slack:T1:C1"]
        slots = 4
        """
    )
    keys = ("slack:T1:C1", "slack:T1:C2", "slack:T2:C1", "discord:1:2")
    assert [settings.channel(key).slots for key in keys] == [4, 2, 3, 1]


def test_on_the_local_channel_everybody_may_everything_unless_named(read: Read) -> None:
    rules = read('[channels."local:demo"]\napprove = ["ana"]').channel("local:demo")
    ana, bob = Person("ana"), Person("bob")
    assert [(rules.may(ana, right, "local"), rules.may(bob, right, "local")) for right in Right] == [
        (True, True),
        (True, True),
        (True, False),
        (True, True),
    ]


def test_at_the_machine_itself_one_may_everything_and_the_channels_other_rules_hold(read: Read) -> None:
    section = '[channels."slack:T1:C1"]\nmax_usd = 5\napprovals = {quorum = 2, self_approval = false}'
    rules = read(section).unguarded("slack:T1:C1")
    me = Person("me", platform="slack")
    assert all(rules.may(me, right, "slack") for right in Right)
    assert (rules.max_usd, rules.quorum, rules.self_approval) == (5, 2, False)


def test_elsewhere_nobody_may_anything_unless_named(read: Read) -> None:
    rules = read('[channels."slack:T1:C1"]\ntalk = ["U1"]').channel("slack:T1:C1")
    assert rules == ChannelRules(talk=("U1",), policy=Policy.RISKY)


def test_a_person_is_known_by_id_never_by_name() -> None:
    assert not ChannelRules(own=("ana",)).may(Person("u2", name="ana"), Right.OWN, "local")


def test_the_hosts_of_all_channels_and_of_one_are_allowed_together(read: Read) -> None:
    settings = read('[http]\nhosts = ["a.example"]\n[channels."local:demo"]\nhosts = ["B.example:8080"]\n')
    hosts = [settings.channel(key).hosts for key in ("local:demo", "local:other")]
    assert hosts == [("a.example", "b.example:8080"), ("a.example",)]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[http]\nhosts = ["https://a.example"]\n', "line 2: `http.hosts.0`: a host is written like"),
        ('[channels."local:demo"]\nhosts = ["a b"]\n', "a host is written like"),
        ('[workspaces]\nsnapshots = "ssh://me:hush@git/x"\n', "a password does not belong into the settings"),
        ('[prometheus]\nurl = "prometheus:9090"\n', "in plain characters"),
        ('[prometheus]\nurl = "http://ana:hush@p:9090"\n', "a URL carries no name and no password"),
        ('[prometheus]\nurl = "http://p:9090"\ntoken = "hush"\n', "set GOALWARD_PROMETHEUS__TOKEN instead"),
    ],
)
def test_hosts_and_services_that_cannot_be_meant_are_refused(read: Read, text: str, wrong: str) -> None:
    assert wrong in refused(read, text)
