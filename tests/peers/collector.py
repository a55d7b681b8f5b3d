"""A collector of OpenTelemetry for tests: it takes OTLP over HTTP as the specification says, and nothing else."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.peers.web import Asked, Page

KIND = "application/x-protobuf"


@dataclass(frozen=True, slots=True)
class Seen:
    """A span as it came in; ids in hex, times in seconds."""

    name: str
    trace: str
    id: str
    parent: str
    begun: float
    ended: float
    failed: bool
    attributes: Mapping[str, Any]
    resource: Mapping[str, Any]


@dataclass(slots=True)
class Collector:
    """`key` is what the header `x-key` must say, if anything."""

    key: str = ""
    seen: list[Seen] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Page:
        if (asked.method, asked.path) != ("POST", "/v1/traces"):
            return Page(404, "nothing is here")
        if asked.headers.get("content-type") != KIND:
            return Page(415, "send protobuf")
        if self.key and asked.headers.get("x-key") != self.key:
            return Page(401, "no key")
        try:
            spans = list(_read(asked))
        except (DecodeError, ValueError) as wrong:
            return Page(400, str(wrong))
        self.seen += spans
        return Page(200, ExportTraceServiceResponse().SerializeToString(), {"Content-Type": KIND})

    def tree(self) -> dict[str, str]:
        """The name of each span's parent, by its own; of names that came often, all are the same."""
        names = {span.id: span.name for span in self.seen}
        return {span.name: names.get(span.parent, "") for span in self.seen}

    def named(self, name: str) -> list[Seen]:
        return [span for span in self.seen if span.name == name]


def _read(asked: Asked) -> list[Seen]:
    packed = asked.headers.get("content-encoding") == "gzip"
    body = gzip.decompress(asked.body) if packed else asked.body
    request = ExportTraceServiceRequest.FromString(body)
    return [
        _span(span, _values(group.resource.attributes))
        for group in request.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _span(span: Any, resource: Mapping[str, Any]) -> Seen:
    if len(span.trace_id) != 16 or len(span.span_id) != 8 or not any(span.trace_id) or not any(span.span_id):
        raise ValueError("an id is not valid")
    if span.parent_span_id and len(span.parent_span_id) != 8:
        raise ValueError("the parent's id is not valid")
    if not span.name or span.end_time_unix_nano < span.start_time_unix_nano:
        raise ValueError("a span has no name, or ends before it begins")
    return Seen(
        span.name,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.start_time_unix_nano / 1e9,
        span.end_time_unix_nano / 1e9,
        span.status.code == 2,
        _values(span.attributes),
        resource,
    )


def _values(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
