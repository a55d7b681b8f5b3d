"""A stand-in for `helm template`: a chart rendered with its values, as strictly as Helm and the API server take it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from tests.peers.helm.parse import Node, TemplateError, parse
from tests.peers.helm.render import Renderer

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    manifests: list[dict[str, Any]]
    notes: str

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.manifests if one["kind"] == kind]

    def one(self, kind: str, name: str) -> dict[str, Any]:
        (found,) = (one for one in self.of(kind) if one["metadata"]["name"] == name)
        return found


class Chart:
    """A directory with `Chart.yaml`, `values.yaml`, `values.schema.json` and `templates`."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._about: Values = read(place / "Chart.yaml")
        self._defined: dict[str, list[Node]] = {}
        self._files = {
            path.name: parse(path.read_text(), self._defined)
            for path in sorted((place / "templates").iterdir())
        }

    def render(self, values: Values, *, name: str = "goalward", namespace: str = "bots") -> Rendered:
        """Raises TemplateError, and ValidationError for values that the schema refuses."""
        merged = with_(read(self._place / "values.yaml"), values)
        jsonschema.Draft7Validator(json.loads((self._place / "values.schema.json").read_text())).validate(
            merged
        )
        dot = {
            "Values": merged,
            "Release": {"Name": name, "Namespace": namespace, "Service": "Helm"},
            "Chart": {
                "Name": self._about["name"],
                "Version": self._about["version"],
                "AppVersion": self._about["appVersion"],
            },
        }
        renderer = Renderer(self._defined)
        said = {file: renderer.render(nodes, dot) for file, nodes in self._files.items()}
        manifests = [one for file, text in said.items() if file.endswith(".yaml") for one in documents(text)]
        return Rendered(manifests, said["NOTES.txt"])


def read(path: Path) -> Values:
    loaded: Values = yaml.safe_load(path.read_text())
    return loaded


def with_(values: Values, others: Values) -> Values:
    """Values with others over them: maps are merged, all else replaced, and what is null is taken out."""
    merged = dict(values)
    for key, value in others.items():
        known = merged.get(key)
        merged[key] = with_(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return {key: value for key, value in merged.items() if value is not None}


def documents(text: str) -> list[dict[str, Any]]:
    """The manifests in a text. Raises TemplateError for one that names a key twice."""
    return [one for one in yaml.load_all(text, _Strict) if one is not None]


class _Strict(yaml.SafeLoader):
    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [key.value for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise TemplateError(f"a key stands twice: {sorted(keys)}, {node.start_mark}")
        return super().construct_mapping(node, deep)
