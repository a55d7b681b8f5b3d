"""Which paths a protected glob covers."""

import time

import pytest

from goals.domain.errors import BadRequest
from goals.domain.protected import Kept, among, covers, read, touched
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
        ("test_[ab].py", "test_a.py", True),
        ("test_[ab].py", "test_c.py", False),
        ("test_[!ab].py", "test_c.py", True),
        ("app/[id]/page.tsx", "app/[id]/page.tsx", True),
        ("v[z-a].py", "v[z-a].py", True),
        ("v[a--z].py", "vz.py", True),
        ("*.{ts,tsx}", "src/a.tsx", True),
        ("*.{ts,tsx}", "src/a.txt", False),
        ("{a}.py", "{a}.py", True),
        ("a[", "a[", True),
        ("*.py", "spec/__init__.pyc", True),
        ("*.py", "__pycache__/spec.cpython-311.pyc", False),
        ("tests/**", "tests/__pycache__/spec.cpython-311.pyc", True),
        ("spec.py", "spec.pyx", False),
    ],
)
def test_a_glob_covers_files_and_what_is_below_directories(glob: str, path: str, covered: bool) -> None:
    assert covers(glob, path) is covered


def test_only_files_that_differ_and_are_protected_count() -> None:
    files = (FileChange("tests/a.py", 1), FileChange("src/a.py", 2))
    assert touched(goal(protect=("tests/**", "*.lock"), files=files)) == ("tests/a.py",)


@pytest.mark.parametrize(
    ("glob", "path", "counts"),
    [
        ("tests/**", "tests", True),
        ("a/b/*.py", "a/b", True),
        ("a/b/*.py", "a/c", False),
        ("a/*/c", "a/x", False),
        ("*.lock", "src", False),
    ],
)
def test_what_stands_where_a_glob_has_a_folder_counts(glob: str, path: str, counts: bool) -> None:
    assert among((glob,), (FileChange(path),)) == ((path,) if counts else ())


@pytest.mark.parametrize(
    ("glob", "folder", "entered"),
    [
        ("tests/**", "tests", True),
        ("tests/**", "node_modules", False),
        ("a/*/c.py", "a/x", True),
        ("a/*/c.py", "b", False),
        ("**/c.py", "any/where", True),
        ("*.lock", "any/where", True),
    ],
)
def test_an_ignored_folder_is_entered_where_a_protected_file_may_be(
    glob: str, folder: str, entered: bool
) -> None:
    assert Kept((glob,)).folder(folder) is entered


def test_an_ignored_folder_is_entered_for_watched_files_only_when_all_of_it_is_watched() -> None:
    kept = Kept(watched=("tests", "test_*.py"))
    assert [kept.folder(path) for path in ("node_modules", "a/tests", ".venv")] == [False, True, False]


@pytest.mark.parametrize("glob", ["", "./", "/", "../x", "a/../../b", ".git/hooks/**", "sub/.git"])
def test_a_glob_that_names_nothing_in_a_workspace_is_refused(glob: str) -> None:
    with pytest.raises(BadRequest, match="`--protect` wants files of the workspace"):
        read((glob,))


def test_a_glob_may_begin_at_the_workspace_itself() -> None:
    assert read(("./tests/**", ".//conftest.py", " *.lock ")) == ("/tests/**", "/conftest.py", "*.lock")


def test_a_glob_of_many_stars_is_soon_compared() -> None:
    began = time.process_time()
    covers("**/**/*a*a*a*" * 10, "a" * 200 + "/" + "b" * 200)
    assert time.process_time() - began < 5
