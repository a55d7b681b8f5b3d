"""The manifest from which Slack makes the app: what it is called, what it hears, and the fewest scopes it needs."""

from __future__ import annotations

from typing import Any

from adapters.slack.views import MAKE_GOAL

SCOPES = {
    "app_mentions:read": "hear `@goalward …`",
    "channels:history": "hear replies in the threads of goals, and read them back after a gap",
    "channels:read": "know in which channels the bot and a person are",
    "chat:write": "speak",
    "commands": "offer `/goal` and the shortcut",
    "files:write": "attach what is long",
    "groups:history": "the same as in channels, in private ones",
    "groups:read": "the same as in channels, in private ones",
    "im:history": "hear direct messages",
    "im:write": "open a direct conversation for what only one person may see",
    "reactions:read": "hear ✅ and ❌",
    "reactions:write": "acknowledge with 👀",
    "usergroups:read": "let a right be given to a user group",
    "users:read": "tell guests and bots from members",
}
"""Every scope of the bot's token, with what it is for."""

AGENT_SCOPES = {"assistant:write": "be an agent of Slack's: with `sessions` alone"}
AGENT_EVENTS = ("agent_session_stopped",)
"""What an app needs besides that is declared as an agent."""

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)

ABOUT = "Goal mode for team channels: an agent works, verifiers decide when it is done."
BACK = "/slack/oauth_redirect"
"""Where Slack sends somebody who has installed the app into a workspace of their own."""


def manifest(mode: str, url: str = "", *, agent: bool = False) -> dict[str, Any]:
    """Slack's app manifest for `socket` or `http`; `url` is where Slack reaches the bot over HTTP, without a path. An
    `agent` has sessions in threads, with Slack's own stop button.
    """
    url = url.rstrip("/")
    there = {"url": f"{url}/slack/events"} if mode == "http" else {}
    back = {"redirect_urls": [f"{url}{BACK}"]} if url else {}
    request = {"request_url": there["url"]} if there else {}
    view = {"agent_view": {"agent_description": ABOUT}} if agent else {}
    scopes = {**SCOPES, **AGENT_SCOPES} if agent else SCOPES
    events = sorted((*EVENTS, *AGENT_EVENTS)) if agent else list(EVENTS)
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Goalward",
            "description": ABOUT,
            "background_color": "#1f2937",
        },
        "features": {
            **view,
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "goalward", "always_online": True},
            "shortcuts": [
                {
                    "name": "Make this a goal",
                    "type": "message",
                    "callback_id": MAKE_GOAL,
                    "description": "Let an agent work on what this message asks for",
                }
            ],
            "slash_commands": [
                {
                    "command": "/goal",
                    "description": "Start a goal, or show what stands where",
                    "usage_hint": "<objective> | status | help",
                    "should_escape": True,
                    **there,
                }
            ],
        },
        "oauth_config": {**back, "scopes": {"bot": sorted(scopes)}},
        "settings": {
            "event_subscriptions": {"bot_events": events, **request},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": False,
        },
    }
