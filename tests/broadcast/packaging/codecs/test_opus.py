import struct

import pytest

from storecast.broadcast.packaging.codecs import BadConfiguration, ConversionNeeded, audio_codec, samples_in
from tests.broadcast.packaging.streams import encoded, peaks, sine


def head(channels: int, family: int = 0, mapping: bytes = b"", version: int = 1) -> bytes:
    return b"OpusHead" + struct.pack("<BBHIhB", version, channels, 312, 44100, -256, family) + mapping


STEREO = audio_codec(b"Opus", head(2))


def test_the_head_is_written_in_the_boxes_order_and_with_the_rate_that_browsers_compare() -> None:
    assert (STEREO.name, STEREO.rate, STEREO.channels, STEREO.frame) == ("Opus", 48000, 2, 0)
    assert STEREO.entry.endswith(b"\x00\x00\x00\x13dOps" + struct.pack(">BBHIhB", 0, 2, 312, 48000, -256, 0))


def test_a_channel_mapping_is_kept() -> None:
    mapping = bytes((4, 2, 0, 4, 1, 2, 3, 5))
    codec = audio_codec(b"Opus", head(6, 1, mapping) + b"more")
    assert codec.channels == 6
    assert codec.entry.endswith(b"\x01" + mapping)


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        ("00", 480),
        ("18", 2880),
        ("60", 480),
        ("78", 960),
        ("80", 120),
        ("f8", 960),
        ("f9", 1920),
        ("fa", 1920),
        ("fb06", 5760),
        ("fb86", 5760),
        ("fb07", 0),  # more than 120 ms
        ("fb00", 0),
        ("fb", 0),
        ("", 0),
    ],
)
def test_a_packet_tells_its_length(packet: str, samples: int) -> None:
    assert samples_in(STEREO, bytes.fromhex(packet)) == samples


@pytest.mark.parametrize("milliseconds", ["2.5", "10", "60"])
def test_packets_of_an_encoder_are_as_long_as_it_was_told(milliseconds: str) -> None:
    stream = encoded(*sine(2, "stereo", 48000), "-c:a", "libopus", "-frame_duration", milliseconds)
    assert {samples_in(stream.audio(), packet) for packet in stream.sounds} == {int(float(milliseconds) * 48)}


@pytest.mark.parametrize(
    "header",
    [head(1), head(2), head(3, 1, bytes((2, 1, 0, 2, 1))), head(6, 1, bytes((4, 2, 0, 4, 1, 2, 3, 5)))],
)
def test_silence_decodes_to_silence(header: bytes) -> None:
    codec = audio_codec(b"Opus", header)
    assert codec.silence is not None
    assert samples_in(codec, codec.silence) == codec.silent_samples
    assert peaks(codec, [codec.silence] * 4) == pytest.approx([0] * codec.channels, abs=1e-4)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"OpusHead",
        head(2)[:-1],
        head(0),
        head(3),
        head(2, version=16),
        head(9, 1, bytes(11)),
        head(2, 1, bytes((1, 1, 0))),
        head(2, 1, bytes((0, 0, 0, 0))),
        head(2, 1, bytes((1, 2, 0, 0))),
        head(2, 1, bytes((1, 1, 0, 2))),
    ],
)
def test_a_head_that_is_cut_or_lies_is_refused(header: bytes) -> None:
    with pytest.raises(BadConfiguration):
        audio_codec(b"Opus", header)


def test_mappings_no_browser_knows_are_converted() -> None:
    with pytest.raises(ConversionNeeded, match="255"):
        audio_codec(b"Opus", head(2, 255, bytes((2, 0, 0, 1))))
