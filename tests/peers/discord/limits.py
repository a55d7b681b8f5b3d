"""What Discord refuses in a message, a form or a set of commands, as its documents say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.peers.discord.world import COMPONENTS_V2, EPHEMERAL, SUPPRESS_EMBEDS, Data, Refused, invalid

CONTENT, NONCE, FILE = 2000, 25, 10 * 1024 * 1024
EMBEDS, EMBEDDED = 10, 6000
"""Embeds of a message, and characters in all of them."""
OF_EMBED = {"title": 256, "description": 4096}
FIELDS, FIELD_NAME, FIELD_VALUE, FOOTER, AUTHOR = 25, 256, 1024, 2048, 256
ROWS, IN_ROW = 5, 5
COMPONENTS, SHOWN = 40, 4000
"""Components of a message of the second version, nested ones too, and characters shown in them."""
CUSTOM_ID, LABEL, OPTIONS, PLACEHOLDER = 100, 80, 25, 150
TITLE, INPUT, INPUT_LABEL = 45, 4000, 45

ROW, BUTTON, SELECT, TEXT_INPUT, SECTION, TEXT, THUMBNAIL = 1, 2, 3, 4, 9, 10, 11
GALLERY, FILE_SHOWN, SEPARATOR, CONTAINER, LABELLED = 12, 13, 14, 17, 18
SELECTS = (3, 5, 6, 7, 8)
TOP_V1 = (ROW,)
TOP_V2 = (ROW, SECTION, TEXT, GALLERY, FILE_SHOWN, SEPARATOR, CONTAINER)
LINK = 5
SETTABLE = SUPPRESS_EMBEDS | COMPONENTS_V2 | EPHEMERAL | 1 << 12
"""The flags that whoever posts may set."""


def message(given: Data, names: set[str], *, before: Data | None = None, ephemeral: bool = False) -> None:
    """Raises Refused for a message that may not be posted, or to which `before` may not be changed.

    `names` are those of the files that come with it.
    """
    flags = int(given.get("flags") or 0)
    if flags & ~SETTABLE:
        raise invalid("flags", "BASE_TYPE_BITFIELD", "Unknown flag")
    second = bool((flags | (before or {}).get("flags", 0)) & COMPONENTS_V2)
    if before and before["flags"] & COMPONENTS_V2 and "flags" in given and not flags & COMPONENTS_V2:
        raise invalid("flags", "IS_COMPONENTS_V2", "The components flag cannot be taken back")
    _content(given, second)
    _mentions(given.get("allowed_mentions"))
    if not second:
        embeds(given.get("embeds") or [])
    components(given.get("components") or [], second=second, names=names)
    nonce = given.get("nonce")
    if nonce is not None and len(str(nonce)) > NONCE:
        raise invalid("nonce", "BASE_TYPE_BAD_LENGTH", f"Must be {NONCE} or fewer in length.")
    if before is None and _is_empty(given, names):
        raise Refused(400, 50006, "Cannot send an empty message")


def _content(given: Data, second: bool) -> None:
    content = given.get("content")
    if content is not None and not isinstance(content, str):
        raise invalid("content", "STRING_TYPE_CONVERT", "Could not interpret as string.")
    if content and len(content) > CONTENT:
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", f"Must be {CONTENT} or fewer in length.")
    if second:
        for name in ("content", "embeds", "poll", "sticker_ids"):
            if given.get(name):
                raise invalid(
                    name,
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
                )


def _is_empty(given: Data, names: set[str]) -> bool:
    parts = ("embeds", "components", "sticker_ids", "poll", "attachments")
    return not str(given.get("content") or "").strip() and not names and not any(given.get(p) for p in parts)


def _mentions(allowed: Any) -> None:
    if allowed is None:
        return
    parse = allowed.get("parse") or []
    for kind in ("users", "roles"):
        if kind in parse and allowed.get(kind):
            raise invalid(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
        if len(allowed.get(kind) or ()) > 100:
            raise invalid(f"allowed_mentions.{kind}", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer.")


def embeds(given: list[Data]) -> None:
    if len(given) > EMBEDS:
        raise invalid("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS} or fewer in length.")
    for number, embed in enumerate(given):
        for where, text, most in _embedded(embed):
            if len(text) > most:
                raise invalid(
                    f"embeds.{number}.{where}", "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length."
                )
        if len(embed.get("fields") or ()) > FIELDS:
            raise invalid(
                f"embeds.{number}.fields", "BASE_TYPE_MAX_LENGTH", f"Must be {FIELDS} or fewer in length."
            )
        for position, one in enumerate(embed.get("fields") or ()):
            for part in ("name", "value"):
                if not str(one.get(part) or "").strip():
                    where = f"embeds.{number}.fields.{position}.{part}"
                    raise invalid(where, "BASE_TYPE_REQUIRED", "This field is required")
    if sum(len(text) for embed in given for _, text, _ in _embedded(embed)) > EMBEDDED:
        raise invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBEDDED}")


def _embedded(embed: Data) -> Iterator[tuple[str, str, int]]:
    """The texts of an embed that count: where each stands, and how long it may be."""
    for name, most in OF_EMBED.items():
        yield name, str(embed.get(name) or ""), most
    yield "footer.text", str((embed.get("footer") or {}).get("text") or ""), FOOTER
    yield "author.name", str((embed.get("author") or {}).get("name") or ""), AUTHOR
    for number, one in enumerate(embed.get("fields") or ()):
        yield f"fields.{number}.name", str(one.get("name") or ""), FIELD_NAME
        yield f"fields.{number}.value", str(one.get("value") or ""), FIELD_VALUE


def components(given: list[Data], *, second: bool, names: set[str]) -> None:
    for number, each in enumerate(given):
        if each.get("type") not in (TOP_V2 if second else TOP_V1):
            raise invalid(
                f"components.{number}.type", "UNION_TYPE_CHOICES", "Value of field 'type' is not allowed here"
            )
    if not second and len(given) > ROWS:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {ROWS} in length.")
    every = list(walked(given))
    if second and len(every) > COMPONENTS:
        raise invalid("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"More than {COMPONENTS}")
    for where, component in every:
        _component(where, component, names)
    shown = sum(len(c.get("content") or "") for _, c in every if c.get("type") == TEXT)
    if shown > SHOWN:
        raise invalid("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"More than {SHOWN}")
    ids = [c["custom_id"] for _, c in every if c.get("custom_id")]
    for double in {each for each in ids if ids.count(each) > 1}:
        raise invalid("components", "COMPONENT_CUSTOM_ID_DUPLICATED", f"Duplicated: {double}")


def walked(given: list[Data], where: str = "components") -> Iterator[tuple[str, Data]]:
    """Every component with its place, nested ones too."""
    for number, component in enumerate(given):
        place = f"{where}.{number}"
        yield place, component
        yield from walked(component.get("components") or [], f"{place}.components")
        for name in ("accessory", "component"):
            if component.get(name):
                yield from walked([component[name]], f"{place}.{name}")


def _component(where: str, component: Data, names: set[str]) -> None:
    match component.get("type"):
        case 1:
            _row(where, component)
        case 2:
            _button(where, component)
        case kind if kind in SELECTS:
            _select(where, component)
        case 4:
            _input(where, component)
        case 9:
            _section(where, component)
        case 10:
            _length(f"{where}.content", component.get("content"), 1, SHOWN)
        case 11:
            _media(f"{where}.media", component.get("media"), names)
        case 12:
            items = component.get("items") or []
            _count(f"{where}.items", items, 1, 10)
            for number, item in enumerate(items):
                _media(f"{where}.items.{number}.media", item.get("media"), names)
        case 13:
            _media(f"{where}.file", component.get("file"), names, only_attached=True)
        case 14:
            pass
        case 17:
            _container(where, component)
        case 18:
            _length(f"{where}.label", component.get("label"), 1, INPUT_LABEL)
        case kind:
            raise invalid(f"{where}.type", "BASE_TYPE_CHOICES", f"{kind} is no type of component")


def _row(where: str, row: Data) -> None:
    inside = row.get("components") or []
    _count(f"{where}.components", inside, 1, IN_ROW)
    kinds = {each.get("type") for each in inside}
    if not kinds <= {BUTTON, TEXT_INPUT, *SELECTS} or (kinds - {BUTTON} and len(inside) > 1):
        raise invalid(f"{where}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The row is too full")


def _button(where: str, button: Data) -> None:
    style = button.get("style")
    if style not in (1, 2, 3, 4, LINK):
        raise invalid(f"{where}.style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5}.")
    if not button.get("label") and not button.get("emoji"):
        raise invalid(where, "BUTTON_COMPONENT_INVALID_LABEL", "A button needs a label or an emoji")
    _length(f"{where}.label", button.get("label") or "", 0, LABEL)
    if style == LINK:
        if button.get("custom_id") or not re.match(r"(https?|discord)://", str(button.get("url"))):
            raise invalid(f"{where}.url", "URL_TYPE_INVALID_SCHEME", "Not a well formed URL.")
    else:
        _length(f"{where}.custom_id", button.get("custom_id"), 1, CUSTOM_ID)


def _select(where: str, select: Data) -> None:
    _length(f"{where}.custom_id", select.get("custom_id"), 1, CUSTOM_ID)
    _length(f"{where}.placeholder", select.get("placeholder") or "", 0, PLACEHOLDER)
    if select["type"] == SELECT:
        options = select.get("options") or []
        _count(f"{where}.options", options, 1, OPTIONS)
        for number, option in enumerate(options):
            for part in ("label", "value"):
                _length(f"{where}.options.{number}.{part}", option.get(part), 1, 100)


def _input(where: str, text: Data) -> None:
    _length(f"{where}.custom_id", text.get("custom_id"), 1, CUSTOM_ID)
    _length(f"{where}.placeholder", text.get("placeholder") or "", 0, 100)
    _length(f"{where}.value", text.get("value") or "", 0, INPUT)
    if not 0 <= int(text.get("min_length") or 0) <= int(text.get("max_length") or INPUT) <= INPUT:
        raise invalid(f"{where}.max_length", "NUMBER_TYPE_MAX", f"int value should be at most {INPUT}.")


def _section(where: str, section: Data) -> None:
    _count(f"{where}.components", section.get("components") or [], 1, 3)
    accessory = section.get("accessory") or {}
    if accessory.get("type") not in (BUTTON, THUMBNAIL):
        raise invalid(f"{where}.accessory", "BASE_TYPE_REQUIRED", "This field is required")


def _container(where: str, container: Data) -> None:
    inside = container.get("components") or []
    _count(f"{where}.components", inside, 1, COMPONENTS)
    if any(each.get("type") == CONTAINER for each in inside):
        raise invalid(f"{where}.components", "UNION_TYPE_CHOICES", "A container holds no containers")


def _media(where: str, media: Any, names: set[str], *, only_attached: bool = False) -> None:
    url = str((media or {}).get("url") or "")
    if url.startswith("attachment://"):
        if url.removeprefix("attachment://") not in names:
            raise invalid(f"{where}.url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", url)
    elif only_attached or not url.startswith(("http://", "https://")):
        raise invalid(f"{where}.url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of http, https.")


def form(data: Data) -> None:
    """Raises Refused for a modal that may not be shown."""
    _length("data.title", data.get("title"), 1, TITLE)
    _length("data.custom_id", data.get("custom_id"), 1, CUSTOM_ID)
    given = data.get("components") or []
    _count("data.components", given, 1, ROWS)
    for number, each in enumerate(given):
        if each.get("type") not in (ROW, TEXT, LABELLED):
            raise invalid(f"data.components.{number}.type", "UNION_TYPE_CHOICES", "Not in a modal")
    for where, component in walked(given, "data.components"):
        if component.get("type") == BUTTON:
            raise invalid(f"{where}.type", "UNION_TYPE_CHOICES", "No buttons in a modal")
        _component(where, component, set())
    ids = [c["custom_id"] for _, c in walked(given) if c.get("custom_id")]
    if len(ids) != len(set(ids)):
        raise invalid("data.components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id duplicated")


def choices(given: list[Data]) -> None:
    """Raises Refused for what an autocompletion may not offer."""
    if len(given) > OPTIONS:
        raise invalid("data.choices", "BASE_TYPE_MAX_LENGTH", f"Must be {OPTIONS} or fewer in length.")
    for number, choice in enumerate(given):
        _length(f"data.choices.{number}.name", choice.get("name"), 1, 100)
        if isinstance(choice.get("value"), str):
            _length(f"data.choices.{number}.value", choice["value"], 1, 100)


def _count(where: str, items: list[Any], least: int, most: int) -> None:
    if not least <= len(items) <= most:
        raise invalid(where, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def _length(where: str, text: Any, least: int, most: int) -> None:
    if text is None or (least and not str(text).strip()):
        raise invalid(where, "BASE_TYPE_REQUIRED", "This field is required")
    if len(str(text)) > most:
        raise invalid(where, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
