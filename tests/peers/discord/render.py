"""Messages as a page: near enough to Discord to see what people will see. Discord itself draws it a little otherwise.

As a program it makes the pictures of docs/discord.md: `python -m tests.peers.discord.render docs`.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from adapters.chat import Body
from adapters.discord.parts import Part, parts
from adapters.discord.shown import box, under
from goals.domain.values import Person
from tests.peers.slack import gallery

ANA = Person("17", "ana", "discord", "1")

STYLE = """
body { font: 15px/1.4 "gg sans", "Noto Sans", "DejaVu Sans", sans-serif; color: #dbdee1; margin: 0; padding: 16px; background: #313338 }
.message { display: flex; gap: 14px; margin-bottom: 18px } .face { width: 40px; height: 40px; border-radius: 50%; background: #5865f2; flex: none; text-align: center; line-height: 40px }
.name { font-weight: 600; color: #f2f3f5 } .app { font-size: 10px; background: #5865f2; color: #fff; border-radius: 4px; padding: 1px 5px } .at { color: #949ba4; font-size: 12px }
.box { background: #2b2d31; border: 1px solid #3f4147; border-left: 4px solid; border-radius: 8px; padding: 12px 16px; margin: 4px 0; max-width: 560px }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 8px } .text:last-child { margin-bottom: 0 }
h3 { font-size: 17px; margin: 0 0 2px; color: #f2f3f5 } small { font-size: 12px; color: #949ba4 }
pre { font: 12.5px/1.4 "DejaVu Sans Mono", monospace; background: #1e1f22; border: 1px solid #1a1b1e; border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap }
code { font: 12.5px "DejaVu Sans Mono", monospace; background: #1e1f22; border-radius: 3px; padding: 1px 4px } .user { background: #3c4270; color: #c9cdfb; border-radius: 3px; padding: 0 2px }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin: 4px 0 } button { font: 500 14px "gg sans", "Noto Sans", "DejaVu Sans", sans-serif; color: #fff; background: #4e5058; border: 0; border-radius: 8px; padding: 7px 14px }
button.s3 { background: #248046 } button.s4 { background: #da373c } button.s1 { background: #5865f2 }
"""
COLOURS = 128
"""Enough for a page, in half the bytes."""

NAMES = {"17": "@ana"}
CONTAINER, TEXT, ROW = 17, 10, 1

_FENCE = re.compile(r"```\n(.*?)\n```\n?", re.DOTALL)
_MARKUP = re.compile(r"\\(.)|`([^`]+)`|\*\*(.+?)\*\*(?!\*)|<@(&?\d+)>|([^\\`*<]+|.)", re.DOTALL)


def page(body: str) -> str:
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><body>{body}'


def message(body: Body, at: str) -> str:
    """A message with all that follows it."""
    return "".join(_message(part, at) for part in parts(body).messages)


def _message(part: Part, at: str) -> str:
    shown = box(part, 1).to_components() if part.colour else under(part).to_components()
    text = "" if part.colour else f'<div class="text">{markdown(part.text)}</div>'
    name = f'<span class="name">Goalward</span> <span class="app">APP</span> <span class="at">{at}</span>'
    return f'<div class="message"><div class="face">🎯</div><div style="flex:1">{name}{text}{_components(shown)}</div></div>'


def _components(components: Iterable[dict[str, Any]]) -> str:
    return "".join(map(_component, components))


def _component(component: dict[str, Any]) -> str:
    match component["type"]:
        case 17:
            colour = f"#{component['accent_color']:06x}"
            return f'<div class="box" style="border-left-color:{colour}">{_components(component["components"])}</div>'
        case 10:
            return f'<div class="text">{markdown(component["content"])}</div>'
        case 1:
            buttons = (
                f'<button class="s{one["style"]}">{escape(one["label"])}</button>'
                for one in component["components"]
            )
            return f'<div class="row">{"".join(buttons)}</div>'
    raise ValueError(component["type"])


def markdown(text: str) -> str:
    """As much of Discord's markdown as we write."""
    pieces = _FENCE.split(text)
    return "".join(
        f"<pre>{escape(piece)}</pre>" if number % 2 else _lines(piece) for number, piece in enumerate(pieces)
    )


def _lines(text: str) -> str:
    drawn = "\n".join(_line(line) for line in text.removesuffix("\n").split("\n")) if text else ""
    return drawn.replace("</h3>\n", "</h3>")


def _line(line: str) -> str:
    if line.startswith("### "):
        return f"<h3>{_runs(line[4:])}</h3>"
    return f"<small>{_runs(line[3:])}</small>" if line.startswith("-# ") else _runs(line)


def _runs(line: str) -> str:
    return "".join(map(_run, _MARKUP.finditer(line)))


def _run(found: re.Match[str]) -> str:
    sign, code, bold, user, words = found.groups()
    if user:
        return f'<span class="user">{NAMES.get(user, user)}</span>'
    if code:
        return f"<code>{escape(code)}</code>"
    return f"<b>{_runs(bold)}</b>" if bold else escape(sign or words)


def for_ana(body: Body) -> Body:
    return replace(body, addressed=(ANA,)) if body.addressed else body


def pictures() -> dict[str, str]:
    """The pages of docs/discord.md, by the names of their pictures."""
    thread = (gallery.card(), "14:02"), (gallery.approval(), "14:03"), (gallery.warning(), "14:12")
    return {
        "discord-thread": page("".join(message(for_ana(body), at) for body, at in thread)),
        "discord-audit": page(message(for_ana(gallery.audit()), "14:22")),
    }


async def draw(folder: Path) -> None:
    """Draw the pictures of docs/discord.md into a folder."""
    from tests.peers.browser import a_browser

    async with a_browser() as browser:
        sheet = await browser.new_page(viewport={"width": 680, "height": 100})
        for name, html in pictures().items():
            await sheet.set_content(html)
            drawn = await sheet.screenshot(full_page=True)
            Image.open(BytesIO(drawn)).quantize(COLOURS).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
