"""The bot's figures in the words of Prometheus."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest

from goals.domain.values import Status


def text(counts: Mapping[Status, int]) -> tuple[bytes, str]:
    """Figures of the goals by status and of this process in the text format, and its media type."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    goals = Gauge("goalward_goals", "Goals by status.", ["status"], registry=registry)
    for status in Status:
        goals.labels(status.value).set(counts.get(status, 0))
    return generate_latest(registry), CONTENT_TYPE_LATEST
