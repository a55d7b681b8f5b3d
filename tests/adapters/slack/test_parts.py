"""Whatever we say, at any length, fits into what Slack takes, and nothing of it is lost."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.chat import Bar, Body, Button, Card, Colour, File, Row, Section, Style
from adapters.plain import plain
from adapters.slack.blocks import RICH
from adapters.slack.parts import Parts, parts, texts
from goals.domain.values import Person
from tests.peers.slack import gallery
from tests.peers.slack.limits import message_problems, problems

ANA = Person("U0ANA", "ana", "slack", "T1")
PLAIN: frozenset[str] = frozenset()

short = st.text(max_size=40)
long = st.one_of(short, st.builds(lambda text, times: text * times, short, st.integers(0, 900)))
buttons = st.builds(
    Button,
    label=long,
    action=st.sampled_from(["pause", "deny"]),
    value=st.text(st.characters(min_codepoint=48, max_codepoint=122), max_size=60),
    style=st.sampled_from(Style),
    confirm=short | long,
    asks=st.sampled_from(["", "Why not?"]),
)
some_buttons = st.lists(buttons, max_size=6).map(tuple)
rows = st.builds(
    Row,
    text=long,
    mark=st.sampled_from(["", "✓", "✗", "…", "?"]),
    detail=long,
    code=long,
    buttons=some_buttons,
)
steps = st.lists(st.builds(Row, text=long, mark=st.sampled_from(["", "✓", "…"])), max_size=8).map(tuple)
cards = st.builds(
    Card,
    title=long,
    badge=long,
    colour=st.sampled_from(Colour),
    steps=steps,
    lines=st.lists(long, max_size=4).map(tuple),
    bars=st.lists(st.builds(Bar, short, st.floats(0, 1), short), max_size=4).map(tuple),
    sections=st.lists(st.builds(Section, long, st.lists(rows, max_size=5).map(tuple)), max_size=4).map(tuple),
    footer=long,
)
bodies = st.builds(
    lambda card, said, buttons, addressed, warns: Body(
        (plain(card) if card else said) or "…", card, buttons, addressed=addressed, warns=warns
    ),
    st.none() | cards,
    long,
    some_buttons,
    st.sampled_from([(), (ANA,)]),
    st.booleans(),
)


def found(made: Parts, *, rich: bool = True) -> list[tuple[str, list[str]]]:
    payloads = [{"text": part.text, "blocks": list(part.blocks) or None} for part in made.messages]
    wrong = [(message_problems(one, rich=rich), problems(one["blocks"] or [], rich=rich)) for one in payloads]
    return [found for found in wrong if found[0]]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies, st.sampled_from([RICH, RICH - {"plan", "alert"}, PLAIN]))
def test_whatever_is_said_fits_into_what_slack_takes(body: Body, takes: frozenset[str]) -> None:
    assert found(parts(body, takes), rich=takes == RICH) == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies, st.sampled_from([RICH, PLAIN]))
def test_nothing_that_is_said_is_lost(body: Body, takes: frozenset[str]) -> None:
    made = parts(body, takes)
    if made.files:
        assert made.files == (File("whole.txt", body.text),)
        return
    shown = [*made.first.blocks, *(block for part in made.rest for block in part.blocks[1:])]
    said = squeezed("".join(text for block in shown if block["type"] != "actions" for text in texts(block)))
    assert [line for line in wanted(body) if squeezed(line) not in said] == []


def test_a_row_without_words_of_its_own_shows_its_detail() -> None:
    """Hypothesis found it: what was blank took its detail along."""
    card = Card("", sections=(Section("1" * 100, (Row(" ", detail="0"),)),))
    for takes in (RICH, PLAIN):
        assert "0" in "".join(texts(parts(Body("0", card), takes).first.blocks))


def wanted(body: Body) -> list[str]:
    """Every text of a body that people are to read."""
    if body.card is None:
        return [] if body.addressed or body.warns else [body.text]
    card = body.card
    of_rows = [text for section in card.sections for row in section.rows for text in (row.text, row.detail)]
    return [card.title, card.badge, *card.lines, *of_rows, *(step.text for step in card.steps), card.footer]


def squeezed(text: str) -> str:
    return "".join(text.replace("`", "").replace("ˋ", "").split())


@settings(max_examples=25, deadline=None)
@given(short.filter(str.strip), st.integers(1, 100))
def test_every_card_of_ours_fits_at_any_length(text: str, times: int) -> None:
    said = text * times
    bodies = (gallery.card(said), gallery.approval(said), gallery.warning(said), gallery.audit(said))
    assert [found(parts(body, takes)) for body in bodies for takes in (RICH, PLAIN)] == [[]] * 8


def test_the_card_of_a_goal_is_one_message_that_can_be_edited_in_place() -> None:
    assert parts(gallery.card("a very long objective " * 180)).rest == ()
