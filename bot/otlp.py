"""Sends spans to a collector by OTLP over HTTP, in the background; what it does not take is lost, and nothing waits.

The standard variables count (`OTEL_EXPORTER_OTLP_…`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`,
`OTEL_TRACES_SAMPLER`, `OTEL_BSP_…`); OpenTelemetry's library reads them itself.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)
from opentelemetry.util.re import parse_env_headers

from bot.spans import Span

PATH = "/v1/traces"
HEADERS = ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")
LAST_WAIT = 2.0
"""Seconds for what is still to be sent at the end."""


class Chosen(RandomIdGenerator):
    """Ids of the spans that know theirs; all others get any."""

    trace = span = 0

    def generate_trace_id(self) -> int:
        return self.trace or super().generate_trace_id()

    def generate_span_id(self) -> int:
        return self.span or super().generate_span_id()


class Sender:
    """`url` is the collector's address, of its root; where it is empty the standard variables name it.

    `secrets` are the variables that the process does not have in its environment any more.
    """

    def __init__(self, url: str, environ: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        headers = next((secrets[name] for name in HEADERS if name in secrets), "")
        exporter = OTLPSpanExporter(
            endpoint=f"{url}{PATH}" if url else None,
            headers=parse_env_headers(headers, liberal=True) if headers else None,
        )
        self._ids = Chosen()
        self._provider = TracerProvider(
            resource=_resource(environ), id_generator=self._ids, shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("goalward", version("goalward"))

    def send(self, span: Span) -> None:
        """Put a span that has ended among those that go out next."""
        self._ids.trace, self._ids.span = span.trace, span.id
        above = SpanContext(
            span.trace, span.parent, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
        )
        begun = self._tracer.start_span(
            span.name,
            set_span_in_context(NonRecordingSpan(above)) if span.parent else None,
            attributes=span.attributes,
            start_time=_nanoseconds(span.begun),
        )
        if span.failed:
            begun.set_status(Status(StatusCode.ERROR))
        begun.end(_nanoseconds(span.ended))

    async def close(self) -> None:
        """Send what is left, for a moment; a collector that does not answer keeps nobody."""
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        closing = threading.Thread(target=self._shut, args=(loop, done), name="last spans", daemon=True)
        closing.start()
        try:
            async with asyncio.timeout(LAST_WAIT):
                await done.wait()
        except TimeoutError:
            return

    def _shut(self, loop: asyncio.AbstractEventLoop, done: asyncio.Event) -> None:
        self._provider.shutdown()
        if not loop.is_closed():
            loop.call_soon_threadsafe(done.set)


def _resource(environ: Mapping[str, str]) -> Resource:
    named = "OTEL_SERVICE_NAME" in environ or f"{SERVICE_NAME}=" in environ.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    )
    own = {SERVICE_VERSION: version("goalward")}
    return Resource.create(own if named else {**own, SERVICE_NAME: "goalward"})


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000
