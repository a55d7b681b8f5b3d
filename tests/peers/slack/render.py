"""Block Kit as a page: near enough to Slack to see what people will see. Slack itself draws it a little otherwise.

As a program it makes the pictures of docs/slack.md: `python -m tests.peers.slack.render docs`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from adapters.chat import Body
from adapters.slack.parts import parts
from tests.peers.slack import gallery

Block = dict[str, Any]

STYLE = """
body { font: 15px/1.46 Lato, "Noto Sans", "DejaVu Sans", sans-serif; color: #1d1c1d; margin: 0; padding: 14px; background: #fff }
.message { display: flex; gap: 9px; margin-bottom: 16px }
.face { width: 36px; height: 36px; border-radius: 8px; background: #1f2937; flex: none; text-align: center; line-height: 36px }
.name { font-weight: 900 } .app { font-size: 10px; background: #eee; border-radius: 2px; padding: 1px 3px; color: #555 } .at { color: #777; font-size: 12px }
.block { margin: 4px 0; overflow-wrap: anywhere } .header { font-size: 18px; font-weight: 900 }
.context { color: #666; font-size: 13px } .pre { font: 12px/1.5 "DejaVu Sans Mono", monospace; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; white-space: pre-wrap }
code { font: 12px "DejaVu Sans Mono", monospace; color: #c01343; background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px }
.section { white-space: pre-wrap } .user { background: #e8f5fa; color: #1264a3; border-radius: 3px; padding: 0 2px }
button { font: 700 13px Lato, "Noto Sans", "DejaVu Sans", sans-serif; background: #fff; border: 1px solid #ccc; border-radius: 4px; padding: 5px 12px; margin: 0 8px 6px 0 }
button.primary { background: #007a5a; color: #fff; border-color: #007a5a } button.danger { background: #e01e5a; color: #fff; border-color: #e01e5a }
.plan { border: 1px solid #ddd; border-radius: 8px; padding: 8px 12px } .plan b { display: block } .task { color: #444 }
.alert { border: 1px solid #f2c744; background: #fef8e6; border-radius: 8px; padding: 8px 12px }
.view { border: 1px solid #ddd; border-radius: 8px; padding: 14px; margin-bottom: 14px } .label { font-weight: 700; margin-top: 8px } .field { border: 1px solid #999; border-radius: 4px; padding: 6px 10px; min-height: 18px; color: #444 } .title { font-size: 20px; font-weight: 900 }
"""

COLOURS = 128
"""Enough for a page, in half the bytes."""

TASKS = {"complete": "✅", "in_progress": "⏳", "pending": "◻️", "error": "❌"}
NAMES = {"U0ANA": "@ana", "U0BEN": "@ben"}


def page(body: str) -> str:
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><body>{body}'


def message(body: Body, at: str) -> str:
    """A message with all that follows it."""
    return "".join(_message(part.blocks, at) for part in parts(body).messages)


def _message(blocks: Sequence[Block], at: str) -> str:
    name = f'<span class="name">goalward</span> <span class="app">APP</span> <span class="at">{at}</span>'
    return f'<div class="message"><div class="face">🎯</div><div style="flex:1">{name}{_blocks(blocks)}</div></div>'


def view(shown: Block) -> str:
    """A form or a home tab."""
    title = shown.get("title", {}).get("text", "Home")
    ends = [shown[end]["text"] for end in ("close", "submit") if end in shown]
    buttons = "".join(
        f'<button class="{"primary" if n else ""}">{escape(end)}</button>' for n, end in enumerate(ends)
    )
    return (
        f'<div class="view"><div class="title">{escape(title)}</div>{_blocks(shown["blocks"])}{buttons}</div>'
    )


def _blocks(blocks: Iterable[Block]) -> str:
    return "".join(f'<div class="block {block["type"]}">{_block(block)}</div>' for block in blocks)


def _block(block: Block) -> str:
    match block["type"]:
        case "header" | "section" | "alert":
            return _text(block["text"])
        case "context":
            return " ".join(_text(element) for element in block["elements"])
        case "actions":
            return "".join(_button(element) for element in block["elements"])
        case "plan":
            tasks = (
                f'<div class="task">{TASKS[t["status"]]} {escape(t["title"])}</div>' for t in block["tasks"]
            )
            return f"<b>{escape(block['title'])}</b>{''.join(tasks)}"
        case "rich_text":
            return "".join(_rich(element) for element in block["elements"])
        case "input":
            return f'<div class="label">{escape(block["label"]["text"])}</div>{_field(block["element"])}'
    raise ValueError(block["type"])


def _field(element: Block) -> str:
    if element["type"] == "checkboxes":
        return "".join(f"☐ {escape(option['text']['text'])}" for option in element["options"])
    lines = 2 if element.get("multiline") else 1
    return f'<div class="field" style="min-height:{18 * lines}px">{escape(element.get("initial_value", ""))}</div>'


def _text(text: Block) -> str:
    if text["type"] == "plain_text":
        return escape(text["text"])
    said = text["text"]  # Slack's markup comes escaped.
    for id_, name in NAMES.items():
        said = said.replace(f"<@{id_}>", f'<span class="user">{name}</span>')
    return str(said)


def _rich(element: Block) -> str:
    runs = "".join(_run(run) for run in element["elements"])
    return f'<div class="{"pre" if element["type"] == "rich_text_preformatted" else "section"}">{runs}</div>'


def _run(run: Block) -> str:
    if run["type"] == "user":
        return f'<span class="user">{NAMES.get(run["user_id"], run["user_id"])}</span>'
    said = escape(run["text"])
    for style, tag in (("code", "code"), ("bold", "b"), ("italic", "i")):
        if run.get("style", {}).get(style):
            said = f"<{tag}>{said}</{tag}>"
    return said


def _button(button: Block) -> str:
    return f'<button class="{button.get("style", "")}">{escape(button["text"]["text"])}</button>'


def pictures() -> dict[str, str]:
    """The pages of docs/slack.md, by the names of their pictures."""
    thread = (gallery.card(), "14:02"), (gallery.approval(), "14:03"), (gallery.warning(), "14:12")
    return {
        "slack-thread": page("".join(message(body, at) for body, at in thread)),
        "slack-audit": page(message(gallery.audit(), "14:22")),
        "slack-home": page(view(gallery.home())),
        "slack-form": page(view(gallery.goal_form())),
    }


async def draw(folder: Path) -> None:
    """Draw the pictures of docs/slack.md into a folder."""
    from tests.peers.browser import a_browser

    async with a_browser() as browser:
        sheet = await browser.new_page(viewport={"width": 640, "height": 100})
        for name, html in pictures().items():
            await sheet.set_content(html)
            drawn = await sheet.screenshot(full_page=True)
            Image.open(BytesIO(drawn)).quantize(COLOURS).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
