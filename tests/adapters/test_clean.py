"""No secret of the settings goes out with a message, wherever in it it stands."""

from adapters.chat import Body, Button, Card, File, Row, Section
from adapters.clean import cleaned
from goals.work.redact import REDACTED, Redactor

KEY = "hunter2-hunter2"


def test_text_card_and_files_are_cleaned_and_buttons_kept() -> None:
    section = Section("Evidence", (Row("it printed", code=f"key={KEY}"),))
    button = Button("Approve", "approve", "g7k2-1")
    body = Body(
        f"it said {KEY}", Card("🎯 goal", sections=(section,)), (button,), (File("log", f"> {KEY}\n"),)
    )
    found = cleaned(body, Redactor([KEY]).clean)
    assert found == Body(
        f"it said {REDACTED}",
        Card("🎯 goal", sections=(Section("Evidence", (Row("it printed", code=f"key={REDACTED}"),)),)),
        (button,),
        (File("log", f"> {REDACTED}\n"),),
    )


def test_a_body_without_card_stays_without() -> None:
    assert cleaned(Body("hello"), Redactor([]).clean) == Body("hello")
