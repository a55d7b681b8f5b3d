"""The chart gives manifests that a cluster takes, for one pod on SQLite and for many on PostgreSQL."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from bot.cli import cli
from bot.settings import load
from bot.telemetry import Counted, Measured
from bot.web.metrics import text
from goals.store.figures import Figures
from tests.peers.helm.chart import Chart, Rendered, read
from tests.peers.helm.parse import TemplateError

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "deploy/helm/goalward"
CHART = Chart(PLACE)
IMAGE = {"image": {"repository": "registry.example/goalward"}}
SETTINGS = '[channels."slack:T1:*"]\ntalk = ["*"]\n'
SQLITE = IMAGE
POSTGRESQL = IMAGE | {"store": {"kind": "postgresql", "secret": {"name": "database"}}}
EVERYTHING = {
    "settings": SETTINGS,
    "secrets": [
        {"variable": "GOALWARD_SLACK__BOT_TOKEN", "name": "goalward", "key": "bot"},
        {"variable": "OPENAI_API_KEY", "name": "goalward", "key": "openai"},
    ],
    "environment": {"GOALWARD_DEFAULTS__MAX_TURNS": "5", "HTTPS_PROXY": "http://proxy:3128"},
    "sandbox": "bubblewrap",
    "single": {"storage": {"className": "fast"}},
    "worker": {"autoscaling": {"enabled": True}},
    "snapshots": {"claim": "shared"},
    "ingress": {
        "enabled": True,
        "className": "nginx",
        "host": "goalward.example.org",
        "tlsSecret": "tls",
        "annotations": {"a": "b"},
    },
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "nodeSelector": {"disk": "fast"},
    "tolerations": [{"key": "agents", "operator": "Exists"}],
}
KINDS = {
    "sqlite": SQLITE,
    "postgresql": POSTGRESQL,
    "sqlite with everything": SQLITE | EVERYTHING,
    "postgresql with everything": POSTGRESQL | EVERYTHING,
    "postgresql with little": POSTGRESQL
    | {"podDisruptionBudget": {"enabled": False}, "networkPolicy": {"enabled": False}},
}
STRANGERS = {"ServiceMonitor"}
"""Kinds that a cluster learns from an operator: nobody here knows their shape."""

each = pytest.mark.parametrize("values", KINDS.values(), ids=KINDS)


def pods(rendered: Rendered) -> Iterator[dict[str, Any]]:
    """The templates of all pods."""
    yield from (one["spec"]["template"] for one in rendered.manifests if "template" in one.get("spec", {}))


def containers(rendered: Rendered) -> Iterator[dict[str, Any]]:
    """Those that run Goalward."""
    yield from (container for pod in pods(rendered) for container in pod["spec"]["containers"])


def confined(rendered: Rendered) -> Iterator[dict[str, Any]]:
    """What every container may do, those that only prepare something too."""
    for pod in pods(rendered):
        for container in [*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]]:
            yield container["securityContext"]


def role(pod: dict[str, Any]) -> str:
    return str(pod["metadata"]["labels"]["app.kubernetes.io/component"])


def chosen(labels: dict[str, str], rendered: Rendered) -> set[str]:
    """The parts whose pods have these labels."""
    return {role(pod) for pod in pods(rendered) if labels.items() <= pod["metadata"]["labels"].items()}


@each
@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_a_cluster_takes_every_manifest(values: dict[str, Any], version: str) -> None:
    for one in CHART.render(values).manifests:
        if one["kind"] not in STRANGERS:
            kubernetes_validate.validate(one, version, strict=True)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (SQLITE, {"ConfigMap": 1, "NetworkPolicy": 1, "Service": 2, "StatefulSet": 1}),
        (
            POSTGRESQL,
            {
                "ConfigMap": 1,
                "Deployment": 3,
                "Job": 1,
                "NetworkPolicy": 1,
                "PodDisruptionBudget": 3,
                "Service": 2,
            },
        ),
    ],
    ids=["sqlite", "postgresql"],
)
def test_each_kind_of_store_has_its_parts(values: dict[str, Any], expected: dict[str, int]) -> None:
    kinds = [one["kind"] for one in CHART.render(values).manifests]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == expected


def test_the_chart_is_of_this_version() -> None:
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert read(PLACE / "Chart.yaml")["appVersion"] == ours


def test_sqlite_has_one_pod_and_never_two() -> None:
    (one,) = CHART.render(SQLITE).of("StatefulSet")
    assert (one["spec"]["replicas"], [role(p) for p in pods(CHART.render(SQLITE))]) == (1, ["all"])


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Set image.repository"),
        (IMAGE | {"store": {"kind": "postgresql"}}, "Set store.secret.name"),
        (IMAGE | {"ingress": {"enabled": True}}, "Set ingress.host"),
    ],
)
def test_what_only_the_operator_knows_is_asked_for(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(sentence)):
        CHART.render(values)


@pytest.mark.parametrize(
    "values",
    [
        {"stores": {"kind": "sqlite"}},
        {"store": {"kind": "mysql"}},
        {"gateway": {"replicas": 0}},
        {"worker": {"autoscaling": {"dueGoals": "8"}}},
        {"worker": {"replica": 3}},
        {"secrets": [{"variable": "GOALWARD_STORE", "name": "a", "key": "b"}]},
        {"secrets": [{"variable": "GOALWARD_SLACK__BOT_TOKEN", "value": "xoxb-1"}]},
        {"environment": {"GOALWARD_DISPATCH": "local"}},
        {"environment": {"MAX": 5}},
        {"sandbox": "none"},
        {"single": {"storage": {"size": "much"}}},
        {"networkPolicy": {"blocked": ["everything"]}},
    ],
)
def test_values_that_mean_nothing_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        CHART.render(IMAGE | values)


def test_every_value_of_the_schema_has_a_default() -> None:
    known = read(PLACE / "values.schema.json")["properties"]
    assert set(known) - {"global"} == set(read(PLACE / "values.yaml"))


@each
def test_goalward_understands_every_variable_and_the_settings(values: dict[str, Any], tmp_path: Path) -> None:
    rendered = CHART.render(values)
    file = tmp_path / "goalward.toml"
    file.write_text(rendered.one("ConfigMap", "goalward")["data"]["goalward.toml"])
    for container in containers(rendered):
        environ = {one["name"]: one.get("value", "postgresql+psycopg://db/goals") for one in container["env"]}
        settings = load(file, environ)
        assert str(settings.state) == "/var/lib/goalward/state"
        assert (settings.dispatch == "procrastinate") is bool(settings.store)


@each
def test_goalward_understands_how_it_is_started(values: dict[str, Any]) -> None:
    for container in containers(CHART.render(values)):
        command, *words = container["args"]
        known = cli.commands[command]
        known.make_context(command, words, resilient_parsing=False, obj={})


@each
def test_no_variable_of_a_service_is_taken_for_a_setting(values: dict[str, Any]) -> None:
    assert {pod["spec"]["enableServiceLinks"] for pod in pods(CHART.render(values))} == {False}


@each
def test_a_pod_has_no_right_that_it_does_not_need(values: dict[str, Any]) -> None:
    rendered = CHART.render(values)
    for pod in pods(rendered):
        spec = pod["spec"]
        assert (spec["automountServiceAccountToken"], spec["securityContext"]["runAsNonRoot"]) == (
            False,
            True,
        )
    for rights in confined(rendered):
        assert {name: rights[name] for name in rights if name != "procMount"} == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_only_a_sandbox_of_its_own_asks_for_user_namespaces() -> None:
    def asked(values: dict[str, Any]) -> set[tuple[Any, ...]]:
        return {
            (pod["spec"].get("hostUsers"), pod["spec"]["securityContext"]["seccompProfile"]["type"])
            for pod in pods(CHART.render(values))
        }

    assert (asked(SQLITE), asked(SQLITE | {"sandbox": "bubblewrap"})) == (
        {(None, "RuntimeDefault")},
        {(False, "Unconfined")},
    )


@each
def test_secrets_come_by_reference_alone(values: dict[str, Any]) -> None:
    rendered = CHART.render(values)
    secret = [e["name"] for c in containers(rendered) for e in c["env"] if "valueFrom" in e]
    assert rendered.of("Secret") == []
    assert set(secret) <= {"GOALWARD_STORE", "GOALWARD_SLACK__BOT_TOKEN", "OPENAI_API_KEY"}


@each
def test_every_volume_that_is_mounted_is_there(values: dict[str, Any]) -> None:
    for one in CHART.render(values).manifests:
        if "template" not in one.get("spec", {}):
            continue
        pod = one["spec"]["template"]["spec"]
        claimed = {claim["metadata"]["name"] for claim in one["spec"].get("volumeClaimTemplates", ())}
        both = [*pod.get("initContainers", ()), *pod["containers"]]
        mounted = {mount["name"] for c in both for mount in c["volumeMounts"]}
        assert mounted == claimed | {volume["name"] for volume in pod["volumes"]}


def test_every_selector_finds_the_pods_that_it_means() -> None:
    rendered = CHART.render(POSTGRESQL | EVERYTHING)
    every = {"gateway", "worker", "monitor", "migrate"}
    found = {}
    for kind in ("Deployment", "PodDisruptionBudget"):
        for one in rendered.of(kind):
            found[kind, one["metadata"]["name"]] = chosen(one["spec"]["selector"]["matchLabels"], rendered)
    for kind in ("Service",):
        for one in rendered.of(kind):
            found[kind, one["metadata"]["name"]] = chosen(one["spec"]["selector"], rendered)
    (policy,) = rendered.of("NetworkPolicy")
    found["NetworkPolicy", ""] = chosen(policy["spec"]["podSelector"]["matchLabels"], rendered)
    parts = ("gateway", "worker", "monitor")
    assert found == {
        **{(kind, f"goalward-{p}"): {p} for kind in ("Deployment", "PodDisruptionBudget") for p in parts},
        ("Service", "goalward"): {"gateway"},
        ("Service", "goalward-metrics"): every,
        ("NetworkPolicy", ""): every,
    }


def test_the_scrape_finds_the_service_that_has_every_pod() -> None:
    rendered = CHART.render(POSTGRESQL | EVERYTHING)
    (scrape,) = rendered.of("ServiceMonitor")
    wanted = scrape["spec"]["selector"]["matchLabels"].items()
    found = [
        s["metadata"]["name"] for s in rendered.of("Service") if wanted <= s["metadata"]["labels"].items()
    ]
    assert (found, scrape["spec"]["endpoints"][0]["port"]) == (["goalward-metrics"], "http")


def test_two_releases_in_a_namespace_do_not_meet() -> None:
    one, other = (CHART.render(POSTGRESQL, name=name) for name in ("red", "blue"))
    names = [{(m["kind"], m["metadata"]["name"]) for m in each.manifests} for each in (one, other)]
    (service, *_) = one.of("Service")
    assert (names[0] & names[1], chosen(service["spec"]["selector"], other)) == (set(), set())


def test_the_migration_uses_nothing_that_the_release_makes() -> None:
    rendered = CHART.render(POSTGRESQL | EVERYTHING)
    (job,) = rendered.of("Job")
    volumes = [list(v) for v in job["spec"]["template"]["spec"]["volumes"]]
    made = {
        m["metadata"]["name"]
        for m in rendered.manifests
        if m["kind"] in ("ConfigMap", "Secret", "ServiceAccount")
    }
    assert (job["metadata"]["annotations"]["helm.sh/hook"], volumes, made) == (
        "pre-install,pre-upgrade",
        [["name", "emptyDir"], ["name", "emptyDir"]],
        {"goalward"},
    )
    assert "serviceAccountName" not in job["spec"]["template"]["spec"]


def test_workspaces_are_stored_where_the_claim_is_mounted() -> None:
    def places(values: dict[str, Any]) -> set[tuple[str, str]]:
        named = [
            (e["value"], mount["mountPath"])
            for c in containers(CHART.render(values))
            for e in c["env"]
            if e["name"] == "GOALWARD_WORKSPACES__SNAPSHOTS"
            for mount in c["volumeMounts"]
            if mount["name"] == "snapshots"
        ]
        return set(named)

    shared = {"snapshots": {"claim": "shared"}}
    assert (places(POSTGRESQL), places(SQLITE | shared), places(POSTGRESQL | shared)) == (
        set(),
        set(),
        {("/mnt/goalward/snapshots", "/mnt/goalward")},
    )


def test_workers_that_are_scaled_have_no_number_of_their_own() -> None:
    def number(values: dict[str, Any]) -> Any:
        return CHART.render(values).one("Deployment", "goalward-worker")["spec"].get("replicas")

    assert (number(POSTGRESQL), number(POSTGRESQL | EVERYTHING)) == (3, None)


def test_workers_are_scaled_by_a_figure_that_goalward_tells() -> None:
    (scaler,) = CHART.render(POSTGRESQL | EVERYTHING).of("HorizontalPodAutoscaler")
    figures = Figures({}, {})
    told, _ = text(Measured(True, Counted(), figures))
    names = [one["external"]["metric"]["name"] for one in scaler["spec"]["metrics"]]
    assert [name for name in names if f"# TYPE {name} gauge" not in told.decode()] == []


def test_new_settings_start_every_pod_anew() -> None:
    def sums(text: str) -> set[str]:
        rendered = CHART.render(POSTGRESQL | {"settings": text})
        return {
            p["metadata"]["annotations"]["checksum/settings"] for p in pods(rendered) if role(p) != "migrate"
        }

    assert len(sums("")) == 1 and sums("").isdisjoint(sums(SETTINGS))


def test_nothing_but_the_doors_of_platforms_is_open_to_the_outside() -> None:
    (ingress,) = CHART.render(POSTGRESQL | EVERYTHING).of("Ingress")
    assert [path["path"] for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]] == ["/slack"]


@each
def test_the_notes_say_what_was_installed(values: dict[str, Any]) -> None:
    notes = CHART.render(values).notes
    assert ("one pod" in notes, "no settings yet" in notes) == (
        "store" not in values,
        "settings" not in values,
    )


DOCUMENTED = re.findall(
    r"^```yaml\n(image:.*?)^```", (ROOT / "docs/kubernetes.md").read_text(), re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize("text", DOCUMENTED)
def test_documented_values_give_settings_that_are_understood(text: str, tmp_path: Path) -> None:
    rendered = CHART.render(yaml.safe_load(text))
    file = tmp_path / "goalward.toml"
    file.write_text(rendered.one("ConfigMap", "goalward")["data"]["goalward.toml"])
    settings = load(file, {})
    assert (settings.model is None) == (settings.slack is None)


def test_both_kinds_of_store_are_documented() -> None:
    kinds = [CHART.render(yaml.safe_load(text)).of("StatefulSet") for text in DOCUMENTED]
    assert [len(found) for found in kinds] == [1, 0]
