from storecast.broadcast import hub as module
from storecast.broadcast.hub import Hub
from storecast.broadcast.rtmp.amf import encode
from storecast.broadcast.tags import Kind, Tag, audio_tag, video_tag

VIDEO_HEADER = b"\x17\x00\x00\x00\x00config"
AUDIO_HEADER = b"\xaf\x00\x12\x10"


def key(timestamp: int, size: int = 1) -> Tag:
    return found(video_tag(timestamp, b"\x17\x01\x00\x00\x00" + bytes(size)))


def frame(timestamp: int) -> Tag:
    return found(video_tag(timestamp, b"\x27\x01\x00\x00\x00x"))


def sound(timestamp: int) -> Tag:
    return found(audio_tag(timestamp, b"\xaf\x01x"))


def video_header(payload: bytes = VIDEO_HEADER) -> Tag:
    return found(video_tag(0, payload))


def audio_header() -> Tag:
    return found(audio_tag(0, AUDIO_HEADER))


def metadata(**values: float) -> Tag:
    return Tag(Kind.DATA, 0, encode("@setDataFrame", "onMetaData", dict(values)))


def found(tag: Tag | None) -> Tag:
    assert tag is not None
    return tag


class Tape:
    def __init__(self) -> None:
        self.tags: list[Tag] = []

    def put(self, tag: Tag) -> None:
        self.tags.append(tag)


def hub_of(*tags: Tag) -> Hub:
    hub = Hub()
    for tag in tags:
        hub.put(tag)
    return hub


def test_whoever_joins_gets_headers_and_the_pictures_since_the_last_keyframe() -> None:
    tags = [video_header(), audio_header(), key(0), sound(5), frame(40), key(80), sound(85), frame(120)]
    hub = hub_of(*tags)
    assert hub.headers == tags[:2]
    assert hub.gop == tags[5:]
    assert hub.settled


def test_media_before_its_header_goes_no_further() -> None:
    hub, tape = Hub(), Tape()
    hub.attach(tape)
    for tag in (key(0), sound(0), video_header(), audio_header(), frame(10), key(40)):
        hub.put(tag)
    assert tape.tags == [video_header(), audio_header(), frame(10), key(40)]
    assert hub.gop == [key(40)]


def test_a_header_is_passed_on_when_it_says_something_new() -> None:
    hub, tape = Hub(), Tape()
    hub.attach(tape)
    for tag in (video_header(), key(0), video_header(), video_header(VIDEO_HEADER + b"2"), video_header()):
        hub.put(tag)
    assert tape.tags == [video_header(), key(0), video_header(VIDEO_HEADER + b"2"), video_header()]
    assert hub.gop == []


def test_a_track_is_waited_for_longer_when_it_was_announced() -> None:
    plain = hub_of(video_header(), key(0), frame(module.ABSENT_MS - 1))
    assert not plain.settled
    plain.put(frame(module.ABSENT_MS))
    assert plain.settled
    announced = hub_of(metadata(videocodecid=7.0, audiocodecid=10.0), video_header(), key(0), frame(module.ABSENT_MS))
    assert not announced.settled
    announced.put(frame(module.ANNOUNCED_MS))
    assert announced.settled


def test_a_time_stamp_a_little_earlier_settles_nothing() -> None:
    hub = hub_of(metadata(audiocodecid=10.0), video_header(), key(100), frame(80))
    assert not hub.settled


def test_a_stream_once_settled_stays_so_when_its_clock_is_set_back() -> None:
    hub = hub_of(video_header(), key(1_000_000), key(1_001_000), key(0))
    assert hub.settled


def test_sound_alone_settles_and_keeps_the_last_seconds() -> None:
    hub = hub_of(audio_header(), *(sound(stamp) for stamp in range(0, 10_000, 20)))
    assert hub.settled
    assert 0 < len(hub.gop) <= module.AUDIO_GOP_MS // 20 + 1
    hub.put(sound(0))
    assert hub.gop == [sound(0)]


def test_too_large_a_group_is_let_go_until_the_next_keyframe() -> None:
    hub, tape = Hub(), Tape()
    hub.attach(tape)
    hub.put(video_header())
    hub.put(key(0, module.MAX_GOP_BYTES))
    for tag in (frame(40), sound(50)):
        hub.put(tag)
    assert hub.gop == []
    assert frame(40) in tape.tags
    hub.put(key(80))
    assert hub.gop == [key(80)]


def test_data_nobody_can_read_does_no_harm() -> None:
    for payload in (b"", b"\xff\xff", encode("onTextData", {"text": "x"}), encode("onMetaData", 3.0)):
        assert hub_of(Tag(Kind.DATA, 0, payload), video_header(), key(0)).gop == [key(0)]
