"""What operators are given is true: every metric that a dashboard, an alert or a document names is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.telemetry import Counted, Ended, Measured
from bot.web.metrics import text
from goals.domain.parts import Part
from goals.domain.usage import Purpose, Usage
from goals.domain.values import Mode, Status
from goals.store.figures import Figures

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "deploy/prometheus/goalward.rules.yml"
BOARD = ROOT / "deploy/grafana/goalward.json"
OPERATIONS = ROOT / "docs/operations.md"


@pytest.fixture(scope="module")
def told() -> dict[str, set[str]]:
    """The names of all samples of a bot that has done everything once, with their labels."""
    counted = Counted()
    counted.turns["worker"] += 1
    counted.ended[Ended(Mode.DRIVE, Status.FAILED, "failed", "expired")] += 1
    figures = Figures({}, {}, used=(Usage("m", Purpose.AGENT, 1, 1, 1, 0.1),), processes={Part.WATCH: 1})
    page, _ = text(Measured(True, counted, figures, unheard={"slack": 1.0}))
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(page.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def named(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:goalward|process)_[a-z_]+\b", expression))


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    for panel in json.loads(BOARD.read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])


@pytest.mark.parametrize("expression", expressions())
def test_every_metric_of_dashboard_and_alerts_is_there_with_its_labels(
    told: dict[str, set[str]], expression: str
) -> None:
    names = named(expression)
    grouped = {
        label.strip() for labels in re.findall(r"\bby \(([^)]*)\)", expression) for label in labels.split(",")
    }
    chosen = {
        label for labels in re.findall(r"\{([^}]*)\}", expression) for label in re.findall(r"(\w+)=", labels)
    }
    known = {"instance", "job"}.union(*(told.get(name, set()) for name in names))
    assert (names - set(told), (grouped | chosen) - known) == (set(), set())


def test_every_metric_is_documented_and_on_the_dashboard(told: dict[str, set[str]]) -> None:
    ours = {re.sub(r"_(bucket|count|sum)$", "", name) for name in told if name.startswith("goalward_")}
    page, board = OPERATIONS.read_text(), BOARD.read_text()
    assert [name for name in sorted(ours) if f"`{name}`" not in page or name not in board] == []


def test_every_metric_that_the_document_names_is_there(told: dict[str, set[str]]) -> None:
    bare = {re.sub(r"_(bucket|count|sum)$", "", name) for name in told}
    shown = {name for name in named(OPERATIONS.read_text()) if name.startswith("goalward_")}
    assert shown - bare == set()


def test_every_alert_is_documented_and_says_what_is_wrong() -> None:
    page = OPERATIONS.read_text()
    lacking = [r["alert"] for r in rules() if f"| `{r['alert']}` |" not in page]
    dumb = [r["alert"] for r in rules() if not r["annotations"]["summary"] or not r["labels"]["severity"]]
    assert (len(rules()) > 5, lacking, dumb) == (True, [], [])
