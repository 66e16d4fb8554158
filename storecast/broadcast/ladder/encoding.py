"""A show's pictures, decoded once and encoded anew a rung. Runs in the child."""

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import ColorRange, VideoReformatter
from av.video.stream import VideoStream

from storecast.broadcast.ladder.shapes import Shape
from storecast.broadcast.ladder.wire import TakeGiven

TIMESCALE = 360_000  # ticks a second, as in takes
_TIME_BASE = Fraction(1, TIMESCALE)
_DECODERS = {b"avc1": "h264", b"hvc1": "hevc", b"av01": "libdav1d", b"vp09": "vp9"}
_USUAL_RATE = 30.0
_FORMAT = "yuv420p"
# Keyframes come where the show has them, and nowhere else. Without `annexb` samples are as MP4 has them.
_X264 = "annexb=0:keyint=infinite:scenecut=0"


class Decoder:
    """What cannot be decoded is left out."""

    def __init__(self, take: TakeGiven) -> None:
        context = cast("VideoCodecContext", av.CodecContext.create(_DECODERS[take.fourcc], "r"))
        context.thread_count = 1  # more of them hold pictures back
        context.extradata = take.configuration or None
        self._context = context

    @property
    def holds_back(self) -> bool:
        """Whether pictures come out in another order than they went in."""
        return bool(self._context.has_b_frames)

    @property
    def aspect(self) -> Fraction | None:
        """Of a pixel."""
        return self._context.sample_aspect_ratio

    def decode(self, decoded: int, shown: int, data: bytes) -> list[VideoFrame]:
        packet = av.Packet(data)
        packet.dts, packet.pts, packet.time_base = decoded, shown, _TIME_BASE
        return self._decoded(cast("av.Packet[VideoStream]", packet))

    def finish(self) -> list[VideoFrame]:
        return self._decoded(None)

    def _decoded(self, packet: "av.Packet[VideoStream] | None") -> list[VideoFrame]:
        try:
            return [frame for frame in self._context.decode(packet) if frame.pts is not None]
        except av.FFmpegError:
            return []


class Encoder:
    """H.264 of one rung. A picture comes out as soon as it went in."""

    def __init__(self, shape: Shape, frame_rate: float, first: VideoFrame, aspect: Fraction | None) -> None:
        self._shape = shape
        self._reformatter = VideoReformatter()
        context = av.CodecContext.create("libx264", "w")
        context.width, context.height, context.pix_fmt = shape.width, shape.height, _FORMAT
        context.time_base = _TIME_BASE
        context.framerate = Fraction(frame_rate or _USUAL_RATE).limit_denominator(1001)
        context.thread_count = 1
        if aspect:
            context.sample_aspect_ratio = aspect
        context.color_range = ColorRange.MPEG
        context.color_primaries, context.color_trc = first.color_primaries, first.color_trc
        context.colorspace = first.colorspace
        context.options = {
            "preset": "superfast",
            "tune": "zerolatency",
            "profile": "high",
            "crf": "23",
            "maxrate": f"{shape.kbps}k",
            "bufsize": f"{shape.kbps}k",
            "forced-idr": "1",
            "x264-params": _X264,
        }
        context.flags |= av.codec.context.Flags.global_header
        context.open()
        self._context = context
        self.configuration = bytes(context.extradata or b"")  # an `avcC`
        self._last: int | None = None

    def encode(self, picture: VideoFrame, *, independent: bool) -> Iterator[tuple[int, bool, bytes]]:
        """When it is shown (ticks), whether decoding may begin with it, and its sample."""
        shown = picture.pts
        if shown is None or (self._last is not None and shown <= self._last):
            return
        self._last = shown
        scaled = self._reformatter.reformat(
            picture, self._shape.width, self._shape.height, _FORMAT, dst_color_range=ColorRange.MPEG
        )
        scaled.pts, scaled.time_base = shown, _TIME_BASE
        scaled.pict_type = PictureType.I if independent else PictureType.NONE
        for packet in self._context.encode(scaled):
            if packet.pts is not None:
                yield packet.pts, packet.is_keyframe, bytes(packet)
