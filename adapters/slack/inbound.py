"""What Slack sends, read as what people did: a message, a reaction, a press; or nothing that concerns us.

Pure. The key of an act is the same for every delivery of it, also where Slack tells one act as two events.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters import emoji, folding
from adapters.buttons import Act
from adapters.chat import Message, Press, Reaction
from adapters.slack.installation import Installation
from goals.domain.values import Origin, Person

PLATFORM = "slack"
ASKS = "ask:"
"""In front of the action of a button that asks for a text first."""

SAID = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""The subtypes of messages that people write; all others are changes, or Slack's own words."""

_LINK = re.compile(r"<((?:https?|ftp)://[^|>\s]+|(?:mailto|tel):[^|>]+)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^>]+)>")
_GROUP = re.compile(r"<!(?:subteam\^[A-Z0-9]+\|@?|(?=here|channel|everyone))([^>|]+)(?:\|[^>]*)?>")
_TOLD = re.compile(r"(?<=notify:)<(?:(#)|!subteam\^)([A-Z0-9]+)(?:\|[^>]*)?>")
"""A channel or a group that a hook tells: by its id, since a name may be another's, and has no rules of its own."""
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asks:
    """A button that wants a text before it counts: what is to come back with the text."""

    press: Press
    trigger: str


def team_of(body: Payload) -> str:
    """The workspace in which we are installed that something is told for.

    A form is answered where it was opened, also by somebody of another workspace in a shared channel.
    """
    if opened_in := (body.get("view") or {}).get("app_installed_team_id"):
        return str(opened_in)
    for authorization in body.get("authorizations") or ():
        if authorization.get("team_id"):
            return str(authorization["team_id"])
    team = body.get("team")
    return str(team["id"] if isinstance(team, Mapping) else body.get("team_id") or "")


def read_event(body: Payload, us: Installation) -> Message | Reaction | Press | None:
    """Of the Events API: what people wrote, how they reacted, that they pressed Slack's own stop button; None for all
    else, and for what bots do.
    """
    event = body.get("event") or {}
    match event.get("type"):
        case "message" | "app_mention":
            return _message(event, us)
        case "reaction_added" | "reaction_removed":
            return _reaction(event, us)
        case "agent_session_stopped":
            return _stop(event, us)
    return None


def is_farewell(event: Payload) -> bool:
    """Whether the app was removed from the workspace, or the bot's token was revoked there."""
    revoked = event.get("type") == "tokens_revoked" and (event.get("tokens") or {}).get("bot")
    return event.get("type") == "app_uninstalled" or bool(revoked)


def read_command(body: Payload, us: Installation) -> Message:
    """A slash command: a message outside of every thread, which nobody else saw."""
    who = _person(
        body["user_id"], us, team=str(body.get("team_id") or ""), name=str(body.get("user_name") or "")
    )
    key = f"{PLATFORM}:{us.team}:command:{body['trigger_id']}"
    at = Origin(PLATFORM, body["channel_id"], "", tenant=us.team)
    return Message(key, who, at, "", f"/goal {_plain(str(body.get('text') or ''), us)}".strip())


def read_press(body: Payload, us: Installation) -> Press | Asks | None:
    """A pressed button of ours, on a message or in App Home."""
    action = next(iter(body.get("actions") or ()), None)
    if action is None or action.get("type") != "button" or not action.get("value"):
        return None
    user = body["user"]["id"]
    name, asks = str(action["action_id"]).partition("#")[0], False
    if name.startswith(ASKS):
        name, asks = name.removeprefix(ASKS), True
    at, message = _pressed_on(body, us)
    key = f"{PLATFORM}:{us.team}:press:{at.channel}:{message}:{user}:{action['action_id']}:{action['action_ts']}"
    press = Press(key, somebody(body["user"], us), at, message, name, str(action["value"]))
    return Asks(press, str(body.get("trigger_id") or "")) if asks else press


def somebody(user: Payload, us: Installation) -> Person:
    """Who pressed a button or filled in a form."""
    return _person(user["id"], us, team=str(user.get("team_id") or ""), name=str(user.get("username") or ""))


def _pressed_on(body: Payload, us: Installation) -> tuple[Origin, str]:
    """Where a button stands: one of App Home is answered in the person's direct messages, and what one person alone
    sees opens no thread.
    """
    container = body.get("container") or {}
    message = str(container.get("message_ts") or "")
    if not message:
        return Origin(PLATFORM, body["user"]["id"], "", tenant=us.team), ""
    alone = "" if container.get("is_ephemeral") else message
    thread = str(container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or alone)
    channel = str(container.get("channel_id") or body["channel"]["id"])
    return Origin(PLATFORM, channel, thread, thread, us.team), message


def _message(event: Payload, us: Installation) -> Message | None:
    if event.get("subtype") not in SAID or event.get("hidden") or _by_bot(event, us):
        return None
    ts, thread = str(event["ts"]), str(event.get("thread_ts") or "")
    text = _addressed(
        str(event.get("text") or ""), us, thread=thread, alone=event.get("channel_type") == "im"
    )
    if not thread and not text.startswith(("@goalward", "/goal")):
        return None
    who = _person(event["user"], us, team=str(event.get("user_team") or event.get("team") or ""))
    at = Origin(PLATFORM, event["channel"], thread or ts, ts, us.team)
    return Message(f"{PLATFORM}:{us.team}:{event['channel']}:{ts}", who, at, ts, text)


def _by_bot(event: Payload, us: Installation) -> bool:
    user = event.get("user")
    return not user or bool(event.get("bot_id")) or user in (us.bot_user, "USLACKBOT")


def _reaction(event: Payload, us: Installation) -> Reaction | None:
    """One on a message of ours that means something to us."""
    item, user, name = event.get("item") or {}, event.get("user"), str(event.get("reaction") or "")
    ours = event.get("item_user") in (us.bot_user, None)
    if (
        item.get("type") != "message"
        or not ours
        or user in (us.bot_user, None)
        or emoji.meaning(name) is None
    ):
        return None
    added = event["type"] == "reaction_added"
    channel, ts = str(item["channel"]), str(item["ts"])
    key = f"{PLATFORM}:{us.team}:{channel}:{ts}:{user}:{name}:{'+' if added else '-'}:{event['event_ts']}"
    at = Origin(PLATFORM, channel, "", tenant=us.team)
    return Reaction(key, _person(str(user), us), at, ts, name, added)


def _stop(event: Payload, us: Installation) -> Press | None:
    """Slack's own stop button, which stands for the thread's goal."""
    channel, thread = str(event.get("channel") or ""), str(event.get("thread_ts") or "")
    user = str(event.get("user") or "")
    if not channel or not thread or user in ("", us.bot_user):
        return None
    key = f"{PLATFORM}:{us.team}:stop:{channel}:{thread}:{user}:{event['event_ts']}"
    at = Origin(PLATFORM, channel, thread, thread, us.team)
    return Press(key, _person(user, us), at, "", Act.CANCEL, "")


def _addressed(text: str, us: Installation, *, thread: str, alone: bool) -> str:
    """A text with what says that it is for the bot in front: outside of threads a mention may stand anywhere, and
    where nobody else reads there need be none.
    """
    mention = re.compile(rf"<@{us.bot_user}(?:\|[^>]*)?>")
    first = mention.match(text.lstrip())
    if first is None and not thread and (alone or mention.search(text)):
        return f"@goalward {_plain(mention.sub('', text, count=1), us).strip()}"
    return _plain(mention.sub("@goalward", text), us).strip()


def _plain(text: str, us: Installation) -> str:
    """A text as it was typed: links as their address, groups and channels by name; people stay `@` and their id."""
    text = _LINK.sub(lambda link: _address(link[1], link[2]), text)
    text = _TOLD.sub(lambda told: f"{told[1] or '@'}{told[2]}", text)
    text = _CHANNEL.sub(r"#\1", text)
    text = _GROUP.sub(r"@\1", text)
    text = _PERSON.sub(lambda who: "@goalward" if who[1] == us.bot_user else f"@{who[1]}", text)
    return folding.unescaped(text)


def _address(target: str, label: str | None) -> str:
    """What was typed where Slack made a link of it: `setup.py` is no address."""
    typed = target.removeprefix("mailto:").removeprefix("tel:")
    return label if label and target.endswith(f"//{label}") else typed


def _person(user: str, us: Installation, *, team: str = "", name: str = "") -> Person:
    return Person(user, name, PLATFORM, us.team, guest=team not in ("", us.team))
