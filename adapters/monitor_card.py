"""A monitor's one quiet card: what was seen last and since when, when it looks, what fires it, what came of it."""

from __future__ import annotations

from datetime import datetime

from adapters.cards import TITLE, colour, mark, remarks, standing, verifier_line
from adapters.chat import Card
from adapters.figures import MINUTE, cut, duration, plural, when
from goals.audit import Report
from goals.domain.values import Status
from goals.domain.watching import Trigger, Watch, Watched

LINE = 200


def monitor_card(report: Report, watch: Watch) -> Card:
    looked = (seen_line(report), spark_line(report), broken_line(report), rhythm_line(report, watch))
    lines = (*looked, edges_line(report, watch), _until(report), _hooks(report), *remarks(report))
    return Card(
        title=f"👁 {cut(report.objective, TITLE)}",
        badge=f"{report.id} · {standing(report)}",
        colour=colour(report),
        lines=tuple(line for line in lines if line),
        footer=_footer(report),
        chart=report.id,
    )


def seen_line(report: Report) -> str:
    """What the last check that was no break found, and since when: `Verifier ✗ 503 (https://…) · since 13:40 UTC`."""
    seen = report.seen
    if seen.checked_at is None or seen.since is None:
        return "" if seen.broken or report.finished else "It looks for the first time now."
    now = _now(report)
    since = f"since {when(seen.since, now)}" if seen.same > 1 else ""
    found = seen_in_short(report) if seen.broken else verifier_line(report.verifiers)
    return " · ".join(part for part in (found, since) if part)


def seen_in_short(report: Report) -> str:
    """What was found last, whatever broke since."""
    seen = report.seen
    return f"Seen last: {mark(seen.met)} {cut(seen.reason, LINE)}" if seen.since else ""


def reading(seen: Watched) -> str:
    """The last check in a few words: `✗ it answers 503`."""
    met, why = (None, seen.broke) if seen.broken else (seen.met, seen.reason)
    return f"{mark(met)} {cut(why, LINE)}"


def spark_line(report: Report) -> str:
    value = "" if report.seen.value is None else f" {report.seen.value:g}"
    return f"{report.spark}{value}" if report.spark else ""


def broken_line(report: Report) -> str:
    seen = report.seen
    if not seen.broken or seen.broken_at is None or report.finished:
        return ""
    tried = f", tried {seen.broken} times" if seen.broken > 1 else ""
    return (
        f"The verifier is broken since {when(seen.broken_at, _now(report))}{tried}: {cut(seen.broke, LINE)}"
    )


def rhythm_line(report: Report, watch: Watch) -> str:
    """`Looks every 1 min · last 14:02 UTC, next 14:03 UTC · 312 checks`."""
    now, seen, often = _now(report), report.seen, watch.every < MINUTE and not watch.cron
    last = f"last {when(seen.checked_at, now, exact=often)}" if seen.checked_at else ""
    due = f"next {when(datetime.fromisoformat(report.next_at), now, exact=often)}" if report.next_at else ""
    times = ", ".join(part for part in (last, due) if part)
    looks = f"Looks {rhythm(watch)}" if not report.finished else f"Looked {rhythm(watch)}"
    checks = plural(seen.checks, "check") if seen.checks else ""
    return " · ".join(part for part in (looks, times, checks) if part)


def rhythm(watch: Watch) -> str:
    """How often it looks: `every 5 min`, or its cron line with the zone."""
    return f"at `{watch.cron}` ({watch.timezone})" if watch.cron else f"every {duration(watch.every)}"


def edges_line(report: Report, watch: Watch) -> str:
    """What fires it, and how often it has."""
    seen = report.seen
    fired = f"fired {_times(seen.fired)}" if seen.fired else ""
    last = f", last {when(seen.fired_at, _now(report))}" if seen.fired_at else ""
    what = "" if report.finished else _fires(watch)
    return " · ".join(part for part in (what, f"{fired}{last}") if part)


def _fires(watch: Watch) -> str:
    change = watch.trigger is Trigger.CHANGE
    if watch.repeat:
        return "Fires on each change" if change else "Fires each time it becomes met"
    return "Ends when it changes" if change else "Ends when it is met"


def state_line(report: Report) -> str:
    """A monitor in one line, for lists: what was seen last, or why nothing is seen."""
    if report.status == Status.PAUSED:
        return ": ".join(part for part in (standing(report), cut(report.explanation, TITLE)) if part)
    return broken_line(report) or " · ".join(part for part in (seen_line(report), report.spark) if part)


def effort(report: Report) -> str:
    """What it took: `312 checks in 5 h 12, fired 2 times`."""
    fired = f", fired {_times(report.seen.fired)}" if report.seen.fired else ""
    return f"{plural(report.checks, 'check')} in {duration(report.elapsed_seconds)}{fired}"


def _times(number: int) -> str:
    return "once" if number == 1 else plural(number, "time")


def _until(report: Report) -> str:
    if not report.deadline or report.finished:
        return ""
    return f"Until {when(datetime.fromisoformat(report.deadline), _now(report))}"


def _hooks(report: Report) -> str:
    return f"Hooks: {cut('; '.join(report.hooked), LINE)}" if report.hooked and not report.finished else ""


def _footer(report: Report) -> str:
    updated = f"updated {when(_now(report), _now(report))}"
    return f"@{report.owner} · {updated}"


def _now(report: Report) -> datetime:
    return datetime.fromisoformat(report.updated_at)
