"""What Slack refuses of messages and views, as strict as its documents and its own SDK's models say.

Sources: docs.slack.dev/reference/block-kit, slack_sdk.models, platform-facts.md. Where a limit is not documented
(rich text, plans) one is drawn here, so that a message which only the stand-in takes is found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

MESSAGE, MODAL, HOME = "message", "modal", "home"

RICH = ("alert", "plan", "task_card")
"""Blocks that not every workspace takes."""

MOST_BLOCKS = {MESSAGE: 50, MODAL: 100, HOME: 100}
ALLOWED = {
    MESSAGE: ("actions", "context", "divider", "header", "image", "rich_text", "section", *RICH),
    MODAL: ("actions", "context", "divider", "header", "image", "input", "rich_text", "section", "alert"),
    HOME: ("actions", "context", "divider", "header", "image", "input", "rich_text", "section"),
}
BLOCKS_BYTES = 13_200
VIEW_BYTES = 250_000
TEXT = 40_000

Found = Iterator[str]


def problems(blocks: Any, *, surface: str = MESSAGE, rich: bool = True) -> list[str]:
    """Everything that Slack would refuse of these blocks; none where it takes them."""
    return list(_blocks(blocks, surface, rich))


def message_problems(payload: dict[str, Any], *, rich: bool = True) -> str:
    """Slack's word for what is wrong with the arguments of chat.postMessage; empty where nothing is."""
    text, blocks = payload.get("text"), payload.get("blocks")
    if not text and not blocks:
        return "no_text"
    if text is not None and not isinstance(text, str):
        return "invalid_arguments"
    if len(text or "") > TEXT:
        return "msg_too_long"
    if blocks is not None and problems(blocks, rich=rich):
        return "invalid_blocks"
    if len(json.dumps(blocks, ensure_ascii=False).encode()) > BLOCKS_BYTES:
        return "msg_blocks_too_long"
    return "invalid_metadata_format" if list(_metadata(payload.get("metadata"))) else ""


def view_problems(view: dict[str, Any]) -> list[str]:
    """Everything that Slack would refuse of a modal or a home tab."""
    return list(_view(view))


def _view(view: dict[str, Any]) -> Found:
    kind = view.get("type")
    if kind not in (MODAL, HOME):
        yield f"a view is no {kind}"
        return
    yield from _blocks(view.get("blocks"), kind, True)
    yield from _longest(view, "private_metadata", 3000)
    yield from _longest(view, "callback_id", 255)
    yield from _longest(view, "external_id", 255)
    known = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
    if kind == MODAL:
        known |= {"title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"}
        yield from _text(view.get("title"), 24, "plain_text", "title")
        for name in ("submit", "close"):
            if name in view:
                yield from _text(view[name], 24, "plain_text", name)
        if "submit" not in view and any(block.get("type") == "input" for block in view.get("blocks", ())):
            yield "a modal with inputs needs submit"
    yield from (f"a {kind} has no {name}" for name in view.keys() - known)
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        yield "the view is too large"


def _blocks(blocks: Any, surface: str, rich: bool) -> Found:
    if not isinstance(blocks, list) or not blocks:
        yield "blocks must be a list that is not empty"
        return
    if len(blocks) > MOST_BLOCKS[surface]:
        yield f"{len(blocks)} blocks are too many"
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and block.get("block_id")]
    if len(set(ids)) < len(ids):
        yield "block_id is there twice"
    actions = [element["action_id"] for element in _elements(blocks) if element.get("action_id")]
    if len(set(actions)) < len(actions):
        yield "action_id is there twice"
    for number, block in enumerate(blocks):
        for problem in _block(block, surface, rich):
            yield f"{problem} [json-pointer:/blocks/{number}]"


def _elements(blocks: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        if not isinstance(block, dict):
            continue
        one = [block[name] for name in ("accessory", "element") if isinstance(block.get(name), dict)]
        many = block.get("elements") if block.get("type") == "actions" else []
        yield from (element for element in (*one, *(many or [])) if isinstance(element, dict))


def _block(block: Any, surface: str, rich: bool) -> Found:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in ALLOWED[surface] or (kind in RICH and not rich):
        yield f"unsupported block: {kind}"
        return
    yield from _longest(block, "block_id", 255)
    fields = FIELDS[kind]
    yield from (f"{kind} has no {name}" for name in block.keys() - {"type", "block_id", *fields})
    yield from CHECKS[kind](block)


FIELDS = {
    "actions": ("elements",),
    "alert": ("text", "level"),
    "context": ("elements",),
    "divider": (),
    "header": ("text",),
    "image": ("image_url", "slack_file", "alt_text", "title"),
    "input": ("label", "element", "hint", "optional", "dispatch_action"),
    "plan": ("title", "tasks"),
    "rich_text": ("elements",),
    "section": ("text", "fields", "accessory", "expand"),
    "task_card": ("task_id", "title", "details", "output", "sources", "status"),
}


def _actions(block: dict[str, Any]) -> Found:
    yield from _between(block.get("elements"), 1, 25, "elements of actions")
    for element in block.get("elements") or ():
        yield from _element(element, ("button", "overflow", "static_select", "checkboxes", "radio_buttons"))


def _alert(block: dict[str, Any]) -> Found:
    yield from _text(block.get("text"), 3000, "", "alert")
    if block.get("level", "default") not in ("default", "info", "warning", "error", "success"):
        yield "level of alert"


def _context(block: dict[str, Any]) -> Found:
    yield from _between(block.get("elements"), 1, 10, "elements of context")
    for element in block.get("elements") or ():
        yield from _text(element, 3000, "", "context")


def _header(block: dict[str, Any]) -> Found:
    yield from _text(block.get("text"), 150, "plain_text", "header")


def _image(block: dict[str, Any]) -> Found:
    if ("image_url" in block) == ("slack_file" in block):
        yield "an image has image_url or slack_file"
    yield from _string(block.get("alt_text"), 1, 2000, "alt_text")


def _input(block: dict[str, Any]) -> Found:
    yield from _text(block.get("label"), 2000, "plain_text", "label")
    if "hint" in block:
        yield from _text(block["hint"], 2000, "plain_text", "hint")
    yield from _element(
        block.get("element"), ("plain_text_input", "checkboxes", "radio_buttons", "static_select")
    )


def _plan(block: dict[str, Any]) -> Found:
    yield from _string(block.get("title"), 1, 3000, "title of plan")
    yield from _between(block.get("tasks", [{}]), 1, 50, "tasks of plan")
    for task in block.get("tasks", ()):
        if not isinstance(task, dict) or task.get("type") != "task_card":
            yield "a plan has task cards"
        else:
            yield from _task_card(task)
    ids = [task.get("task_id") for task in block.get("tasks", ()) if isinstance(task, dict)]
    if len(set(ids)) < len(ids):
        yield "task_id is there twice"


def _task_card(block: dict[str, Any]) -> Found:
    yield from _string(block.get("task_id"), 1, 255, "task_id")
    yield from _string(block.get("title"), 1, 3000, "title of task_card")
    if block.get("status") not in ("pending", "in_progress", "complete", "error"):
        yield "status of task_card"
    for name in ("details", "output"):
        if name in block:
            yield from _rich_text(block[name])


def _rich_text(block: dict[str, Any]) -> Found:
    yield from _between(block.get("elements"), 1, 100, "elements of rich_text")
    for element in block.get("elements") or ():
        kind = element.get("type")
        if kind not in ("rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list"):
            yield f"rich_text has no {kind}"
        yield from _between(element.get("elements"), 1, 1000, f"elements of {kind}")
        for run in element.get("elements") or ():
            yield from _rich_text({"elements": [run]}) if kind == "rich_text_list" else _run(run)
    if sum(len(run.get("text", "")) for run in _runs(block)) > 4000:
        yield "rich_text is too long"


def _runs(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for element in block.get("elements") or ():
        yield from _runs(element) if "elements" in element else [element]


def _run(run: dict[str, Any]) -> Found:
    fields = {
        "text": ("text", "style"),
        "user": ("user_id", "style"),
        "link": ("url", "text", "style"),
        "emoji": ("name",),
    }
    kind = run.get("type", "")
    if kind not in fields:
        yield f"rich text has no {kind}"
        return
    yield from (f"{kind} has no {name}" for name in run.keys() - {"type", *fields[kind]})
    if kind == "text":
        yield from _string(run.get("text"), 1, 4000, "text of rich text", blank=True)
    if kind == "user":
        yield from _string(run.get("user_id"), 1, 20, "user_id")
    if run.get("style", {}).keys() - {"bold", "italic", "strike", "code"}:
        yield "style of rich text"


def _section(block: dict[str, Any]) -> Found:
    if "text" not in block and not block.get("fields"):
        yield "a section has text or fields"
    if "text" in block:
        yield from _text(block["text"], 3000, "", "section")
    if "fields" in block:
        yield from _between(block["fields"], 1, 10, "fields of section")
        for field in block["fields"]:
            yield from _text(field, 2000, "", "field")
    if "accessory" in block:
        yield from _element(block["accessory"], ("button", "overflow", "static_select", "image"))


CHECKS: dict[str, Callable[[dict[str, Any]], Found]] = {
    "actions": _actions,
    "alert": _alert,
    "context": _context,
    "divider": lambda block: iter(()),
    "header": _header,
    "image": _image,
    "input": _input,
    "plan": _plan,
    "rich_text": _rich_text,
    "section": _section,
    "task_card": _task_card,
}


def _element(element: Any, allowed: tuple[str, ...]) -> Found:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        yield f"unsupported element: {kind}"
        return
    yield from _string(element.get("action_id", "a"), 1, 255, "action_id")
    if "confirm" in element:
        yield from _confirm(element["confirm"])
    if kind == "button":
        yield from _button(element)
    elif kind == "plain_text_input":
        yield from _text_input(element)
    elif kind in ("overflow", "static_select", "checkboxes", "radio_buttons"):
        most = {"overflow": 5, "static_select": 100}.get(kind, 10)
        yield from _between(element.get("options"), 1, most, f"options of {kind}")
        for option in element.get("options") or ():
            yield from _text(option.get("text"), 75, "", "option")
            yield from _string(option.get("value"), 1, 150, "value of option")


def _button(button: dict[str, Any]) -> Found:
    yield from _text(button.get("text"), 75, "plain_text", "button")
    yield from _string(button.get("value", "v"), 0, 2000, "value of button")
    yield from _longest(button, "url", 3000)
    yield from _longest(button, "accessibility_label", 75)
    if button.get("style", "primary") not in ("primary", "danger"):
        yield "style of button"
    known = {"type", "text", "action_id", "value", "url", "style", "confirm", "accessibility_label"}
    yield from (f"button has no {name}" for name in button.keys() - known)


def _text_input(element: dict[str, Any]) -> Found:
    if "placeholder" in element:
        yield from _text(element["placeholder"], 150, "plain_text", "placeholder")
    yield from _string(element.get("initial_value", ""), 0, 3000, "initial_value")
    most = element.get("max_length", 3000)
    if not 1 <= most <= 3000 or not 0 <= element.get("min_length", 0) <= most:
        yield "min_length and max_length"


def _confirm(confirm: dict[str, Any]) -> Found:
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text(confirm.get(name), most, "" if name == "text" else "plain_text", f"confirm.{name}")


def _text(text: Any, most: int, kind: str, where: str) -> Found:
    if not isinstance(text, dict) or text.get("type") not in ((kind,) if kind else ("plain_text", "mrkdwn")):
        yield f"{where} needs a text object"
        return
    yield from _string(text.get("text"), 1, most, where)
    known = {"type", "text", "emoji" if text["type"] == "plain_text" else "verbatim"}
    yield from (f"{text['type']} has no {name}" for name in text.keys() - known)


def _string(text: Any, least: int, most: int, where: str, *, blank: bool = False) -> Found:
    if not isinstance(text, str):
        yield f"{where} must be a string"
    elif not least <= len(text.encode("utf-16-le", "surrogatepass")) // 2 <= most:
        yield f"{where} must have {least} to {most} characters"
    elif least and not blank and not text.strip():
        yield f"{where} is blank"


def _longest(thing: dict[str, Any], name: str, most: int) -> Found:
    if name in thing:
        yield from _string(thing[name], 0, most, name)


def _between(things: Any, least: int, most: int, what: str) -> Found:
    if not isinstance(things, list) or not least <= len(things) <= most:
        yield f"{what} must be {least} to {most}"


def _metadata(metadata: Any) -> Found:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        yield "metadata needs event_type"
    elif not isinstance(metadata.get("event_payload"), dict):
        yield "metadata needs event_payload"
