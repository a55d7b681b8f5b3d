"""A Discord on loopback: its REST API, its gateway and the people of one server, as strict as the real one."""

from tests.peers.discord.discord import Discord
from tests.peers.discord.interactions import Interaction
from tests.peers.discord.reached import reached
from tests.peers.discord.world import Refused

__all__ = ["Discord", "Interaction", "Refused", "reached"]
