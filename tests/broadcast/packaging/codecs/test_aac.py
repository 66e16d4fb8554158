import math

import pytest

from storecast.broadcast.packaging.codecs import AudioCodec, BadConfiguration, ConversionNeeded, audio_codec, samples_in
from tests.broadcast.packaging.streams import PCE, encoded, peaks, read_flv, sine

TONE = ("-f", "lavfi", "-i", "sine=sample_rate=48000", "-c:a", "aac")
CHANNELS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 8}


def configuration(*fields: tuple[int, int]) -> bytes:
    """Values with their number of bits."""
    bits = "".join(f"{value:0{size}b}" for value, size in fields)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8))


def read(text: str) -> AudioCodec:
    return audio_codec(b"mp4a", bytes.fromhex(text))


def written(codec: AudioCodec) -> str:
    """The AudioSpecificConfig in the sample entry."""
    at = codec.entry.index(b"esds") + 8 + 2 + 3 + 2 + 13  # descriptors 3 and 4, up to descriptor 5
    assert codec.entry[at] == 5
    return codec.entry[at + 2 : at + 2 + codec.entry[at + 1]].hex()


@pytest.mark.parametrize(
    ("text", "name", "rate", "channels", "frame"),
    [
        ("1190", "mp4a.40.2", 48000, 2, 1024),
        ("1210", "mp4a.40.2", 44100, 2, 1024),
        ("119056e500", "mp4a.40.2", 48000, 2, 1024),  # says that there is no band replication
        ("1194", "mp4a.40.2", 48000, 2, 960),
        ("1008", "mp4a.40.2", 96000, 1, 1024),
        ("1608", "mp4a.40.2", 7350, 1, 1024),
        ("2b118800", "mp4a.40.5", 48000, 2, 2048),
        ("eb098800", "mp4a.40.29", 48000, 2, 2048),  # one channel that parametric stereo makes two
        ("131056e598", "mp4a.40.5", 24000, 2, 1024),
        ("130856e59d4880", "mp4a.40.29", 24000, 2, 1024),
    ],
)
def test_what_browsers_take_is_named_and_kept(text: str, name: str, rate: int, channels: int, frame: int) -> None:
    codec = read(text)
    assert (codec.name, codec.rate, codec.channels, codec.frame) == (name, rate, channels, frame)
    assert written(codec).ljust(len(text), "0") == text
    assert samples_in(codec, b"\x00") == frame


def test_band_replication_that_does_not_double_the_rate_keeps_the_frames() -> None:
    downsampled = configuration((5, 5), (3, 4), (2, 4), (3, 4), (2, 5), (0, 3))
    assert (audio_codec(b"mp4a", downsampled).rate, audio_codec(b"mp4a", downsampled).frame) == (48000, 1024)
    with pytest.raises(BadConfiguration, match="from 48000 to 44100"):
        audio_codec(b"mp4a", configuration((5, 5), (3, 4), (2, 4), (4, 4), (2, 5), (0, 3)))


def test_a_rate_that_is_spelled_out_is_written_by_its_index() -> None:
    spelled = audio_codec(b"mp4a", configuration((2, 5), (15, 4), (44100, 24), (2, 4), (0, 3)))
    assert spelled.rate == 44100
    assert written(spelled) == "1210"
    with pytest.raises(ConversionNeeded, match="43000"):
        audio_codec(b"mp4a", configuration((2, 5), (15, 4), (43000, 24), (2, 4), (0, 3)))


@pytest.mark.parametrize("kind", [1, 3, 4, 17, 23, 39, 42])
def test_object_types_no_browser_takes_are_converted(kind: int) -> None:
    spelled = [(31, 5), (kind - 32, 6)] if kind >= 32 else [(kind, 5)]
    with pytest.raises(ConversionNeeded, match=f"type {kind}"):
        audio_codec(b"mp4a", configuration(*spelled, (3, 4), (2, 4), (0, 16)))


@pytest.mark.parametrize("channels", [11, 12, 13, 14])
def test_channels_beyond_what_browsers_know_are_converted(channels: int) -> None:
    with pytest.raises(ConversionNeeded, match=str(channels)):
        audio_codec(b"mp4a", configuration((2, 5), (3, 4), (channels, 4), (0, 3)))


@pytest.mark.parametrize(
    "text",
    ["", "11", "1180", "11c0", "1690", "1780000010", "1788", "0190", "2b", "2b1188", "eb0f8800"],
)
def test_a_configuration_that_is_cut_or_lies_is_refused(text: str) -> None:
    with pytest.raises(BadConfiguration):
        read(text)


@pytest.mark.parametrize(("name", "kind"), [(b".mp3", ".mp3"), (b"ac-3", "ac-3"), (b"\x00\xff\x00\xff", "audio codec")])
def test_other_sound_is_converted(name: bytes, kind: str) -> None:
    with pytest.raises(ConversionNeeded, match=kind):
        audio_codec(name, b"")


@pytest.mark.parametrize("number", CHANNELS)
@pytest.mark.parametrize("short", [0, 1])
def test_silence_decodes_to_silence(number: int, short: int) -> None:
    codec = audio_codec(b"mp4a", configuration((2, 5), (3, 4), (number, 4), (short, 1), (0, 2)))
    assert codec.channels == CHANNELS[number]
    assert codec.silent_samples == codec.frame
    assert codec.silence is not None
    assert peaks(codec, [codec.silence] * 4) == [0] * CHANNELS[number]


@pytest.mark.parametrize("text", ["2b118800", "eb098800", "131056e598", "130856e59d4880"])
def test_silence_of_replicated_bands_decodes_to_silence(text: str) -> None:
    codec = read(text)
    assert codec.silence is not None
    assert peaks(codec, [codec.silence] * 4) == [0, 0]


def test_silence_may_stand_between_frames_of_sound() -> None:
    stream = encoded(*TONE, "-ac", "2")
    silence = stream.audio().silence
    assert silence is not None
    assert peaks(stream.audio(), [*stream.sounds[:5], silence, silence, *stream.sounds[5:]]) == pytest.approx(
        [0.1] * 2, rel=1
    )


def test_a_layout_in_a_standard_order_gets_its_channel_configuration() -> None:
    stream = encoded(*sine(6, "5.1(side)"), "-c:a", "aac", "-b:a", "400k")
    assert stream.audio_header[1] & 0x78 == 0  # channelConfiguration 0: a program_config_element follows
    codec = stream.audio()
    assert (codec.name, codec.channels, written(codec)) == ("mp4a.40.2", 6, "123056e500")
    found = peaks(codec, stream.sounds)
    assert len(found) == 6
    assert all(math.isclose(peak, 0.2, rel_tol=0.35) for peak in found), found


@pytest.mark.parametrize(
    ("places", "channels"),
    [
        ("0", 1),
        ("1", 2),
        ("01", 3),
        ("01//0", 4),
        ("01//1", 5),
        ("01/1/", 5),
        ("01//1/1", 6),
        ("01/1//1", 6),
        ("011//1/1", 7),
    ],
)
@pytest.mark.parametrize("mixdown", [0, 1])
def test_standard_layouts_are_known_by_their_elements(places: str, channels: int, mixdown: int) -> None:
    codec = audio_codec(b"mp4a", layout(places, mixdown))
    assert written(codec) == f"{0x1180 | channels << 3:04x}"


@pytest.mark.parametrize("places", ["", "10", "1//1", "01//01", "01/1/1/1", "01/0/1", "01//1/2", "0/1/1"])
def test_other_layouts_are_converted(places: str) -> None:
    with pytest.raises(ConversionNeeded, match="front"):
        audio_codec(b"mp4a", layout(places, 0))


def test_elements_in_an_order_of_their_own_are_converted() -> None:
    # Older ffmpeg writes 5.1(side) as a pair, two single channels and a pair.
    stream = read_flv(PCE.read_bytes())
    with pytest.raises(ConversionNeeded, match="2 front, 1 side, 1 back"):
        stream.audio()


def layout(places: str, mixdown: int) -> bytes:
    """48 kHz with a program_config_element: front/side/back/LFE, 0 a single channel and 1 a pair."""
    front, side, back, lfe = (places + "///").split("/")[:4]
    lfes = int(lfe or 0)
    mixdowns = [(1, 1), (5, 4), (1, 1), (6, 4), (1, 1), (3, 3)] if mixdown else [(0, 3)]
    elements = [(int(kind), 1) for kind in front + side + back]
    fields = [(2, 5), (3, 4), (0, 4), (0, 3), (0, 4), (1, 2), (3, 4), (len(front), 4), (len(side), 4), (len(back), 4)]
    fields += [(lfes, 2), (1, 3), (0, 4), *mixdowns]
    fields += [field for kind in elements for field in (kind, (0, 4))]
    fields += [(0, 4)] * (lfes + 1)
    used = sum(size for _, size in fields)
    return configuration(*fields, (0, -used % 8), (3, 8), (0x616263, 24))
