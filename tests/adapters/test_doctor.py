"""The worst comes first, and what is fine is only counted."""

from adapters.doctor import findings_body
from bot.findings import failure, fine, warning


def test_the_worst_comes_first_and_what_is_fine_is_only_counted() -> None:
    found = [fine("All is there."), warning("It is open.", "Close it."), failure("It is gone.", "Get it.")]
    assert findings_body(found).text == (
        "3 things examined, 2 to look after.\n✗ It is gone. Get it.\n! It is open. Close it."
    )


def test_nothing_wrong_is_said_too() -> None:
    assert findings_body([fine("All is there.")]).text == "1 thing examined, nothing to look after."
