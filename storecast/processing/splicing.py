"""Parts of an H.264 film joined, nothing encoded but from where a part begins to its first keyframe, and likewise at
its end. Runs in the child.

What is encoded anew has parameter sets with a number of their own beside those of the film, in the one sample
description there is: a decoder changes from one to the other at a keyframe, which each seam has.
"""

from __future__ import annotations  # PyAV's packets take no parameters when it runs

import bisect
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
from av.audio.stream import AudioStream
from av.codec.codec import UnknownCodecError
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream
from msgspec import Struct

from storecast.processing import h264
from storecast.processing.answering import answer
from storecast.processing.facts import ROUNDING, Cut, Progress, Refused, Splice
from storecast.processing.opening import open_film

LONGEST_SOUND = 0.036  # seconds a frame of sound: put in the nearest place, it is half of that from its own at most
_PROFILES = {66: "baseline", 77: "main", 100: "high"}  # by profile_idc: ITU-T H.264, annex A.2
_THREADS = 2
_AHEAD = Fraction(1, 4)  # seconds to seek before a keyframe: it is decoded before it is shown, and sound leads
_PREROLL = 2  # frames of sound before the first that is heard, for decoders to swing into


class _Unlike(Exception):
    """The film is not of a kind that can be spliced."""


class _Part(Struct):
    """A span in ticks of the picture's time base."""

    first: int  # when its first frame is shown
    end: int  # when its last frame is over
    over: int  # when its sound is, which may outlast the film's last frame
    copied_from: int  # the keyframe from which on it is copied
    copied_to: int  # the one up to which; as `copied_from` where nothing is copied
    entry: int  # the keyframe to begin reading with
    frames: list[int]  # when each is shown
    begins: int  # where the part begins in the result

    @property
    def length(self) -> int:
        return self.over - self.first

    @property
    def encoded(self) -> int:
        return self.end - self.first - (self.copied_to - self.copied_from)


class _Pictures:
    """When the frames of a film are shown, and where it can be entered."""

    def __init__(self, film: InputContainer, track: VideoStream, sets: Sequence[bytes], length_size: int) -> None:
        order: list[int] = []
        self.entries: list[int] = []  # IDR pictures: nothing behind one needs anything before it
        duration = 1
        for packet in film.demux(track):
            if not packet.size:
                continue
            if packet.pts is None or packet.is_discard:
                raise _Unlike("frames without times of their own")
            order.append(packet.pts)
            duration = packet.duration or duration
            if packet.is_keyframe:
                found = list(h264.units(bytes(packet), length_size))
                if any(h264.kind(unit) in (h264.SPS, h264.PPS) and unit not in sets for unit in found):
                    raise _Unlike("parameter sets that change")
                if any(h264.kind(unit) == h264.IDR for unit in found):
                    self.entries.append(packet.pts)
        self._shown = sorted(order)
        if not order or len(set(order)) < len(order) or self.entries[:1] != self._shown[:1]:
            raise _Unlike("frames at the same time, or before the first keyframe")
        # How long before it is shown a frame must be decoded: as in the film itself, since edges have no B-frames.
        self.delay = max(shown - stamp for shown, stamp in zip(self._shown, order, strict=True))
        self._end = self._shown[-1] + duration

    def part(self, first: float, end: float, over: float, begins: int) -> _Part:
        """Of what is shown from `first` to `end`, exclusive, in ticks. Raises `Refused`.

        `over` is when sound that outlasts the film's last frame is.
        """
        low, high = bisect.bisect_left(self._shown, first), bisect.bisect_left(self._shown, end)
        if low >= high:
            raise Refused("There is no picture between the times of a part.")
        shown = self._shown[low]
        follows = self._shown[high] if high < len(self._shown) else self._end
        keys = [key for key in self.entries if shown <= key <= follows]
        if high == len(self._shown):
            keys.append(self._end)  # the film's end is as good as a keyframe
        else:
            over = follows
        copied = (keys[0], keys[-1]) if len(keys) > 1 else (follows, follows)
        entry = self.entries[bisect.bisect_right(self.entries, shown) - 1]
        return _Part(shown, follows, max(follows, round(over)), *copied, entry, self._shown[low:high], begins)


class _Edges:
    """Encodes frames so that they stand beside those of the film."""

    def __init__(self, track: VideoStream, sets: Sequence[bytes]) -> None:
        if sets[0][1] not in _PROFILES:
            raise _Unlike("a profile that is not encoded")
        self._like = track.codec_context
        self._base = track.time_base or Fraction(1, 90_000)
        self._rate = track.average_rate or Fraction(25)
        self._profile = _PROFILES[sets[0][1]]
        self._number = h264.free_id(sets)
        blank = VideoFrame(self._like.width, self._like.height, self._like.pix_fmt or "yuv420p")
        blank.pts, blank.time_base = 0, self._base
        units = [unit for packet in self.encode([blank]) for unit in h264.units_between_codes(bytes(packet))]
        self.sets = [unit for unit in units if h264.kind(unit) in (h264.SPS, h264.PPS)]

    def encode(self, frames: Iterable[VideoFrame]) -> Iterator[Packet[VideoStream]]:
        """In the order they are shown, the first a keyframe, at the frames' own times."""
        encoder = self._encoder()
        for frame in frames:
            frame.pict_type = PictureType.NONE  # the encoder's own choice
            yield from encoder.encode(frame)
        yield from encoder.encode(None)

    def _encoder(self) -> VideoCodecContext:
        like = self._like
        encoder = av.CodecContext.create("libx264", "w")
        encoder.width, encoder.height, encoder.pix_fmt = like.width, like.height, like.pix_fmt
        encoder.time_base, encoder.framerate = self._base, self._rate
        if like.sample_aspect_ratio is not None:  # unknown, as in what browsers record
            encoder.sample_aspect_ratio = like.sample_aspect_ratio
        encoder.color_range, encoder.colorspace = like.color_range, like.colorspace
        encoder.color_primaries, encoder.color_trc = like.color_primaries, like.color_trc
        encoder.max_b_frames = 0
        encoder.thread_count = _THREADS
        parameters = f"sps-id={self._number}:bframes=0:annexb=1:repeat-headers=1"
        encoder.options = {"preset": "fast", "crf": "18", "profile": self._profile, "x264-params": parameters}
        return encoder


def splice(question: Splice, progress: Progress) -> Cut | str:
    """Words for the log where the whole is to be encoded instead."""
    path = Path(question.path)
    try:
        with open_film(path, question.container) as looked:
            track = _numbered(looked.streams.video, question.picture)
            sets, length_size = h264.sets_of(track.codec_context.extradata or b"")
            pictures = _Pictures(looked, track, sets, length_size)
        with (
            open_film(path, question.container) as film,
            av.open(question.target, "w", format="mp4", options={"movflags": "faststart"}) as target,
        ):
            return _Splicer(question, pictures, sets, length_size, film, target).run(progress)
    except (_Unlike, h264.BadUnits, av.InvalidDataError, UnknownCodecError) as error:
        return str(error) or "not H.264 as it is known"


class _Splicer:
    def __init__(
        self,
        question: Splice,
        pictures: _Pictures,
        sets: Sequence[bytes],
        length_size: int,
        film: InputContainer,
        target: OutputContainer,
    ) -> None:
        self._film, self._target = film, target
        self._length_size = length_size
        self._picture = _numbered(film.streams.video, question.picture)
        self._sound = None if question.sound is None else _numbered(film.streams.audio, question.sound)
        self._base = self._picture.time_base or Fraction(1, 90_000)
        self._parts: list[_Part] = []
        begins = 0
        for span in question.keep:
            first, end = (float((at + question.start - ROUNDING) / self._base) for at in (span.start, span.end))
            over = end if self._sound is None else float(min(span.end + question.start, question.end) / self._base)
            self._parts.append(pictures.part(first, end, over, begins))
            begins += self._parts[-1].length
        self._ticks = begins
        # When each frame of the result is decoded: frames are written in the order they are, not as they are shown.
        self._stamps = (
            shown - part.first + part.begins - pictures.delay for part in self._parts for shown in part.frames
        )
        self._edges = _Edges(self._picture, sets)
        self._picture_out = target.add_stream_from_template(self._picture, opaque=True)
        self._picture_out.codec_context.extradata = h264.with_codes([*sets, *self._edges.sets])
        self._picture_out.time_base = self._base
        if self._sound is not None:
            self._sounds = _Sounds(self._sound, target.add_stream_from_template(self._sound))

    def run(self, progress: Progress) -> Cut:
        for part in self._parts:
            self._write(part)
            progress((part.begins + part.length) / self._ticks)
        encoded = sum(part.encoded for part in self._parts)
        return Cut(float(self._ticks * self._base), float(encoded * self._base))

    def _write(self, part: _Part) -> None:
        """Raises `_Unlike` where a frame was lost on the way."""
        written = 0
        edge: list[Packet[Stream]] = []
        for packet in self._packets(part):
            if packet.stream is self._sound:
                if (placed := self._sounds.placed(packet)) is not None:
                    self._target.mux(placed)
            elif part.copied_from <= (packet.pts or 0) < part.copied_to:
                written += self._encode(part, edge)
                edge = []
                units = h264.with_codes(h264.units(bytes(packet), self._length_size))
                self._mux(part, packet.pts, packet.is_keyframe, units)
                written += 1
            else:
                edge.append(packet)
        written += self._encode(part, edge)
        if written != len(part.frames):
            raise _Unlike("frames that cannot be decoded")

    def _packets(self, part: _Part) -> Iterator[Packet[Stream]]:
        """Of picture from the keyframe before the part on, as many as its frames need, and the sound beside them."""
        ahead = round(_AHEAD / self._base)
        self._film.seek(part.entry - ahead, stream=self._picture)
        if self._sound is not None:
            self._sounds.begin(part, self._base)
        entered, left = False, len(part.frames)
        for packet in self._film.demux(*filter(None, (self._picture, self._sound))):
            if packet.pts is None or not packet.size:
                continue
            if packet.stream is self._sound:
                yield packet
            elif left and (entered := entered or packet.pts == part.entry):
                left -= part.first <= packet.pts < part.end
                yield packet
            if not left and (self._sound is None or self._sounds.over):
                return

    def _encode(self, part: _Part, edge: Sequence[Packet[Stream]]) -> int:
        """Frames written: those of `edge` that are in the part. What was copied is not among them."""
        if not edge:
            return 0
        decoder = self._picture.codec_context
        decoder.flush_buffers()
        frames = (frame for packet in [*edge, None] for frame in decoder.decode(packet))
        kept = (frame for frame in frames if frame.pts is not None and part.first <= frame.pts < part.end)
        written = 0
        for made in self._edges.encode(kept):
            self._mux(part, made.pts, made.is_keyframe, bytes(made))
            written += 1
        return written

    def _mux(self, part: _Part, stamp: int | None, is_keyframe: bool, units: bytes) -> None:
        packet = Packet(units)
        packet.stream, packet.time_base = self._picture_out, self._base
        packet.pts = (stamp or 0) - part.first + part.begins
        packet.dts = next(self._stamps)
        packet.is_keyframe = is_keyframe
        self._target.mux(packet)


class _Sounds:
    """Puts frames of sound, whole as they are, where they are nearest to their pictures: half a frame off at most."""

    def __init__(self, track: AudioStream, out: AudioStream) -> None:
        self._base = track.time_base or Fraction(1, 90_000)
        self._out = out
        self._shift = 0.0  # ticks from the result to the film
        self._end = 0.0  # of the part, in ticks of the result
        self._moved: float | None = None  # ticks, so that a part follows on the one before
        self._free: float | None = None  # when the last frame written is over
        self.over = False

    def begin(self, part: _Part, base: Fraction) -> None:
        scale = base / self._base
        self._shift = float((part.first - part.begins) * scale)
        self._end = float((part.begins + part.length) * scale)
        self._moved, self.over = None, False

    def placed(self, packet: Packet[Stream]) -> Packet[Stream] | None:
        """None where it is of no part. Raises `_Unlike`."""
        length = packet.duration or 0
        if not 0 < length * self._base <= LONGEST_SOUND:
            raise _Unlike("sound in frames too long to be placed")
        at = (packet.pts or 0) - self._shift
        if self._moved is None:
            if at < (-_PREROLL * length if self._free is None else self._free - length / 2):
                return None
            close = self._free is not None and at - self._free <= length
            self._moved = (self._free or 0) - at if close else 0.0
        at = round(at + self._moved)
        if at + length / 2 >= self._end:
            self.over = True
            return None
        if self._free is not None and at < self._free - length / 2:
            return None  # said twice
        made = Packet(bytes(packet))
        made.stream, made.time_base = self._out, self._base
        made.pts = made.dts = round(max(at, self._free if self._free is not None else at))
        made.duration, made.is_keyframe = length, True
        self._free = made.pts + length
        return made


_Numbered = TypeVar("_Numbered", bound=Stream)


def _numbered(tracks: Iterable[_Numbered], index: int) -> _Numbered:
    return next(track for track in tracks if track.index == index)


if __name__ == "__main__":
    answer(Splice, splice)
