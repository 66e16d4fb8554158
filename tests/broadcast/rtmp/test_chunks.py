import contextlib
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.rtmp.chunks import (
    DEFAULT_CHUNK_SIZE,
    MAX_CHUNK_STREAMS,
    MAX_MESSAGE,
    MAX_PENDING,
    MAX_SMALL_MESSAGE,
    ChunkError,
    ChunkReader,
    MessageType,
    write_message,
)
from tests.broadcast.rtmp.chunk_writer import ChunkWriter, Message

CONTENT = [MessageType.AUDIO, MessageType.VIDEO, MessageType.DATA, MessageType.COMMAND, MessageType.AGGREGATE]
csids = st.sampled_from([3, 4, 6, 63, 64, 319, 320, 65599])
timestamps = st.integers(0, 0xFFFFFFFF) | st.sampled_from([0, 23, 46, 0xFFFFFE, 0xFFFFFF, 0x1000000, 0xFFFFFFFF])
messages = st.builds(
    Message,
    csid=csids,
    type=st.sampled_from(CONTENT),
    stream_id=st.sampled_from([0, 1]),
    timestamp=timestamps,
    body=st.integers(0, 300).map(lambda size: b"\xaa" * size) | st.binary(max_size=300),
)


def reader_of(found: list[tuple[int, int, int, bytes]]) -> ChunkReader:
    return ChunkReader(lambda *message: found.append(message))


def told(message: Message) -> tuple[int, int, int, bytes]:
    return message.type, message.stream_id, message.timestamp, message.body


def feed_in_pieces(reader: ChunkReader, data: bytes, cuts: list[int]) -> None:
    at = 0
    for cut in cuts:
        reader.feed(data[at : at + cut])
        at += cut
    reader.feed(data[at:])


@given(st.lists(messages, max_size=12), st.integers(1, 400), st.lists(st.integers(1, 40), max_size=60), st.data())
def test_messages_come_whole_however_they_are_cut(
    written: list[Message], chunk_size: int, cuts: list[int], data: st.DataObject
) -> None:
    writer = ChunkWriter(chunk_size, lambda count: data.draw(st.integers(0, count - 1)))
    chunks, finished = writer.write(written)
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    reader.feed(write_message(MessageType.SET_CHUNK_SIZE, chunk_size.to_bytes(4, "big"), csid=2))
    feed_in_pieces(reader, chunks, cuts)
    assert found == [told(message) for message in finished]


@given(st.integers(0, 800), st.integers(0xFFFFFF, 0xFFFFFFFF).filter(lambda stamp: stamp != 0xAAAAAAAA))
def test_continuations_may_leave_the_extended_timestamp_out(size: int, timestamp: int) -> None:
    message = Message(6, MessageType.VIDEO, 1, timestamp, b"\xaa" * size)
    chunks, _ = ChunkWriter(DEFAULT_CHUNK_SIZE, lambda _: 0, repeats_extended=False).write([message])
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    for byte in chunks + write_message(MessageType.COMMAND, b"", csid=3):
        reader.feed(bytes((byte,)))
    assert found[0] == told(message)


def test_a_type_3_chunk_repeats_the_delta() -> None:
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    reader.feed(write_message(MessageType.AUDIO, b"a", csid=4, stream_id=1, timestamp=1000))
    reader.feed(bytes((0x80 | 4,)) + (23).to_bytes(3, "big") + b"b")  # form 2: only a delta
    reader.feed(bytes((0xC0 | 4,)) + b"c" + bytes((0xC0 | 4,)) + b"d")
    assert [message[2] for message in found] == [1000, 1023, 1046, 1069]


def test_a_type_3_chunk_after_a_full_header_repeats_its_timestamp() -> None:
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    reader.feed(write_message(MessageType.AUDIO, b"a", csid=4, stream_id=1, timestamp=23) + bytes((0xC0 | 4,)) + b"b")
    assert [message[2] for message in found] == [23, 46]


def test_time_stamps_wrap_around() -> None:
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    reader.feed(write_message(MessageType.AUDIO, b"a", csid=4, stream_id=1, timestamp=0xFFFFFFFE))
    reader.feed(bytes((0x80 | 4,)) + (5).to_bytes(3, "big") + b"b")
    assert found[1][2] == 3


def test_an_aborted_message_never_comes_and_its_stream_goes_on() -> None:
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    whole = write_message(MessageType.VIDEO, b"x" * 300, csid=6, stream_id=1)
    reader.feed(whole[: 12 + DEFAULT_CHUNK_SIZE])
    reader.feed(write_message(MessageType.ABORT, (6).to_bytes(4, "big"), csid=2))
    reader.feed(write_message(MessageType.VIDEO, b"y", csid=6, stream_id=1))
    assert [message[3] for message in found] == [b"y"]


def test_the_chunk_size_may_change_within_a_message_of_another_stream() -> None:
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    body = bytes(range(200))
    whole = write_message(MessageType.VIDEO, body, csid=6, stream_id=1)
    reader.feed(whole[: 12 + DEFAULT_CHUNK_SIZE])
    reader.feed(write_message(MessageType.SET_CHUNK_SIZE, (10).to_bytes(4, "big"), csid=2))
    for at in range(DEFAULT_CHUNK_SIZE, len(body), 10):
        reader.feed(bytes((0xC0 | 6,)) + body[at : at + 10])
    assert [message[3] for message in found] == [body]


@given(st.binary(max_size=600), st.lists(st.integers(1, 50), max_size=20))
def test_arbitrary_bytes_raise_nothing_but_chunk_errors(data: bytes, cuts: list[int]) -> None:
    reader = ChunkReader(lambda *_: None)
    with contextlib.suppress(ChunkError):
        feed_in_pieces(reader, data, cuts)


def header(csid: int, length: int, kind: int = MessageType.VIDEO) -> bytes:
    return bytes((csid,)) + bytes(3) + length.to_bytes(3, "big") + bytes((kind, 1, 0, 0, 0))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bytes((0xC0 | 5,)), "continuation of nothing"),
        (header(4, 300) + bytes(DEFAULT_CHUNK_SIZE) + header(4, 300), "within a message"),
        (b"".join(header(2 + number, 200) + bytes(128) for number in range(MAX_CHUNK_STREAMS + 1)), "chunk streams"),
        (header(2, 4, MessageType.SET_CHUNK_SIZE) + bytes(4), "chunk size 0"),
        (header(2, 2, MessageType.SET_CHUNK_SIZE) + bytes(2), "too short"),
        (header(2, 0, MessageType.ABORT), "too short"),
        (header(4, MAX_SMALL_MESSAGE + 1), "message of"),
        (header(3, 300_000, MessageType.COMMAND), "message of"),
    ],
)
def test_what_no_publisher_says_is_an_error(data: bytes, why: str) -> None:
    with pytest.raises(ChunkError, match=why):
        ChunkReader(lambda *_: None).feed(data)


def test_large_messages_are_for_media_of_a_publisher() -> None:
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    reader.large_allowed = True
    reader.feed(write_message(MessageType.VIDEO, bytes(MAX_MESSAGE), csid=6, stream_id=1))
    assert len(found[0][3]) == MAX_MESSAGE
    with pytest.raises(ChunkError, match="message of"):
        reader.feed(header(6, MAX_MESSAGE + 1))


@pytest.mark.parametrize("cut", [1, 100, 1 << 20])
def test_data_too_long_to_be_kept_is_left_out_and_nothing_else(cut: int) -> None:
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    reader.large_allowed = True
    data = write_message(MessageType.DATA, bytes(MAX_SMALL_MESSAGE + 1), csid=4, stream_id=1, timestamp=0x1000000)
    begun = header(6, 200) + b"v" * DEFAULT_CHUNK_SIZE
    whole = begun + data + b"\xc6" + b"v" * 72 + write_message(MessageType.DATA, b"short", csid=4)
    for at in range(0, len(whole), cut):
        reader.feed(whole[at : at + cut])
    assert [(kind, len(body)) for kind, _, _, body in found] == [(MessageType.VIDEO, 200), (MessageType.DATA, 5)]


def test_a_held_reader_keeps_what_comes_in_order() -> None:
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    reader.feed(write_message(MessageType.VIDEO, b"first", csid=6)[:-2])
    reader.held = True
    reader.feed(b"st" + write_message(MessageType.VIDEO, b"second", csid=6))
    reader.feed(write_message(MessageType.VIDEO, b"third", csid=6))
    assert [body for *_, body in found] == [b"first"]
    reader.held = False
    reader.feed(b"")
    assert [body for *_, body in found] == [b"first", b"second", b"third"]


def test_unfinished_messages_hold_a_bounded_memory() -> None:
    reader = ChunkReader(lambda *_: None)
    reader.large_allowed = True
    size = 1 << 20
    reader.feed(write_message(MessageType.SET_CHUNK_SIZE, size.to_bytes(4, "big"), csid=2))
    payload = bytes(size)
    tracemalloc.start()
    try:
        for csid in range(3, 3 + MAX_PENDING // size):
            reader.feed(header(csid, MAX_MESSAGE))
            reader.feed(payload)
        reader.feed(header(31, MAX_MESSAGE))
        with pytest.raises(ChunkError, match="unfinished"):
            reader.feed(payload)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * MAX_PENDING


def test_finished_and_aborted_messages_are_let_go() -> None:
    reader = ChunkReader(lambda *_: None)
    reader.large_allowed = True
    message = write_message(MessageType.VIDEO, bytes(1 << 20), csid=6, stream_id=1)
    begun = message[: 12 + DEFAULT_CHUNK_SIZE + 4000 * (1 + DEFAULT_CHUNK_SIZE)]
    for _ in range(2 * MAX_PENDING // len(begun) + 1):
        reader.feed(message)
        reader.feed(begun)
        reader.feed(write_message(MessageType.ABORT, (6).to_bytes(4, "big"), csid=2))


@given(st.binary(max_size=1000), st.integers(0, 0xFFFFFFFF), st.integers(1, 300), st.integers(2, 63))
def test_what_is_written_is_read(body: bytes, timestamp: int, chunk_size: int, csid: int) -> None:
    found: list[tuple[int, int, int, bytes]] = []
    reader = reader_of(found)
    reader.feed(write_message(MessageType.SET_CHUNK_SIZE, chunk_size.to_bytes(4, "big"), csid=2))
    reader.feed(
        write_message(MessageType.COMMAND, body, csid=csid, stream_id=7, timestamp=timestamp, chunk_size=chunk_size)
    )
    assert found == [(MessageType.COMMAND, 7, timestamp, body)]
