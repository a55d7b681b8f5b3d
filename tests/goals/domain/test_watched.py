"""Which files decide what tests find, and what is said when they were changed."""

from typing import Any

import pytest

from goals.domain.protected import covers
from goals.domain.values import FileChange, VerifierSpec
from goals.domain.watched import changed, globs, kept, told
from tests.given import goal, request


def running(command: str, **settings: Any) -> VerifierSpec:
    return VerifierSpec("test", {"command": command, **settings})


def watches(spec: VerifierSpec, path: str) -> bool:
    return any(covers(glob, path) for glob in globs(request(verifiers=(spec,))))


@pytest.mark.parametrize(
    ("command", "watched", "others"),
    [
        (
            "pytest -q",
            (
                "tests/data/x.json",
                "src/test_a.py",
                "src/a_test.py",
                "conftest.py",
                "sub/conftest.py",
                "tox.ini",
            ),
            ("src/a.py", "package.json", "attest.py"),
        ),
        ("uv run pytest", ("pyproject.toml", "pytest.ini", "sitecustomize.py", "pytest.py"), ("uv.lock",)),
        ("python3.11 -m unittest", ("testing.py", "tests/x.py", "unittest.py"), ("conftest.py", "a.py")),
        ("npx jest", ("src/a.test.ts", "src/__snapshots__/a.snap", "jest.config.js"), ("src/a.ts",)),
        ("vitest run", ("a.spec.tsx", "vite.config.ts", "package.json"), ("src/spec.ts", "jest.config.js")),
        ("go test ./...", ("pkg/a_test.go", "pkg/testdata/x", "go.mod"), ("pkg/a.go",)),
        ("cargo test", ("tests/a.rs", "crates/x/Cargo.toml", ".cargo/config.toml"), ("src/lib.rs",)),
        ("make test", ("tests/a.rs", "a_test.go", "conftest.py", "package.json"), ("src/a.py", "a.go")),
        ("pytest -c ci/checks.cfg spec/all.py::test_one", ("ci/checks.cfg", "spec/all.py"), ("spec/b.py",)),
    ],
)
def test_each_runner_has_its_files(command: str, watched: tuple[str, ...], others: tuple[str, ...]) -> None:
    found = [watches(running(command), path) for path in (*watched, *others)]
    assert found == [True] * len(watched) + [False] * len(others)


def test_a_file_that_the_command_names_is_found_from_its_folder() -> None:
    spec = running("pytest checks.py", cwd="sub")
    assert [watches(spec, path) for path in ("sub/checks.py", "checks.py")] == [True, False]


def test_an_argv_counts_like_a_command() -> None:
    assert watches(VerifierSpec("test", {"argv": ["go", "test", "./..."]}), "a_test.go")


def test_tests_inside_other_verifiers_are_watched() -> None:
    tests = VerifierSpec("test", {"command": "go test"})
    inner = VerifierSpec("any", parts=(VerifierSpec("command", {"command": "x"}), tests))
    assert watches(VerifierSpec("all", parts=(inner,)), "a_test.go")


def test_without_tests_and_protected_files_nothing_is_kept_that_git_ignores() -> None:
    command = VerifierSpec("command", {"command": "make"})
    assert kept(request(verifiers=(command,))) is None


def test_protected_files_are_not_named_as_watched_ones_too() -> None:
    files = tuple(map(FileChange, ("tests/a.py", "conftest.py", "src/x.py")))
    assert changed(goal(protect=("tests/**",), files=files)) == ("conftest.py",)


@pytest.mark.parametrize(
    ("paths", "sentence"),
    [
        ((), ""),
        (("a", "b"), "tests changed: a, b"),
        (("a", "b", "c", "d", "e"), "tests changed: a, b, c and 2 more"),
    ],
)
def test_the_first_three_are_named(paths: tuple[str, ...], sentence: str) -> None:
    assert told(paths) == sentence
