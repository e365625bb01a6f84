"""What every storage does with content."""

import asyncio
import hashlib
import os

import pytest

from punchlist.domain import limits
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.ids import new_id
from punchlist.domain.problems import Rejected
from punchlist.storage import ContentLost, Stored
from tests.storage.scenery import MIB, fails, pieces, read, then, zeros


@pytest.mark.parametrize(
    "chunks",
    [
        (),
        (b"",),
        (b"x",),
        (b"a", b"", b"b" * 70_000, b"c"),
        (b"x" * MIB, b"y" * MIB),
        (b"x" * (5 * MIB - 1),),
        (b"x" * 5 * MIB,),
        (b"x" * 5 * MIB, b"y" * 5 * MIB),
        (b"x" * 9 * MIB, b"y" * 9 * MIB, b"z"),
    ],
    ids=[
        "none",
        "nothing",
        "a-byte",
        "odd-chunks",
        "blocks",
        "no-part",
        "one-part",
        "two-parts",
        "parts-and-a-rest",
    ],
)
async def test_content_comes_out_as_it_went_in_and_is_measured_on_the_way(place, chunks):
    key, whole = new_id(), b"".join(chunks)
    stored = await place.storage.write(key, pieces(*chunks))
    assert stored == Stored(len(whole), hashlib.sha256(whole).hexdigest())
    assert await read(place.storage, key) == whole
    assert place.names() == [key]


@pytest.mark.parametrize("size", [1, 20 * MIB], ids=["short", "long"])
async def test_nothing_is_left_of_content_whose_sender_fails(place, size):
    with pytest.raises(ConnectionResetError):
        await place.storage.write(new_id(), then(zeros(size), fails))
    assert place.names() == []


@pytest.mark.parametrize("size", [1, 20 * MIB], ids=["short", "long"])
async def test_nothing_is_left_of_content_whose_taker_is_stopped(place, size):
    reached = asyncio.Event()

    async def stall():
        reached.set()
        await asyncio.Event().wait()

    writing = asyncio.ensure_future(place.storage.write(new_id(), then(zeros(size), stall)))
    await reached.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert place.names() == []


async def test_content_is_cut_off_at_the_limit_and_nothing_left_of_it(place):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += MIB
            await asyncio.sleep(0)
            yield bytes(MIB)

    with pytest.raises(Rejected) as caught:
        await place.storage.write(new_id(), endless())
    assert caught.value.kind is ChangeKind.CONTENT_TOO_LARGE
    assert caught.value.facts == {"max": limits.FILE_MAX} == {"max": 100 * MIB}
    assert sent == 101 * MIB
    assert place.names() == []


async def test_content_of_exactly_the_limit_is_kept(place):
    key = new_id()
    stored = await place.storage.write(key, zeros(limits.FILE_MAX, MIB))
    assert stored.size == limits.FILE_MAX
    size = 0
    async for chunk in await place.storage.open(key):
        size += len(chunk)
    assert size == limits.FILE_MAX
    with pytest.raises(Rejected):
        await place.storage.write(new_id(), one_byte_more())
    assert place.names() == [key]


async def one_byte_more():
    async for chunk in zeros(limits.FILE_MAX, MIB):
        yield chunk
    yield b"x"


async def test_many_contents_at_once_do_not_mix(place):
    wholes = {new_id(): os.urandom(300_000) for _ in range(16)}

    async def keep(key, whole):
        step = 10_000
        chunks = [whole[place : place + step] for place in range(0, len(whole), step)]
        return await place.storage.write(key, pieces(*chunks))

    await asyncio.gather(*(keep(key, whole) for key, whole in wholes.items()))
    found = await asyncio.gather(*(read(place.storage, key) for key in wholes))
    assert dict(zip(wholes, found, strict=True)) == wholes
    assert place.names() == sorted(wholes)


async def test_content_that_is_not_there_is_lost(place):
    with pytest.raises(ContentLost):
        await place.storage.open(new_id())


async def test_content_is_removed_once_or_twice_and_others_stay(place):
    keys = new_id(), new_id()
    for key in keys:
        await place.storage.write(key, pieces(b"x"))
    for _ in range(2):
        await place.storage.delete(keys[0])
    assert place.names() == [keys[1]]
    with pytest.raises(ContentLost):
        await place.storage.open(keys[0])


async def test_reading_may_end_early(place):
    key = new_id()
    await place.storage.write(key, zeros(3 * MIB))
    reading = await place.storage.open(key)
    async for chunk in reading:
        assert chunk
        break
    await reading.aclose()
    await place.storage.delete(key)


async def test_a_storage_that_was_closed_can_be_used_again(place):
    key = new_id()
    await place.storage.write(key, pieces(b"x"))
    await place.storage.close()
    assert await read(place.storage, key) == b"x"


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 19, "a" * 20, "A" * 19 + "/", "A" * 20 + "\n"])
async def test_nothing_but_a_key_makes_a_path(place, key):
    for work in (place.storage.write(key, pieces(b"x")), place.storage.open(key), place.storage.delete(key)):
        with pytest.raises(ValueError, match="not a key"):
            await work
