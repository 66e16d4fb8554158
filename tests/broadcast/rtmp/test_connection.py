import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.rtmp import connection as module
from storecast.broadcast.rtmp.amf import AmfValue, encode
from storecast.broadcast.rtmp.chunks import DEFAULT_CHUNK_SIZE, ChunkReader, MessageType, write_message
from storecast.broadcast.rtmp.commands import WINDOW, Command, connect_rejected, read_command
from storecast.broadcast.rtmp.connection import Connection, Phase
from storecast.broadcast.rtmp.handshake import HELLO, PACKET
from storecast.broadcast.rtmp.pace import Pace
from storecast.broadcast.rtmp.publishing import PublishRefused
from storecast.broadcast.tags import Kind, Tag
from storecast.kit.settings import Settings
from tests.broadcast.publishers import Publishers
from tests.broadcast.rtmp.transport import MemoryTransport
from tests.ports import free_port
from tests.waiting import eventually

BYTE_RATE = 1_000_000
KEYFRAME = b"\x17\x01\x00\x00\x00frame"


class Shelf:
    """A publication that keeps what it takes."""

    def __init__(self) -> None:
        self.tags: list[Tag] = []
        self.closed: bool | None = None

    def put(self, tag: Tag) -> None:
        self.tags.append(tag)

    def close(self, *, unpublished: bool) -> None:
        assert self.closed is None
        self.closed = unpublished


class OpenGate:
    def __init__(self) -> None:
        self.shelf = Shelf()
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.answered = asyncio.Event()
        self.answered.set()

    async def publish(self, key: str, address: str, cut_off: Callable[[str], None]) -> Shelf:
        self.asked.append(key)
        await self.answered.wait()
        if self.error is not None:
            raise self.error
        return self.shelf


class Peer:
    """A connection seen from the publisher's side."""

    def __init__(self, *, reads: bool = True) -> None:
        self.gate = OpenGate()
        self.transport = MemoryTransport(reads=reads)
        self.open = 0
        self.connection = Connection(self.gate, self._admit, self._forget, BYTE_RATE, Pace())
        self.connection.connection_made(self.transport)
        self._heard: list[tuple[int, bytes]] = []
        self._reader = ChunkReader(lambda kind, _, __, body: self._heard.append((kind, body)))

    def _admit(self, _: Connection) -> bool:
        self.open += 1
        return True

    def _forget(self, _: Connection) -> None:
        self.open -= 1

    def shake_hands(self) -> None:
        self.connection.data_received(b"\x03" + bytes(PACKET) + bytes(PACKET))
        self.transport.written.clear()

    def connect(self) -> None:
        self.shake_hands()
        self.call("connect", 1.0, {"app": "live", "type": "nonprivate"})
        self.heard()

    def say(self, kind: int, body: bytes, *, timestamp: int = 0) -> None:
        self.connection.data_received(write_message(kind, body, csid=4, stream_id=1, timestamp=timestamp))

    def call(self, *values: AmfValue) -> None:
        self.say(MessageType.COMMAND, encode(*values))

    async def publish(self, key: str = "right") -> None:
        self.call("publish", 5.0, None, key, "live")
        while self.connection.phase is Phase.ASKING:
            await asyncio.sleep(0)

    def heard(self) -> list[tuple[int, bytes]]:
        """Type and body of every message since the last time, or since the handshake."""
        self._reader.feed(bytes(self.transport.written))
        self.transport.written.clear()
        heard, self._heard = self._heard, []
        return heard

    def statuses(self) -> list[tuple[str, str]]:
        """Code and description of each `onStatus` since the last time."""
        infos = [
            command.arguments[1]
            for command in (read_command(body) for kind, body in self.heard() if kind == MessageType.COMMAND)
            if command.name == "onStatus"
        ]
        return [(str(info["code"]), str(info["description"])) for info in infos if isinstance(info, dict)]


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


async def test_aggregate_messages_are_taken_apart() -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    body = b""
    for kind, stamp, payload in ((9, 1000, KEYFRAME), (8, 1010, b"\xaf\x01sound"), (9, 1040, b"\x27\x01\x00\x00\x00x")):
        body += bytes((kind,)) + len(payload).to_bytes(3, "big") + stamp.to_bytes(3, "big") + bytes(4)
        body += payload + (11 + len(payload)).to_bytes(4, "big")
    peer.say(MessageType.AGGREGATE, body, timestamp=5000)
    found = [(tag.kind, tag.timestamp) for tag in peer.gate.shelf.tags]
    assert found == [(Kind.VIDEO, 5000), (Kind.AUDIO, 5010), (Kind.VIDEO, 5040)]


@pytest.mark.parametrize("inner", [b"\x09\x00\x00\xff" + bytes(7), b"\x16" + bytes(10)])
async def test_a_broken_aggregate_ends_the_connection(inner: bytes) -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    peer.say(MessageType.AGGREGATE, inner)
    assert peer.transport.ended
    assert peer.gate.shelf.closed is False


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        (MessageType.VIDEO, b"\x22\x00\x00\x00\x00", "Video codec 2 is not supported: send H.264, HEVC, AV1 or VP9."),
        (MessageType.VIDEO, b"\x90vp08x", "Video codec vp08 is not supported: send H.264, HEVC, AV1 or VP9."),
    ],
)
async def test_a_codec_nobody_can_play_is_named(kind: int, body: bytes, said: str) -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    peer.heard()
    peer.say(kind, body)
    assert peer.statuses() == [("NetStream.Publish.Failed", said)]
    assert peer.transport.ended


@pytest.mark.parametrize(("body", "codec"), [(b"\xb2ab", b"spex"), (b"\xc2ab", b"  12"), (b"\x91ac-3ab", b"ac-3")])
async def test_sound_nobody_can_play_is_taken_all_the_same(body: bytes, codec: bytes) -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    peer.heard()
    peer.say(MessageType.AUDIO, body)
    assert peer.statuses() == []
    assert not peer.transport.ended
    assert [tag.codec for tag in peer.gate.shelf.tags] == [codec]


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


def test_a_long_refusal_is_read_at_the_chunk_size_a_connection_begins_with() -> None:
    found: list[bytes] = []
    reader = ChunkReader(lambda _, __, ___, body: found.append(body))
    reader.feed(connect_rejected(Command("connect", 1.0, []), "x" * 2 * DEFAULT_CHUNK_SIZE))
    (body,) = found
    assert read_command(body).name == "_error"


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


async def test_publishing_twice_on_a_connection_ends_it() -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    peer.call("publish", 6.0, None, "other", "live")
    assert peer.transport.ended
    assert peer.gate.asked == ["right"]
    assert peer.gate.shelf.closed is False


async def test_a_refusal_says_why() -> None:
    peer = Peer()
    peer.gate.error = PublishRefused("NetStream.Publish.BadName", "There is no such stream key.")
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
        connections.append(Connection(gate, lambda _: True, closed.append, BYTE_RATE, Pace()))
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


async def test_a_burst_is_borne_and_a_flood_is_not() -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    burst = write_message(MessageType.VIDEO, KEYFRAME + bytes(BYTE_RATE), csid=4, stream_id=1)
    now = peer.connection.since
    for _ in range(4):
        peer.connection.data_received(burst)
    peer.connection.check(now + 0.1)
    assert not peer.transport.ended
    for _ in range(10):
        now += 0.5
        peer.connection.data_received(burst)
        peer.connection.check(now)
    assert ("NetStream.Publish.Failed", "Bit rate above the limit.") in peer.statuses()
    assert peer.transport.ended


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
