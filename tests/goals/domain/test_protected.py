"""Which paths a protected glob covers."""

import time

import pytest

from goals.domain.protected import covers, touched
from goals.domain.values import FileChange
from tests.given import goal


@pytest.mark.parametrize(
    ("glob", "path", "covered"),
    [
        ("tests/**", "tests/a/b.py", True),
        ("tests/**", "tests", False),
        ("tests", "tests/a/b.py", True),
        ("tests/", "src/tests/b.py", True),
        ("/tests", "src/tests/b.py", False),
        ("src/tests", "src/tests/b.py", True),
        ("*.lock", "deep/poetry.lock", True),
        ("*.lock", "poetry.locked", False),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/deep/a.py", False),
        ("src/**/a.py", "src/a.py", True),
        ("src/**/a.py", "src/x/y/a.py", True),
        ("te?t.py", "test.py", True),
        ("a+b(c).py", "a+b(c).py", True),
        ("conftest.py", "my_conftest.py", False),
        ("**", "anything/at/all", True),
    ],
)
def test_a_glob_covers_files_and_what_is_below_directories(glob: str, path: str, covered: bool) -> None:
    assert covers(glob, path) is covered


def test_only_files_that_differ_and_are_protected_count() -> None:
    files = (FileChange("tests/a.py", 1), FileChange("src/a.py", 2))
    assert touched(goal(protect=("tests/**", "*.lock"), files=files)) == ("tests/a.py",)


def test_a_glob_of_many_stars_is_soon_compared() -> None:
    began = time.process_time()
    covers("**/**/*a*a*a*" * 10, "a" * 200 + "/" + "b" * 200)
    assert time.process_time() - began < 5
