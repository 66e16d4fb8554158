"""A film as an encoder would send it: its packets as they are, as tags in the order of their times.

Adobe Flash Video File Format 10.1, annex E; Enhanced RTMP v2 for codecs named by four characters.
"""

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream
from msgspec import Struct

from storecast.broadcast.tags import Kind

AT_ONCE = 0.05  # seconds into a film that are its beginning still
_VIDEO = {"h264": b"avc1", "hevc": b"hvc1", "av1": b"av01", "vp9": b"vp09"}
_AUDIO = {"aac": b"mp4a", "opus": b"Opus", "flac": b"fLaC"}
_COMPOSED = frozenset((b"avc1", b"hvc1"))  # whose frames tell when they are shown
_HEADER, _FRAMES = 0, 1
_KEYFRAME, _INTER = 1, 2
_AVC, _AAC, _ENHANCED = 7, b"\xaf", 0x90
_MOST_COMPOSED = (1 << 23) - 1  # ms


class Sent(Struct, frozen=True):
    kind: Kind
    at: float  # seconds of the film, when it is decoded
    payload: bytes


def tags(path: Path, start: float) -> Iterator[Sent]:
    """From the first keyframe at `start` seconds or later; a film without picture from there on.

    Nothing where there is none. Raises `av.FFmpegError`.
    """
    start = 0.0 if start < AT_ONCE else start
    with ExitStack() as stack:
        seen, heard = (stack.enter_context(av.open(str(path))) for _ in range(2))  # each is read at its own place
        video, audio = next(iter(seen.streams.video), None), next(iter(heard.streams.audio), None)
        tracks: list[Iterator[Sent]] = []
        at = start
        if video is not None:
            packets = _packets(seen, video, start)
            first = next((each for each in packets if each.is_keyframe and _second(each, each.pts) >= start), None)
            if first is None:
                return
            start = _second(first, first.pts) if start else 0.0
            at = _second(first, first.dts)
            yield Sent(Kind.VIDEO, at, _video_payload(video, _HEADER))
            tracks.append(_pictures(video, first, packets))
        if audio is not None:
            yield Sent(Kind.AUDIO, at, _audio_payload(audio, _HEADER, audio.codec_context.extradata or b""))
            tracks.append(_sounds(audio, _packets(heard, audio, start), start))
        yield from heapq.merge(*tracks, key=lambda sent: sent.at)


def _packets(film: InputContainer, stream: VideoStream | AudioStream, start: float) -> "Iterator[Packet[Stream]]":
    """From a place before `start` on. The last one of a demuxer is empty, and has no time."""
    if start and stream.time_base:
        film.seek(int(start / stream.time_base), stream=stream)
    for packet in film.demux(stream):
        if packet.dts is not None and packet.size:
            yield packet


def _second(packet: "Packet[Stream]", stamp: int | None) -> float:
    return float((packet.dts or 0 if stamp is None else stamp) * packet.time_base)


def _pictures(video: VideoStream, first: "Packet[Stream]", rest: "Iterator[Packet[Stream]]") -> Iterator[Sent]:
    packet: Packet[Stream] | None = first
    while packet is not None:
        yield Sent(Kind.VIDEO, _second(packet, packet.dts), _video_payload(video, _FRAMES, packet))
        packet = next(rest, None)


def _sounds(audio: AudioStream, packets: "Iterator[Packet[Stream]]", start: float) -> Iterator[Sent]:
    for packet in packets:
        at = _second(packet, packet.pts)
        if at >= start and not packet.is_discard:
            yield Sent(Kind.AUDIO, at, _audio_payload(audio, _FRAMES, bytes(packet)))


def _video_payload(video: VideoStream, what: int, packet: "Packet[Stream] | None" = None) -> bytes:
    """A frame, or what it is decoded by (E.4.3)."""
    codec = _VIDEO[video.codec_context.codec.canonical_name]
    kind = (_KEYFRAME if packet is None or packet.is_keyframe else _INTER) << 4
    composed = 0 if packet is None else round(1000 * (_second(packet, packet.pts) - _second(packet, packet.dts)))
    offset = max(min(composed, _MOST_COMPOSED), -_MOST_COMPOSED).to_bytes(3, signed=True)
    data = _configuration(video) if packet is None else bytes(packet)
    if codec == b"avc1":
        return bytes((kind | _AVC, what)) + offset + data
    told = offset if codec in _COMPOSED and packet is not None else b""
    return bytes((0x80 | kind | what,)) + codec + told + data


def _configuration(video: VideoStream) -> bytes:
    """As the sample entry has it, but for VP9's, which demuxers do not give."""
    context = video.codec_context
    if context.codec.canonical_name != "vp9":
        return context.extradata or b""
    depth = 10 if context.pix_fmt and "10" in context.pix_fmt else 8
    return bytes((2 if depth == 10 else 0, 0, depth << 4 | 2, 2, 2, 2, 0, 0))


def _audio_payload(audio: AudioStream, what: int, data: bytes) -> bytes:
    """E.4.2."""
    codec = _AUDIO[audio.codec_context.codec.canonical_name]
    if codec == b"mp4a":
        return _AAC + bytes((what,)) + data
    return bytes((_ENHANCED | what,)) + codec + data
