"""Slack: heard over Socket Mode or HTTP, answered in threads, with cards in Block Kit."""

from adapters.slack.adapter import PATH, Access, SlackAdapter
from adapters.slack.sockets import Pace

__all__ = ["PATH", "Access", "Pace", "SlackAdapter"]
