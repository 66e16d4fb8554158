"""Trims and clips: other versions of a video, and the way back."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import UNSET

from storecast.domains.channels.access import Seat
from storecast.domains.channels.models import Channel
from storecast.domains.media.errors import BeingMade, NothingToUndo, NotReady
from storecast.domains.media.events import MediaProgress, MediaPublished
from storecast.domains.media.jobs import ProcessMedia
from storecast.domains.media.models import Media, MediaStatus, MediaVersion, Origin, VersionState
from storecast.domains.media.repository import MediaRepository
from storecast.domains.media.schemas import NewClip, Span, Trim
from storecast.domains.media.service import MediaService, drop_version
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.jobs import defer

SHORTEST = 0.1  # seconds of a span
CLIP_SHORTEST, CLIP_LONGEST = 15.0, 90.0
NEARLY = 0.05  # seconds that an end may lie behind the video's: pages round


class VersionService:
    def __init__(self, db: Database, events: Events, media: MediaService) -> None:
        self._db = db
        self._repository = MediaRepository(db)
        self._events = events
        self._media = media

    async def trim(self, media: Media, channel: Channel, trim: Trim, now: datetime) -> Media:
        """Make a version of what `trim` keeps; what there is stays until it is there, and then for some days.

        Raises `Unprocessable`, `NotReady`, `BeingMade`.
        """
        current = await self._ready(media)
        spans = _kept(trim, current.duration or 0.0)
        if VersionState.MAKING in (await self._repository.versions([media.id]))[media.id]:
            raise BeingMade
        await self._make(media.id, VersionState.MAKING, current, spans, now)
        media.problem, media.progress = None, 0.0
        await self._db.flush()
        await self._tell(media, channel, now)
        return media

    async def undo(self, media: Media, channel: Channel, now: datetime) -> Media:
        """Go back to the version before the trim, or end one under way. Raises `NothingToUndo`."""
        await self._repository.locked(media.id)
        versions = (await self._repository.versions([media.id]))[media.id]
        if (making := versions.get(VersionState.MAKING)) is not None:
            await drop_version(self._db, making, now)
            media.progress = 1.0
            await self._tell(media, channel, now)
            return media
        former, current = versions.get(VersionState.KEPT), versions.get(VersionState.CURRENT)
        if former is None or current is None:
            raise NothingToUndo
        await drop_version(self._db, current, now)
        former.state, former.kept_until = VersionState.CURRENT, None
        media.duration = former.duration
        await self._db.flush()
        await self._events.happened(channel, MediaPublished(), now)
        return media

    async def confirm(self, media: Media, now: datetime) -> Media:
        """Let the version before the trim go. Raises `NothingToUndo`."""
        await self._repository.locked(media.id)
        former = (await self._repository.versions([media.id]))[media.id].get(VersionState.KEPT)
        if former is None:
            raise NothingToUndo
        await drop_version(self._db, former, now)
        return media

    async def clip(self, media: Media, seat: Seat, clip: NewClip, now: datetime) -> Media:
        """A video of its own of a stretch of this one.

        Raises `Unprocessable`, `NotReady`, `PaymentRequired`, `TooManyMedia`.
        """
        current = await self._ready(media)
        span = _fitting(Span(clip.start, clip.end), current.duration or 0.0, "start", "end")
        if not CLIP_SHORTEST - NEARLY <= span[1] - span[0] <= CLIP_LONGEST + NEARLY:
            raise Unprocessable.field("end", f"must be {CLIP_SHORTEST:.0f} to {CLIP_LONGEST:.0f} seconds after `start`")
        place = await self._media.make_room(seat, now)
        made = Media(
            hash_id=public_id(),
            channel_id=seat.channel.id,
            origin=Origin.CLIP,
            clip_of=media.id,
            name=media.name if clip.name is UNSET else clip.name,
            status=MediaStatus.PROCESSING,
            duration=span[1] - span[0],
            started_at=media.started_at,
            position=place,
            created_at=now,
        )
        await self._repository.add(made)
        await self._make(made.id, VersionState.CURRENT, current, [span], now)
        await self._tell(made, seat.channel, now)
        return made

    async def _ready(self, media: Media) -> MediaVersion:
        """Raises `NotReady`."""
        await self._repository.locked(media.id)
        current = await self._media.current(media)
        if media.status != MediaStatus.READY:
            raise NotReady
        return current

    async def _make(
        self, media_id: int, state: VersionState, source: MediaVersion, spans: list[tuple[float, float]], now: datetime
    ) -> None:
        version = MediaVersion(
            media_id=media_id,
            folder=public_id(),
            state=state,
            made_of=source.id,
            spans=[list(span) for span in spans],
            created_at=now,
        )
        await self._repository.add(version)
        await defer(self._db, ProcessMedia(version.id))

    async def _tell(self, media: Media, channel: Channel, now: datetime) -> None:
        told = MediaProgress(media.hash_id, MediaStatus(media.status), media.progress)
        await self._events.happened(channel, told, now)


def _kept(trim: Trim, duration: float) -> list[tuple[float, float]]:
    """The stretches that are kept. Raises `Unprocessable` naming the field."""
    if trim.keep is not UNSET:
        if trim.start is not UNSET or trim.end is not UNSET:
            raise Unprocessable.field("keep", "cannot be given together with `start` and `end`")
        spans = [_fitting(span, duration, f"keep.{at}.start", f"keep.{at}.end") for at, span in enumerate(trim.keep)]
        return _apart(spans)
    for name, value in (("start", trim.start), ("end", trim.end)):
        if value is UNSET:
            raise Unprocessable.field(name, "is required")
    if trim.start is UNSET or trim.end is UNSET:
        raise AssertionError
    return [_fitting(Span(trim.start, trim.end), duration, "start", "end")]


def _fitting(span: Span, duration: float, start: str, end: str) -> tuple[float, float]:
    if span.start >= duration:
        raise Unprocessable.field(start, f"must be before the video's end, {duration:.3f}")
    if span.end > duration + NEARLY:
        raise Unprocessable.field(end, f"must be at most {duration:.3f}, where the video ends")
    if span.end - span.start < SHORTEST:
        raise Unprocessable.field(end, f"must be {SHORTEST} seconds after `start` at least")
    return span.start, min(span.end, duration)


def _apart(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    for at in range(1, len(spans)):
        if spans[at][0] < spans[at - 1][1]:
            raise Unprocessable.field(f"keep.{at}.start", "must not be before the end of the stretch before it")
    return list(spans)
