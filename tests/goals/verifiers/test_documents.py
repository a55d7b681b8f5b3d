from typing import Any

import pytest

from goals.verifiers.documents import Unreadable, read

READ = [
    ("a.json", '{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}),
    ("a.jsonl", '{"a": 1}\n\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
    ("a.YAML", "a: &x [1, yes]\nb: *x\n", {"a": [1, True], "b": [1, True]}),
    ("a.yml", "base: &b {k: 1}\nc: {<<: *b, z: 2}\n", {"base": {"k": 1}, "c": {"k": 1, "z": 2}}),
    ("a.toml", "[a]\nb = 1\n", {"a": {"b": 1}}),
    ("a.csv", "name,price,zip\npen,1.5,01234\nink,-2,nan\n", [
        {"name": "pen", "price": 1.5, "zip": "01234"}, {"name": "ink", "price": -2, "zip": "nan"},
    ]),
    ("a.yaml", "", None),
]  # fmt: skip
REFERENCES = "a: &a [1, 2]\n" + "".join(
    f"{here}: &{here} [{', '.join(['*' + before] * 10)}]\n"
    for before, here in zip("abcdefghi", "bcdefghij", strict=True)
)
UNREADABLE = [
    ("a.json", "{"),
    ("a.json", "[" * 100_000),
    ("a.yaml", "a: [1"),
    ("a.yaml", "[" * 100_000),
    ("a.yaml", "- " * 100_000),
    ("a.yaml", "&a [*a]"),
    ("a.yaml", REFERENCES),
    ("a.yaml", "!!python/object/apply:os.system [exit]"),
    ("a.yaml", "a: 1\n---\nb: 2\n"),
    ("a.yaml", "- 1\n" * 300_000),
    ("a.yaml", "1" + ":1" * 1_000_000),
    ("a.yaml", "1" + ":1" * 1_000_000 + ".5"),
    ("a.yaml", "".join(f"{(2**61 - 1) * n}: 1\n" for n in range(1, 50_000))),
    ("a.toml", "a ="),
    ("a.toml", ".".join("a" * 50_000) + " = 1"),
    ("a.csv", ",".join("a" * 1000) + "\n" + "1\n" * 10_000),
    ("a.txt", "1"),
]


@pytest.mark.parametrize(("name", "text", "value"), READ, ids=range(len(READ)))
def test_a_document_is_read_by_its_ending(name: str, text: str, value: Any) -> None:
    assert read(name, text) == value


@pytest.mark.parametrize(("name", "text"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_broken_or_grows_without_bounds_is_refused(name: str, text: str) -> None:
    with pytest.raises(Unreadable):
        read(name, text)
