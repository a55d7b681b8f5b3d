"""The bot's figures in the words of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.telemetry import Counted, Durations, Measured
from goals.domain.parts import Part
from goals.domain.usage import Usage
from goals.domain.values import UNFINISHED, Mode, Status
from goals.store.figures import Figures

MODELS = 50
"""Models that are named; whatever is used beyond the first of them is summed as `other`."""


def text(measured: Measured) -> tuple[bytes, str]:
    """What is measured, and figures of this process, in the text format; and its media type."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Now(measured))
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Now(Collector):
    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Metric]:
        told = self._measured
        yield GaugeMetricFamily("goalward_ready", "Whether nothing keeps the bot from working.", told.ready)
        up = told.figures is not None
        yield GaugeMetricFamily("goalward_store_up", "Whether the store answers.", up)
        yield from _counted(told.counted)
        yield _gauge(
            "goalward_socket_age_seconds",
            "Since when no socket of a platform was seen alive.",
            ["platform"],
            (([platform], seconds) for platform, seconds in told.unheard.items()),
        )
        if told.figures is not None:
            yield from _goals(told.figures)
            yield _processes(told.figures.processes)
            yield from _undelivered(told, told.figures)
            yield from _used(_bounded(told.figures.used))


def _counted(counted: Counted) -> Iterator[Metric]:
    yield _counter(
        "goalward_turns_total",
        "Turns of agents, since the process began.",
        ["agent"],
        (([agent], count) for agent, count in counted.turns.items()),
    )
    yield _counter(
        "goalward_goals_ended_total",
        "Goals that ended, since the process began.",
        ["mode", "status", "label", "reason"],
        (([e.mode.value, e.status.value, e.label, e.reason], n) for e, n in counted.ended.items()),
    )
    yield _histogram(
        "goalward_check_duration_seconds",
        "How long verifiers took for one check.",
        ["mode"],
        (([mode.value], took) for mode, took in counted.checks.items()),
    )
    for name, what, took in (
        ("goalward_monitor_lateness_seconds", "How late looks of monitors began.", counted.lateness),
        (
            "goalward_dispatch_latency_seconds",
            "How long goals that were put to work waited until work began.",
            counted.dispatch,
        ),
        ("goalward_event_loop_stall_seconds", "How late the event loop was, each second.", counted.stalls),
    ):
        yield _histogram(name, what, [], [([], took)])


def _goals(figures: Figures) -> Iterator[Metric]:
    yield _gauge(
        "goalward_goals",
        "Goals by status.",
        ["status"],
        (([status.value], figures.goals.get(status, 0)) for status in Status),
    )
    due = figures.unfinished.get((Status.ACTIVE, Mode.DRIVE), 0)
    yield GaugeMetricFamily("goalward_due_goals", "Goals that a worker works on, or should.", due)
    yield _gauge(
        "goalward_unfinished_goals",
        "Goals that have not ended, by status and mode.",
        ["status", "mode"],
        (
            ([status.value, mode.value], figures.unfinished.get((status, mode), 0))
            for status in UNFINISHED
            for mode in Mode
        ),
    )


def _processes(processes: Mapping[Part, int]) -> Metric:
    return _gauge(
        "goalward_processes",
        "Processes that are up, by the part of the work that they do.",
        ["part"],
        (([part.value], count) for part, count in processes.items()),
    )


def _undelivered(told: Measured, figures: Figures) -> Iterator[Metric]:
    posts, hooks = figures.posts, figures.hooks
    for name, what, post, hook in (
        ("goalward_outbox_pending", "Deliveries that wait.", posts.pending, hooks.pending),
        ("goalward_outbox_dead", "Deliveries that were given up.", posts.dead, hooks.dead),
        (
            "goalward_outbox_oldest_age_seconds",
            "How long the oldest delivery has been seen to wait.",
            told.oldest_post,
            told.oldest_hook,
        ),
    ):
        yield _gauge(name, what, ["kind"], [(["post"], post), (["hook"], hook)])


def _used(used: Sequence[Usage]) -> Iterator[Metric]:
    yield _counter(
        "goalward_model_tokens_total",
        "Tokens of all settled model calls in the store; a restart resets nothing.",
        ["model", "purpose", "kind"],
        (
            ([u.model, u.purpose.value, kind], count)
            for u in used
            for kind, count in (("fresh", u.fresh), ("cached", u.cached), ("output", u.output))
        ),
    )
    yield _counter(
        "goalward_model_cost_usd_total",
        "Usd of all settled model calls in the store; a restart resets nothing.",
        ["model", "purpose"],
        (([u.model, u.purpose.value], u.usd) for u in used if u.usd is not None),
    )


def _bounded(used: Sequence[Usage]) -> Sequence[Usage]:
    """The first models keep their names; all others become one, purpose by purpose."""
    known = set(islice(dict.fromkeys(one.model for one in used), MODELS))
    named = [one for one in used if one.model in known]
    others = [one for one in used if one.model not in known]
    purposes = dict.fromkeys(one.purpose for one in others)
    return [*named, *(_sum([one for one in others if one.purpose is p]) for p in purposes)]


def _sum(used: Sequence[Usage]) -> Usage:
    priced = [one.usd for one in used if one.usd is not None]
    return Usage(
        "other",
        used[0].purpose,
        sum(one.fresh for one in used),
        sum(one.cached for one in used),
        sum(one.output for one in used),
        sum(priced) if priced else None,
    )


Rows = Iterable[tuple[Sequence[str], float]]


def _gauge(name: str, what: str, labels: Sequence[str], rows: Rows) -> Metric:
    family = GaugeMetricFamily(name, what, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family


def _counter(name: str, what: str, labels: Sequence[str], rows: Rows) -> Metric:
    family = CounterMetricFamily(name, what, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family


def _histogram(
    name: str, what: str, labels: Sequence[str], rows: Iterable[tuple[Sequence[str], Durations]]
) -> Metric:
    family = HistogramMetricFamily(name, what, labels=labels)
    for values, took in rows:
        family.add_metric(values, [(bound, float(count)) for bound, count in took.upto()], took.sum)
    return family
