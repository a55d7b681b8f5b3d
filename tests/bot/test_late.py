"""What takes long or much memory to load is loaded when it is needed, not on the way to ready."""

import subprocess
import sys

LATE = (
    "aiohttp", "apscheduler", "cryptography", "discord", "httpx", "litellm", "matplotlib", "numpy", "openai",
    "opentelemetry.exporter", "opentelemetry.sdk", "PIL", "procrastinate", "prometheus_client", "psycopg_pool",
    "slack_bolt", "slack_sdk", "yaml",
)  # fmt: skip


def test_serving_loads_no_library_that_may_never_be_needed() -> None:
    asked = f"import bot.serve, sys; print([name for name in {LATE!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_the_models_of_the_openapi_document_are_built_when_it_is_asked_for() -> None:
    asked = (
        "import bot.serve, pydantic; from fastapi.openapi.models import OpenAPI; "
        "print(OpenAPI.__pydantic_complete__, pydantic.BaseModel.model_config); "
        "print(OpenAPI(openapi='3.1.0', info={'title': 'Goalward', 'version': '1'}).info.title)"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.split("\n")[:2] == ["False {}", "Goalward"]
