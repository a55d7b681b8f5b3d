"""What one person alone sees, in answer to what they did: as long as Discord takes such an answer."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from discord import Webhook

from adapters import memory
from adapters.chat import File, Undeliverable
from adapters.discord import calls
from adapters.discord.parts import Part, Parts
from adapters.discord.refusals import DrawingRefused
from adapters.discord.text import escaped
from adapters.memory import Memory, attached

log = logging.getLogger(__name__)

WHISPERED = "-"
"""Stands for the id of what only one person sees."""


class Answers(Protocol):
    """Where what somebody did may still be answered for a while, seen by nobody else."""

    async def acknowledged(self, key: str) -> None:
        """Wait until what somebody did is acknowledged: before that nothing is answered."""

    def followup(self, key: str) -> Webhook | None: ...


class Whispers:
    def __init__(self, answers: Answers, known: Memory) -> None:
        self._answers = answers
        self._memory = known

    async def answered(self, made: Parts, key: str) -> bool:
        """Say it, if what the key is a reply to may still be answered. Raises Busy, DrawingRefused."""
        act = key.removeprefix("reply:")
        await self._answers.acknowledged(act)
        followup = self._answers.followup(act)
        if followup is None:
            return False
        try:
            await self._say(followup, made.messages, key)
            await self._attach(followup, made.files, key)
        except DrawingRefused:
            raise
        except Undeliverable as over:
            log.info("%s cannot be answered there any more: %s", key, over)
            return False
        return True

    async def _say(self, followup: Webhook, said: Sequence[Part], key: str) -> None:
        for number, part in enumerate(said, 1):
            one = memory.part(key, number)
            if not self._memory.posted(one):
                await calls.answer(followup, part)
                self._memory.keep({one: WHISPERED})

    async def _attach(self, followup: Webhook, files: Sequence[File], key: str) -> None:
        for file in files:
            name = attached(key, file.name)
            if self._memory.posted(name):
                continue
            try:
                await calls.answer_file(followup, file)
            except Undeliverable as refusal:
                said = f"The file {file.name} cannot be attached. {refusal}"
                await calls.answer(followup, Part(escaped(said)))
            self._memory.keep({name: WHISPERED})
