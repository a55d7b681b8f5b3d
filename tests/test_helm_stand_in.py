"""The stand-in for `helm template` reads templates as Go does, and refuses what Go refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.peers.helm.parse import Node, TemplateError, parse
from tests.peers.helm.render import Renderer

DOT: dict[str, Any] = {
    "a": {"b": "x"},
    "list": ["p", "q"],
    "map": {"z": "1", "y": "2"},
    "no": [],
    "big": 1_000_000,
}


def said(text: str) -> str:
    defined: dict[str, list[Node]] = {}
    nodes = parse(text, defined)
    return Renderer(defined).render(nodes, DOT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {{ .a.b }} c", "a x c"),
        ("a \n {{- .a.b -}} \n c", "axc"),
        ("{{/* c */ -}}  t {{- /* d */}} u", "t u"),
        ('{{ "}}" }}{{ `"` }}', '}}"'),
        ("{{ if .no }}1{{ else if .a }}2{{ else }}3{{ end }}", "2"),
        ("{{ if .none }}1{{ else if .no }}2{{ else }}3{{ end }}", "3"),
        ("{{ with .a }}{{ .b }}{{ $.a.b }}{{ else }}no{{ end }}", "xx"),
        ("{{ with .no }}yes{{ else }}{{ .a.b }}{{ end }}", "x"),
        ("{{ range .list }}{{ . }};{{ else }}none{{ end }}", "p;q;"),
        ("{{ range .no }}{{ . }};{{ else }}none{{ end }}", "none"),
        ("{{ range $i, $e := .list }}{{ $i }}{{ $e }}{{ end }}", "0p1q"),
        ("{{ range $k, $v := .map }}{{ $k }}{{ $v }}{{ end }}", "y2z1"),
        ('{{ $x := "1" }}{{ if true }}{{ $x = "2" }}{{ end }}{{ $x }}', "2"),
        ('{{ $x := "1" }}{{ if true }}{{ $x := "2" }}{{ end }}{{ $x }}', "1"),
        ("{{ .none }}|{{ true }}", "|true"),
        ('{{ .none | default "d" | quote }}', '"d"'),
        ('{{ or .no .a.b }}{{ and .no .a.b | default "n" }}', "xn"),
        ('{{ define "t" }}<{{ .b }}>{{ end }}{{ include "t" .a | nindent 2 }}', "\n  <x>"),
        ('{{ (dict "k" .a).k.b }}', "x"),
        ("{{ toYaml .map }}", "y: '2'\nz: '1'"),
        ('{{ printf "%s-%s" .a.b "y" | trunc 2 | trimSuffix "-" }}', "x"),
    ],
)
def test_templates_are_read_as_go_reads_them(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{{ if .a }}",
        "{{ end }}",
        "{{ .a",
        "{{ .a.b.c }}",
        "{{ nothing .a }}",
        '{{ include "none" . }}',
        "{{ $x }}",
        '{{ $x = "1" }}',
        '{{ eq .list "p" }}',
        "{{ eq .big 5 }}",
        "{{ .big }}",
        "{{ .a }}",
        '{{ printf "%s" .list }}',
        '{{ required "say it" .none }}',
        '{{ .a.b "argument" }}',
    ],
)
def test_what_go_or_helm_refuses_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        said(text)
