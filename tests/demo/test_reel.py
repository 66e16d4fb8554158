import asyncio
from collections.abc import AsyncIterator

from storecast.demo import flv
from storecast.demo.reel import LEAD, Reel, Showing
from tests.waiting import eventually

SECONDS = 16
STEP = 40  # milliseconds
PART = SECONDS * 1000
VIDEO = 9


def stream(begin: int, end: int) -> bytes:
    """Frames from `begin` to `end` milliseconds, the sequence header first where they are the first."""
    head = flv.HEADER + flv.Tag(VIDEO, 0, b"\x17\x00").written(0) if begin == 0 else b""
    return head + b"".join(flv.Tag(VIDEO, at, b"\x27\x01%d" % at).written(at) for at in range(begin, end, STEP))


def reel(drawn: int) -> Reel:
    """Three parts, of which `drawn` milliseconds are there."""
    made = Reel(3, SECONDS)
    made.feed(stream(0, drawn))
    return made


async def play(made: Reel, showings: AsyncIterator[Showing]) -> tuple[int, list[int]]:
    """Send the next showing; answers its part and the times of its tags."""
    showing = await anext(showings)
    return showing.part, [tag.at async for tag in made.tags(showing)]


async def test_a_whole_reel_is_shown_over_and_over_at_times_that_never_jump() -> None:
    made = reel(3 * PART)
    made.finish()
    showings = made.showings()
    played = [await play(made, showings) for _ in range(7)]
    assert [part for part, _ in played] == [0, 1, 2, 0, 1, 2, 0]
    assert [at for _, times in played for at in times] == list(range(0, 7 * PART, STEP))


async def test_it_begins_some_seconds_behind_the_drawing_and_sends_what_is_drawn_meanwhile() -> None:
    made = reel(LEAD)
    showings = made.showings()
    begun = asyncio.create_task(play(made, showings))
    for at in range(LEAD, PART + STEP, STEP):
        await asyncio.sleep(0)
        assert not begun.done()
        made.feed(stream(at, at + STEP))
    assert await begun == (0, list(range(0, PART, STEP)))


async def test_it_does_not_begin_before() -> None:
    made = reel(LEAD - STEP)
    ready = asyncio.create_task(made.ready())
    await asyncio.sleep(0)
    assert not ready.done()
    made.feed(stream(LEAD - STEP, LEAD + STEP))
    await eventually(ready.done)


async def test_before_it_begins_no_more_than_the_first_part_is_drawn() -> None:
    made = reel(PART)
    await made.wanted()
    made.feed(stream(PART, PART + STEP))
    wanted = asyncio.create_task(made.wanted())
    await asyncio.sleep(0)
    assert not wanted.done()
    await anext(made.showings())
    await wanted


async def test_a_part_that_is_still_drawn_is_not_begun_and_the_one_before_is_shown_again() -> None:
    made = reel(2 * PART)  # the second part may have a last sound to come
    showings = made.showings()
    played = [await play(made, showings) for _ in range(2)]
    made.feed(stream(2 * PART, 3 * PART))
    played += [await play(made, showings) for _ in range(2)]
    made.finish()
    played += [await play(made, showings) for _ in range(2)]
    assert [part for part, _ in played] == [0, 0, 1, 1, 2, 0]
    assert [at for _, times in played for at in times] == list(range(0, 6 * PART, STEP))


async def test_a_publisher_that_comes_back_gets_the_set_up_and_the_first_part_again() -> None:
    made = reel(3 * PART)
    made.finish()
    first = await play(made, made.showings())
    assert await play(made, made.showings()) == first
    assert made.head() == flv.HEADER + flv.Tag(VIDEO, 0, b"\x17\x00").written(0)


def test_the_stream_may_come_in_pieces_of_any_size() -> None:
    whole = stream(0, PART)
    in_bytes = Reel(3, SECONDS)
    for index in range(len(whole)):
        in_bytes.feed(whole[index : index + 1])
    assert in_bytes.file() == whole


def test_times_beyond_24_bits_are_read_as_written() -> None:
    late = flv.Tag(VIDEO, 0x1234567, b"\x27\x01")
    assert list(flv.Reader().tags(flv.HEADER + late.written(late.at))) == [late]
