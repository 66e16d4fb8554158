"""What a room hears of its show, and what other domains hear of it."""

from storecast.contracts.bus import Kind
from storecast.contracts.hooks import RecordedFile, RecordedRun, StreamTrouble
from storecast.domains.billing.minutes.values import MinutesStage
from storecast.domains.channels.access import Act
from storecast.kit.bus import Event
from storecast.kit.events import EVERYBODY, RoomEvent

WITH_STREAM = (Kind.DETAILS, Kind.PRODUCTS)  # kept answers that have the stream in them


class StreamStarted(RoomEvent, name="stream.started", to=EVERYBODY, stale=WITH_STREAM):
    session_id: str


class StreamEnded(RoomEvent, name="stream.ended", to=EVERYBODY, stale=WITH_STREAM):
    session_id: str


class StreamInterrupted(RoomEvent, name="stream.interrupted", to=EVERYBODY, stale=WITH_STREAM):
    """The publisher is gone without saying goodbye. `until` is when the show ends if it stays away, ISO 8601."""

    session_id: str
    until: str


class StreamResumed(RoomEvent, name="stream.resumed", to=EVERYBODY, stale=WITH_STREAM):
    """The picture is back after an interruption."""

    session_id: str


class StreamHealthChanged(RoomEvent, name="stream.health", to=Act.RUN_SHOW):
    """Other things are wrong with the stream than before. Figures change all the time, and are asked for."""

    session_id: str
    troubles: list[StreamTrouble]


class StreamMinutesChanged(RoomEvent, name="stream.minutes", to=Act.RUN_SHOW):
    """The show has come to another stage of its owner's streaming minutes; `spent` ends it.

    `seconds` are left of what the plan grants this month, and `grace_seconds` for which it goes on beyond those.
    """

    session_id: str
    stage: MinutesStage
    seconds: int
    grace_seconds: int


class WentLive(Event):
    """To other domains: a show has begun. Not of a publisher who comes back into it."""

    channel_id: int


class SessionOver(Event):
    """To other domains: a show is over, and its node plays what it recorded of it. Told more than once.

    A show of which nothing was recorded has no runs, and nobody is told.
    """

    session_id: str
    channel_id: int
    runs: list[RecordedRun]


class SessionFilesStored(Event):
    """To other domains: these files of a show that was recorded are in storage. Told more than once."""

    session_id: str
    channel_id: int
    files: list[RecordedFile]
