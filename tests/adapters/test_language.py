from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import grammar
from adapters.language import Place, Start, Verb, is_addressed, parse, start
from goals.domain.amounts import Amount
from goals.domain.contract import Asked
from goals.domain.errors import BadRequest, GoalError

ONLY_WATCH = "is for goals that only watch: add `--monitor` (in a spec `mode: monitor`)."
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CHANNEL = Place()
ENDED = Place(thread=True)
UNFINISHED = Place(thread=True, unfinished=True)


def asked(text: str, place: Place = CHANNEL) -> Asked:
    started = parse(text, place, NOW)
    assert isinstance(started, Start), started
    return started.asked


def refusal(text: str, place: Place = CHANNEL) -> str:
    with pytest.raises(BadRequest) as error:
        parse(text, place, NOW)
    return str(error.value)


# --- verbs and objectives ---


@pytest.mark.parametrize(
    "objective",
    [
        "stop the flaky tests",
        "complete the migration",
        "add tests to the parser",
        "clear the backlog of warnings",
        "show the version on the page",
        "remove the old parser",
        "wait for the release",
        "budget 2024 for the team",
        "move the parser up",
        "wrap up the release notes",
        "deny access to strangers",
        "document the --replace flag",
        "edit",
        "draft",
        "g7k2-1",
        "g7k2-1 pause",
        "show g7k2-1",
    ],
)
def test_what_fits_no_verbs_shape_is_an_objective(objective: str) -> None:
    assert asked(f"/goal {objective}") == Asked(objective)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("status", Verb("status")),
        ("Status", Verb("status")),
        ("show g7k2", Verb("show", "g7k2")),
        ("g7k2", Verb("show", "g7k2")),
        ("g7k2 show", Verb("show", "g7k2")),
        ("g7k2 pause", Verb("pause", "g7k2")),
        ("G7k2 Pause", Verb("pause", "g7k2")),
        ("cancel g7k2", Verb("cancel", "g7k2")),
        *[(word, Verb("cancel")) for word in ("cancel", "clear", "stop", "off", "reset", "none")],
        ("deny", Verb("deny")),
        ("approve g7k2-1", Verb("approve", "g7k2", approval="g7k2-1")),
        ("G7k2-1 approve", Verb("approve", "g7k2", approval="g7k2-1")),
        ("g7k2-12 deny not like this", Verb("deny", "g7k2", "not like this", approval="g7k2-12")),
        ("g7k2 deny not like this", Verb("deny", "g7k2", "not like this")),
        ("budget +10 turns", Verb("budget", "", "+10 turns", Amount("turns", 10))),
        ("draft stop the noise", Verb("draft", "", "stop the noise")),
        ("move g7k2 up", Verb("move", "g7k2", "up")),
        ("g7k2 move 2", Verb("move", "g7k2", "2")),
        ("g7k2 budget =$5", Verb("budget", "g7k2", "=$5", Amount("usd", 5.0, raises=False))),
        *[
            (word, Verb(word))
            for word in (
                "list", "board", "approve", "pause", "resume", "complete", "audit",
                "summary", "diff", "log", "plan", "plot", "queue", "help",
            )
        ],
    ],
)  # fmt: skip
def test_a_whole_text_that_fits_a_verb_is_one(text: str, verb: Verb) -> None:
    assert parse(f"/goal {text}", CHANNEL, NOW) == verb


def test_free_text_follows_a_verb_only_in_an_unfinished_goals_thread() -> None:
    assert parse("/goal deny not like this", UNFINISHED, NOW) == Verb("deny", "", "not like this")
    assert asked("/goal deny not like this", ENDED) == Asked("deny not like this")


def test_what_looks_like_an_id_is_a_word_where_there_are_no_ids() -> None:
    texts = ("mp3s deny access", "mp3s", "mp3s pause", "pause mp3s")
    assert [asked(f"/goal {text}", Place(ids=False)).objective for text in texts] == list(texts)


@pytest.mark.parametrize(("place", "verb"), [(CHANNEL, "board"), (ENDED, "show"), (UNFINISHED, "show")])
def test_goal_alone_shows_the_threads_goal_or_the_board(place: Place, verb: str) -> None:
    assert parse("/goal", place, NOW) == Verb(verb)


@pytest.mark.parametrize("text", ["-- stop", "— stop", "--  stop"])
def test_two_dashes_make_anything_an_objective(text: str) -> None:
    assert asked(f"/goal {text}", UNFINISHED) == Asked("stop")


def test_behind_two_dashes_nothing_is_read() -> None:
    assert asked("/goal --max-turns 5 -- --replace\n--verify x") == Asked(
        "--replace\n--verify x", max_turns=5
    )


@pytest.mark.parametrize("amount", ["+50q", "50k", "+500", "+1.5m", "+-5 turns", "-$5"])
def test_a_budget_that_cannot_be_read_is_refused(amount: str) -> None:
    assert refusal(f"/goal budget {amount}").endswith(f"not “{amount}”.")


# --- options ---


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ('--verify "pytest -q"', {"verify": ("pytest -q",)}),
        ("--verify pytest --verify 'make lint'", {"verify": ("pytest", "make lint")}),
        ('--verify {"type": "human", "of": [{}]}', {"verify": ('{"type": "human", "of": [{}]}',)}),
        ("""--verify '{"type": "human"}'""", {"verify": ('{"type": "human"}',)}),
        ("--verify “pytest —lf”", {"verify": ("pytest --lf",)}),
        (r'--accept "say \"hi\""', {"criteria": ('say "hi"',)}),
        ("--constraint 'no new files'", {"constraints": ("no new files",)}),
        ("--token-budget 50k", {"max_tokens": 50_000}),
        ("--token-budget 1.5m", {"max_tokens": 1_500_000}),
        ("--token-budget 1e6", {"max_tokens": 1_000_000}),
        ("--token-budget =500", {"max_tokens": 500}),
        ("--token-budget=500", {"max_tokens": 500}),
        ("--max-tokens 7", {"max_tokens": 7}),
        ("—token-budget 50k", {"max_tokens": 50_000}),
        ("–max-usd $5", {"max_usd": 5.0}),
        ("--max-time 1h30m --max-turns 5", {"max_seconds": 5400.0, "max_turns": 5}),
        ("--Max-Turns 5", {"max_turns": 5}),
        ("--auto-approve --replace --verbose", {"auto_approve": True, "replace": True, "verbose": True}),
        ("--priority -3 --no-progress-limit 2", {"priority": -3, "no_progress_limit": 2}),
        ("--agent fixer --repo demo --branch next", {"agent": "fixer", "repo": "demo", "branch": "next"}),
        ("--deadline 2h", {"deadline": datetime(2026, 5, 1, 14, tzinfo=UTC)}),
        ("--deadline 2026-05-01", {"deadline": datetime(2026, 5, 1, 23, 59, 59, tzinfo=UTC)}),
    ],
)
def test_options_before_the_objective_are_read_and_eat_nothing_of_it(
    options: str, fields: dict[str, Any]
) -> None:
    assert asked(f"/goal {options} fix the —odd “thing”") == Asked("fix the —odd “thing”", **fields)


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ('--verify "pytest -q"', {"verify": ("pytest -q",)}),
        ("--verify pytest -q", {"verify": ("pytest -q",)}),
        ("verify: pytest -q", {"verify": ("pytest -q",)}),
        ('Verify: "pytest -q"', {"verify": ("pytest -q",)}),
        ('verify: {“type”: “human”}', {"verify": ('{"type": "human"}',)}),
        ("\n—max-turns 5\n\nmax time: 2h\n", {"max_turns": 5, "max_seconds": 7200.0}),
        ("--max-turns 5 --replace", {"max_turns": 5, "replace": True}),
        ("--accept all tests pass\n--accept and the docs say so", {"criteria": ("all tests pass", "and the docs say so")}),
        ("auto-approve: yes", {"auto_approve": True}),
        ("Requirements:\n- one\n* two\n  and a half\n3. three\n- [ ] four", {"criteria": ("one", "two and a half", "three", "four")}),
        ("--max-turns 5\n**Requirements**\n\n- one\n\nConstraints:\n- two", {"max_turns": 5, "criteria": ("one",), "constraints": ("two",)}),
    ],
)  # fmt: skip
def test_options_and_requirements_under_the_objective_are_read(lines: str, fields: dict[str, Any]) -> None:
    assert asked(f"/goal fix it\n{lines}") == Asked("fix it", **fields)


@pytest.mark.parametrize(
    "objective",
    [
        "document the --replace flag",
        "document\n--replace flag, all of it",
        "write down\n--verify x\nas the first line",
        "say\nreplace: the old one",
        "say\nnote: something",
        "the flags are\n--foo\n--bar",
        "run\n```\n--verify x\n```",
        "explain\n```\nRequirements:\n- x\n```",
        "Requirements:\n- a list that is the objective",
        "have a heading\nRequirements:\nand no list",
        "—a word behind a dash is none either",
        "keep “its own” ‘quotes’ and – dashes",
    ],
)
def test_option_looking_words_inside_the_objective_are_kept(objective: str) -> None:
    assert asked(f"/goal {objective}").objective == objective


def test_platform_escapes_are_undone_once() -> None:
    assert asked("/goal a &amp;&amp; b &lt;c&gt; &amp;lt;") == Asked("a && b <c> &lt;")


def test_special_spaces_separate_like_spaces() -> None:
    assert asked("/goal\u00a0--max-turns\u00a05\u202ffix it") == Asked("fix it", max_turns=5)


@pytest.mark.parametrize(
    "text",
    [
        *("/goal fix it", "/Goal fix it", "/goal@goalward fix it", "fix it", " /goal\nfix it "),
        *("@goalward fix it", " @Goalward, fix it", "@goalward: fix it", "@goalward /goal fix it"),
    ],
)
def test_the_address_may_be_there_or_not(text: str) -> None:
    assert asked(text) == Asked("fix it")


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("@goalward", Verb("board")),
        ("@goalward pause", Verb("pause")),
        ("@goalward: g7k2 budget +10 turns", Verb("budget", "g7k2", "+10 turns", Amount("turns", 10))),
    ],
)
def test_a_mention_speaks_the_same_language(text: str, verb: Verb) -> None:
    assert parse(text, CHANNEL, NOW) == verb


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("@goalward fix it", True),
        ("@goalward fix it\n\nwith care", True),
        ("/goal fix it", False),
        ("fix it", False),
        ("@goalward /goal fix it", False),
        ("@goalward --max-turns 5 fix it", False),
        ("@goalward fix it\nmax turns: 5", False),
        ("@goalward -- fix it", False),
        ('@goalward {"objective": "fix it"}', False),
    ],
)
def test_a_mention_with_nothing_but_words_is_known_as_one(text: str, mentioned: bool) -> None:
    started = parse(text, CHANNEL, NOW)
    assert isinstance(started, Start) and started.mentioned is mentioned


def test_only_a_leading_address_counts() -> None:
    assert asked("explain /goal to us") == Asked("explain /goal to us")
    texts = (
        "/goal",
        " /goal x",
        "@goalward",
        "@goalward, x",
        "/goals",
        "a /goal",
        "@goalwards",
        "x @goalward",
    )
    assert [is_addressed(text) for text in texts] == [True] * 4 + [False] * 4


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "--token-budget -5 x",
            "`--token-budget` wants a number of tokens from 1, like `50k`, `1.5m` or `1e6`, not “-5”.",
        ),
        (
            "--token-budget 50q x",
            "`--token-budget` wants a number of tokens from 1, like `50k`, `1.5m` or `1e6`, not “50q”.",
        ),
        ("--max-turns 0 x", "`--max-turns` wants a whole number from 1, not “0”."),
        ("--max-usd $0 x", "`--max-usd` wants an amount above 0, like `$5`, not “$0”."),
        ("x\nmax-turns: many", "`max-turns` wants a whole number from 1, not “many”."),
        ("--max-turn 5 x", "There is no option “--max-turn”. Did you mean `--max-turns`?"),
        ("x\n--max-turn 5", "There is no option “--max-turn”. Did you mean `--max-turns`?"),
        ("—max-turn 5 x", "There is no option “--max-turn”. Did you mean `--max-turns`?"),
        ("--max-turns --replace x", "`--max-turns` needs a value: a whole number from 1."),
        ("--max-turns", "`--max-turns` needs a value: a whole number from 1."),
        ('--verify "pytest x', "The quote after `--verify` is not closed."),
        ("--verify pytest -q x", 'Put the command “pytest -q” in quotes, like `--verify "pytest -q"`.'),
        ("--max-turns 5 --max-turns 6 x", "`--max-turns` is given twice."),
        ("--max-tokens 5 --token-budget 6 x", "`--token-budget` is given twice."),
        ("--deadline 2020-01-01 x", "The deadline 2020-01-01 23:59 UTC has passed: today is 2026-05-01."),
        ("--max-turns 5", "The objective is blank (0 characters): say what is to be reached."),
        ("--", "The objective is blank (0 characters): say what is to be reached."),
        ("x" * 4001, "The objective has 4,001 characters; at most 4,000 are allowed."),
        ("--every 5m x", f"`--every` {ONLY_WATCH}"),
        ("x\nevery: 5m", f"`every` {ONLY_WATCH}"),
        ("--monitor --every soon x", "`--every` wants a time like `90m`, `2h` or `1h30m`, not “soon”."),
        ("--monitor --trigger maybe x", "`--trigger` wants `met` or `change`, not “maybe”."),
        ("--monitor --stall-after 0 x", "`--stall-after` wants a whole number from 1, not “0”."),
        ("--monitor --every 1m --every 2m x", "`--every` is given twice."),
        ("--monitor --evry 1m x", "There is no option “--evry”. Did you mean `--every`?"),
        ("--monitor --deadline 2020-01-01 x", "The deadline 2020-01-01 23:59 UTC has passed: today is 2026-05-01."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_right_is_refused_with_one_sentence(text: str, sentence: str) -> None:
    assert refusal(f"/goal {text}") == sentence


def test_4000_characters_are_fine_however_long_the_options_are() -> None:
    assert asked(f"/goal --accept '{'c' * 500}' {'x' * 4000}").objective == "x" * 4000


# --- specs ---


JSON = """{"condition": "tests pass", "verifier": {"type": "test", "command": "pytest"}, "mode": "drive",
 "max_iterations": 5, "no_progress_limit": 2, "criteria": ["a", "b"], "max_time_seconds": 90, "auto_approve": true}"""
YAML = """objective: tests pass
verifiers:
- type: test
  command: pytest
max_turns: 5
no_progress_limit: 2
criteria: [a, b]
max_time: 90s
auto_approve: true"""
SPEC = Asked(
    "tests pass",
    criteria=("a", "b"),
    verify=({"type": "test", "command": "pytest"},),
    max_turns=5,
    max_seconds=90.0,
    no_progress_limit=2,
    auto_approve=True,
)


@pytest.mark.parametrize(
    "text",
    [JSON, YAML, f"```json\n{JSON}\n```", f"```\n{JSON}\n```", f"```yaml\n{YAML}\n```", f"```\n{YAML}\n```",
     JSON.replace('"a"', "“a”"), f"\n{YAML}\n"],
)  # fmt: skip
def test_json_and_yaml_say_the_same(text: str) -> None:
    assert asked(f"/goal {text}") == SPEC


def test_options_may_stand_before_a_spec() -> None:
    assert asked('/goal --replace {"objective": "x"}') == Asked("x", replace=True)


def test_a_text_for_a_verifier_is_a_presets_name() -> None:
    assert asked('/goal {"objective": "x", "verifier": "pytest"}') == Asked(
        "x", verify=({"preset": "pytest"},)
    )


def test_a_deadline_in_yaml_is_a_time() -> None:
    text = "/goal objective: x\ndeadline: 2026-06-01 10:00:00"
    assert asked(text) == Asked("x", deadline=datetime(2026, 6, 1, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"objective": "x", "max_iterations": "5"}', "`max_iterations` wants a whole number from 1, not the text “5”."),
        ('{"objective": "x", "max_turns": 0}', "`max_turns` wants a whole number from 1, not “0”."),
        ('{"objective": "x", "max_turns": true}', "`max_turns` wants a whole number from 1, not “True”."),
        ('{"objective": "x", "auto_approve": "yes"}', "`auto_approve` wants true or false, not the text “yes”."),
        ('{"objective": "x", "maxturns": 5}', "There is no key “maxturns” in a goal. Did you mean `max_turns`?"),
        ('{"objective": "x", "mode": "monitr"}', "There is no mode “monitr”. Did you mean `monitor`?"),
        ('{"objective": "x", "every": 60}', f"`every` {ONLY_WATCH}"),
        ('{"objective": "x", "mode": "drive", "repeat": true}', f"`repeat` {ONLY_WATCH}"),
        ('{"objective": "x", "mode": "monitor", "repeat": "yes"}', "`repeat` wants true or false, not the text “yes”."),
        ('{"objective": "x", "mode": "monitor", "monitor": true}', "`monitor` is given twice."),
        (
            '{"objective": "x", "mode": "monitor", "deadline": "2026-04-30T10:00"}',
            "The deadline 2026-04-30 10:00 UTC has passed: today is 2026-05-01.",
        ),
        ('{"objective": 5}', "`objective` wants a text, not “5”."),
        ('{"objectiv": "x"}', "There is no key “objectiv” in a goal. Did you mean `objective`?"),
        ("{}", "A goal's spec needs an `objective` (or `condition`), once."),
        ('{"objective": "x", "condition": "y"}', "A goal's spec needs an `objective` (or `condition`), once."),
        ('{"objective": " "}', "The objective is blank (0 characters): say what is to be reached."),
        ('{"objective": "x", "criteria": [5]}', "`criteria` wants a text, not “5”."),
        ('{"objective": "x", "max_usd": NaN}', "This is not JSON that can be read: NaN is not a number."),
        ('{"objective": "x", "agent": "a", "agent": "b"}', "This is not JSON that can be read: the key 'agent' is there twice."),
        ("objective: x\na: &a [1]\nb: *a", "YAML aliases (`*name`) are not accepted in a goal."),
        ("objective: x\na: " + "[" * 30 + "]" * 30, "This YAML is nested more than 20 deep."),
        ("```yaml\n- x\n```", "A goal's spec is an object with an `objective`."),
        ("objective: x\nbranch: 5", "`branch` wants a text, not “5”."),
        ("objective: a: b", "This is not YAML that can be read (line 1): mapping values are not allowed here."),
    ],
)  # fmt: skip
def test_a_wrong_spec_is_refused_with_the_nearest_name(text: str, sentence: str) -> None:
    assert refusal(f"/goal {text}") == sentence


@pytest.mark.parametrize("text", ["```\nsome output\n```\nfix this", "```\nmake\n```", "note: this is prose"])
def test_code_and_prose_are_no_specs(text: str) -> None:
    assert asked(f"/goal {text}") == Asked(text)


# --- monitors ---

WATCHES: dict[str, dict[str, Any]] = {
    "/goal --monitor x": {},
    "/goal --monitor --every 1m --repeat --trigger change --stall-after 9 x": {
        "every": 60.0, "repeat": True, "trigger": "change", "stall_after": 9,
    },
    '/goal --monitor --cron "0 9 * * MON" x': {"cron": "0 9 * * MON"},
    "/goal x\n--monitor\nevery: 5m\nrepeat: yes": {"every": 300.0, "repeat": True},
    '/goal {"objective": "x", "mode": "monitor", "every": "5m", "trigger": "met"}': {"every": 300.0, "trigger": "met"},
    '/goal {"condition": "x", "mode": "monitor", "cron": "0 9 * * 1", "timezone": "Europe/Berlin"}': {
        "cron": "0 9 * * 1", "timezone": "Europe/Berlin",
    },
    "/goal objective: x\nmode: monitor\nstall_after: 3": {"stall_after": 3},
}  # fmt: skip


@pytest.mark.parametrize("text", WATCHES)
def test_what_only_watches_is_asked_for_by_text_and_by_spec(text: str) -> None:
    assert asked(text) == Asked("x", monitor=WATCHES[text])


def test_an_option_of_monitors_inside_the_objective_is_kept() -> None:
    assert asked("/goal document the --every option") == Asked("document the --every option")


def test_what_is_no_monitor_may_say_so() -> None:
    assert asked("/goal x\nmonitor: no") == Asked("x")


# --- a command line ---


def test_options_come_by_name_too() -> None:
    assert start(
        "fix it", [("max-turns", "5"), ("auto-approve", True), ("verify", "pytest -q")], NOW
    ) == Start(Asked("fix it", max_turns=5, auto_approve=True, verify=("pytest -q",)))


def test_a_spec_may_carry_subgoals_and_they_are_criteria_of_the_goal() -> None:
    assert asked('/goal {"objective": "x", "subgoals": ["y", "z"]}').subgoals == ("y", "z")


def test_what_is_given_to_start_is_never_a_verb() -> None:
    assert start("stop", [], NOW) == Start(Asked("stop"))


# --- the table ---


def test_help_on_a_word_is_a_verb_and_on_anything_else_an_objective() -> None:
    words = ("pause", "Stop", "--verify", "—verify", "max-turns", "budgets")
    assert [parse(f"/goal help {word}", CHANNEL, NOW) for word in words] == [
        Verb("help", "", word) for word in words
    ]
    assert asked("/goal help the newcomers") == Asked("help the newcomers")


def test_completion_offers_verbs_and_options() -> None:
    offered = {entry["name"]: entry for entry in grammar.commands()}
    assert offered["cancel"]["aliases"] == ["clear", "stop", "off", "reset", "none"]
    assert offered["--verify"]["kind"] == "option"
    assert offered["--monitor"]["usage"] == "--monitor"


def test_every_option_fills_a_field_of_what_was_asked() -> None:
    fields = {option.field.partition(".")[0] for option in grammar.OPTIONS}
    assert fields <= set(Asked.__dataclass_fields__)


def test_no_word_means_two_things() -> None:
    words = [word for verb in grammar.VERBS for word in (verb.name, *verb.aliases)]
    keys = [key for option in grammar.OPTIONS for key in option.spec_names]
    assert (len(words), len(keys)) == (len(set(words)), len(set(keys)))


# --- properties ---

PIECES = st.sampled_from(
    ["/goal", "@goalward", "@goalward:", "--", "—", "--verify", "--max-turns", "--token-budget", "5", "50k", '"', "“", "”", "'", "{", "}", "[", ":",
     "\n", " ", "```", "yaml", "json", "objective:", "Requirements:", "- x", "g7k2", "budget", "+", "move", "show", "stop",
     "deny", "&amp;", "&lt;", "\u00a0", "*a", "&a", "=", "\\", "verify:", "replace:", "\ud800", "\x00", "null", "2030-01-01"]
)  # fmt: skip
PLACES = st.sampled_from([CHANNEL, ENDED, UNFINISHED])


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)), PLACES)
def test_no_text_crashes_it(text: str, place: Place) -> None:
    try:
        parsed = parse(text, place, NOW)
    except GoalError as refused:
        assert str(refused).strip()
    else:
        assert isinstance(parsed, Start | Verb)


WORDS = st.lists(st.text("abcdefgh-$=“”\"'{}", min_size=1, max_size=8), min_size=2, max_size=6).map(" ".join)
OPTIONS = st.sampled_from(
    ["--max-turns 5", "--token-budget 50k", "—max-usd $5", '--verify "a b"', "--replace"]
)


@given(st.lists(OPTIONS, unique=True), WORDS.map(lambda w: "Do " + w))
def test_no_option_eats_the_objective(options: list[str], objective: str) -> None:
    assert asked(f"/goal {' '.join(options)} {objective}").objective == objective


@given(WORDS.map(lambda w: "Do " + w), st.lists(OPTIONS, unique=True))
def test_no_option_line_eats_the_objective(objective: str, options: list[str]) -> None:
    assert asked("\n".join([f"/goal {objective}", *options])).objective == objective


@given(st.text("ab-=:{}\"'`\n ", min_size=1).map(str.strip).filter(bool))
def test_two_dashes_keep_any_objective_whole(objective: str) -> None:
    assert asked(f"/goal -- {objective}").objective == objective


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [" ", "\n", "- ", "[", "{", '"', '\\"', "“", "```", "--replace ", "--verify ", "--accept x\n", "requirements ", "a: ",
     "objective: x\n", "1,", "1m", "&amp;", "*", "— ", "Requirements:\n- x\n"],
)  # fmt: skip
@pytest.mark.parametrize(
    "before", ["", "fix ", "fix\n", "```yaml ", '{"objective": ', "objective: ", "budget +", "--verify "]
)
def test_no_text_takes_long(before: str, piece: str) -> None:
    text = before + piece * (30_000 // len(piece)) + "x"
    begun = time.process_time()
    with contextlib.suppress(GoalError):
        parse(text, CHANNEL, NOW)
    assert time.process_time() - begun < 3
