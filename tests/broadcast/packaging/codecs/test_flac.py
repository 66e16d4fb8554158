import pytest

from storecast.broadcast.packaging.codecs import BadConfiguration, ConversionNeeded, audio_codec, samples_in
from tests.broadcast.packaging.streams import encoded, peaks, sine

BLOCK = b"\x80\x00\x00\x22"


def streaminfo(rate: int = 48000, channels: int = 2, depth: int = 16, blocks: tuple[int, int] = (4096, 4096)) -> bytes:
    packed = rate << 44 | channels - 1 << 41 | depth - 1 << 36 | 12345
    return b"".join(size.to_bytes(2) for size in blocks) + bytes(range(6)) + packed.to_bytes(8) + bytes(range(16))


def test_rate_and_channels_are_read() -> None:
    codec = encoded(*sine(2, "stereo", 44100), "-c:a", "flac").audio()
    assert (codec.name, codec.rate, codec.channels, codec.frame) == ("fLaC", 44100, 2, 0)


def test_streaminfo_may_come_with_its_headers_or_without() -> None:
    info = streaminfo()
    read = [audio_codec(b"fLaC", begun + info) for begun in (b"", BLOCK, b"fLaC" + BLOCK, b"fLaC\x00\x00\x00\x22")]
    assert all(codec == read[0] for codec in read)


def test_what_is_known_only_at_the_end_changes_no_entry() -> None:
    early, late = streaminfo(), streaminfo()[:4] + bytes(6) + streaminfo()[10:14] + bytes(20)
    assert audio_codec(b"fLaC", early) == audio_codec(b"fLaC", late)


@pytest.mark.parametrize(("rate", "said"), [(48000, 48000), (96000, 48000), (192000, 48000), (88200, 44100)])
def test_a_rate_beyond_16_bits_is_divided_in_the_entry_alone(rate: int, said: int) -> None:
    codec = audio_codec(b"fLaC", streaminfo(rate))
    assert codec.rate == rate
    assert int.from_bytes(codec.entry[32:34]) == said


@pytest.mark.parametrize("depth", [16, 24])
def test_the_entry_says_the_samples_depth(depth: int) -> None:
    assert int.from_bytes(audio_codec(b"fLaC", streaminfo(depth=depth)).entry[26:28]) == depth


@pytest.mark.parametrize(
    ("frame", "samples"),
    [
        ("fff81908", 192),
        ("fff82908", 576),
        ("fff85908", 4608),
        ("fff88908", 256),
        ("fff8f908", 32768),
        ("fff96908000f", 16),
        ("fff97908007fff", 32768),
        ("fff87908c2800fff", 4096),  # the coded number takes two bytes
        ("fff86908c2800f", 16),
        ("fff80908", 0),
        ("fff8690800", 0),
        ("fff879080000", 0),
        ("fff6c908", 0),
        ("", 0),
    ],
)
def test_a_frame_tells_its_length(frame: str, samples: int) -> None:
    filled = bytes.fromhex(frame) if not samples else bytes.fromhex(frame).ljust(16, b"\x00")
    assert samples_in(audio_codec(b"fLaC", streaminfo()), filled) == samples


def test_frames_of_an_encoder_are_as_long_as_their_headers_say() -> None:
    stream = encoded(*sine(2, "stereo", 44100), "-c:a", "flac")
    assert sum(samples_in(stream.audio(), frame) for frame in stream.sounds) == 2 * 44100


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("depth", [16, 24])
def test_silence_decodes_to_silence(channels: int, depth: int) -> None:
    codec = audio_codec(b"fLaC", streaminfo(channels=channels, depth=depth))
    assert codec.silence is not None
    assert samples_in(codec, codec.silence) == codec.silent_samples == 4096
    assert peaks(codec, [codec.silence] * 3) == [0] * channels


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"fLaC",
        BLOCK,
        streaminfo()[:33],
        BLOCK + streaminfo()[:33],
        streaminfo(rate=0),
        streaminfo(blocks=(15, 4096)),
        streaminfo(blocks=(4096, 256)),
    ],
)
def test_a_streaminfo_that_is_cut_or_lies_is_refused(header: bytes) -> None:
    with pytest.raises(BadConfiguration):
        audio_codec(b"fLaC", header)


@pytest.mark.parametrize("depth", [4, 12, 20])
def test_samples_that_browsers_do_not_read_are_converted(depth: int) -> None:
    with pytest.raises(ConversionNeeded, match=f"{depth} bits"):
        audio_codec(b"fLaC", streaminfo(depth=depth))
