import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

document = schemathesis.pytest.from_fixture("described").exclude(path="/api/events")


@pytest.fixture
def described(open_web):
    return schemathesis.openapi.from_asgi("/openapi.json", open_web.app, headers={"Host": "localhost"})


@document.parametrize()
@settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_interface_does_what_its_document_says(case):
    case.call_and_validate(headers={"Host": "localhost"})


async def test_the_document_tells_of_every_path_and_of_errors(stranger):
    document = (await stranger.get("/openapi.json")).json()
    assert {"/api/events", "/api/goals/{goal_id}/diff", "/api/channels/{channel}/messages"} <= set(
        document["paths"]
    )
    answers = [operation["responses"] for path in document["paths"].values() for operation in path.values()]
    assert all("default" in each and "422" not in each for each in answers)
