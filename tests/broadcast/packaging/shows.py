"""Shows as they are sent, message by message, and a packager with all that is around it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from storecast.broadcast.health import Health
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import LONGEST_SECONDS, Take, Window
from storecast.broadcast.rtmp.amf import AmfValue, encode
from storecast.broadcast.tags import Kind, Tag, audio_tag, video_tag
from tests.broadcast.hls_rules.media import Sample
from tests.broadcast.packaging.streams import Stream
from tests.broadcast.packaging.takes import Recorded, read_take

EPOCH = 1_750_000_000.0
GROUP = 60  # pictures


class Sent(Struct):
    """One message; `at` is when it comes in ms, `stamp` its time stamp."""

    at: int
    kind: Kind
    body: bytes
    stamp: int


def video_header(stream: Stream, at: int = 0) -> Sent:
    enhanced = stream.video_kind != b"avc1"
    body = b"\x90" + stream.video_kind if enhanced else b"\x17\x00\x00\x00\x00"
    return Sent(at, Kind.VIDEO, body + stream.video_header, at)


def audio_header(stream: Stream, at: int = 0) -> Sent:
    return Sent(at, Kind.AUDIO, b"\xaf\x00" + stream.audio_header, at)


def pictures(stream: Stream, until: float, since: float = 0.0, rate: float = 30.0) -> Iterator[Sent]:
    """From and until seconds; the stream's two seconds over and over."""
    for index in range(round(since * rate), round(until * rate)):
        picture = stream.pictures[index % GROUP]
        at = round(index * 1000 / rate)
        composition = picture.composition.to_bytes(3, "big", signed=True)
        first = 0x10 if picture.keyframe else 0x20
        if stream.video_kind == b"avc1":
            body = bytes((first | 7, 1)) + composition + picture.data
        else:
            body = bytes((0x80 | first | 1,)) + stream.video_kind + composition + picture.data
        yield Sent(at, Kind.VIDEO, body, at)


def sounds(stream: Stream, until: float, since: float = 0.0, rate: int = 48_000) -> Iterator[Sent]:
    for index in range(-int(-since * rate // 1024), int(until * rate / 1024)):
        at = index * 1024_000 // rate
        yield Sent(at, Kind.AUDIO, b"\xaf\x01" + stream.sounds[1 + index % (len(stream.sounds) - 1)], at)


def metadata(**values: AmfValue) -> Sent:
    return Sent(0, Kind.DATA, encode("@setDataFrame", "onMetaData", values), 0)


def show(stream: Stream, seconds: float) -> list[Sent]:
    return [*headers(stream), *in_order(pictures(stream, seconds), sounds(stream, seconds))]


def headers(stream: Stream) -> list[Sent]:
    return [video_header(stream), audio_header(stream)]


def in_order(*tracks: Iterable[Sent]) -> list[Sent]:
    return sorted((each for track in tracks for each in track), key=lambda sent: sent.at)


class Packaged:
    """A packager with all that is around it."""

    def __init__(self, folder: Path, window: Window | None = None) -> None:
        self.window = window or Window()
        self.health = Health(EPOCH)
        self.whys: list[str] = []
        self.started: list[tuple[Take, float]] = []
        self.playable_at: int | None = None  # ms
        self.paths: list[Path] = []
        self._folder = folder
        self._now = EPOCH
        self.packager = Packager(
            self.window,
            self._next_take,
            lambda take, at: self.started.append((take, at)),
            self.health,
            clock=lambda: self._now,
            counted=self.whys.append,
        )

    def _next_take(self) -> tuple[int, Path]:
        number = len(list(self._folder.iterdir())) + len(self.paths) + 1
        self.paths.append(self._folder / f"take-{number}.mp4")
        return number, self.paths[-1]

    def put(self, messages: Iterable[Sent], *, at_once: bool = False) -> "Packaged":
        for each in messages:
            self._now = EPOCH if at_once else max(self._now, EPOCH + each.at / 1000)
            tag = self._tag(each)
            if tag is not None:
                self.packager.put(tag)
            if self.window.playable and self.playable_at is None:
                self.playable_at = each.at
        return self

    def _tag(self, sent: Sent) -> Tag | None:
        stamp = sent.stamp & 0xFFFFFFFF
        if sent.kind == Kind.DATA:
            return Tag(Kind.DATA, stamp, sent.body)
        return (video_tag if sent.kind == Kind.VIDEO else audio_tag)(stamp, sent.body)

    def finish(self) -> "Packaged":
        self.packager.finish()
        return self

    @property
    def takes(self) -> list[Recorded]:
        return [read_take(path) for path in self.paths if path.exists()]

    def samples(self, kind: str) -> list[Sample]:
        return [sample for take in self.takes for sample in take.samples(kind)]

    def trouble(self) -> list[str]:
        return [trouble.code for trouble in self.health.report(self._now).troubles]


def media(sent: Iterable[Sent], kind: Kind) -> list[bytes]:
    """What is to be recorded of messages."""
    start = 5 if kind == Kind.VIDEO else 2
    return [each.body[start:] for each in sent if each.kind == kind and each.body[1] == 1]


def check_whole(packaged: Packaged, sent: list[Sent]) -> None:
    """Every picture and every frame of sound is there once, in order; parts and segments are within their targets."""
    assert [sample.data for sample in packaged.samples("vide")] == media(sent, Kind.VIDEO)
    given = media(sent, Kind.AUDIO)
    known = set(given)
    assert [sample.data for sample in packaged.samples("soun") if sample.data in known] == given
    window = packaged.window
    assert window.part_target is not None
    for segment in (*window.retired, *window.segments):
        assert segment.duration <= LONGEST_SECONDS + 1e-6
        assert all(part.duration <= window.part_target + 1e-9 for part in segment.parts)
