import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.publishing import PublishRefused, Refusal
from storecast.broadcast.refusals import RefusalLog
from storecast.broadcast.rtmp import connection as module
from storecast.broadcast.rtmp.amf import encode
from storecast.broadcast.rtmp.chunks import MessageType, write_message
from storecast.broadcast.rtmp.commands import WINDOW, read_command
from storecast.broadcast.rtmp.connection import Connection, Phase
from storecast.broadcast.rtmp.handshake import HELLO, PACKET
from storecast.broadcast.rtmp.pace import Pace
from storecast.kit.settings import Settings
from tests.broadcast.publishers import Publishers
from tests.broadcast.rtmp.peer import BYTE_RATE, KEYFRAME, OpenGate, Peer
from tests.ports import free_port
from tests.waiting import eventually


async def test_a_session_from_hello_to_unpublish() -> None:
    peer = Peer()
    peer.shake_hands()
    peer.call("connect", 1.0, {"app": "live", "type": "nonprivate"})
    kinds = [kind for kind, _ in peer.heard()]
    assert kinds == [MessageType.WINDOW_SIZE, MessageType.PEER_BANDWIDTH, MessageType.COMMAND]
    peer.call("createStream", 4.0, None)
    ((_, body),) = peer.heard()
    assert read_command(body).arguments[-1] == 1.0
    await peer.publish("right?extra=1")
    assert peer.gate.asked == ["right"]
    assert peer.statuses() == [("NetStream.Publish.Start", "Publishing.")]
    peer.say(MessageType.VIDEO, KEYFRAME, timestamp=40)
    peer.call("FCUnpublish", 6.0, None, "right")
    assert peer.gate.shelf.closed is True
    assert [tag.timestamp for tag in peer.gate.shelf.tags] == [40]


async def test_a_publisher_rests_after_each_read() -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    assert not peer.transport.paused
    peer.say(MessageType.VIDEO, KEYFRAME)
    assert peer.transport.paused
    await eventually(lambda: not peer.transport.paused)


@pytest.mark.parametrize("pieces", [1, 7, 1000])
async def test_the_handshake_may_come_in_pieces(pieces: int) -> None:
    peer = Peer()
    whole = b"\x03" + bytes(2 * PACKET) + write_message(MessageType.COMMAND, encode("FCPublish", 2.0), csid=3)
    for at in range(0, len(whole), pieces):
        peer.connection.data_received(whole[at : at + pieces])
    assert len(peer.transport.written) > HELLO + PACKET
    assert peer.connection.phase is Phase.COMMANDS


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\x22\x00\x00\x00\x00", "Video codec 2 is not supported: send H.264, HEVC, AV1 or VP9."),
        (b"\x90vp08x", "Video codec vp08 is not supported: send H.264, HEVC, AV1 or VP9."),
    ],
)
async def test_a_codec_nobody_can_play_is_named(body: bytes, said: str) -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    peer.heard()
    peer.say(MessageType.VIDEO, body)
    assert peer.statuses() == [("NetStream.Publish.Failed", said)]
    assert peer.transport.ended


async def test_pings_are_answered_and_bytes_acknowledged() -> None:
    peer = Peer()
    peer.connect()
    peer.say(MessageType.USER_CONTROL, b"\x00\x06\x01\x02\x03\x04")
    assert peer.heard() == [(MessageType.USER_CONTROL, b"\x00\x07\x01\x02\x03\x04")]
    await peer.publish()
    peer.heard()
    sent = 0
    while sent < WINDOW:
        peer.say(MessageType.VIDEO, KEYFRAME + bytes(100_000))
        sent += 100_000
    acknowledged = [int.from_bytes(body, "big") for kind, body in peer.heard() if kind == MessageType.ACKNOWLEDGEMENT]
    assert len(acknowledged) == 1
    assert WINDOW <= acknowledged[0] <= peer.connection.received


async def test_the_wrong_application_is_refused() -> None:
    peer = Peer()
    peer.shake_hands()
    peer.call("connect", 1.0, {"app": "vod"})
    ((_, body),) = peer.heard()
    assert read_command(body).name == "_error"
    assert peer.transport.ended


async def test_an_application_that_refers_to_itself_many_times_costs_nothing() -> None:
    # Thirty arrays, each of ten references to the one before: written out, 10³⁰ values.
    arrays = [b"\x0a\x00\x00\x00\x0a" + b"\x05" * 10]
    for index in range(30):
        arrays.append(b"\x0a\x00\x00\x00\x0a" + (b"\x07" + (2 + index).to_bytes(2, "big")) * 10)
    app = b"\x0a" + len(arrays).to_bytes(4, "big") + b"".join(arrays)
    peer = Peer()
    peer.shake_hands()
    peer.say(MessageType.COMMAND, encode("connect", 1.0) + b"\x03\x00\x03app" + app + b"\x00\x00\x09")
    assert peer.transport.ended
    assert len(peer.transport.written) < 1000


async def test_a_refusal_says_why() -> None:
    peer = Peer()
    peer.gate.error = PublishRefused(Refusal.UNKNOWN_KEY, "There is no such stream key.")
    peer.connect()
    await peer.publish()
    assert peer.statuses() == [("NetStream.Publish.BadName", "There is no such stream key.")]
    assert peer.transport.ended


async def test_a_gate_that_fails_leaves_nobody_waiting() -> None:
    peer = Peer()
    peer.gate.error = RuntimeError("the disk is gone")
    peer.connect()
    await peer.publish()
    assert peer.statuses() == [("NetStream.Publish.Failed", "The server failed; try again.")]
    assert peer.transport.ended


async def test_a_publisher_gone_while_the_api_is_asked_is_not_published() -> None:
    peer = Peer()
    peer.gate.answered.clear()
    peer.connect()
    peer.call("publish", 5.0, None, "right", "live")
    await asyncio.sleep(0)
    assert peer.transport.paused
    peer.connection.connection_lost(None)
    peer.gate.answered.set()
    while peer.gate.shelf.closed is None:
        await asyncio.sleep(0)
    assert peer.gate.shelf.closed is False
    assert peer.open == 0


async def test_a_peer_that_reads_nothing_is_cut_off() -> None:
    peer = Peer(reads=False)
    peer.connect()
    await peer.publish()
    ping = write_message(MessageType.USER_CONTROL, b"\x00\x06\x01\x02\x03\x04", csid=2)
    for _ in range(module.MAX_UNREAD // len(ping) + 1):
        peer.connection.data_received(ping)
    assert peer.transport.aborted
    assert len(peer.transport.written) < module.MAX_UNREAD + 100
    assert peer.gate.shelf.closed is False


async def test_patience_ends_before_publishing_and_in_silence() -> None:
    slow = Peer()
    slow.connection.data_received(b"\x03")
    slow.connection.check(slow.connection.since + module.PUBLISH_SECONDS)
    assert not slow.transport.ended
    slow.connection.check(slow.connection.since + module.PUBLISH_SECONDS + 0.1)
    assert slow.transport.aborted
    silent = Peer()
    silent.connect()
    await silent.publish()
    silent.connection.check(silent.connection.since + module.SILENCE_SECONDS)
    assert not silent.transport.ended
    silent.connection.check(silent.connection.since + module.SILENCE_SECONDS + 0.1)
    assert silent.transport.aborted
    assert silent.gate.shelf.closed is False


async def test_a_peer_that_was_told_why_is_read_until_it_hangs_up() -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    peer.connection.cut_off("The session has ended.")
    assert ("NetStream.Publish.Failed", "The session has ended.") in peer.statuses()
    assert not peer.transport.closed
    received = peer.connection.received
    peer.say(MessageType.VIDEO, KEYFRAME)
    peer.call("publish", 7.0, None, "right", "live")
    assert peer.connection.received == received
    assert peer.gate.shelf.tags == []
    peer.connection.check(peer.connection.since + module.LINGER_SECONDS)
    assert not peer.transport.closed
    peer.connection.check(peer.connection.since + module.LINGER_SECONDS + 0.1)
    assert peer.transport.aborted


async def test_a_warning_is_told_and_the_publisher_goes_on() -> None:
    peer = Peer()
    peer.connect()
    peer.connection.warn("Nobody publishes yet.")
    await peer.publish()
    peer.heard()
    peer.connection.warn("No keyframe for 10 seconds.")
    ((kind, body),) = peer.heard()
    warning = {"level": "warning", "code": "NetStream.Publish.Warning", "description": "No keyframe for 10 seconds."}
    assert (kind, read_command(body).arguments[1]) == (MessageType.COMMAND, warning)
    peer.say(MessageType.VIDEO, KEYFRAME, timestamp=40)
    assert [tag.timestamp for tag in peer.gate.shelf.tags] == [40]
    peer.connection.cut_off("The session has ended.")
    peer.heard()
    peer.connection.warn("Nobody listens any more.")
    assert peer.heard() == []


async def test_ffmpeg_goes_on_after_a_warning(clip: Path) -> None:
    gate, port = OpenGate(), free_port()
    connections: list[Connection] = []
    closed: list[Connection] = []

    def connection() -> Connection:
        connections.append(Connection(gate, lambda _: True, closed.append, BYTE_RATE, Pace(), RefusalLog()))
        return connections[-1]

    def took(more_than: int) -> Callable[[], bool]:
        return lambda: len(gate.shelf.tags) > more_than

    async with await asyncio.get_running_loop().create_server(connection, "127.0.0.1", port):
        publishers = Publishers(Settings().ffmpeg, f"rtmp://127.0.0.1:{port}/live", clip)
        encoder = publishers.start("right")
        try:
            await eventually(lambda: gate.shelf.tags, 10)
            for _ in range(3):
                connections[0].warn("The stream arrives too slowly. " * 12)
                await eventually(took(len(gate.shelf.tags) + 30), 10)
            assert encoder.poll() is None
            assert gate.shelf.closed is None
        finally:
            publishers.stop_all()
        await eventually(lambda: closed, 10)


said = st.sampled_from(list(MessageType)) | st.integers(0, 255)
bodies = st.binary(max_size=80) | st.sampled_from(
    [
        encode("connect", 1.0, {"app": "live"}),
        encode("publish", 2.0, None, "right", "live"),
        encode("deleteStream", 3.0, None, 1.0),
        encode("play", 3.0, None, "x"),
        encode("publish", 2.0),
        KEYFRAME,
    ]
)


@given(st.lists(st.tuples(said, bodies), max_size=15), st.binary(max_size=50))
def test_nothing_a_peer_says_is_an_exception(messages: list[tuple[int, bytes]], tail: bytes) -> None:
    async def talk() -> None:
        peer = Peer()
        peer.shake_hands()
        for kind, body in messages:
            if peer.transport.ended:
                break
            peer.connection.data_received(write_message(kind, body, csid=4, stream_id=1))
            await asyncio.sleep(0)
        peer.connection.data_received(tail)
        peer.connection.connection_lost(None)
        assert peer.open == 0
        assert peer.connection.phase is Phase.CLOSED

    asyncio.run(talk())
