"""What follows after a turn, in the order in which it matters."""

from dataclasses import replace

import pytest

from goals.domain import guard
from goals.domain.findings import Findings, Parks, Said, TurnReport
from goals.domain.guard import Ask, AskPerson, Complete, Decision, Fail, GoOn, Park, Pause, WindDown
from goals.domain.judgement import CriterionVerdict, Judgement
from goals.domain.usage import Totals
from goals.domain.values import (
    Checked,
    FileChange,
    Goal,
    Next,
    PlanItem,
    PlanStatus,
    Question,
    Reason,
    Spent,
    Status,
    Streaks,
    Verdict,
    VerifierKind,
    Wait,
    WaitKind,
)
from tests.given import NOW, check, findings, goal_in, later


def after(goal: Goal, found: Findings) -> Decision:
    return guard.decide(guard.tally(goal, found), found)


def active(**changes: object) -> Goal:
    return goal_in(Status.ACTIVE, **changes)


def run(goal: Goal, *turns: Findings) -> tuple[Goal, Decision]:
    """The goal after several turns, and what the last one led to."""
    for found in turns:
        goal = guard.tally(goal, found)
    return goal, guard.decide(goal, turns[-1])


def test_a_goal_whose_verifiers_pass_is_proven() -> None:
    assert after(active(), findings(True, True)) == Complete(Reason.PROVEN, "Every verifier passes.")


def test_people_alone_attest() -> None:
    decision = after(active(), findings(check=check(True, kind=VerifierKind.PERSON)))
    assert isinstance(decision, Complete) and decision.reason is Reason.ATTESTED


@pytest.mark.parametrize(
    "goal",
    [
        active(turns=1),
        active(seconds=5.0),
        active(deadline=later(hours=-1)),
        active(streaks=Streaks(same_finding=9, broken_checks=2)),
    ],
    ids=["turns spent", "time spent", "deadline passed", "stalled"],
)
@pytest.mark.parametrize(
    "said",
    [Said(), Said(blocked="a key"), Said(unachievable="no such thing")],
    ids=["silent", "blocked", "gives up"],
)
def test_met_beats_everything(goal: Goal, said: Said) -> None:
    assert isinstance(after(goal, findings(True, said=said)), Complete)


def test_the_deadline_beats_the_budget() -> None:
    goal = active(turns=1, deadline=later(hours=-1))
    decision = after(goal, findings(False))
    assert isinstance(decision, Fail) and decision.reason is Reason.EXPIRED


def test_a_spent_budget_beats_the_agents_own_word() -> None:
    decision = after(active(turns=1), findings(False, said=Said(unachievable="I give up")))
    assert isinstance(decision, Pause) and decision.reason is Reason.BUDGET


def test_a_budget_used_exactly_is_spent() -> None:
    decision = after(active(seconds=21.0, spent=Spent(seconds=10.0)), findings(False))
    assert isinstance(decision, Pause) and decision.reason is Reason.BUDGET


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said(unachievable="no such API"), Fail(Reason.UNACHIEVABLE, "no such API")),
        (Said(complete=True), GoOn("test: pytest -q: 3 failed")),
    ],
)
def test_the_agents_word_is_a_proposal(said: Said, expected: Decision) -> None:
    assert after(active(), findings(False, said=said)) == expected


def test_done_without_a_tool_call_is_neither_believed_nor_punished() -> None:
    goal, decision = run(active(), findings(False, said=Said(complete=True)))
    assert (decision, goal.streaks.no_calls) == (GoOn("test: pytest -q: 3 failed"), 0)


def test_a_blocked_agent_asks_its_owner() -> None:
    decision = after(active(), findings(False, said=Said(blocked="the staging password")))
    assert isinstance(decision, Pause)
    assert (decision.reason, decision.explanation) == (Reason.BLOCKED, "the staging password")


def test_a_hanging_test_is_told_to_the_agent_and_the_third_pauses() -> None:
    hung = findings(None)
    first = run(active(), hung)[1]
    second = run(active(), hung, hung)[1]
    third = run(active(), hung, hung, hung)[1]
    assert (first, second) == (GoOn("test: pytest -q: it hung"), GoOn("test: pytest -q: it hung"))
    assert isinstance(third, Pause) and third.reason is Reason.VERIFIER and "pytest -q" in third.explanation


def test_a_good_check_resets_the_broken_ones() -> None:
    goal, _ = run(active(), findings(None), findings(None), findings(False))
    assert goal.streaks.broken_checks == 0


def test_a_broken_check_is_no_lack_of_progress() -> None:
    goal, _ = run(active(), findings(False), findings(None), findings(None))
    assert goal.streaks.same_finding == 0


def test_a_broken_check_of_the_outside_is_asked_again_without_a_turn() -> None:
    decision = after(active(), findings(check=check(None, kind=VerifierKind.OUTSIDE)))
    assert isinstance(decision, Park) and decision.wait.until == later(seconds=5)


def test_a_check_that_says_when_it_can_be_asked_again_is_not_asked_before() -> None:
    limited = check(None, kind=VerifierKind.OUTSIDE)
    (found,) = limited.results
    told = replace(
        limited, results=(replace(found, verdict=replace(found.verdict, again=later(minutes=40))),)
    )
    decision = after(active(), findings(check=told))
    assert isinstance(decision, Park) and decision.wait.until == later(minutes=40)


def test_the_same_finding_stalls_at_the_limit_after_the_first() -> None:
    same = findings(False)
    decisions = [type(run(active(), *[same] * n)[1]).__name__ for n in range(1, 5)]
    assert decisions == ["GoOn", "GoOn", "GoOn", "Pause"]


def test_findings_that_differ_only_in_noise_are_the_same() -> None:
    def found(text: str) -> Findings:
        result = check(False, reason=text)
        verdict = replace(result.results[0].verdict, fingerprint="3 failed in …")
        return findings(check=replace(result, results=(replace(result.results[0], verdict=verdict),)))

    decision = run(active(), *(found(f"3 failed in {n}.1s") for n in range(4)))[1]
    assert isinstance(decision, Pause) and decision.reason is Reason.STALLED


def test_a_changed_file_is_progress() -> None:
    decision = run(active(), *[findings(False, moved=True)] * 9)[1]
    assert isinstance(decision, GoOn)


def test_a_finished_plan_item_is_progress() -> None:
    def planned(done: int) -> Findings:
        states = [PlanStatus.COMPLETED] * done + [PlanStatus.PENDING] * (9 - done)
        return findings(False, said=Said(plan=tuple(PlanItem(str(n), s) for n, s in enumerate(states))))

    assert isinstance(run(active(), *(planned(n) for n in range(9)))[1], GoOn)


def test_tool_calls_that_change_nothing_stall_as_well() -> None:
    busy = findings(False, report=TurnReport("looked around", calls=4))
    assert isinstance(run(active(), *[busy] * 4)[1], Pause)


@pytest.mark.parametrize(
    "report",
    [TurnReport("hm", calls=0), TurnReport("no", calls=2, failed_calls=2)],
    ids=["idle", "all calls failed"],
)
def test_three_idle_or_failing_turns_stall(report: TurnReport) -> None:
    turn = findings(False, report=report, moved=True)
    assert [type(run(active(), *[turn] * n)[1]).__name__ for n in (2, 3)] == ["GoOn", "Pause"]


def test_agents_that_report_no_calls_are_not_idle() -> None:
    turn = findings(False, report=TurnReport("hm", calls=None), moved=True)
    assert isinstance(run(active(), *[turn] * 8)[1], GoOn)


def test_three_interrupted_runs_in_a_row_pause_for_the_agent() -> None:
    cut = findings(False, report=TurnReport("", interrupted=True))
    good = findings(False, moved=True)
    assert isinstance(run(active(), cut, cut, good, cut)[1], GoOn)
    decision = run(active(), cut, cut, cut)[1]
    assert isinstance(decision, Pause) and decision.reason is Reason.AGENT


def test_a_goal_nobody_spoke_to_for_fifty_turns_pauses() -> None:
    goal = active(turns=None, streaks=Streaks(automatic=49))
    decision = after(goal, findings(False, moved=True))
    assert isinstance(decision, Pause) and decision.reason is Reason.CHECKPOINT
    assert isinstance(after(active(turns=None, checkpoint_turns=0, streaks=Streaks(automatic=999)),
                            findings(False, moved=True)), GoOn)  # fmt: skip


def test_while_protected_files_differ_people_are_not_asked() -> None:
    asks = check(True, questions=(Question(0, "Is it red?", "d"),))
    differing = findings(check=asks, files=(FileChange("a.lock", 1),))
    assert isinstance(after(active(protect=("*.lock",)), differing), GoOn)


def test_people_are_asked_before_the_budget_counts() -> None:
    question = Question(0, "All right?", "d")
    decision = after(active(turns=1), findings(check=check(True, questions=(question,))))
    assert decision == Ask((question,))


def test_a_check_without_a_turn_counts_as_a_check_only() -> None:
    goal = guard.tally(active(), Findings(NOW, check(False)))
    assert goal.spent == Spent(turns=0, seconds=1.0, checks=1)


def judged(*met: bool, unreadable: bool = False, broken: bool = False, missing: str = "") -> Findings:
    """A turn whose verifier passes and whose judge found these."""
    word = Judgement(tuple(CriterionVerdict(n, m) for n, m in enumerate(met, 1)), (), 1.0, all(met), missing)
    verdict = Verdict(None if unreadable or broken else all(met), missing or "the judge's word")
    results = (*check(True).results, Checked("the judge", VerifierKind.MODEL, verdict, "llm"))
    answer = None if unreadable or broken else word
    return findings(check=replace(check(), results=results, judgement=answer, unreadable=unreadable))


def minded(
    used: Totals | None = None, exhausted: str = "", said: Said | None = None, allowed: float = 1_000
) -> Findings:
    """A failing turn of an agent that reports usage and can sum up."""
    report = TurnReport(
        "worked", said or Said(), 10.0, calls=2, exhausted=exhausted, allowed=allowed, winds_down=True
    )
    return findings(False, report=report, used=used, moved=True)


def test_a_goal_is_proven_where_verifiers_pass_and_the_judge_agrees() -> None:
    assert after(active(), judged(True)) == Complete(
        Reason.PROVEN, "Every verifier passes and the judge agrees."
    )


def test_the_judge_alone_attests() -> None:
    found = judged(True)
    alone = replace(found, check=replace(found.check, results=found.check.results[1:]))
    decision = after(active(), alone)
    assert isinstance(decision, Complete) and decision.reason is Reason.ATTESTED


def test_what_nobody_has_judged_completes_nothing() -> None:
    assert isinstance(after(active(), findings(check=check(True, unjudged=True))), GoOn)


def test_a_verdict_on_an_old_revision_completes_nothing() -> None:
    assert isinstance(after(active(revision=2), judged(True)), GoOn)


def test_one_criterion_that_the_judge_misses_lets_the_goal_go_on() -> None:
    assert after(active(), judged(True, False, missing="no docs")) == GoOn("the judge: no docs")


def test_a_judge_whose_answers_cannot_be_read_pauses_at_once_as_it_was_asked_three_times() -> None:
    decision = after(active(), judged(unreadable=True))
    assert isinstance(decision, Pause) and decision.reason is Reason.JUDGE


def test_a_judge_that_cannot_be_asked_is_asked_again_later_and_the_third_time_pauses() -> None:
    away = judged(broken=True)
    decisions = [run(active(), *[away] * n)[1] for n in (1, 2, 3)]
    assert isinstance(decisions[0], Park) and decisions[0].wait.until == later(seconds=5)
    assert isinstance(decisions[1], Park) and decisions[1].wait.until == later(seconds=20)
    assert isinstance(decisions[2], Pause) and decisions[2].reason is Reason.JUDGE


def busy(seconds: float = 0.0) -> Findings:
    """A turn whose judge could not answer now, and has told us to wait so long."""
    found = judged(broken=True)
    *others, judge = found.check.results
    told = replace(judge, verdict=replace(judge.verdict, again=later(seconds=seconds)))
    return replace(found, check=replace(found.check, results=(*others, told)))


def test_a_busy_judge_is_waited_for_as_long_as_its_provider_says_however_often() -> None:
    goal, decision = run(active(), *[busy(90)] * 9)
    assert isinstance(decision, Park) and goal.streaks.broken_checks == 0
    assert (decision.wait.kind, decision.wait.until) == (WaitKind.PROVIDER, later(seconds=90))
    assert decision.next is Next.CHECK


def test_a_busy_judge_that_names_no_time_is_asked_after_longer_and_longer_waits() -> None:
    again = replace(busy(), report=None)
    decisions = [run(active(), busy(), *[again] * n)[1] for n in range(5)]
    untils = [decision.wait.until for decision in decisions if isinstance(decision, Park)]
    assert untils == [later(seconds=seconds) for seconds in (5, 20, 60, 300, 300)]


def test_a_busy_judge_between_two_failures_neither_counts_nor_resets_them() -> None:
    away = judged(broken=True)
    goal, _ = run(active(), away, busy(), away)
    assert (goal.streaks.broken_checks, goal.streaks.busy) == (2, 0)


@pytest.mark.parametrize(
    ("goal", "used", "exhausted", "dimension"),
    [
        (active(tokens=1_000), Totals(fresh=600, output=400), "", "tokens"),
        (active(tokens=1_000), Totals(fresh=600, output=300, reserved_tokens=100), "", "tokens"),
        (active(tokens=1_000), Totals(fresh=500, cached=9_000), "tokens", "tokens"),
        (active(usd=0.5), Totals(usd=0.5), "", "usd"),
        (active(turns=1), None, "", "turns"),
        (active(seconds=11.0), None, "", "seconds"),
    ],
)
def test_an_agent_that_can_sum_up_winds_down_on_a_spent_budget(
    goal: Goal, used: Totals | None, exhausted: str, dimension: str
) -> None:
    assert after(goal, minded(used, exhausted)) == WindDown(dimension)


def test_what_was_too_little_before_a_raise_is_tried_again() -> None:
    raised = minded(Totals(fresh=500), "tokens", allowed=1_000)
    assert isinstance(after(active(tokens=50_000), raised), GoOn)


def test_cached_input_spends_no_tokens() -> None:
    found = minded(Totals(fresh=500, cached=9_000, output=499))
    assert isinstance(after(active(tokens=1_000), found), GoOn)


def test_a_wind_down_beats_the_agents_own_word() -> None:
    found = minded(Totals(fresh=1_000), said=Said(blocked="a key"))
    assert after(active(tokens=1_000), found) == WindDown("tokens")


def test_the_turn_of_the_judges_last_answer_is_kept() -> None:
    goal, _ = run(active(turn=3), judged(False), findings(False))
    assert (goal.turn, goal.judged_turn) == (5, 4)


def test_other_criteria_met_are_another_finding() -> None:
    same = run(active(), *[judged(True, False)] * 4)[0]
    other = run(active(), *[judged(True, False)] * 3, judged(False, True))[0]
    assert (same.streaks.same_finding, other.streaks.same_finding) == (3, 0)


def test_the_judges_other_words_are_the_same_finding() -> None:
    turns = [judged(True, False, missing=f"no docs, said {n} times") for n in range(4)]
    assert isinstance(run(active(), *turns)[1], Pause)


def planned(*done: bool) -> tuple[PlanItem, ...]:
    named = zip(("look", "fix", "try"), done, strict=False)
    return tuple(PlanItem(n, PlanStatus.COMPLETED if d else PlanStatus.PENDING) for n, d in named)


def test_with_checkpoints_a_finished_plan_item_pauses_and_says_which() -> None:
    goal = active(checkpoint=True, plan=planned(False, False))
    decision = after(goal, findings(False, said=Said(plan=planned(True, False))))
    assert isinstance(decision, Pause) and decision.reason is Reason.CHECKPOINT
    assert decision.explanation == "It has finished “look”; 1 of 2 plan items are left."


@pytest.mark.parametrize(
    ("checkpoint", "before", "plan"),
    [
        (False, planned(False, False), planned(True, False)),
        (True, planned(True, False), planned(True, False)),
        (True, planned(False, False), planned(False, False, False)),
        (True, planned(True, True), planned(True, False)),
    ],
    ids=["no checkpoints", "finished before", "only longer", "taken back"],
)
def test_without_a_newly_finished_item_it_goes_on(
    checkpoint: bool, before: tuple[PlanItem, ...], plan: tuple[PlanItem, ...]
) -> None:
    goal = active(checkpoint=checkpoint, plan=before)
    assert isinstance(after(goal, findings(False, said=Said(plan=plan))), GoOn)


def test_an_item_finished_in_a_turn_that_ended_otherwise_pauses_at_the_next() -> None:
    goal = active(checkpoint=True, plan=planned(False, False))
    waits = findings(False, said=Said(plan=planned(True, False), parks=Parks("1m", 60.0)))
    first, parked = run(goal, waits)
    assert (type(parked), type(run(first, findings(False))[1])) == (Park, Pause)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said(question="which port?"), AskPerson("which port?")),
        (
            Said(parks=Parks("1m", 60.0, "ci")),
            Park(Wait(WaitKind.TIME, "ci", NOW, until=later(minutes=1)), Next.TURN),
        ),
        (Said(parks=Parks("1m", 60.0), blocked="a key"), "Pause"),
        (Said(parks=Parks("ci")), "GoOn"),
    ],
    ids=["asks", "waits", "blocked beats a wait", "waits for nothing there is"],
)
def test_an_agent_that_waits_or_asks_is_parked(said: Said, expected: Decision | str) -> None:
    decision = after(active(), findings(False, said=said))
    assert expected in (decision, type(decision).__name__)
