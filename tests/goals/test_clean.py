"""Of a value every text is cleaned; one without a secret is handed back as it is."""

from dataclasses import replace

from goals.clean import Once, without
from goals.domain.events import Woken
from goals.domain.findings import Said, TurnReport
from goals.domain.values import Verdict
from goals.work.redact import Redactor
from tests.given import goal

KEY = "hunter2-hunter2"


def clean(text: str) -> str:
    return text.replace(KEY, "[redacted]")


def test_texts_are_cleaned_wherever_they_stand_and_all_else_stays() -> None:
    plain = {"a": [KEY, 1, None, {"b": f"> {KEY}"}], f"of {KEY}": True, "c": 1.5}
    assert without(plain, clean) == {
        "a": ["[redacted]", 1, None, {"b": "> [redacted]"}],
        "of [redacted]": True,
        "c": 1.5,
    }


def test_no_text_hides_what_is_in_another() -> None:
    redactor = Redactor(["Zq8vTr2LmX9pWk4sHd7N"])
    beside = ("Enter password:", "no secret:", "cannot read -----BEGIN CERTIFICATE-----", "x", "")
    with_secret = ("password: hunter2abc", "printed Zq8vTr2LmX9p", "session aB3xK9mQ2wE7rT5yU1iO8pZ4cV6n")
    for first in beside:
        for second in with_secret:
            assert without([first, second, ""], redactor.clean) == [first, redactor.clean(second), ""]


def test_what_was_found_clean_is_looked_at_once() -> None:
    looked: list[str] = []

    def look(text: str) -> str:
        looked.append(text)
        return clean(text)

    once = Once(look)
    assert [once(text) for text in ("a", "a", KEY, KEY)] == ["a", "a", "[redacted]", "[redacted]"]
    assert looked == ["a", KEY, KEY]


def test_what_has_no_secret_is_the_very_same() -> None:
    plain, stands = {"a": ["b", 1]}, goal()
    assert (without(plain, clean) is plain, without(stands, clean) is stands) == (True, True)


def test_a_goal_keeps_its_kind_and_loses_its_secret() -> None:
    told = goal(objective=f"say {KEY}")
    assert without(told, clean) == replace(told, request=replace(told.request, objective="say [redacted]"))


def test_findings_of_any_depth_are_cleaned() -> None:
    report = TurnReport(KEY, Said(question=KEY), seconds=2.0)
    verdict = Verdict(None, KEY, KEY, 3)
    assert (without(report, clean), without(verdict, clean)) == (
        TurnReport("[redacted]", Said(question="[redacted]"), seconds=2.0),
        Verdict(None, "[redacted]", "[redacted]", 3),
    )


def test_events_are_cleaned() -> None:
    assert without(Woken(KEY), clean) == Woken("[redacted]")


def test_what_a_value_calls_its_parts_is_no_secret() -> None:
    told = goal(objective="change the platform")
    assert without(told, lambda text: text.replace("platform", "[redacted]")) == replace(
        told, request=replace(told.request, objective="change the [redacted]")
    )


def test_a_status_that_reads_like_a_secret_stays_a_status() -> None:
    told = goal(objective="stay active")
    cleaned = without(told, lambda text: text.replace("active", "[redacted]").replace("queued", "[redacted]"))
    assert (cleaned.status, cleaned.request.objective) == (told.status, "stay [redacted]")


def test_words_of_kinds_that_only_strangers_use_are_cleaned_too() -> None:
    class Words(str): ...

    assert without([Words(KEY), KEY.encode(), frozenset({KEY})], clean) == [
        "[redacted]",
        b"[redacted]",
        frozenset({"[redacted]"}),
    ]
