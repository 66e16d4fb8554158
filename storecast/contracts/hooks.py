"""Hooks: signed HTTP calls between processes.

`broadcast` and `realtime` hold no database rows; they ask `api` by POST on these paths, and `worker`
tells `broadcast` to cut a publisher off the same way. Every call is JSON, signed as
`storecast.kit.hooks` says. A refusal is an HTTP status with the usual error envelope. An outside
media engine may make the same calls.
"""

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from storecast.contracts.audience import EVERYBODY

PUBLISH = "/internal/broadcast/publish"
STARTED = "/internal/broadcast/started"
ALIVE = "/internal/broadcast/alive"
HEALTH = "/internal/broadcast/health"
DROPPED = "/internal/broadcast/dropped"
ENDED = "/internal/broadcast/ended"
RECORDED = "/internal/broadcast/recorded"
RELAYED = "/internal/broadcast/relayed"
ENTER = "/internal/realtime/enter"
EVENTS = "/internal/realtime/events"
END_SESSION = "/internal/sessions/end"  # served by `broadcast`
SIMULCAST = "/internal/sessions/simulcast"  # served by `broadcast`


FILES_A_CALL = 100
DATES_OF_A_RUN = 1000
CodecName = Annotated[str, Meta(min_length=1, max_length=64)]  # RFC 6381, e.g. avc1.64001f


class PublishRequest(Struct):
    """A publisher presents a stream key.

    403 wrong key, 409 somebody is publishing on it, 402 no minutes left, 423 the host stopped its show a moment ago;
    what 423 says is for the publisher to read.
    """

    stream_key: str
    node: str  # base URL of the broadcast node that asks, where END_SESSION reaches it
    address: str  # the publisher's address
    live: list[str] = []  # ids of the sessions that have a publisher on this node now


class RelayTarget(Struct, frozen=True):
    """Where a show is passed on to."""

    id: str
    url: str  # rtmp:// or rtmps://, without the key
    key: str  # sealed with the hooks' secret: bodies are kept and shown in more places than keys may be


class Simulcast(Struct):
    """Where a show is passed on to now. Of two, the one with the higher `revision` holds."""

    revision: int
    targets: list[RelayTarget]


class PublishGrant(Struct):
    """What may be published, and where it continues.

    A dropped publisher that comes back within the grace gets the same `session_id` with `take` counted up.
    """

    stream_id: str
    session_id: str
    playback_id: str
    claim: str  # names this publisher; later calls carry it, so that a stale one changes nothing
    take: int  # 1 for the first continuous publish of the session
    started_at: float | None  # session start, seconds since the epoch; None before the first frame
    token_required: bool  # whether playback needs a token
    simulcast: Simulcast | None = None
    recorded: bool = True


class SessionStarted(Struct):
    """First playable frame of a take."""

    session_id: str
    claim: str
    at: float
    video_codec: str | None = None  # RFC 6381, e.g. avc1.64001f
    audio_codec: str | None = None
    width: int | None = None
    height: int | None = None


# Bounds of what a node may say of a stream: it is kept and shown. PostgreSQL keeps no NUL.
_Code = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+(?!\n)$")]
_Words = Annotated[str, Meta(max_length=400, pattern=r"^[^\x00-\x1f\x7f]*(?!\n)$")]
_Codec = Annotated[str, Meta(max_length=100, pattern=r"^[\x20-\x7e]*(?!\n)$")]
_Pixels = Annotated[int, Meta(ge=0, le=100_000)]
_Figure = Annotated[float, Meta(ge=0, le=1e9)]


class StreamTrouble(Struct):
    """Something wrong with a stream."""

    code: Annotated[_Code, Meta(description="The same for the same kind of trouble; new kinds may come.")]
    words: Annotated[_Words, Meta(description="What is wrong and what to do, for whoever publishes.")]


class StreamHealth(Struct):
    """How a publisher's stream is."""

    kbps: Annotated[_Figure, Meta(description="Kilobits that arrived a second, over the last 5 s.")]
    frame_rate: Annotated[_Figure | None, Meta(description="Pictures a second of media, over the last 5 s.")]
    keyframe_interval: Annotated[_Figure | None, Meta(description="Seconds between the newest two keyframes.")]
    dropped: Annotated[int, Meta(ge=0, le=2**53, description="Frames that came and could not be shown.")]
    silent_seconds: Annotated[_Figure, Meta(description="Since the last byte came.")]
    codecs: Annotated[list[_Codec], Meta(max_length=8, description="RFC 6381 names.")]
    width: Annotated[_Pixels | None, Meta(description="Pixels.")]
    height: Annotated[_Pixels | None, Meta(description="Pixels.")]
    troubles: Annotated[list[StreamTrouble], Meta(max_length=32, description="The worst first.")]


class RelayState(StrEnum):
    """How passing a show on to a target goes."""

    CONNECTING = "connecting"  # or waiting for media
    SENDING = "sending"  # and the target takes it
    BEHIND = "behind"  # it takes less than comes
    REFUSED = "refused"  # it says no, or hangs up on the key
    UNREACHABLE = "unreachable"


class RelayReport(Struct):
    """How it goes with one target, since when."""

    id: Annotated[str, Meta(max_length=64)]
    state: RelayState
    code: Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9_]*(?!\n)$")]  # why it is not sending; new ones may come
    reason: _Words  # the same in words; both are empty where all is well
    since: Annotated[float, Meta(ge=0, lt=2**35)]  # seconds since the epoch


_Reports = Annotated[list[RelayReport], Meta(max_length=64)]


class SessionRelays(Struct):
    """Sent at once when a target's state changes, with all of the session's targets. `SessionsAlive` says it again."""

    session_id: str
    claim: str
    relays: _Reports


class SessionsAlive(Struct):
    """Sent every 5 s for all sessions a node holds, those in their grace included, and for the replays it plays."""

    node: str
    session_ids: list[str]
    health: dict[str, StreamHealth] = {}  # of those with a publisher, by session id; older nodes say nothing of it
    relays: dict[str, _Reports] = {}  # by session id
    revisions: dict[str, int] = {}  # of the targets the node knows, by session id
    replays: list[str] = []  # ids of sessions that are over


class SessionHealth(Struct):
    """Sent at once when what troubles a stream changes. It need not arrive: `SessionsAlive` says it again."""

    session_id: str
    claim: str
    health: StreamHealth


class SessionState(Struct, omit_defaults=True):
    session_id: str
    ended: bool  # the session is over, or another node's by now: cut the publisher off, finish the recording
    token_required: bool
    why: str = ""  # what the publisher of one that is over is told; empty where there is nothing to say
    simulcast: Simulcast | None = None  # where the node knows another revision


class ReplayState(Struct):
    session_id: str
    token_required: bool  # now, however it was while the show went on


class SessionStates(Struct):
    sessions: list[SessionState]
    replays: list[ReplayState] = []


class SessionDropped(Struct):
    """The publisher went away without saying so; it has the grace to come back."""

    session_id: str
    claim: str
    at: float  # time of the last frame
    until: float | None = None  # when its grace is over, seconds since the epoch; older nodes do not say


_Number = Annotated[int, Meta(ge=1, lt=2**31)]
_Seconds = Annotated[float, Meta(ge=0, lt=2**31)]
_Moment = Annotated[float, Meta(ge=0, lt=2**35)]  # seconds since the epoch
_Side = Annotated[int, Meta(ge=0, le=0xFFFF)]  # pixels


class RunDate(Struct):
    """When what is at a place of a run was taken. Between two of them both go on alike; pauses lie before them."""

    at: _Seconds  # in the run
    date: _Moment


class RecordedRun(Struct):
    """Takes of a session that are alike, as they were recorded. They become the file of the same number."""

    number: _Number  # place within the session, counted from 1
    duration: _Seconds
    started_at: _Moment | None = None  # first frame
    video_codec: CodecName | None = None  # None without a picture
    audio_codec: CodecName | None = None  # None without sound
    width: _Side | None = None
    height: _Side | None = None
    dates: Annotated[list[RunDate], Meta(max_length=DATES_OF_A_RUN)] = []  # in order; none where they are not known


class SessionEnded(Struct):
    """The session is over: the publisher said so, or did not come back.

    With `runs` it is a replay, too, which the node plays at `/replays` from now on. It is said again with them where
    they are not known at once, as after a crash, and several times where they are more than go into a call.
    """

    session_id: str
    claim: str
    at: float  # time of the last frame
    reason: Literal["unpublished", "gone", "ended"]
    runs: Annotated[list[RecordedRun], Meta(max_length=FILES_A_CALL)] = []


class RecordedFile(Struct):
    """One file of a session's recording: takes that are alike, without the pauses between them."""

    number: _Number  # place within the session, counted from 1
    key: Annotated[str, Meta(min_length=1, max_length=200)]  # storage key
    size: Annotated[int, Meta(ge=1, le=2**63 - 1)]  # bytes
    duration: _Seconds
    started_at: _Moment | None = None  # first frame
    video_codec: CodecName | None = None  # None without a picture
    audio_codec: CodecName | None = None  # None without sound
    width: _Side | None = None
    height: _Side | None = None


class SessionRecorded(Struct):
    """These files of the session are in storage. One with more files than go into a call makes several."""

    session_id: str
    files: Annotated[list[RecordedFile], Meta(max_length=FILES_A_CALL)]


class EndSession(Struct):
    """To `broadcast`: cut the publisher off and finish the session. Repeating it changes nothing."""

    session_id: str


class SessionTargets(Struct):
    """To `broadcast`: where the session's show is passed on to from now on."""

    session_id: str
    simulcast: Simulcast


QUESTIONS_A_CALL = 200


class EnterQuestion(Struct, frozen=True):
    """May `subject` enter `room`? `room` is a channel's slug or id."""

    room: str
    subject: str  # "user:<hash id>" or "guest:<id>", the realtime token's `sub`
    grant_id: str = ""  # its `sid`: the sign-in a user's token belongs to


class EnterRequest(Struct):
    """Questions of many who come at once; each is answered in its place."""

    questions: Annotated[list[EnterQuestion], Meta(max_length=QUESTIONS_A_CALL)]


class EnterGrant(Struct):
    room_id: str  # the channel's hash id: the name under which the bus speaks of the room
    seq: int  # the room's newest event
    acts: list[str]  # what the subject may do there; events can be meant for who may do one of them


class EnterAnswer(Struct, omit_defaults=True):
    """Without a grant `status` says why: 404 unknown, 403 not allowed."""

    grant: EnterGrant | None = None
    status: int = 200
    message: str = ""


class EnterAnswers(Struct):
    answers: list[EnterAnswer]


class EventsRequest(Struct):
    """Events of a room after `since`, oldest first."""

    room_id: str
    since: int
    limit: int = 1000


ERASED = "erased"  # what an event becomes when its content must go: a number nobody is told of, so that there is no gap


class RoomEvent(Struct):
    seq: int
    event: str
    at: str  # ISO 8601, UTC
    data: Raw
    audience: str = EVERYBODY


class EventsPage(Struct):
    seq: int  # the room's newest event
    complete: bool  # False when events after `since` are gone from the log (older than 5 minutes or 1,000 back)
    events: list[RoomEvent]
