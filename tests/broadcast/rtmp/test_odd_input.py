"""What encoders get wrong: it is borne where it can be understood, and a show does not end for it."""

import asyncio

import pytest

from storecast.broadcast.rtmp import connection as module
from storecast.broadcast.rtmp.amf import encode
from storecast.broadcast.rtmp.chunks import (
    DEFAULT_CHUNK_SIZE,
    MAX_SMALL_MESSAGE,
    ChunkReader,
    MessageType,
    write_message,
)
from storecast.broadcast.rtmp.commands import Command, connect_rejected, read_command
from storecast.broadcast.tags import Kind
from tests.broadcast.rtmp.peer import KEYFRAME, Peer

FRAME = b"\x27\x01\x00\x00\x00frame"


async def publishing() -> Peer:
    peer = Peer()
    peer.connect()
    await peer.publish()
    peer.say(MessageType.VIDEO, KEYFRAME)
    peer.heard()
    return peer


def goes_on(peer: Peer) -> bool:
    """Whether the next frame is taken, and was the only one since the keyframe."""
    peer.say(MessageType.VIDEO, FRAME)
    pictures = [tag.payload for tag in peer.gate.shelf.tags if tag.kind == Kind.VIDEO]
    return pictures == [KEYFRAME, FRAME] and not peer.transport.ended


def flv_tag(kind: int, stamp: int, payload: bytes) -> bytes:
    head = bytes((kind,)) + len(payload).to_bytes(3, "big") + (stamp & 0xFFFFFF).to_bytes(3, "big")
    return head + bytes((stamp >> 24,)) + bytes(3) + payload + (11 + len(payload)).to_bytes(4, "big")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        *((kind, b"") for kind in (0, 3, 4, 7, 8, 9, 15, 16, 17, 18, 19, 20, 21, 22, 99, 255)),
        (MessageType.VIDEO, b"\x17"),
        (MessageType.VIDEO, b"\x17\x02\x00\x00\x00"),
        (MessageType.VIDEO, b"\x22\x00\x00\x00\x00"),
        (MessageType.VIDEO, b"\x90vp08x"),
        (MessageType.AUDIO, b"\xaf"),
        (MessageType.DATA, b"\x02\x00\x0aonMetaData\x08\xff\xff\xff\xff\x00\x01"),
        (MessageType.DATA, b"\x11\x0a\x0b\x01"),
        (MessageType.DATA, b"\x0a\x00\x00\x00\x01" * 5000),
        (MessageType.DATA, bytes(MAX_SMALL_MESSAGE + 1)),
        (MessageType.COMMAND, b"\x00" * 9),
        (MessageType.COMMAND, b"\x02\xff\xffonFCPublish"),
        (MessageType.COMMAND, b"\x02\x00\x04play"),
        (MessageType.COMMAND, encode("_checkbw", 7.0, None)),
        (MessageType.COMMAND, encode("onStatus", 0.0, None, {"code": "x"})),
        (MessageType.COMMAND, encode("createStream", 8.0, None)),
        (MessageType.COMMAND, encode("connect", 8.0, {"app": "live"})),
        (MessageType.COMMAND, encode("publish", 8.0, None, "right", "live")),
        (MessageType.COMMAND_AMF3, b"\x00" + encode("createStream", 8.0, None)),
        (MessageType.USER_CONTROL, b"\x00\x06"),
        (MessageType.WINDOW_SIZE, b"\x00"),
        (MessageType.PEER_BANDWIDTH, b""),
        (MessageType.ABORT, (9999).to_bytes(4, "big")),
    ],
)
async def test_a_show_goes_on_after(kind: int, body: bytes) -> None:
    peer = await publishing()
    peer.say(kind, body)
    assert goes_on(peer)


UNFINISHED = write_message(MessageType.VIDEO, bytes(300), csid=9)[:140]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (write_message(MessageType.SET_CHUNK_SIZE, bytes(4), csid=2), "chunk size 0"),
        (write_message(MessageType.SET_CHUNK_SIZE, b"\x00", csid=2), "control message too short"),
        (b"\xc9", "continuation of nothing"),
        (
            write_message(MessageType.VIDEO, bytes(300), csid=9)[:140] + write_message(9, b"x", csid=9),
            "within a message",
        ),
    ],
)
async def test_what_cannot_be_understood_ends_the_connection(said: bytes, reason: str) -> None:
    peer = await publishing()
    peer.connection.data_received(said)
    assert peer.transport.ended
    assert peer.gate.shelf.closed is False
    assert reason in peer.refusals.given[0]


async def test_a_fault_of_ours_is_logged_and_told() -> None:
    peer = await publishing()
    peer.gate.shelf.error = OSError("the disk is full")
    peer.say(MessageType.VIDEO, FRAME)
    assert peer.statuses() == [("NetStream.Publish.Failed", "The server failed; try again.")]
    assert peer.transport.ended


async def test_aggregate_messages_are_taken_apart() -> None:
    peer = Peer()
    peer.connect()
    await peer.publish()
    tags = ((9, 1000, KEYFRAME), (8, 1010, b"\xaf\x01sound"), (9, 1040, FRAME))
    peer.say(MessageType.AGGREGATE, b"".join(flv_tag(*tag) for tag in tags), timestamp=5000)
    found = [(tag.kind, tag.timestamp) for tag in peer.gate.shelf.tags]
    assert found == [(Kind.VIDEO, 5000), (Kind.AUDIO, 5010), (Kind.VIDEO, 5040)]


@pytest.mark.parametrize(
    "odd",
    [
        b"\x09\x00\x00\xff" + bytes(7),
        b"\x09\x00\x00",
        flv_tag(MessageType.AGGREGATE, 0, flv_tag(9, 0, KEYFRAME)),
        flv_tag(MessageType.COMMAND, 0, encode("deleteStream", 1.0, None, 1.0)),
        flv_tag(9, 0, b""),
    ],
    ids=["cut", "cut in its header", "within itself", "with a command", "empty"],
)
async def test_what_is_odd_in_an_aggregate_is_left_out(odd: bytes) -> None:
    peer = await publishing()
    peer.say(MessageType.AGGREGATE, flv_tag(8, 9, b"\xaf\x01sound") + odd)
    assert [tag.kind for tag in peer.gate.shelf.tags] == [Kind.VIDEO, Kind.AUDIO]
    assert goes_on(peer)


@pytest.mark.parametrize("stream_id", [0, 2, 0xFFFFFFFF])
async def test_media_is_taken_on_any_message_stream(stream_id: int) -> None:
    peer = await publishing()
    peer.connection.data_received(write_message(MessageType.VIDEO, FRAME, csid=7, stream_id=stream_id))
    assert [tag.payload for tag in peer.gate.shelf.tags] == [KEYFRAME, FRAME]


async def test_data_of_amf3_messages_is_the_same_data() -> None:
    peer = await publishing()
    metadata = encode("@setDataFrame", "onMetaData", {"width": 640.0})
    peer.say(MessageType.DATA_AMF3, b"\x00" + metadata)
    peer.say(MessageType.DATA_AMF3, metadata)
    peer.say(MessageType.DATA, metadata)
    assert [tag.payload for tag in peer.gate.shelf.tags[1:]] == [metadata] * 3


async def test_media_sent_right_behind_publish_is_kept_until_the_key_is_granted() -> None:
    peer = Peer()
    peer.gate.answered.clear()
    peer.connect()
    large = KEYFRAME + bytes(2 * MAX_SMALL_MESSAGE)
    said = write_message(MessageType.COMMAND, encode("publish", 5.0, None, "right", "live"), csid=3)
    said += write_message(MessageType.SET_CHUNK_SIZE, (4096).to_bytes(4, "big"), csid=2)
    said += write_message(MessageType.DATA, encode("onMetaData", {}), csid=4)
    said += write_message(MessageType.VIDEO, large, csid=6, chunk_size=4096)
    peer.connection.data_received(said[:-5])
    await asyncio.sleep(0)
    assert peer.transport.paused
    assert peer.gate.shelf.tags == []
    peer.gate.answered.set()
    await peer.answered()
    peer.connection.data_received(said[-5:])
    assert [len(tag.payload) for tag in peer.gate.shelf.tags] == [len(encode("onMetaData", {})), len(large)]


async def test_a_connection_publishes_one_stream_at_a_time() -> None:
    peer = await publishing()
    peer.call("publish", 6.0, None, "other", "live")
    assert peer.statuses() == [("NetStream.Publish.Failed", "One connection publishes one stream.")]
    assert peer.gate.asked == ["right"]
    assert peer.gate.shelf.closed is False


async def test_a_connection_may_publish_another_stream_after_the_first() -> None:
    peer = await publishing()
    peer.call("deleteStream", 6.0, None, 1.0)
    assert peer.gate.shelf.closed is True
    peer.say(MessageType.VIDEO, FRAME + bytes(2 * MAX_SMALL_MESSAGE))  # what was on its way
    peer.gate.shelf.closed = None
    await peer.publish("other")
    assert peer.gate.asked == ["right", "other"]
    assert goes_on(peer)


@pytest.mark.parametrize("body", [b"", b"\x00", b"\x02\x00\x07connect"[:-1], encode(1.0), b"\x11\x01"])
async def test_a_command_without_a_name_ends_a_connection_that_does_not_publish(body: bytes) -> None:
    peer = Peer()
    peer.shake_hands()
    peer.say(MessageType.COMMAND, body)
    assert peer.transport.ended
    assert peer.refusals.given == ["not a command"]


async def test_commands_are_read_as_far_as_they_go() -> None:
    peer = Peer()
    peer.shake_hands()
    peer.say(MessageType.COMMAND, encode("connect", 1.0, {"app": "live", "flashVer": "x"})[:-3])
    peer.say(MessageType.COMMAND_AMF3, b"\x00" + encode("publish", 5.0, None, "right") + b"\x11\x0a")
    await peer.answered()
    assert peer.statuses() == [("NetStream.Publish.Start", "Publishing.")]


@pytest.mark.parametrize(
    ("body", "each"),
    [(encode("createStream", 2.0, None), 16), (encode("x" * 60_000, 0.0), 1), (b"\x02\x00\x01x\x00" + bytes(3000), 1)],
    ids=["short", "long", "many values"],
)
async def test_nobody_says_commands_for_ever(body: bytes, each: int) -> None:
    peer = Peer()
    peer.connect()
    said = write_message(MessageType.COMMAND, body, csid=3) * each
    for _ in range(module.BEFORE_PUBLISHING // len(said)):
        if peer.transport.ended:
            break
        peer.connection.data_received(said)
        peer.heard()
    assert peer.refusals.given == ["says too much before publishing"]
    assert peer.connection.received < module.BEFORE_PUBLISHING / 2


def test_a_long_refusal_is_read_at_the_chunk_size_a_connection_begins_with() -> None:
    found: list[bytes] = []
    reader = ChunkReader(lambda _, __, ___, body: found.append(body))
    reader.feed(connect_rejected(Command("connect", 1.0, []), "x" * 2 * DEFAULT_CHUNK_SIZE))
    (body,) = found
    assert read_command(body).name == "_error"


@pytest.mark.parametrize("size", [1, 0xFFFFFF, 0x8000000, 0x7FFFFFFF])
async def test_every_chunk_size_of_the_standard_is_taken(size: int) -> None:
    peer = await publishing()
    peer.say(MessageType.SET_CHUNK_SIZE, size.to_bytes(4, "big"))
    large = FRAME + bytes(2 * DEFAULT_CHUNK_SIZE)
    peer.connection.data_received(write_message(MessageType.VIDEO, large, csid=6, chunk_size=size))
    assert peer.gate.shelf.tags[-1].payload == large


async def test_acknowledgements_count_on_past_32_bits() -> None:
    peer = await publishing()
    peer.connection._received = peer.connection._acknowledged = (1 << 32) - 100
    peer.say(MessageType.WINDOW_SIZE, (1 << 14).to_bytes(4, "big"))
    peer.say(MessageType.VIDEO, FRAME + bytes(1 << 14))
    ((kind, body),) = peer.heard()
    assert kind == MessageType.ACKNOWLEDGEMENT
    assert int.from_bytes(body, "big") == peer.connection.received - (1 << 32) < 1 << 15
