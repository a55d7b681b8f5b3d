"""What a .gitignore leaves out is what git leaves out, and hostile patterns cost nothing."""

import time

import pytest

from goals.work.ignore import Ignores

FITS = [
    ("*.log", "x.log", True),
    ("*.log", "a/b/x.log", True),
    ("*.log", "x.logs", False),
    ("/x", "a/x", False),
    ("/x", "x", True),
    ("a/b", "a/b", True),
    ("a/b", "c/a/b", False),
    ("a?c", "abc", True),
    ("a?c", "a/c", False),
    ("a*c", "a/c", False),
    ("[a-c]x", "bx", True),
    ("[!a-c]x", "bx", False),
    ("[^a]", "b", True),
    ("[[:digit:]]", "7", True),
    ("[]a]", "]", True),
    ("[a", "[a", False),
    ("\\#x", "#x", True),
    ("#x", "#x", False),
    ("\\!x", "!x", True),
    ("x ", "x", True),
    ("x\\ ", "x ", True),
    ("**/x", "a/b/x", True),
    ("**/x", "x", True),
    ("a/**", "a/b/c", True),
    ("a/**", "a", False),
    ("a/**/b", "a/b", True),
    ("a/**/b", "a/x/y/b", True),
    ("a/**/b/*.c", "a/x/b/y.c", True),
    ("x*y*z", "x1y2y3z", True),
    ("*a*b", "aab", True),
    ("x\n!x", "x", False),
    ("!x\nx", "x", True),
    ("x\r\ny", "x", True),
    ("x/", "x", False),
]


@pytest.mark.parametrize(("rules", "path", "out"), FITS)
def test_files_are_left_out_as_git_does_it(rules: str, path: str, out: bool) -> None:
    assert Ignores().below("", rules).leave_out(path, folder=False) is out


def test_a_rule_that_ends_in_a_slash_is_about_folders() -> None:
    assert Ignores().below("", "build/").leave_out("a/build", folder=True)


def test_the_rules_of_a_folder_go_before_those_above_it() -> None:
    ignores = Ignores().below("", "*.txt").below("sub/", "!keep.txt\n/here")
    paths = ("sub/a.txt", "sub/keep.txt", "sub/here", "sub/x/here")
    assert [ignores.leave_out(path, folder=False) for path in paths] == [True, False, True, False]


@pytest.mark.parametrize("rule", ["a*" * 100 + "b", "**/a/" * 90 + "b", "**/*a*a*/" * 50 + "b", "[" * 400])
def test_no_rule_takes_long(rule: str) -> None:
    ignores = Ignores().below("", rule)
    begun = time.process_time()
    found = [ignores.leave_out(path, folder=False) for path in ("a" * 250, "/".join("a" * 200))]
    assert (found, time.process_time() - begun < 10) == ([False, False], True)
