"""Look-ups that share statements: each caller gets their own answer, whatever the interleaving."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain.problems import Unavailable
from punchlist.store.coalescing import Coalesced
from tests.stateful.bounds import examples


class Desk:
    """Answers questions when told to; the answer to a question names it, and how often it was asked."""

    def __init__(self, most: int, flights: int) -> None:
        self.most, self.flights = most, flights
        self.flying: list[tuple[list[int], asyncio.Future[list[str]]]] = []
        self.asked: list[int] = []
        self.coalesced: Coalesced[int, str] = Coalesced(self.look_up, most=most, flights=flights)

    async def look_up(self, questions: Sequence[int]) -> Sequence[str]:
        assert 1 <= len(questions) <= self.most
        assert len(self.flying) < self.flights
        self.asked += questions
        answer: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
        self.flying.append((list(questions), answer))
        return await answer

    def land(self, which: int, error: Exception | None = None) -> None:
        """Ends one of the statements under way."""
        if not self.flying:
            return
        questions, answer = self.flying.pop(which % len(self.flying))
        if error is None:
            answer.set_result([f"answer to {question}" for question in questions])
        else:
            answer.set_exception(error)


async def settle() -> None:
    """Lets everything that can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


class Day:
    """A day at the desk: people ask, statements come back or fail, somebody gives up, time goes by."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.callers: list[asyncio.Task[str]] = []
        self.failures: dict[int, Exception] = {}
        self.given_up: set[int] = set()

    async def ask(self, _: int) -> None:
        self.callers.append(asyncio.create_task(self.desk.coalesced.get(len(self.callers))))

    async def land(self, number: int) -> None:
        self.desk.land(number)

    async def fail(self, number: int) -> None:
        if self.desk.flying:
            error = Unavailable(f"failure {len(self.failures)}")
            questions = self.desk.flying[number % len(self.desk.flying)][0]
            self.failures |= dict.fromkeys(questions, error)
            self.desk.land(number, error)

    async def give_up(self, number: int) -> None:
        place = number % len(self.callers) if self.callers else 0
        if self.callers and self.callers[place].cancel():
            self.given_up.add(place)

    async def settle(self, _: int) -> None:
        await settle()

    async def end(self) -> None:
        while not all(caller.done() for caller in self.callers):
            await settle()
            self.desk.land(0)
        await settle()

    def check(self) -> None:
        """Everybody got what was theirs: an answer, the failure of their statement, or what they wanted."""
        for place, caller in enumerate(self.callers):
            if caller.cancelled():
                assert place in self.given_up
            elif caller.exception() is not None:
                assert caller.exception() is self.failures[place]
            else:
                assert caller.result() == f"answer to {place}"
                assert place not in self.failures


happenings = st.lists(
    st.tuples(
        st.sampled_from([Day.ask, Day.ask, Day.ask, Day.land, Day.fail, Day.give_up, Day.settle]),
        st.integers(0, 40),
    ),
    max_size=60,
)


@examples(300)
@given(happenings=happenings, most=st.integers(1, 4), flights=st.integers(1, 3))
def test_each_caller_gets_their_own_answer_or_their_own_failure(
    happenings: list[tuple[Any, int]], most: int, flights: int
):
    async def live() -> None:
        desk = Desk(most, flights)
        day = Day(desk)
        for happening, number in happenings:
            await happening(day, number)
        await day.end()
        day.check()
        assert desk.asked == sorted(set(desk.asked))  # first come, first served, and each once
        # Whoever comes next is served, whatever happened before.
        late = asyncio.create_task(desk.coalesced.get(1000))
        await settle()
        while desk.flying:  # also what was asked for those who gave up
            desk.land(0)
            await settle()
        assert late.done()
        assert late.result() == "answer to 1000"

    asyncio.run(live())


def a_desk(most: int = 64, flights: int = 1) -> Desk:
    return Desk(most, flights)


async def test_a_caller_alone_waits_for_nobody() -> None:
    desk = a_desk()
    caller = asyncio.create_task(desk.coalesced.get(7))
    await settle()
    assert [questions for questions, _ in desk.flying] == [[7]]
    desk.land(0)
    assert await caller == "answer to 7"


async def test_who_asks_while_a_statement_is_under_way_goes_together_in_the_next() -> None:
    desk = a_desk()
    callers = [asyncio.create_task(desk.coalesced.get(0))]
    await settle()
    callers += [asyncio.create_task(desk.coalesced.get(number)) for number in (1, 2, 3)]
    await settle()
    assert [questions for questions, _ in desk.flying] == [[0]]
    desk.land(0)
    await settle()
    assert [questions for questions, _ in desk.flying] == [[1, 2, 3]]
    desk.land(0)
    assert await asyncio.gather(*callers) == [f"answer to {number}" for number in range(4)]


async def test_no_question_joins_a_statement_that_was_sent_before_it_was_asked() -> None:
    """Else a caller could be told what was true before they asked, and miss their own write."""
    desk = a_desk(flights=2)
    first = asyncio.create_task(desk.coalesced.get(0))
    await settle()
    second = asyncio.create_task(desk.coalesced.get(0))
    await settle()
    assert [questions for questions, _ in desk.flying] == [[0], [0]]
    desk.land(0)
    desk.land(0)
    assert [await first, await second] == ["answer to 0"] * 2


async def test_a_failure_reaches_every_caller_of_its_statement_and_nobody_else() -> None:
    desk = a_desk()
    alone = asyncio.create_task(desk.coalesced.get(0))
    await settle()
    together = [asyncio.create_task(desk.coalesced.get(number)) for number in (1, 2)]
    desk.land(0)
    await settle()
    desk.land(0, Unavailable("gone"))
    await settle()
    assert await alone == "answer to 0"
    for caller in together:
        with pytest.raises(Unavailable, match="gone"):
            await caller


async def test_a_caller_who_gives_up_does_no_harm_to_the_others() -> None:
    desk = a_desk()
    waiting: list[Any] = [asyncio.create_task(desk.coalesced.get(number)) for number in range(3)]
    await settle()
    waiting[1].cancel()
    await settle()
    desk.land(0)
    assert await waiting[0] == "answer to 0"
    assert await waiting[2] == "answer to 2"
    with pytest.raises(asyncio.CancelledError):
        await waiting[1]


async def test_a_look_up_that_answers_too_few_questions_fails_its_callers_and_blocks_nobody() -> None:
    answers: list[list[str]] = [[], ["fine"]]

    async def short(questions: Sequence[int]) -> Sequence[str]:
        return answers.pop(0)

    coalesced: Coalesced[int, str] = Coalesced(short, most=1, flights=1)
    with pytest.raises(ValueError, match="shorter"):
        await asyncio.wait_for(coalesced.get(1), 5)
    assert await asyncio.wait_for(coalesced.get(2), 5) == "fine"
