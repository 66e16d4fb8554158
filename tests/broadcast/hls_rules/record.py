"""What a server offered, as the rules are asked of it."""

from msgspec import Struct, field

from tests.broadcast.hls_rules.playlists import MediaPlaylist, read_media

PUNCTUAL = 0.15  # seconds: the frame after a part tells that it is whole


class Offer(Struct, frozen=True):
    """A playlist as it was from a moment on (seconds, of any clock)."""

    at: float
    text: str


class Resource(Struct):
    """An init segment, a part or a segment: its bytes, and when they could be had."""

    data: bytes
    since: float
    until: float | None = None  # the moment it was found gone; None where it was there to the end


class Record(Struct):
    """Everything in order of time. `resources` are by address, as the playlists write it.

    `late` is by how many seconds a part may come late; None where the publisher itself made pauses. `real_time` is
    whether what it sent was new when it came, so that how long media can be had may be judged. A `film` has
    no dates, and frames of any length, so that what is told of lengths is held to a frame.
    """

    media: list[Offer] = field(default_factory=list)
    multivariant: list[Offer] = field(default_factory=list)
    resources: dict[str, Resource] = field(default_factory=dict)
    ends: float = 0.0
    late: float | None = PUNCTUAL
    real_time: bool = True
    film: bool = False

    def data(self, uri: str) -> bytes | None:
        found = self.resources.get(uri)
        return None if found is None else found.data


class Broken(Struct, frozen=True):
    """A broken rule. `clause` is one of draft-pantos-hls-rfc8216bis (as of revision 22), or, beginning with "Apple", of
    the HLS Authoring Specification for Apple Devices."""

    clause: str
    words: str
    at: float

    def __str__(self) -> str:
        return f"{self.clause} at {self.at:.3f}: {self.words}"


class Findings:
    """Collects what is broken; the same words once."""

    def __init__(self) -> None:
        self.broken: list[Broken] = []
        self._said: set[tuple[str, str]] = set()

    def say(self, clause: str, words: str, at: float) -> None:
        if (clause, words) not in self._said:
            self._said.add((clause, words))
            self.broken.append(Broken(clause, words, at))


class Listing(Struct):
    """A media playlist that was read, and the moment it began to be offered."""

    at: float
    playlist: MediaPlaylist


def listings(record: Record) -> list[Listing]:
    return [Listing(offer.at, read_media(offer.text)) for offer in record.media]
