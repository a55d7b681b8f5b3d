from prometheus_client.parser import text_string_to_metric_families


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


async def test_metrics_count_the_goals_of_every_status(stranger):
    text = (await stranger.get("/metrics")).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    counted = {sample.labels["status"]: sample.value for sample in families["goalward_goals"].samples}
    assert (counted["active"], counted["failed"], len(counted)) == (3.0, 0.0, 8)
    assert "process_resident_memory_bytes" in families
