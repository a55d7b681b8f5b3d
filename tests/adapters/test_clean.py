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


def test_what_steers_a_screen_is_shown_and_not_obeyed_but_for_what_is_attached() -> None:
    evil = "a\x1b]0;owned\x07\u202eb\r\nc"
    body = Body(evil, Card(evil, sections=(Section("Files", (Row(evil),)),)), (), (File("diff", evil),))
    harmless = "a�]0;owned��b\nc"
    assert cleaned(body, Redactor([]).clean) == Body(
        harmless, Card(harmless, sections=(Section("Files", (Row(harmless),)),)), (), (File("diff", evil),)
    )
