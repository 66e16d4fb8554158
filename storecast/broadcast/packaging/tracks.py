"""What a publisher's picture and sound are now, by the headers it sent."""

import contextlib
from collections.abc import Callable

import structlog

from storecast.broadcast.health import Health
from storecast.broadcast.packaging.codecs import (
    AudioCodec,
    BadConfiguration,
    ConversionNeeded,
    VideoCodec,
    audio_codec,
    video_codec,
)
from storecast.broadcast.sound.converter import Converter
from storecast.broadcast.sound.kinds import CannotConvert
from storecast.broadcast.tags import Kind, Tag, needs_header, sound_format

CONVERTED = b"mp4a"
SURELY_ANOTHER = 10  # frames in a row
MOST_CONVERTERS = 8  # processes started for one publisher
MOST_COMPLAINTS = 20  # lines logged for one publisher
_MILLISECONDS = 1000
_STAMPS = 0xFFFFFFFF

log = structlog.get_logger()


class Tracks:
    """`heard` gets sound that was converted: ms of the show, and a frame of AAC. `made` gets the same as tags by the
    publisher's own stamps, a header first.

    A header that cannot be read changes nothing, and neither does one that says what is known.
    """

    def __init__(
        self, heard: Callable[[int, bytes], None], made: Callable[[Tag], None], health: Health, **about: str | int
    ) -> None:
        self._heard = heard
        self._made = made
        self._health = health
        self._about = about
        self._video_header: tuple[bytes, bytes] | None = None
        self._audio_header: tuple[bytes, bytes] | None = None
        self._left_out: tuple[bytes, bytes] | None = None  # sound nothing can be made of
        self._converter: Converter | None = None
        self._put_at = self._put_stamp = 0  # ms of the show, and the publisher's, of the newest sound to be converted
        self._others = 0  # frames in a row of another kind than the header's
        self._complaints = 0
        self._conversion = 0  # counts converters: what an earlier one still sends is nobody's
        self.video: VideoCodec | None = None
        self.audio: AudioCodec | None = None

    @property
    def video_fourcc(self) -> bytes | None:
        return self._video_header[0] if self._video_header is not None else None

    @property
    def video_header(self) -> tuple[bytes, bytes] | None:
        """Four characters, and the decoder's configuration."""
        return self._video_header

    @property
    def nal_length(self) -> int:
        return self.video.nal_length if self.video is not None else 4

    def learn(self, keyframe: bytes | memoryview) -> None:
        """See to it that the picture's size is known: not every header tells."""
        if self.video is not None and not self.video.width and self._video_header is not None:
            with contextlib.suppress(BadConfiguration):
                self.video = video_codec(*self._video_header, keyframe)

    @property
    def audio_fourcc(self) -> bytes | None:
        return self._audio_header[0] if self._audio_header is not None and self._converter is None else None

    @property
    def promises_sound(self) -> bool:
        """Whether a header said that there is sound to come."""
        return self.audio is not None or self._converter is not None

    def is_news(self, header: Tag) -> bool:
        """Whether this header says other than the one before."""
        known = self._video_header if header.kind == Kind.VIDEO else self._audio_header
        return known is not None and known != (header.codec, bytes(header.media))

    def configure_video(self, tag: Tag) -> bool:
        """Whether pictures are coded otherwise from here on."""
        header = tag.codec, bytes(tag.media)
        if header == self._video_header:
            return False
        try:
            self.video = video_codec(*header)
        except BadConfiguration as error:
            self._unreadable("video", tag.codec, error)
            return False
        self._video_header = header
        self._health.settled("unreadable_header")
        return True

    def configure_audio(self, tag: Tag) -> bool:
        """Whether sound is coded otherwise from here on."""
        header = tag.codec, bytes(tag.media)
        if header in (self._audio_header, self._left_out):
            return False
        try:
            codec = audio_codec(*header)
        except BadConfiguration as error:
            self._unreadable("audio", tag.codec, error)
            return False
        except ConversionNeeded:
            return self._begin_conversion(tag, header)
        self._stop_conversion()
        self._audio_header, self._left_out, self.audio = header, None, codec
        self._health.settled("sound_left_out")
        return True

    def convert(self, tag: Tag, at: int) -> bool:
        """Whether this frame of sound, at `at` ms of the show, is turned into another or left out."""
        if self._left_out is not None and (tag.codec == self._left_out[0] or self._is_weary(tag.codec)):
            return True
        if self._audio_header is not None and self._audio_header[0] == tag.codec:
            self._others = 0
        elif not needs_header(tag.codec):
            self._others += 1
            if self._audio_header is not None and self._others < SURELY_ANOTHER:
                return True  # a damaged byte is no other kind of sound
            self._begin_conversion(tag, (tag.codec, b""))
        if self._converter is None or self._audio_header is None or self._audio_header[0] != tag.codec:
            return False
        self._put_at, self._put_stamp = at, tag.timestamp
        self._converter.put(at, bytes(tag.media))
        return True

    def close(self) -> None:
        self._stop_conversion()

    def _is_weary(self, codec: bytes) -> bool:
        """Whether sound changed its kind so often that no converter is started for it any more."""
        return self._conversion >= MOST_CONVERTERS and not needs_header(codec)

    def _begin_conversion(self, tag: Tag, header: tuple[bytes, bytes]) -> bool:
        self._stop_conversion()
        self._audio_header, self.audio = header, None
        if self._conversion >= MOST_CONVERTERS:
            self._leave_out(header, "The sound changes its kind too often.")
            return True
        self._conversion = number = self._conversion + 1
        name = tag.codec.decode("latin-1")
        rate, channels, bits = sound_format(tag)
        try:
            self._converter = Converter(
                name,
                header[1],
                lambda made: self._configured(number, made),
                lambda position, data: self._came_back(number, position, data),
                lambda why: self._leave_out(header, why),
                rate=rate,
                channels=channels,
                bits=bits,
                **self._about,
            )
        except CannotConvert as error:
            self._leave_out(header, str(error))
        return True

    def _configured(self, number: int, configuration: bytes) -> None:
        if number != self._conversion or self._converter is None:
            return
        try:
            self.audio = audio_codec(CONVERTED, configuration)
        except (BadConfiguration, ConversionNeeded) as error:
            log.error("the sound converter's own configuration cannot be read", error=str(error), **self._about)
            return
        self._made(Tag(Kind.AUDIO, self._put_stamp, configuration, CONVERTED, header=True))

    def _came_back(self, number: int, position: int, data: bytes) -> None:
        if number == self._conversion and self._converter is not None and self.audio is not None:
            at = position * _MILLISECONDS // self.audio.rate
            self._made(Tag(Kind.AUDIO, (self._put_stamp + at - self._put_at) & _STAMPS, data, CONVERTED))
            self._heard(at, data)

    def _leave_out(self, header: tuple[bytes, bytes], why: str) -> None:
        if self._may_complain():
            log.warning("sound is left out", why=why, **self._about)
        self._stop_conversion()
        self._audio_header, self._left_out, self.audio = None, header, None
        self._health.trouble("sound_left_out", codec=header[0].decode("latin-1").strip())

    def _stop_conversion(self) -> None:
        converter, self._converter = self._converter, None
        if converter is not None:
            converter.close()

    def _unreadable(self, kind: str, codec: bytes, error: Exception) -> None:
        if self._may_complain():
            name = codec.decode("latin-1")
            log.warning("a header cannot be read", kind=kind, codec=name, error=str(error), **self._about)
        self._health.trouble("unreadable_header")

    def _may_complain(self) -> bool:
        self._complaints += 1
        return self._complaints <= MOST_COMPLAINTS
