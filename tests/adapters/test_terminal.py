"""What strangers wrote is shown on a terminal and never obeyed."""

import io

from rich.console import Console

from adapters.chat import Body, Card, Colour, Row, Section
from adapters.terminal import TerminalPort
from goals.domain.values import Origin

HERE = Origin("terminal", "x", "run")
NASTY = "\x1b]8;;http://evil\x1b\\x\x1b[2J\x9b31m\x07\r\u202e[red]x[/nope]"
CARD = Card(
    title=NASTY,
    badge=NASTY,
    colour=Colour.RED,
    steps=(Row(NASTY),),
    lines=(NASTY,),
    sections=(Section(NASTY, (Row(NASTY, "✓", NASTY, NASTY),)),),
    footer=NASTY,
)


async def shown(*bodies: Body) -> str:
    out = io.StringIO()
    port = TerminalPort(Console(file=out, width=200, force_terminal=False))
    for body in bodies:
        await port.post(HERE, body, key="k")
    return out.getvalue()


async def test_no_terminal_code_of_a_stranger_reaches_the_terminal() -> None:
    said = await shown(Body("the first is the card"), Body(NASTY), Body("", CARD))
    assert [code for code in "\x1b\x9b\x07\r\u202e" if code in said] == []


async def test_markup_of_a_stranger_is_text() -> None:
    assert "[red]x[/nope]" in await shown(Body("the first is the card"), Body(NASTY))


async def test_a_message_says_nothing_of_buttons_that_a_terminal_has_not() -> None:
    card = Card(title="✋ Approval needed", badge="g7k2", colour=Colour.AMBER, footer="Use the buttons")
    said = await shown(Body("the first is the card"), Body("", card))
    assert ("Approval needed" in said, "Use the buttons" in said) == (True, False)
