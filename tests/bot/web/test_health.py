from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from goals.domain.usage import Purpose, Usage
from goals.domain.values import Mode, Status
from goals.store.figures import Figures


async def test_it_lives(stranger):
    assert (await stranger.get("/healthz")).json() == {"alive": True}


async def test_it_is_ready_when_nothing_is_wrong(stranger):
    answer = await stranger.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True})


async def test_what_keeps_it_from_being_ready_is_said(stranger, web):
    web.problems.append("The store does not answer.")
    answer = await stranger.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {"error": "The store does not answer.", "problems": ["The store does not answer."]},
    )


async def test_without_a_store_the_other_figures_are_told(stranger, web):
    web.figures = None
    families = {f.name: f for f in text_string_to_metric_families((await stranger.get("/metrics")).text)}
    (up,) = families["goalward_store_up"].samples
    assert (up.value, "goalward_goals" in families, "goalward_dispatch_latency_seconds" in families) == (
        0.0,
        False,
        True,
    )


async def test_goals_that_are_worked_on_are_due_and_monitors_are_not(stranger, web):
    web.figures = Figures({}, {(Status.ACTIVE, Mode.DRIVE): 3, (Status.ACTIVE, Mode.MONITOR): 5})
    families = {f.name: f for f in text_string_to_metric_families((await stranger.get("/metrics")).text)}
    assert [sample.value for sample in families["goalward_due_goals"].samples] == [3.0]


async def test_models_beyond_the_first_fifty_are_summed_as_one(stranger, web):
    used = tuple(Usage(f"m{n}", Purpose.AGENT, 1, 0, 0, 0.5) for n in range(60))
    web.figures = replace(web.figures, used=used)
    families = {f.name: f for f in text_string_to_metric_families((await stranger.get("/metrics")).text)}
    cost = {s.labels["model"]: s.value for s in families["goalward_model_cost_usd"].samples}
    assert (len(cost), cost["m49"], cost["other"]) == (51, 0.5, 5.0)


async def test_metrics_count_the_goals_of_every_status(stranger):
    text = (await stranger.get("/metrics")).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    counted = {sample.labels["status"]: sample.value for sample in families["goalward_goals"].samples}
    assert (counted["active"], counted["failed"], len(counted)) == (3.0, 0.0, 8)
    assert "process_resident_memory_bytes" in families
