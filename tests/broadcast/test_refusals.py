"""What is refused at the port, while a show runs that must not notice."""

import asyncio
import contextlib
import gc
import os
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storecast.broadcast.rtmp import connection as limits
from storecast.broadcast.rtmp.chunks import MessageType, write_message
from storecast.broadcast.rtmp.connection import Connection
from storecast.broadcast.rtmp.handshake import HELLO, PACKET
from storecast.broadcast.rtmp.server import WAITING_PER_ADDRESS
from storecast.contracts import hooks
from tests.broadcast.node import Node
from tests.broadcast.rtmp.client import flv_messages
from tests.broadcast.viewer import complaints, stamps_of
from tests.waiting import eventually

TAKEN = ("NetStream.Publish.BadName", "Somebody is publishing on this key.")
UNKNOWN = ("NetStream.Publish.BadName", "There is no such stream key.")
FAILED = "NetStream.Publish.Failed"
STARTED = ("NetStream.Publish.Start", "Publishing.")
FRAME = 1 / 30


@contextlib.asynccontextmanager
async def nothing_noticed(node: Node) -> AsyncIterator[None]:
    """The show goes on meanwhile and afterwards, every frame of it, in the same session."""
    viewer = node.viewer()
    before = await viewer.playlist()
    yield
    after = await viewer.until(max((await viewer.playlist()).newest, before.newest) + 1)
    assert after.breaks == 0
    video = stamps_of(await viewer.film(after, before.newest))["video"]
    assert video.longest_gap < 2.5 * FRAME  # the clip's own seam is nearly two
    session = node.peer.grants["right"].session_id
    assert not any(told.session_id == session for told in node.peer.of(hooks.SessionDropped))


async def only_the_show_is_connected(node: Node) -> None:
    await eventually(lambda: node.server.rtmp.connections == 1)


async def test_a_wrong_key_is_told_so(live: Node) -> None:
    async with nothing_noticed(live):
        for key in ("wrong", "", "x" * 300, "right/../other", "ri\0ght"):
            client = await live.connect()
            assert await client.publish(key) == UNKNOWN
            await client.closed()


async def test_an_encoder_that_comes_back_into_a_stopped_show_is_told_so(live: Node) -> None:
    why = "The host ended this show. Stop the encoder for 15 s, or use a new stream key."
    live.peer.stopped["other"] = why
    async with nothing_noticed(live):
        client = await live.connect()
        assert await client.publish("other") == ("NetStream.Publish.Denied", why)
        await client.closed()
    live.peer.stopped.clear()


async def test_an_encoder_let_into_a_session_that_just_ended_begins_another(node: Node) -> None:
    node.peer.deaf_to.add(hooks.RECORDED)  # so that the node is not done with the session
    client = await node.connect()
    assert await client.publish("right") == STARTED
    grant = node.peer.grants["right"]
    client.call("deleteStream", 4.0, None, 1.0)
    await eventually(lambda: "right" not in node.peer.grants)
    client.kill()
    node.peer.grants["right"] = grant  # the API had let the encoder in again before it heard of the end
    again = await node.connect()
    assert await again.publish("right") == (FAILED, "The session has just ended; try again.")
    await again.closed()
    await eventually(lambda: "right" not in node.peer.grants)
    node.peer.deaf_to.clear()
    third = await node.connect()
    assert await third.publish("right") == STARTED
    assert node.peer.grants["right"].session_id != grant.session_id
    third.kill()


async def test_a_second_publisher_is_refused_and_the_first_goes_on(live: Node) -> None:
    async with nothing_noticed(live):
        clients = [await live.connect() for _ in range(3)]
        assert set(await asyncio.gather(*(client.publish("right") for client in clients))) == {TAKEN}
        for client in clients:
            await client.closed()
        encoder = live.publishers.start("right")
        _, said = await asyncio.to_thread(encoder.communicate)
        assert encoder.returncode != 0
        assert TAKEN[1].encode() in said


@pytest.mark.parametrize(
    "noise",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # the beginning of TLS
        bytes(range(256)) * 8,
        b"\x03" + bytes(2 * PACKET) + b"\xff" * 100_000,
        b"\x03" + bytes(2 * PACKET) + bytes(range(7, 256)) * 40,
    ],
    ids=["http", "tls", "bytes", "ones", "after the handshake"],
)
async def test_what_is_not_rtmp_is_cut_off(live: Node, noise: bytes) -> None:
    async with nothing_noticed(live):
        client = await live.connect()
        client.writer.write(noise)
        await client.closed()
        await only_the_show_is_connected(live)


async def test_a_peer_that_falls_silent_is_cut_off(live: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PUBLISH_SECONDS", 0.2)
    async with nothing_noticed(live):
        silent, halfway, shaken = [await live.connect() for _ in range(3)]
        halfway.writer.write(b"\x03" + bytes(100))
        await shaken.shake_hands()
        for client in (silent, halfway, shaken):
            await client.closed()
        await only_the_show_is_connected(live)


async def test_a_publisher_that_falls_silent_is_lost(live: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SILENCE_SECONDS", 1.5)  # the show's frames come closer
    async with nothing_noticed(live):
        client = await live.connect()
        assert await client.publish("other") == STARTED
        session = live.peer.grants["other"].session_id
        await client.closed()
        await eventually(lambda: session in {told.session_id for told in live.peer.of(hooks.SessionDropped)})


async def test_a_string_of_300_kb_is_not_taken(live: Node) -> None:
    huge = b"\x02\x00\x07connect\x00" + bytes(8) + b"\x03\x00\x03app\x0c" + (300_000).to_bytes(4, "big")
    huge += b"x" * 300_000 + b"\x00\x00\x09"
    async with nothing_noticed(live):
        client = await live.connect()
        await client.shake_hands()
        received = live.server.rtmp.received
        client.writer.write(write_message(MessageType.COMMAND, huge, csid=3))
        assert await client.closed() == b""
        await only_the_show_is_connected(live)
        assert live.server.rtmp.received >= received


async def test_a_flood_of_connections_is_held_back(live: Node) -> None:
    async with nothing_noticed(live):
        clients = [await live.connect() for _ in range(3 * WAITING_PER_ADDRESS)]
        closed = [asyncio.create_task(client.closed()) for client in clients[WAITING_PER_ADDRESS:]]
        assert set(await asyncio.gather(*closed)) == {b""}
        assert live.server.rtmp.connections == WAITING_PER_ADDRESS + 1
        for client in clients[:WAITING_PER_ADDRESS]:
            client.kill()
        await only_the_show_is_connected(live)
        late = await live.connect()
        assert await late.publish("other") == STARTED
        late.kill()


async def test_an_encoder_with_a_codec_nobody_can_play_is_told_so(live: Node) -> None:
    async with nothing_noticed(live):
        encoder = live.publishers.start("other", "-c:v", "flv", "-an")
        _, said = await asyncio.to_thread(encoder.communicate)
        assert encoder.returncode != 0
        assert b"Video codec 2 is not supported: send H.264, HEVC, AV1 or VP9." in said


async def test_an_encoder_killed_in_a_frame_comes_back_into_its_session(live: Node, clip: Path) -> None:
    seconds = 4
    async with nothing_noticed(live):
        client = await live.connect()
        assert await client.publish("other") == STARTED
        first = live.peer.grants["other"]
        messages = list(flv_messages(clip, seconds * 1000))
        for message in messages:
            client.writer.write(message)
        client.writer.write(messages[3][: len(messages[3]) // 2])
        await client.writer.drain()
        viewer = live.viewer("playback2")
        await viewer.playlist()
        client.kill()
        await eventually(lambda: first.claim in {told.claim for told in live.peer.of(hooks.SessionDropped)})
        for take in (2, 3):
            encoder = live.publishers.start("other")
            number = (await viewer.playlist()).newest
            await viewer.until(number + 2)
            grant = live.peer.grants["other"]
            assert (grant.session_id, grant.take) == (first.session_id, first.take + take - 1)
            if take == 2:
                encoder.kill()
            else:
                encoder.terminate()
            await asyncio.to_thread(encoder.wait)
        after = await viewer.playlist()
        assert after.breaks == 2
    film = (await live.recording(first.session_id)).read_bytes()
    assert await complaints(live.settings.ffmpeg, film) == ""
    video = stamps_of(film)["video"]
    assert len(video.decoded) > (seconds + 2 * 3) * 30
    assert video.longest_gap < 0.2  # where one take ends and the next begins


async def test_refused_connections_leave_nothing_behind(live: Node) -> None:
    noise = b"\x16" + os.urandom(1999)  # as TLS begins; a 3 would begin RTMP, which is given its time

    async def refused(number: int) -> None:
        client = await live.connect()
        match number % 4:
            case 0:
                client.writer.write(noise)
            case 1:
                client.writer.write(b"\x03" + bytes(2 * PACKET) + b"\xff" * 20_000)
            case 2:
                assert await client.publish(f"wrong{number}") == UNKNOWN
            case _:
                client.writer.write(b"\x03" + bytes(HELLO // 2))
                client.writer.write_eof()
        await client.closed()

    async def round_of(count: int) -> int:
        for start in range(0, count, 8):
            await asyncio.gather(*(refused(number) for number in range(start, start + 8)))
        await only_the_show_is_connected(live)
        gc.collect()
        # What ffmpeg writes for the show is not counted: it comes and goes meanwhile.
        ours = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/broadcast/rtmp/*")])
        return sum(statistic.size for statistic in ours.statistics("filename"))

    async with nothing_noticed(live):
        tracemalloc.start()
        try:
            await round_of(80)
            tasks = len(asyncio.all_tasks())
            before = await round_of(80)
            after = await round_of(240)
        finally:
            tracemalloc.stop()

    def connections() -> int:
        gc.collect()
        return sum(isinstance(found, Connection) for found in gc.get_objects())

    await eventually(lambda: connections() == 1)
    assert len(asyncio.all_tasks()) <= tasks + 2
    assert after - before < 240 * 1000  # a connection that is kept holds 2 KB at the very least
