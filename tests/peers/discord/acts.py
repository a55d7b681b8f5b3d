"""What people do on Discord, as the app is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.peers.discord import limits
from tests.peers.discord.commands import GROUP, ON_MESSAGE, SLASH, STRING, SUBCOMMAND, Commands
from tests.peers.discord.interactions import (
    COMMAND,
    COMPLETION,
    COMPONENT,
    FORM,
    Interaction,
    Interactions,
    answers_to,
)
from tests.peers.discord.world import EPHEMERAL, REPLY, Data, Room, World, iso

INTEGER, BOOLEAN, NUMBER = 4, 5, 10


class Acts:
    def __init__(
        self,
        world: World,
        interactions: Interactions,
        commands: Commands,
        tell: Callable[[str, Data], None],
    ) -> None:
        self._world = world
        self._interactions = interactions
        self._commands = commands
        self._tell = tell

    def room(self, name: str) -> Room:
        """A channel by its name, a thread by its id, somebody's direct messages by `@` and their name."""
        if name.startswith("@"):
            return self._world.direct(self._world.person(name[1:]))
        return self._world.rooms.get(name) or self._world.room(name)

    def holder(self, message: str) -> tuple[Room, Data]:
        """A message, and where it stands: the channel for one that a thread begins with."""
        for room in self._world.rooms.values():
            if message in room.messages:
                return room, room.messages[message]
        raise LookupError(f"there is no message {message}")

    def say(
        self,
        name: str,
        channel: str,
        text: str,
        *,
        thread: str = "",
        answers: str = "",
        ping: bool = True,
        unseen: bool = False,
    ) -> str:
        user = self._world.person(name)
        room = self._world.rooms[thread] if thread else self.room(channel)
        written = text.replace("@goalward", f"<@{self._world.bot}>")
        if len(written) > limits.CONTENT:
            raise ValueError(f"nobody can write more than {limits.CONTENT} characters")
        more = self._answering(answers, ping) if answers else {}
        if room.is_thread:
            room.members.add(user)
        return str(self._world.post(room, user, written, tell=not unseen, **more)["id"])

    def _answering(self, message: str, ping: bool) -> Data:
        room, found = self.holder(message)
        reference = {"type": 0, "message_id": message, "channel_id": room.id, "guild_id": self._world.guild}
        shown = {key: value for key, value in found.items() if key != "given"}
        author = found["author"]["id"]
        return {
            "type": REPLY,
            "message_reference": reference,
            "referenced_message": shown,
            "pinged": [author] if ping else [],
        }

    def edit(self, message: str, text: str) -> None:
        room, found = self.holder(message)
        found |= {"content": text, "edited_timestamp": iso()}
        self._world.tell_message("MESSAGE_UPDATE", room, found)

    def delete(self, message: str) -> None:
        room, _ = self.holder(message)
        self._world.delete(room, message)

    def react(self, name: str, message: str, emoji: str, *, unseen: bool = False) -> None:
        room, found = self.holder(message)
        self._world.react(room, found, self._world.person(name), emoji, tell=not unseen)

    def unreact(self, name: str, message: str, emoji: str) -> None:
        room, found = self.holder(message)
        self._world.unreact(room, found, self._world.person(name), emoji)

    # --- interactions ---------------------------------------------------------------------------------

    def slash(
        self, name: str, channel: str, command: str, options: dict[str, Any], *, focused: str = ""
    ) -> Interaction:
        """Use a command, or ask what may stand in its option `focused`."""
        head, *rest = command.split()
        known = self._commands.named(self._world.guild, head)
        given = _options(known, rest, options, focused)
        data = {"id": known["id"], "name": head, "type": SLASH, "options": given}
        if where := known.get("guild_id"):
            data["guild_id"] = where
        of = self._begin(COMPLETION if focused else COMMAND, name, self.room(channel))
        return self._told(of, data)

    def menu(self, name: str, message: str, command: str) -> Interaction:
        known = self._commands.named(self._world.guild, command, ON_MESSAGE)
        room, found = self.holder(message)
        shown = {key: value for key, value in found.items() if key != "given"}
        data = {
            "id": known["id"],
            "name": command,
            "type": ON_MESSAGE,
            "target_id": message,
            "resolved": {"messages": {message: shown}},
        }
        return self._told(self._begin(COMMAND, name, room, kind=answers_to(ON_MESSAGE)), data)

    def press(self, name: str, message: str | Data, button: str) -> Interaction:
        if isinstance(message, str):
            room, found = self.holder(message)
        else:
            room, found = self._world.rooms[message["channel_id"]], message
        pressed = _button(found["components"], button)
        data = {"custom_id": pressed["custom_id"], "component_type": 2, "id": pressed.get("id", 1)}
        return self._told(self._begin(COMPONENT, name, room, found), data)

    def submit(
        self, name: str, form: Interaction, texts: Sequence[str], named: dict[str, str]
    ) -> Interaction:
        """Raises LookupError where no form was shown, or its inputs do not take what is typed."""
        if form.form is None:
            raise LookupError("no form was shown")
        inputs = list(_inputs(form.form["components"]))
        typed = dict(zip([each["custom_id"] for each in inputs], texts, strict=False)) | named
        values = {each["custom_id"]: _typed(each, typed.get(each["custom_id"])) for each in inputs}
        data = {
            "custom_id": form.form["custom_id"],
            "components": _filled(form.form["components"], values),
        }
        on = form.on if form.type == COMPONENT else None
        return self._told(self._begin(FORM, name, form.room, on), data)

    def _begin(self, type_: int, name: str, room: Room, on: Data | None = None, kind: int = 0) -> Interaction:
        return self._interactions.begin(type_, self._world.person(name), room, on, kind)

    def _told(self, of: Interaction, data: Data) -> Interaction:
        told = self._interactions.told(of, data)
        if of.on is not None and of.on["flags"] & EPHEMERAL:
            told["message"]["flags"] |= EPHEMERAL
        self._tell("INTERACTION_CREATE", told)
        return of


def _options(command: Data, path: list[str], given: dict[str, Any], focused: str) -> list[Data]:
    """What was typed, as Discord sends it. Raises LookupError for what the command does not take."""
    known: list[Data] = command.get("options") or []
    if path:
        step = next((o for o in known if o["name"] == path[0] and o["type"] in (SUBCOMMAND, GROUP)), None)
        if step is None:
            raise LookupError(f"there is no {path[0]!r}: {[o['name'] for o in known]}")
        inside = _options(step, path[1:], given, focused)
        return [{"name": step["name"], "type": step["type"], "options": inside}]
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in known):
        raise LookupError(f"one of these is needed: {[option['name'] for option in known]}")
    by_name = {option["name"]: option for option in known}
    for name in (*given, *([focused] if focused else ())):
        if name not in by_name:
            raise LookupError(f"there is no option {name!r}: {list(by_name)}")
    if not focused:
        for name, option in by_name.items():
            if option.get("required") and name not in given:
                raise LookupError(f"the option {name!r} is needed")
    return [_option(by_name[name], value, name == focused) for name, value in given.items()]


def _option(option: Data, value: Any, focused: bool) -> Data:
    typed: Data = {"name": option["name"], "type": option["type"], "value": value}
    if focused:
        return {**typed, "focused": True}
    choices = [choice["value"] for choice in option.get("choices") or ()]
    if choices and value not in choices:
        raise LookupError(f"{value!r} is no choice of {option['name']!r}: {choices}")
    right = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float)}.get(option["type"], str)
    if not isinstance(value, right):
        raise LookupError(f"{option['name']!r} does not take {value!r}")
    size = len(value) if isinstance(value, str) else value
    least, most = ("min_length", "max_length") if isinstance(value, str) else ("min_value", "max_value")
    if size < option.get(least, size) or size > min(option.get(most, size), 6000):
        raise LookupError(f"{option['name']!r} does not take a value of this size: {size}")
    return typed


def _button(components: list[Data], wanted: str) -> Data:
    """The first button with this label, or whose custom id begins so. Raises LookupError."""
    buttons = [each for _, each in limits.walked(components) if each.get("type") == limits.BUTTON]
    alive = [each for each in buttons if not each.get("disabled") and each.get("custom_id")]
    for each in alive:
        if wanted == each.get("label") or each["custom_id"].startswith(wanted):
            return each
    raise LookupError(f"no button {wanted!r}: {[(b.get('label'), b.get('custom_id')) for b in buttons]}")


def _inputs(components: list[Data]) -> Iterator[Data]:
    for _, each in limits.walked(components):
        if each.get("type") == limits.TEXT_INPUT:
            yield each


def _typed(input_: Data, text: str | None) -> str:
    value = input_.get("value") or "" if text is None else text
    if input_.get("required", True) and not value:
        raise LookupError(f"{input_['custom_id']!r} has to be filled in")
    if len(value) > int(input_.get("max_length") or limits.INPUT):
        raise LookupError(f"{input_['custom_id']!r} takes no more than {input_.get('max_length')}")
    return str(value)


def _filled(components: list[Data], values: dict[str, str]) -> list[Data]:
    filled: list[Data] = []
    for number, each in enumerate(components, 1):
        told: Data = {"type": each["type"], "id": each.get("id", number)}
        if each["type"] == limits.TEXT_INPUT:
            told |= {"custom_id": each["custom_id"], "value": values[each["custom_id"]]}
        elif "component" in each:
            told["component"] = _filled([each["component"]], values)[0]
        elif "components" in each:
            told["components"] = _filled(each["components"], values)
        else:
            continue
        filled.append(told)
    return filled
