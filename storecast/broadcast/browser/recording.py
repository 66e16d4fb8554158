"""A browser's recording as tags, of which shows are made."""

from collections.abc import Iterator

from storecast.broadcast.browser import annexb
from storecast.broadcast.browser.matroska import Frame, Reader, Track, TrackType
from storecast.broadcast.rtmp.amf import AmfValue, encode
from storecast.broadcast.tags import Kind, Tag, Unacceptable

_AVC, _HEVC, _AV1, _VP9 = "V_MPEG4/ISO/AVC", "V_MPEGH/ISO/HEVC", "V_AV1", "V_VP9"
_OPUS = "A_OPUS"
_FOURCCS = {_AVC: b"avc1", _HEVC: b"hvc1", _AV1: b"av01", _VP9: b"vp09"}
_SOUND = b"opus"  # turned into AAC: not every phone that plays HLS plays Opus in it
_VP9_OF_BROWSERS = bytes((0, 0, 0x82, 2, 2, 2, 0, 0))  # `vpcC` of profile 0, 8 bits, colours unspecified
_STAMPS = 0xFFFFFFFF
_FLV_AVC, _FLV_AAC = 7, 10


class UnplayableRecording(Unacceptable):
    def __init__(self, codec: str) -> None:
        name = codec[:20].encode("ascii", "replace").decode().partition("_")[2] or "unknown"
        super().__init__(f"The browser records {name}, which not every viewer's plays: use Chrome or Edge.")


class Recording:
    """The first picture and the first sound of what comes are taken, all other tracks left out."""

    def __init__(self) -> None:
        self._reader = Reader(self._choose)
        self._headers: list[Tag] = []  # to be told before the next frame
        self._video: Track | None = None
        self._audio: Track | None = None
        self._configured = b""  # by the parameter sets of pictures

    @property
    def pending(self) -> int:
        """Bytes that are kept."""
        return self._reader.pending

    def feed(self, data: bytes) -> Iterator[Tag]:
        """Raises `Unacceptable`."""
        for frame in self._reader.feed(data):
            stamp = frame.at & _STAMPS
            if frame.track is self._video:
                made = self._picture(frame, stamp)
            elif frame.track is self._audio:
                made = Tag(Kind.AUDIO, stamp, frame.data, _SOUND)
            else:
                continue
            yield from self._headers
            self._headers.clear()
            if made is not None:
                yield made

    def _choose(self, tracks: list[Track]) -> None:
        self._headers.clear()
        self._video = next((track for track in tracks if track.kind == TrackType.VIDEO), None)
        self._audio = next((track for track in tracks if track.kind == TrackType.AUDIO), None)
        self._configured = b""
        self._headers.append(_announcement(self._video, self._audio))
        for track in (self._video, self._audio):
            if track is not None and (header := _header(track)) is not None:
                self._headers.append(header)

    def _picture(self, frame: Frame, stamp: int) -> Tag | None:
        codec, data = _FOURCCS[frame.track.codec], frame.data
        if codec == b"avc1" and annexb.is_byte_stream(data) and not frame.track.private:
            units = annexb.units(data)
            configuration = annexb.configuration(units) if frame.keyframe else None
            if configuration is not None and configuration != self._configured:
                self._configured = configuration
                self._headers.append(Tag(Kind.VIDEO, stamp, configuration, codec, header=True))
            data = annexb.with_lengths(units)
        return Tag(Kind.VIDEO, stamp, data, codec, keyframe=frame.keyframe) if data else None


def _announcement(video: Track | None, audio: Track | None) -> Tag:
    """Which tracks are to come: a busy recorder's first picture may be seconds behind its first sound."""
    described: dict[str, AmfValue] = {}
    if video is not None:
        codec = _FOURCCS.get(video.codec, b"")
        described["videocodecid"] = float(_FLV_AVC if codec == b"avc1" else int.from_bytes(codec))
    if audio is not None:
        described["audiocodecid"] = float(_FLV_AAC)  # which it is turned into
    return Tag(Kind.DATA, 0, encode("onMetaData", described))


def _header(track: Track) -> Tag | None:
    """What says how a track is decoded; None where pictures themselves do. Raises `UnplayableRecording`."""
    if track.kind == TrackType.AUDIO:
        if track.codec != _OPUS or not track.private:
            raise UnplayableRecording(track.codec)
        return Tag(Kind.AUDIO, 0, track.private, _SOUND, header=True)
    codec = _FOURCCS.get(track.codec)
    configuration = track.private
    if codec is None or (codec in (b"hvc1", b"av01") and not configuration):
        raise UnplayableRecording(track.codec)
    if codec == b"vp09":
        configuration = _VP9_OF_BROWSERS
    return Tag(Kind.VIDEO, 0, configuration, codec, header=True) if configuration else None
