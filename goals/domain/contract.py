"""The contract: what was asked for, read into a Request with every default filled in and every limit checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from goals.domain import amounts, monitored, protected, runners, strict_json
from goals.domain.errors import BadRequest
from goals.domain.hooks import MOST as MOST_HOOKS
from goals.domain.hooks import TARGETS, Hook, Moment
from goals.domain.hooks import read as read_hook
from goals.domain.nearest import nearest, shown
from goals.domain.values import Budget, Mode, Request, VerifierSpec

MAX_OBJECTIVE = 4_000
MAX_CRITERION = 1_000
MAX_ITEMS = 50
"""The most criteria, constraints or verifiers that one goal may have."""

JUDGE = "llm"
"""Types of verifiers that are documented; one that nobody has installed is refused as not available yet."""

COMBINING = ("all", "any", "not")
"""Types of verifiers that are made of others."""

MAX_DEPTH = 5
"""How deep verifiers may stand inside each other."""

PLUGIN = "plugin"

TIMED = ("command", "test", "data", "sql")
"""Types of verifiers that the settings' `verify_timeout` bounds where no `timeout` is given."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for, before defaults: only what was given is set. Times in seconds.

    `verify` holds a text (a preset's name, JSON or a command), a spec with its `type`, or `{"preset": NAME}`.
    Raises BadRequest for an objective that is blank or too long, and for too many or too long criteria.
    """

    objective: str
    criteria: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    verify: tuple[str | dict[str, Any], ...] = ()
    protect: tuple[str, ...] = ()
    max_turns: int | None = None
    max_seconds: float | None = None
    max_tokens: int | None = None
    max_usd: float | None = None
    agent: str = ""
    model: str = ""
    judge_model: str = ""
    repo: str = ""
    branch: str = ""
    priority: int | None = None
    replace: bool = False
    auto_approve: bool = False
    clean_check: bool = False
    verbose: bool = False
    checkpoint: bool = False
    fresh_context: bool = False
    no_progress_limit: int | None = None
    deadline: datetime | None = None
    monitor: dict[str, Any] | None = None
    """Monitor options by their spec names (`every` in seconds, `cron`, `trigger` …); None for a drive goal."""
    hooks: dict[str, tuple[str | dict[str, Any], ...]] = field(default_factory=dict)
    """`on_achieved`, `on_failed`, `on_paused` as they were written: texts, or specs with a `type`."""
    subgoals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_size(self)
        if len(self.verify) > MAX_ITEMS:
            raise BadRequest(f"There are {len(self.verify)} verifiers; at most {MAX_ITEMS} are allowed.")


def check_size(asked: Asked | Request) -> None:
    """Raises BadRequest for an objective that is blank or too long, and for too many or too long criteria."""
    size = len(asked.objective.strip())
    if size == 0:
        raise BadRequest("The objective is blank (0 characters): say what is to be reached.")
    if size > MAX_OBJECTIVE:
        raise BadRequest(f"The objective has {size:,} characters; at most {MAX_OBJECTIVE:,} are allowed.")
    _bounded("criteria", asked.criteria + asked.subgoals)
    _bounded("constraints", asked.constraints)
    _bounded("protected globs", asked.protect, protected.LONGEST)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What settings say where a request is silent. `presets` are the verifiers anybody may name, `models` those that
    the settings name themselves, `judged` says that one of them is a judge.

    `monitor_every` is in seconds.
    """

    agent: str = "builtin"
    max_turns: int | None = 20
    no_progress_limit: int = 3
    checkpoint_turns: int = 50
    warn_at: tuple[float, ...] = (0.5, 0.8, 0.95)
    verify_timeout: float = 120.0
    agents: tuple[str, ...] = ("builtin",)
    presets: dict[str, VerifierSpec] = field(default_factory=dict)
    repo: str = ""
    turn_gap: float = 0.0
    count_cached: bool = False
    monitor_every: float = 60.0
    models: tuple[str, ...] = ()
    judged: bool = False


def request(
    asked: Asked, defaults: Defaults, known: Collection[str], hooks: Collection[str] = tuple(TARGETS)
) -> Request:
    """The request with every default filled in; `known` are the types of verifiers that are installed, `hooks` those
    of hooks.

    Raises BadRequest with the nearest right name for an unknown agent, preset, or type of verifier or hook, and for
    what a monitor cannot be asked for.
    """
    due = {moment: _hooks(moment, asked, hooks) for moment in Moment}
    wanted = (
        _driven(asked, defaults, known)
        if asked.monitor is None
        else _watched(asked, asked.monitor, defaults, known)
    )
    return replace(
        wanted,
        on_achieved=due[Moment.ACHIEVED],
        on_failed=due[Moment.FAILED],
        on_paused=due[Moment.PAUSED],
    )


def _driven(asked: Asked, defaults: Defaults, known: Collection[str]) -> Request:
    return Request(
        objective=asked.objective.strip(),
        criteria=asked.criteria,
        constraints=asked.constraints,
        subgoals=asked.subgoals,
        fresh_context=asked.fresh_context,
        verifiers=_without_judge(
            [verifier(given, defaults, (*known, JUDGE)) for given in asked.verify], defaults
        ),
        protect=protected.read(asked.protect),
        clean_check=asked.clean_check,
        budget=_budget(asked, defaults),
        agent=_agent(asked.agent or defaults.agent, defaults.agents),
        model=asked.model,
        judge_model=asked.judge_model,
        repo=asked.repo or defaults.repo,
        branch=asked.branch,
        auto_approve=asked.auto_approve,
        priority=asked.priority or 0,
        verbose=asked.verbose,
        no_progress_limit=asked.no_progress_limit or defaults.no_progress_limit,
        checkpoint_turns=defaults.checkpoint_turns,
        warn_at=defaults.warn_at,
        deadline=asked.deadline,
        checkpoint=asked.checkpoint,
        turn_gap=defaults.turn_gap,
    )


def _without_judge(specs: Sequence[VerifierSpec], defaults: Defaults) -> tuple[VerifierSpec, ...]:
    """Those that we run ourselves. The judge, where there is one, is asked after them about the whole contract."""
    judges = [spec for spec in specs if spec.type == JUDGE]
    others = tuple(spec for spec in specs if spec.type != JUDGE)
    if any(spec.settings for spec in judges):
        raise BadRequest(
            "A `llm` verifier has no settings: it is the judge, whose model `--judge-model` names."
        )
    if any(map(_holds_judge, others)):
        raise BadRequest(
            "The judge decides about the contract as a whole:"
            " `llm` stands beside other verifiers, not inside `all`, `any` or `not`."
        )
    if judges and not defaults.judged:
        raise BadRequest(
            "There is no judge: name its model in `[model] judge`, or leave out the `llm` verifier."
        )
    return others


def _holds_judge(spec: VerifierSpec) -> bool:
    return any(part.type == JUDGE or _holds_judge(part) for part in spec.parts)


def _watched(asked: Asked, options: dict[str, Any], defaults: Defaults, known: Collection[str]) -> Request:
    """A monitor's request: no agent, no budget, nothing that somebody would have to judge."""
    unsaid = Asked(asked.objective)
    monitored.refuse_worked_on(
        field.name for field in fields(asked) if getattr(asked, field.name) != getattr(unsaid, field.name)
    )
    verifiers = tuple(verifier(given, defaults, (*known, JUDGE)) for given in asked.verify)
    monitored.refuse_verifiers(verifiers)
    return Request(
        objective=asked.objective.strip(),
        verifiers=verifiers,
        budget=Budget(turns=None),
        mode=Mode.MONITOR,
        agent="",
        repo=asked.repo or defaults.repo,
        branch=asked.branch,
        deadline=asked.deadline,
        watch=monitored.watch(options, defaults.monitor_every),
    )


def verifier(given: str | dict[str, Any], defaults: Defaults, known: Collection[str]) -> VerifierSpec:
    """One verifier as it was asked for. Its settings are not looked at here, but for `timeout` (seconds)."""
    return _timed(given, defaults, known, 0)


def runs_tests(command: str) -> bool:
    """Whether a command starts a known test runner."""
    return runners.of(command) is not None


def _timed(
    given: str | dict[str, Any], defaults: Defaults, known: Collection[str], depth: int
) -> VerifierSpec:
    spec = _verifier(given, defaults, known, depth)
    if spec.type not in TIMED or "timeout" in spec.settings:
        return spec
    return replace(spec, settings={**spec.settings, "timeout": defaults.verify_timeout})


def _verifier(
    given: str | dict[str, Any], defaults: Defaults, known: Collection[str], depth: int
) -> VerifierSpec:
    if isinstance(given, str):
        return _from_text(given.strip(), defaults, known, depth)
    if "preset" in given and "type" not in given:
        return _preset(str(given["preset"]), defaults, known, depth)
    return _from_spec(given, defaults, known, depth)


def _from_text(text: str, defaults: Defaults, known: Collection[str], depth: int) -> VerifierSpec:
    if text in defaults.presets:
        return _preset(text, defaults, known, depth)
    if text.startswith("{"):
        return _from_spec(_json(text), defaults, known, depth)
    if not text:
        raise BadRequest("The verifier is blank: give a command, a preset's name or JSON.")
    kind = "test" if runs_tests(text) else "command"
    return _from_spec({"type": kind, "command": text}, defaults, known, depth)


def _json(text: str) -> dict[str, Any]:
    try:
        spec = strict_json.read(text)
    except ValueError as wrong:
        raise BadRequest(f"The verifier {shown(text)} is not JSON that can be read: {wrong}.") from None
    if not isinstance(spec, dict):
        raise BadRequest(f"The verifier {shown(text)} must be one JSON object.")
    return spec


def _preset(name: str, defaults: Defaults, known: Collection[str], depth: int) -> VerifierSpec:
    if name in defaults.presets:
        preset = defaults.presets[name]
        made_of_others = preset.type in (*COMBINING, PLUGIN)
        return replace(_of_type(preset, defaults, known, depth), name=name) if made_of_others else preset
    hint = nearest(name, (*defaults.presets, *known))
    raise BadRequest(
        f"There is no verifier preset {shown(name)}.{hint}"
        ' A type is written as `{"type": …}`, a command as `{"type": "command", "command": …}`.'
    )


def _from_spec(spec: dict[str, Any], defaults: Defaults, known: Collection[str], depth: int) -> VerifierSpec:
    type_ = spec.get("type")
    if not isinstance(type_, str):
        raise BadRequest(f"A verifier needs its `type` as a text.{nearest('', known)}")
    settings = {key: value for key, value in spec.items() if key != "type"}
    return _of_type(VerifierSpec(type_, settings), defaults, known, depth)


def _of_type(spec: VerifierSpec, defaults: Defaults, known: Collection[str], depth: int) -> VerifierSpec:
    if spec.type == PLUGIN:
        spec = _plugin(spec.settings)
    if spec.type not in known:
        raise BadRequest(_no_type(spec.type, known))
    settings = dict(spec.settings)
    if "timeout" in settings:
        settings["timeout"] = _timeout(settings["timeout"])
    if spec.type not in COMBINING or "of" not in settings:
        return VerifierSpec(spec.type, settings)
    parts = _parts(settings.pop("of"), defaults, known, depth + 1)
    return _bounded_parts(VerifierSpec(spec.type, settings, parts=parts))


def _plugin(settings: dict[str, Any]) -> VerifierSpec:
    """`{check, args}` is another spelling for a verifier of the type `check` with the settings `args`."""
    for key in settings:
        if key not in ("check", "args", "timeout"):
            hint = nearest(key, ("check", "args", "timeout"))
            raise BadRequest(f"A `plugin` verifier has no setting {shown(key)}.{hint}")
    check, args = settings.get("check"), settings.get("args", {})
    if not isinstance(check, str) or not isinstance(args, dict):
        raise BadRequest(
            "A `plugin` verifier needs `check`, a verifier's name, and may have `args`, a table."
        )
    timeout = {"timeout": settings["timeout"]} if "timeout" in settings else {}
    return VerifierSpec(check, {**args, **timeout})


def _no_type(type_: str, known: Collection[str]) -> str:
    return f"There is no verifier type {shown(type_)}.{nearest(type_, known)}"


def _parts(given: Any, defaults: Defaults, known: Collection[str], depth: int) -> tuple[VerifierSpec, ...]:
    """The verifiers inside `all`, `any` and `not`; a text is a preset's name."""
    if depth > MAX_DEPTH:
        raise BadRequest(f"The verifiers stand more than {MAX_DEPTH} deep inside each other.")
    parts = given if isinstance(given, list | tuple) else [given]
    if not parts or not all(isinstance(part, str | dict) for part in parts):
        raise BadRequest("`of` wants verifiers: presets' names, or objects with a `type`.")
    if len(parts) > MAX_ITEMS:
        raise BadRequest(f"`of` has {len(parts)} verifiers; at most {MAX_ITEMS} are allowed.")
    named = ({"preset": part} if isinstance(part, str) else part for part in parts)
    return tuple(_timed(part, defaults, known, depth) for part in named)


def _bounded_parts(spec: VerifierSpec) -> VerifierSpec:
    if spec.type == "not" and len(spec.parts) != 1:
        raise BadRequest(f"`not` is of one verifier, and {len(spec.parts)} are given.")
    if (size := _size(spec)) > MAX_ITEMS:
        raise BadRequest(f"There are {size} verifiers inside `{spec.type}`; at most {MAX_ITEMS} are allowed.")
    return spec


def _size(spec: VerifierSpec) -> int:
    return sum(_size(part) for part in spec.parts) or 1


def _timeout(value: Any) -> float:
    seconds = amounts.period(value)
    if seconds is None:
        raise BadRequest(f"`timeout` wants seconds or a time like `5m`, not {shown(value)}.")
    return seconds


def _budget(asked: Asked, defaults: Defaults) -> Budget:
    turns = defaults.max_turns if asked.max_turns is None else asked.max_turns
    return Budget(turns, asked.max_seconds, asked.max_tokens, asked.max_usd, defaults.count_cached)


def _hooks(moment: Moment, asked: Asked, known: Collection[str]) -> tuple[Hook, ...]:
    written = asked.hooks.get(moment, ())
    if len(written) > MOST_HOOKS:
        raise BadRequest(f"`{moment}` has {len(written)} hooks; at most {MOST_HOOKS} are allowed.")
    return tuple(read_hook(one, known) for one in written)


def _agent(name: str, agents: Collection[str]) -> str:
    if name not in agents:
        raise BadRequest(f"There is no agent {shown(name)}.{nearest(name, agents)}")
    return name


def _bounded(name: str, items: tuple[str, ...], most: int = MAX_CRITERION) -> None:
    if len(items) > MAX_ITEMS:
        raise BadRequest(f"There are {len(items)} {name}; at most {MAX_ITEMS} are allowed.")
    longest = max((len(item) for item in items), default=0)
    if longest > most:
        raise BadRequest(f"One of the {name} has {longest:,} characters; at most {most:,} are allowed.")
