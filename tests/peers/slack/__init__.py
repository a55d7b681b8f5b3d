"""Slack on loopback: a workspace with people and channels, its Web API over HTTP, its events over WebSockets or HTTP.

It is as strict as Slack is known to be, and sometimes as unkind: it limits, forgets, doubles and falls silent.
"""

from tests.peers.slack.slack import Slack

__all__ = ["Slack"]
