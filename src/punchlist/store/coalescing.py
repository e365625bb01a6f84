"""Many callers' look-ups in one statement.

Under load, most of what a look-up costs is the round trip and not the look-up. So while a statement is under
way, further questions wait and then go together in the next one. A caller alone waits for nobody, and no
question is put to a statement that was sent before it was asked, so that what was written before asking is
always seen.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Found = TypeVar("Found")


class Coalesced(Generic[Question, Found]):
    """Puts single questions together and asks them `most` at a time, in `flights` statements at once."""

    def __init__(
        self,
        look_up: Callable[[Sequence[Question]], Awaitable[Sequence[Found]]],
        *,
        most: int,
        flights: int,
    ) -> None:
        self._look_up = look_up
        self._most = most
        self._free = flights
        self._waiting: list[tuple[Question, asyncio.Future[Found]]] = []
        self._flying: set[asyncio.Task[None]] = set()

    async def get(self, question: Question) -> Found:
        """What is found for one question; raises what the statement raised."""
        answer: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._free:
            self._free -= 1
            flight = asyncio.create_task(self._fly())
            self._flying.add(flight)  # the loop itself keeps no task alive
            flight.add_done_callback(self._flying.discard)
        return await answer

    async def _fly(self) -> None:
        """Asks what is waiting, again and again until nothing is."""
        try:
            while self._waiting:
                asked, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._ask(asked)
        finally:
            self._free += 1

    async def _ask(self, asked: list[tuple[Question, asyncio.Future[Found]]]) -> None:
        try:
            found = await self._look_up([question for question, _ in asked])
            answered = list(zip(asked, found, strict=True))
        except Exception as error:
            for _, answer in asked:
                if not answer.done():  # a caller who hung up has cancelled theirs
                    answer.set_exception(error)
            return
        for (_, answer), each in answered:
            if not answer.done():
                answer.set_result(each)
