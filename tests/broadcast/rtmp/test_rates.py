"""How fast publishers are read, and whose media is too fat."""

import asyncio
from collections.abc import Iterator

import pytest

from storecast.broadcast.rates import WINDOW_MS, Allowance, MediaRate
from storecast.broadcast.rtmp import connection as module
from storecast.broadcast.rtmp.chunks import MessageType, write_message
from storecast.broadcast.rtmp.connection import BURST_SECONDS
from storecast.broadcast.rtmp.server import RtmpServer
from tests.broadcast.rtmp.client import RtmpClient
from tests.broadcast.rtmp.peer import BYTE_RATE, KEYFRAME, OpenGate, Peer
from tests.ports import free_port
from tests.waiting import eventually

TOO_FAT = ("NetStream.Publish.Failed", "Bit rate above the limit.")


def test_an_allowance_is_spent_and_comes_back() -> None:
    allowance = Allowance(100, 500, now=0)
    assert allowance.spend(500, now=0) == 0
    assert allowance.spend(150, now=1) == 0.5
    assert allowance.spend(0, now=1.5) == 0
    assert allowance.spend(600, now=100) == 1
    assert Allowance(0, 500, now=0).spend(501, now=1000) == float("inf")


def frames(bytes_a_second: int, *, seconds: int = 30, starts_at: int = 0, pace: float = 1) -> Iterator[tuple[int, int]]:
    """Stamp and size of 25 frames a second. `pace` is how fast their stamps run."""
    for number in range(seconds * 25):
        yield (starts_at + round(number * 40 * pace)) & 0xFFFFFFFF, bytes_a_second // 25


@pytest.mark.parametrize("starts_at", [0, 0xFFFFFF - 5000, 0xFFFFFFFF - 5000])
def test_fat_media_is_known_by_its_stamps(starts_at: int) -> None:
    fat, lean = MediaRate(1000), MediaRate(1000)
    assert any(fat.exceeded(9, *frame) for frame in frames(1100, starts_at=starts_at))
    assert not any(lean.exceeded(9, *frame) for frame in frames(975, starts_at=starts_at))


def test_sound_and_picture_count_together_however_far_apart_their_stamps_are() -> None:
    for each, exceeded in ((550, True), (450, False)):
        rate = MediaRate(1000)
        both = zip(frames(each), frames(each, starts_at=3_000_000), strict=True)
        assert exceeded is any(rate.exceeded(8, *sound) or rate.exceeded(9, *picture) for sound, picture in both)


def test_a_large_keyframe_or_a_short_scene_is_not_fat() -> None:
    rate = MediaRate(1000)
    sizes = [*frames(400, seconds=8), (8000, 4000), *frames(400, seconds=40, starts_at=8040)]
    assert not any(rate.exceeded(9, *frame) for frame in sizes)


def test_stamps_that_stand_still_or_step_back_say_nothing_of_the_rate() -> None:
    assert not any(MediaRate(1000).exceeded(9, *frame) for frame in frames(5000, pace=0))
    assert not any(MediaRate(1000).exceeded(9, *frame) for frame in frames(5000, pace=-1, starts_at=1 << 30))


async def test_media_above_the_limit_is_cut_off_however_slowly_it_comes() -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    peer.heard()
    size = BYTE_RATE // 8
    for number in range(WINDOW_MS // 100 + 2):
        if peer.transport.ended:
            break
        peer.say(MessageType.VIDEO, KEYFRAME + bytes(size), timestamp=number * 100)
    assert peer.statuses()[-1] == TOO_FAT
    assert WINDOW_MS / 100 - 2 < len(peer.gate.shelf.tags) < WINDOW_MS / 100 + 2


async def test_lying_stamps_do_not_make_reading_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    held: list[float] = []
    monkeypatch.setattr(peer.connection._pace, "hold", lambda _, seconds: held.append(seconds))
    size, loop = BYTE_RATE // 4, asyncio.get_running_loop()
    now = loop.time()
    with monkeypatch.context() as stopped:
        stopped.setattr(loop, "time", lambda: now)
        for number in range(int(BURST_SECONDS * 4) + 8):
            peer.say(MessageType.VIDEO, KEYFRAME + bytes(size), timestamp=number * 60_000)
    assert not peer.transport.ended
    assert held[-1] == pytest.approx(2, abs=0.1)  # eight quarters of a second too much


async def test_a_flood_of_empty_messages_is_cut_off() -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    peer.heard()
    peer.connection.data_received(write_message(MessageType.VIDEO, b"", csid=6) + b"\xc6" * 256 * 1024)
    assert peer.statuses() == [("NetStream.Publish.Failed", "More messages than can be read.")]


async def test_a_backlog_is_read_slowly_and_all_of_it() -> None:
    gate = OpenGate()
    port = free_port()
    server = RtmpServer(gate, max_publishers=1, max_kbps=8000)
    await server.listen("127.0.0.1", port)
    try:
        client = await RtmpClient.connect(port)
        await client.publish("right")
        minutes = 30
        for number in range(minutes * 60):
            body = KEYFRAME + bytes(3600)
            client.writer.write(write_message(9, body, csid=6, stream_id=1, timestamp=number * 1000))
        client.call("deleteStream", 4.0, None, 1.0)
        await eventually(lambda: gate.shelf.closed is True)
        assert [tag.timestamp for tag in gate.shelf.tags] == [number * 1000 for number in range(minutes * 60)]
        assert server.received > BURST_SECONDS * 1_000_000  # not all of it at once
        client.kill()
        await client.closed()
    finally:
        await server.close()


async def test_a_publisher_of_few_bytes_hears_that_they_came() -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    peer.heard()
    now = peer.connection.since
    peer.connection.since = now + module.HEARD_SECONDS
    peer.connection.check(now + module.HEARD_SECONDS - 1)
    assert peer.heard() == []
    peer.connection.check(now + module.HEARD_SECONDS + 1)
    (acknowledged,) = peer.heard()
    assert acknowledged == (MessageType.ACKNOWLEDGEMENT, peer.connection.received.to_bytes(4, "big"))
