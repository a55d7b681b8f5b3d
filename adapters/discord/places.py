"""Where something stands on Discord: a thread has the id of the message on which it stands."""

from __future__ import annotations

from adapters.chat import Undeliverable
from adapters.discord.origins import DIRECT
from goals.domain.values import Origin


class Places:
    def __init__(self) -> None:
        self.flat: set[str] = set()
        """Channels of a server in which there are no threads, like the talk beside a voice: all is said in themselves."""

    def of(self, at: Origin) -> int:
        """The id of the channel or thread in which is posted. Raises Undeliverable for what is no id."""
        if not at.channel.isdecimal():
            raise Undeliverable(
                f"Discord's channels are meant by their id, which `#{at.channel}` is none of:"
                " write `notify:` and pick the channel from Discord's list."
            )
        flat = not at.thread or at.tenant == DIRECT or at.channel in self.flat
        return int(at.channel if flat else at.thread)

    def holder(self, at: Origin, message: str) -> int:
        """The id of the channel or thread in which a message stands: the one that began a thread is not in it."""
        return int(at.channel) if message == at.thread else self.of(at)
