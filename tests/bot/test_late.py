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
