"""What the six runners print at their end, as they print it."""

import time

import pytest

from goals.verifiers.summaries import Summary, read

GO_OK = "ok  \tshop/cart\t0.004s\nok  \tshop/tax\t(cached)\n?   \tshop/cmd\t[no test files]\n"
GO_FAIL = "--- FAIL: TestTax (0.00s)\n    tax_test.go:9: got 1\nFAIL\nFAIL\tshop/tax\t0.003s\nok  \tshop/cart\t0.004s\nFAIL\n"
CARGO = (
    "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n   Doc-tests shop\n"
    "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s\n"
)
SUMMARIES = [
    ("..  [100%]\n12 passed in 0.31s\n", Summary(12, 0, "12 passed in 0.31s")),
    ("===== 3 failed, 9 passed, 1 warning in 61.00s (0:01:01) =====\n", Summary(12, 3, "3 failed, 9 passed, 1 warning in 61.00s (0:01:01)")),
    ("\x1b[31m===== \x1b[1m1 failed\x1b[0m, \x1b[32m2 passed\x1b[0m in 0.10s =====\x1b[0m", Summary(3, 1, "1 failed, 2 passed in 0.10s")),
    ("no tests ran in 0.01s\n", Summary(0, 0, "no tests ran in 0.01s")),
    ("3 skipped, 2 deselected in 0.01s\n", Summary(0, 0, "3 skipped, 2 deselected in 0.01s")),
    ("1 error in 0.04s\n", Summary(1, 1, "1 error in 0.04s")),
    ("Ran 4 tests in 0.002s\n\nOK\n", Summary(4, 0, "Ran 4 tests in 0.002s: OK")),
    ("Ran 4 tests in 0.002s\n\nFAILED (failures=1, errors=2)\n", Summary(4, 3, "Ran 4 tests in 0.002s: FAILED (failures=1, errors=2)")),
    ("Ran 2 tests in 0.001s\n\nOK (skipped=2)\n", Summary(0, 0, "Ran 2 tests in 0.001s: OK (skipped=2)")),
    ("Ran 0 tests in 0.000s\n\nOK\n", Summary(0, 0, "Ran 0 tests in 0.000s: OK")),
    ("Ran 0 tests in 0.000s\n\nNO TESTS RAN\n", Summary(0, 0, "Ran 0 tests in 0.000s: NO TESTS RAN")),
    ("Test Suites: 1 failed, 1 total\nTests:       1 failed, 2 skipped, 12 passed, 15 total\nTime: 1 s\n", Summary(13, 1, "Tests: 1 failed, 2 skipped, 12 passed, 15 total")),
    (" Test Files  1 passed (1)\n      Tests  2 passed (2)\n   Start at  12:00:00\n", Summary(2, 0, "Tests 2 passed (2)")),
    (" Test Files  1 failed (1)\n      Tests  1 failed | 2 passed (3)\n", Summary(3, 1, "Tests 1 failed | 2 passed (3)")),
    (GO_OK, Summary(2, 0, "2 of 2 packages ok")),
    (GO_FAIL, Summary(2, 1, "1 of 2 packages ok: TestTax")),
    ("ok  \tshop\t0.002s [no tests to run]\n", Summary(0, 0, "0 of 1 packages ok")),
    ("?   \tshop\t[no test files]\n", Summary(0, 0, "0 of 0 packages ok")),
    (CARGO, Summary(8, 2, "6 passed, 2 failed, 1 ignored")),
    ("running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n", Summary(0, 0, "0 passed, 0 failed")),
]  # fmt: skip


@pytest.mark.parametrize(("output", "summary"), SUMMARIES)
def test_a_summary_is_read_as_it_is_printed(output: str, summary: Summary) -> None:
    assert read(output) == summary


def test_two_runners_count_together() -> None:
    summary = read("3 passed in 0.1s\nRan 2 tests in 0.002s\n\nFAILED (errors=1)\n")
    assert summary == Summary(5, 1, "3 passed in 0.1s; Ran 2 tests in 0.002s: FAILED (errors=1)")


@pytest.mark.parametrize(
    "output", ["", "all good", "ok 1 - a\nok 2 - b", "I think 3 passed", "FAIL", "Tests: many"]
)
def test_prose_is_no_summary(output: str) -> None:
    assert read(output) is None


@pytest.mark.parametrize(
    "piece", ["1 passed ", "= ", "Tests: 1 a", "ok\t", "test result: ok. ", "1 passed in "]
)
def test_reading_hostile_output_takes_no_longer_than_its_length(piece: str) -> None:
    began = time.process_time()
    read((piece * 200 + "\n") * 100)
    assert time.process_time() - began < 3
