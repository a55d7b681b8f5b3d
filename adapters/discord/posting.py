"""Messages that stand once in their channel or thread, however often they are posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discord import Client

from adapters import memory
from adapters.chat import File, Gone, Undeliverable
from adapters.discord import calls
from adapters.discord.marks import begun, mark, marked, standing
from adapters.discord.parts import Part
from adapters.discord.refusals import Lacks
from adapters.discord.text import escaped
from adapters.memory import Memory, attached
from goals.domain.values import Origin, Person

NOTHING: Mapping[str, str] = {}


class Posting:
    """What an earlier process may have posted, or what is in doubt, is looked for before it is posted again."""

    def __init__(self, client: Client, known: Memory) -> None:
        self._client = client
        self._memory = known

    async def looked_back(self, to: Origin, place: int, key: str) -> Mapping[str, str]:
        """The texts of ours that stand last in a place, with their ids, where a post may be there already."""
        if not self._memory.needs_reading(key, to.thread_key, begun(to.thread)):
            return NOTHING
        last = await self.read_back(place)
        self._memory.was_read(key, to.thread_key)
        return last

    async def read_back(self, place: int) -> Mapping[str, str]:
        assert self._client.user is not None
        found = standing(place, await calls.messages(self._client, place), self._client.user.id)
        self._memory.keep(found.known)
        return found.last

    async def once(
        self,
        place: int,
        part: Part,
        key: str,
        addressed: Sequence[Person] = (),
        last: Mapping[str, str] = NOTHING,
    ) -> str:
        """Post one message, if it is not there. Returns its id."""
        if known := self.posted(place, key):
            return known
        if part.colour is None:
            id_ = await self._say(place, part, key, addressed, last)
        elif part.text:
            id_ = await self._say(place, part, key, addressed, last)
            await calls.redraw(self._client, place, id_, part, mark(key))
        else:
            id_ = await calls.draw(self._client, place, part, addressed, key, mark(key))
        self._memory.keep({key: id_})
        return id_

    def posted(self, place: int, key: str) -> str:
        """The id of the message with a key; empty where none is known."""
        return self._memory.posted(key) or self._memory.posted(marked(place, mark(key)))

    async def _say(
        self, place: int, part: Part, key: str, addressed: Sequence[Person], last: Mapping[str, str]
    ) -> str:
        """A text. That of a box is said before it is drawn: of a box alone notifications show nothing at all."""
        half = f"{key} said"
        id_ = self._memory.posted(half) or last.get(part.text.strip())
        id_ = id_ or await calls.say(self._client, place, part, addressed, key)
        self._memory.keep({half: id_})
        return id_

    async def rest(self, place: int, first: str, rest: Sequence[Part], last: Mapping[str, str]) -> str:
        """Post what follows a message. Returns the id of what stands last."""
        latest = first
        for number, part in enumerate(rest, 2):
            latest = await self.once(place, part, memory.part(first, number), (), last)
        return latest

    async def change_rest(self, place: int, first: str, rest: Sequence[Part]) -> None:
        """What follows a message that was changed is changed too, or added."""
        keys = [memory.part(first, number) for number in range(2, len(rest) + 2)]
        if not all(self.posted(place, key) for key in keys):
            await self.read_back(place)
        for key, part in zip(keys, rest, strict=True):
            if following := self.posted(place, key):
                await calls.redraw(self._client, place, following, part, mark(key))
            else:
                await self.once(place, part, key)

    async def files(self, place: int, after: str, files: Sequence[File]) -> None:
        """Files follow a message; one that is refused is named there."""
        for file in files:
            name = attached(after, file.name)
            if self._memory.posted(name):
                continue
            try:
                await calls.attach(self._client, place, file, name)
            except Lacks as refusal:
                await self._refused(place, after, file, refusal)
            except Gone:
                raise
            except Undeliverable as refusal:
                await self._refused(place, after, file, refusal)
            self._memory.keep({name: after})

    async def _refused(self, place: int, after: str, file: File, refusal: Undeliverable) -> None:
        said = f"The file {file.name} cannot be attached. {refusal}"
        await self.once(place, Part(escaped(said)), memory.refused(after, file.name))
