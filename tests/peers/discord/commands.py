"""Application commands: kept for everywhere or for one server, as strictly as Discord reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.peers.discord.world import Data, Refused, invalid

SLASH, ON_USER, ON_MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING = 1, 2, 3
MOST = {SLASH: 100, ON_USER: 15, ON_MESSAGE: 15}
WEIGHS = 8000
"""Characters of a command's names, descriptions and choices together."""

_NAME = re.compile(r"[-_'\w]{1,32}")


class Commands:
    """Those of the app: `where` is a server's id, or empty for everywhere."""

    def __init__(self, app: str, number: Callable[[], str]) -> None:
        self._app = app
        self._number = number
        self.kept: dict[str, list[Data]] = {}
        self.written = 0
        """How often any were written; Discord lets an app make 200 a day."""

    def of(self, where: str) -> list[Data]:
        return self.kept.setdefault(where, [])

    def replace(self, where: str, given: Any) -> list[Data]:
        """Every command of a place anew; those of the same name and kind keep their ids."""
        if not isinstance(given, list):
            raise invalid("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        for kind, most in MOST.items():
            if sum(each.get("type", SLASH) == kind for each in given) > most:
                raise Refused(400, 30032, f"Maximum number of application commands reached ({most}).")
        names = [(each.get("type", SLASH), each.get("name")) for each in given]
        if len(names) != len(set(names)):
            raise invalid(
                "", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
            )
        for number, each in enumerate(given):
            check(each, str(number))
        self.written += 1
        before = {(each["type"], each["name"]): each["id"] for each in self.of(where)}
        self.kept[where] = [self._made(each, where, before) for each in given]
        return self.kept[where]

    def put(self, where: str, given: Data) -> Data:
        """One command, in the place of that of the same name and kind."""
        check(given, "")
        self.written += 1
        before = {(each["type"], each["name"]): each["id"] for each in self.of(where)}
        made = self._made(given, where, before)
        self.kept[where] = [each for each in self.of(where) if each["id"] != made["id"]] + [made]
        return made

    def find(self, where: str, id_: str) -> Data:
        found = next((each for each in self.of(where) if each["id"] == id_), None)
        if found is None:
            raise Refused(404, 10063, "Unknown application command")
        return found

    def remove(self, where: str, id_: str) -> None:
        self.of(where).remove(self.find(where, id_))

    def named(self, guild: str, name: str, kind: int = SLASH) -> Data:
        """What people of a server find under a name. Raises LookupError."""
        every = [*self.of(guild), *self.of("")]
        for each in every:
            if (each["name"], each["type"]) == (name, kind):
                return each
        raise LookupError(f"there is no command {name!r}: {[each['name'] for each in every]}")

    def _made(self, given: Data, where: str, ids: dict[tuple[int, str], str]) -> Data:
        kind = given.get("type", SLASH)
        made = {"type": kind, "description": "", "options": [], **given}
        made |= {
            "id": ids.get((kind, given["name"])) or self._number(),
            "application_id": self._app,
            "version": self._number(),
            "default_member_permissions": given.get("default_member_permissions"),
            "nsfw": given.get("nsfw", False),
        }
        return made | ({"guild_id": where} if where else {})


def check(command: Data, where: str) -> None:
    """Raises Refused for a command that may not be."""
    place = f"{where}." if where else ""
    kind, name = command.get("type", SLASH), str(command.get("name") or "")
    if kind == SLASH:
        _named(f"{place}name", name)
        _described(f"{place}description", command.get("description"))
        _options(f"{place}options", command.get("options") or [], 0)
        if _weight(command) > WEIGHS:
            raise invalid(where, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({WEIGHS})")
    else:
        if not 1 <= len(name) <= 32:
            raise invalid(f"{place}name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
        if command.get("description") or command.get("options"):
            raise invalid(
                f"{place}description",
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
                "Context menu commands cannot have description",
            )


def _options(where: str, options: list[Data], depth: int) -> None:
    if len(options) > 25:
        raise invalid(where, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    names = [each.get("name") for each in options]
    if len(names) != len(set(names)):
        raise invalid(where, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option names must be unique")
    kinds = {each.get("type") in (SUBCOMMAND, GROUP) for each in options}
    if len(kinds) > 1:
        raise invalid(where, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Subcommands stand alone")
    optional = False
    for number, option in enumerate(options):
        place = f"{where}.{number}"
        _named(f"{place}.name", str(option.get("name") or ""))
        _described(f"{place}.description", option.get("description"))
        if option.get("required") and optional:
            raise invalid(
                place,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional = optional or not option.get("required")
        _choices(place, option)
        if option["type"] in (SUBCOMMAND, GROUP):
            if depth + (option["type"] == SUBCOMMAND) > 2 or (option["type"] == GROUP and depth):
                raise invalid(place, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deep")
            _options(f"{place}.options", option.get("options") or [], depth + 1)


def _choices(place: str, option: Data) -> None:
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        raise invalid(place, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Either, not both")
    if len(choices) > 25:
        raise invalid(f"{place}.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for each in choices:
        if not 1 <= len(str(each.get("name") or "")) <= 100 or len(str(each.get("value"))) > 100:
            raise invalid(f"{place}.choices", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _named(where: str, name: str) -> None:
    if not _NAME.fullmatch(name) or name != name.lower():
        raise invalid(where, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _described(where: str, text: Any) -> None:
    if not text:
        raise invalid(where, "BASE_TYPE_REQUIRED", "This field is required")
    if len(text) > 100:
        raise invalid(where, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _weight(part: Data) -> int:
    own = len(str(part.get("name") or "")) + len(str(part.get("description") or ""))
    chosen = sum(len(str(c["name"])) + len(str(c["value"])) for c in part.get("choices") or ())
    return own + chosen + sum(_weight(option) for option in part.get("options") or ())
