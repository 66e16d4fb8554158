"""Every packet of a film read and its first pictures decoded. Runs in the child."""

import itertools
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from msgspec.structs import replace

from storecast.processing.answering import answer
from storecast.processing.codec_names import aac_object_type, audio_name, video_name
from storecast.processing.container import CUT_SHORT, not_whole, sniff
from storecast.processing.facts import Facts, Look, Progress, Refused
from storecast.processing.opening import open_film

MOST_TRACKS = 64
LONGEST = 24 * 3600  # seconds of a film
LARGEST_SIDE = 8192  # pixels
MOST_PIXELS = 8192 * 4320
SMALLEST_SIDE = 16  # pixels; encoders take no less
LONGEST_SEGMENT = 10.0  # seconds between keyframes; beyond, players wait too long at each place they jump to
MOST_BITS = 20_000_000  # a second, as for a live show
_UNEVEN = 1.0  # frames that a second may have more than others without meaning anything
_TRIED = 600  # packets for a first picture: an open-ended recording may begin some seconds before a keyframe

_PICTURES = {  # pixel formats browsers decode
    "h264": ("yuv420p", "yuvj420p"),
    "hevc": ("yuv420p", "yuvj420p", "yuv420p10le"),
    "av1": ("yuv420p", "yuv420p10le"),
    "vp9": ("yuv420p", "yuv420p10le"),
}
_AAC_TYPES = (2, 5, 29)  # LC, and with SBR and PS: ISO/IEC 14496-3, table 1.17
_ASIDE = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_RANGES = {16: "PQ", 18: "HLG"}  # transfer characteristics: ITU-T H.273, table 3


class _Track:
    """What its packets say."""

    def __init__(self) -> None:
        self.packets = 0  # that are shown, or heard
        self.skipped = False  # whether there are others, before or between: an edit list leaves them out
        self.size = 0  # bytes
        self.begin = math.inf  # seconds, as all here
        self.end = 0.0
        self.longest = 0.0  # from a keyframe to the next, or to the end
        self.closed = True  # whether nothing is shown before the keyframe it needs
        self.begins_with_key = False
        self.steady = True  # whether it keeps its configuration
        self._key: float | None = None
        self._by_second = Counter[int]()

    def put(self, packet: "Packet[Stream]") -> None:
        if packet.has_sidedata("encryption_info") or packet.has_sidedata("encryption_init_info"):
            raise Refused("This video is protected (DRM): its pictures cannot be read.")
        if packet.has_sidedata("new_extradata") and self.size:
            self.steady = False
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is None:
            return
        at = float(stamp * packet.time_base)
        if packet.is_keyframe:
            self.begins_with_key = self.begins_with_key or not self.size
            self.longest = max(self.longest, at - self._key) if self._key is not None else self.longest
            self._key = at
        elif self._key is not None and at < self._key:
            self.closed = False
        self.size += packet.size
        if packet.is_discard:
            self.skipped = True
        else:
            self.packets += 1
            self._by_second[int(at)] += 1
            self.begin = min(self.begin, at)
            self.end = max(self.end, at + float((packet.duration or 0) * packet.time_base))

    def finish(self) -> None:
        if self._key is not None:
            self.longest = max(self.longest, self.end - self._key)

    @property
    def plays(self) -> bool:
        return self.end > self.begin

    @property
    def rate(self) -> float:
        """Packets a second, on average."""
        return round(self.packets / max(self.end - self.begin, 1e-3), 3)

    @property
    def peak_rate(self) -> float:
        """The same of the second that has most, where it is not the average but for what seconds round."""
        most = float(max(self._by_second.values()))
        return most if most > self.rate + _UNEVEN else self.rate

    def streams(self, duration: float) -> bool:
        """Whether it can be cut into segments that players take one by one."""
        return (
            (self.steady and self.closed and self.begins_with_key and not self.skipped)
            and self.longest <= LONGEST_SEGMENT
            and self.size * 8 <= MOST_BITS * max(duration, 1.0)
        )


def _look(question: Look, _: Progress) -> Facts:
    path = Path(question.path)
    container = sniff(path)
    if words := not_whole(path, container):
        raise Refused(words)
    size = path.stat().st_size
    with open_film(path, container) as film:
        if len(film.streams) > MOST_TRACKS:
            raise Refused(f"There are {len(film.streams)} tracks in this video: at most {MOST_TRACKS} are taken.")
        picture, sound = _best_picture(film), _best_sound(film)
        if picture is not None:
            _check_size(picture.codec_context.width, picture.codec_context.height)
        shown, heard = _read(film, picture, sound, size)
        start = film.start_time / av.time_base
        if picture is not None and shown is None:
            raise Refused("This video is damaged: none of its picture can be read.")
        if shown is None and heard is None:
            raise Refused("There is neither picture nor sound in this file that could be played.")
        duration = max(track.end for track in (shown, heard) if track is not None) - start
        if duration <= 0:
            raise Refused("There is nothing in this video that lasts.")
        if duration > LONGEST:
            raise Refused(f"This video is too long, or its times are damaged: at most {LONGEST // 3600} hours.")
        facts = Facts(container, round(duration, 6), size, None, None, None, None, None, streamable=True, start=start)
        if sound is not None and heard is not None:
            as_is = heard.steady and _sound_as_is(sound)
            facts = replace(
                facts,
                audio_codec=audio_name(sound.codec_context),
                sound=sound.index,
                sound_as_is=as_is,
                streamable=as_is,
            )
        if picture is not None and shown is not None:
            facts = _with_picture(facts, path, picture, shown)
    return facts


def _with_picture(facts: Facts, path: Path, picture: VideoStream, shown: "_Track") -> Facts:
    frame = _first_frame(path, facts.container, picture.index)
    width, height = _as_shown(frame, picture)
    _check_size(width, height)
    as_is = (
        frame.format.name in _PICTURES.get(_plain(picture.codec_context.name), ())
        and not frame.rotation
        and not frame.interlaced_frame
        and shown.streams(facts.duration)
    )
    return replace(
        facts,
        video_codec=video_name(picture.codec_context),
        width=width,
        height=height,
        frame_rate=shown.rate,
        peak_rate=shown.peak_rate,
        picture=picture.index,
        picture_as_is=as_is,
        streamable=facts.streamable and as_is,
        interlaced=frame.interlaced_frame,
        video_range=_RANGES.get(int(frame.color_trc), "SDR"),
    )


def _best_picture(film: InputContainer) -> VideoStream | None:
    """The largest; covers and thumbnails are none."""
    tracks = [track for track in film.streams.video if not track.disposition & _ASIDE and track.codec_context.width]
    return max(tracks, key=lambda track: track.codec_context.width * track.codec_context.height, default=None)


def _best_sound(film: InputContainer) -> AudioStream | None:
    tracks = [track for track in film.streams.audio if track.codec_context.sample_rate]
    return max(tracks, key=lambda track: bool(track.disposition & Disposition.default), default=None)


def _read(
    film: InputContainer, picture: VideoStream | None, sound: AudioStream | None, size: int
) -> tuple[_Track | None, _Track | None]:
    """What packets say of each, None of what has none."""
    wanted = [stream for stream in (picture, sound) if stream is not None]
    tracks = {stream.index: _Track() for stream in wanted}
    for stream in film.streams:
        stream.discard = Discard.default if stream.index in tracks else Discard.all
    if any(entry.pos + entry.size > size for stream in wanted for entry in stream.index_entries):
        raise Refused(CUT_SHORT)
    try:
        for packet in film.demux(*wanted) if wanted else ():
            if packet.size:
                tracks[packet.stream_index].put(packet)
    except av.FFmpegError as error:
        raise Refused("This video is damaged: it cannot be read to its end.") from error
    for track in tracks.values():
        track.finish()
    shown, heard = (tracks.get(stream.index) if stream is not None else None for stream in (picture, sound))
    return shown if shown and shown.plays else None, heard if heard and heard.plays else None


def _first_frame(path: Path, container: str, index: int) -> VideoFrame:
    with open_film(path, container) as film:
        for frame in _decoded(film, index):
            return frame
    raise Refused("This video is damaged: no picture in it can be decoded.")


def _decoded(film: InputContainer, index: int) -> Iterator[VideoFrame]:
    track = next(track for track in film.streams.video if track.index == index)
    for packet in itertools.islice(film.demux(track), _TRIED):
        with suppress(av.FFmpegError):  # of one packet; the next may do
            yield from track.decode(packet)


def _as_shown(frame: VideoFrame, track: VideoStream) -> tuple[int, int]:
    """Width and height in square pixels, upright."""
    aspect = float(track.sample_aspect_ratio or 1)
    if not 0.1 < aspect < 10:
        aspect = 1.0
    width, height = round(frame.width * aspect), frame.height
    return (height, width) if frame.rotation % 180 else (width, height)


def _check_size(width: int, height: int) -> None:
    if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
        raise Refused(f"The picture is {width}x{height}: at most {LARGEST_SIDE} pixels a side are taken.")
    if min(width, height) < SMALLEST_SIDE:
        raise Refused(f"The picture is {width}x{height}: at least {SMALLEST_SIDE} pixels a side are needed.")


def _sound_as_is(track: AudioStream) -> bool:
    context = track.codec_context
    configuration = context.extradata or b""
    match _plain(context.name):
        case "aac":
            named = len(configuration) < 2 or int.from_bytes(configuration[:2]) >> 3 & 0xF  # channelConfiguration
            return bool(named) and aac_object_type(configuration) in _AAC_TYPES
        case "opus" | "flac":
            return context.channels <= 2
    return False


def _plain(decoder: str) -> str:
    """The codec, of the library that decodes it."""
    return {"libdav1d": "av1", "libaom-av1": "av1", "libvpx-vp9": "vp9", "libopus": "opus"}.get(decoder, decoder)


if __name__ == "__main__":
    answer(Look, _look)
