"""What must hold of whatever bytes come in: nothing but met, not met and broken comes out, or settings are refused."""

from __future__ import annotations

import json

from pydantic import ValidationError

from goals.domain import judgement
from goals.domain.values import Verdict
from goals.domain.verdicts import HEAD, LONGEST_REASON, TAIL, read, whole
from goals.verifiers import data, documents

CRITERIA, CONSTRAINTS = 2, 1
ENDINGS = ("json", "yaml", "toml", "csv", "jsonl")


def verdict_of_a_judge(content: bytes) -> None:
    """An answer is a judgement with a verdict on each number, or it is none; complete only where all of it is yes."""
    found = judgement.read(content.decode("utf-8", "replace"), CRITERIA, CONSTRAINTS)
    if found is None:
        return
    met, kept = [one.met for one in found.criteria], [one.kept for one in found.constraints]
    assert [type(one) for one in (*met, *kept)] == [bool] * (CRITERIA + CONSTRAINTS)
    assert 0.0 <= found.score <= 1.0
    assert not found.complete or (all(met) and all(kept) and not found.missing)


def expression_over_a_document(content: bytes) -> None:
    """The first line is the expression, the rest what a file of one of ENDINGS holds."""
    expr, _, text = content.decode("utf-8", "replace").partition("\n")
    name = f"data.{ENDINGS[len(expr) % len(ENDINGS)]}"
    try:
        data.DataSettings.model_validate({"path": name, "expr": expr})
    except ValidationError:
        return
    found = whole(read(_found(name, expr, text)))
    assert found.met in (True, False, None)
    assert len(found.reason) <= LONGEST_REASON and len(found.evidence) <= HEAD + TAIL + 200
    json.dumps([found.reason, found.evidence, found.value], allow_nan=False)


def _found(name: str, expr: str, text: str) -> Verdict:
    try:
        document = documents.read(name, text)
    except documents.Unreadable as unreadable:
        return Verdict(None, str(unreadable))
    return data.judged(expr, document)


TARGETS = {"judge": verdict_of_a_judge, "expression": expression_over_a_document}

SEEDS = {
    "judge": [
        '{"criteria": [{"id": 1, "met": true, "evidence": "exit 0"}, {"id": 2, "met": true, "evidence": ""}],'
        ' "constraints": [{"id": 1, "kept": true, "evidence": "diff"}], "score": 1.0, "complete": true, "missing": ""}',
        '```json\n{"criteria": [], "constraints": [], "score": 0.5, "complete": false, "missing": "all"}\n```',
        '{"criteria": [{"id": 1, "met": 1}], "score": NaN, "complete": "true"}',
    ],
    "expression": [
        "data['open'] == 0\n{\"open\": 0}",
        "any(t['done'] for t in data)\n[{\"done\": true}]",
        "sum([x for x in data]) > len(data)\n[1, 2, 3]",
        "().__class__\n1",
        "__import__('os')\n1",
        "'a' * 10**10\n1",
        "any(a and b for a in data for b in data)\n[1, 2]",
        "sorted(data, key=len)[0:1] + [9 ** 9]\na: &a [1, 2]\nb: *a",
        "data[0]['n'] >= 3\nn,m\n1,2\n3,4",
    ],
}
WORDS = {
    "judge": ["criteria", "constraints", '"met": ', '"kept": ', "score", "complete", "missing", "true", "NaN", "```"],
    "expression": [
        *("__class__", "__import__", "data", " for x in ", " if ", " else ", "lambda x: ", "sum(", "sorted(", "max("),
        *("**", "==", "[0:1]", "{**data}", "f'{data}'", "(y := 1)", "key=", "'%s' % ", ".format(", "is not None"),
        *("&a ", "*a", "<<: *a", "!!int ", "0x", "1e999", "9999999999", "a.b.c = 1", "[[a]]"),
    ],
}  # fmt: skip
