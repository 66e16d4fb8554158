"""What is known of a film, and what is asked for and told of work on it."""

from collections.abc import Callable

from msgspec import Struct

ROUNDING = 0.001  # seconds by which the times of a span may be rounded

Progress = Callable[[float], None]  # called with what part of the work is done, 0 to 1, never less than before


class Refused(Exception):
    """The file is not one that is taken. The message is for whoever uploaded it."""


class ProcessingFailed(Exception):
    """Not the file's fault, as with a full disk or a child that was killed; trying again may help."""


class Facts(Struct, frozen=True):
    """A film as `probe` found it, every packet read. Times begin with the film, whatever its stamps begin with."""

    container: str  # mp4, mov, webm, matroska, mpegts, mpeg or flv
    duration: float  # seconds
    size: int  # bytes
    video_codec: str | None  # RFC 6381; None where there is no picture
    audio_codec: str | None  # likewise
    width: int | None  # pixels as shown: turned upright, of square pixels
    height: int | None
    frame_rate: float | None  # frames a second, on average
    streamable: bool  # whether HLS takes the tracks as they are: they are copied, else encoded anew
    start: float = 0.0  # seconds; the stamp that is the film's beginning
    picture: int | None = None  # number of the track in the file
    sound: int | None = None  # likewise
    picture_as_is: bool = True  # of `streamable`, the picture's part
    sound_as_is: bool = True
    interlaced: bool = False
    peak_rate: float | None = None  # frames a second where they are most, as of a film whose frames last unevenly
    video_range: str = "SDR"  # SDR, PQ or HLG, as HLS' VIDEO-RANGE has it


class Storyboard(Struct, frozen=True):
    interval: float  # seconds a tile stands for
    tiles: int
    columns: int
    width: int  # pixels of a tile
    height: int


class Span(Struct, frozen=True):
    """Seconds of a film that are kept: the frames whose times lie in it, `end` exclusive."""

    start: float
    end: float


class Cut(Struct, frozen=True):
    duration: float  # seconds of the result
    encoded: float  # seconds of picture that were encoded anew


class Look(Struct):
    """What `looking` is asked."""

    path: str


class Splice(Struct):
    """What `splicing` is asked."""

    path: str
    container: str
    picture: int
    sound: int | None
    start: float  # seconds, when the film begins
    end: float  # and when the last of it is over
    keep: list[Span]
    target: str
