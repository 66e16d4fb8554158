"""How somebody goes along with a show as it is cut, to offer the same in another form."""

from typing import Protocol

from msgspec import Struct

from storecast.broadcast.packaging.boxes import Sample
from storecast.broadcast.packaging.codecs import AudioCodec, VideoCodec
from storecast.broadcast.packaging.window import Take


class CutPart(Struct, frozen=True):
    """A part of a take as viewers got it. Times are ticks of the take."""

    begins: int
    ends: int
    duration: float  # seconds
    opens: bool  # whether it is its segment's first
    at: float  # wall clock of its first frame
    first: int | None  # when its first picture is decoded; None where it has none
    until: int  # how long its last picture lasts
    sounds: list[Sample]


class Follower(Protocol):
    """Nothing of it may raise or wait. Pictures come before the part they are in, in the order of decoding."""

    def begin_take(
        self, take: Take, video: VideoCodec | None, audio: AudioCodec, header: tuple[bytes, bytes] | None
    ) -> None:
        """`header` is what the picture is coded by: four characters, and its decoder's configuration."""

    def picture(self, picture: Sample) -> None:
        """How long it lasts is not known yet."""

    def part(self, part: CutPart) -> None: ...

    def segment_over(self) -> None: ...

    def take_over(self) -> None: ...
