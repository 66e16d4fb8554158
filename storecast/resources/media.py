"""Videos as those who edit a channel see them, with what their shows came to, and as viewers do."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from storecast.domains.audience.figures import of_shows, of_videos
from storecast.domains.channels.access import Act, Seat, is_open
from storecast.domains.channels.models import Channel, StreamType
from storecast.domains.media.models import Media, MediaStatus, MediaVersion, Origin, VersionState
from storecast.domains.media.playing import subject_of
from storecast.domains.media.service import UNDONE_WITHIN
from storecast.domains.orders.sales.schemas import RevenueView
from storecast.domains.streams.models import StreamSession
from storecast.domains.streams.playouts.models import OPEN
from storecast.kit.clock import iso
from storecast.wiring.unit import Unit


class Sold(Struct):
    """What was ordered while the show was on."""

    orders: int
    """How many orders."""
    revenue: list[RevenueView]
    """What they come to, an entry a currency, less what was given back."""


class MediaView(Struct):
    """A video as its channel's editors see it."""

    id: str
    """Names the video."""
    name: str
    """What it is called."""
    origin: Origin
    """Whether it is a show that is over, an upload or a clip."""
    status: MediaStatus
    """`waiting` for its bytes, `processing`, `ready`, `failed`."""
    progress: float
    """How far what is done with it now is, 0 to 1."""
    problem: str | None
    """Why it failed."""
    duration: float | None
    """Seconds."""
    size: int
    """Bytes it takes, with all that was made of it."""
    poster: str | None
    """Address of a picture of it."""
    storyboard: str | None
    """Address of its storyboard: WebVTT that names places in a picture."""
    hls_url: str | None
    """Address of its playlist, once it can be watched."""
    session_id: str | None
    """The show it was."""
    order: int
    """Its place among the channel's videos, from 0."""
    in_playlist: bool
    """Whether viewers see it."""
    width: int | None
    """Pixels."""
    height: int | None
    """Pixels."""
    frame_rate: float | None
    """Pictures a second."""
    video_codec: str | None
    """RFC 6381."""
    audio_codec: str | None
    """RFC 6381."""
    loudness: float | None
    """LUFS, by EBU R 128."""
    started_at: str | None
    """When the show began."""
    clip_of: str | None
    """The video it was cut out of."""
    trimming: bool
    """Whether a trimmed version is being made."""
    undo_until: str | None
    """Until when a trim can be undone; null where there is none."""
    deleted_until: str | None
    """Of a deleted one, until when it can be had back."""
    viewers: int | None
    """How many different people watched the show; null for what was none, and for who may not see figures."""
    peak_viewers: int | None
    """How many watched it at once, at most; null likewise."""
    average_viewers: float | None
    """How many watched it at once, on average; null likewise."""
    watch_minutes: int | None
    """How long it was watched, all views together; null likewise."""
    replay_viewers: int | None
    """How many different people watched the video itself; null for who may not see figures."""
    replay_minutes: int | None
    """How long it was watched, all views together; null for who may not see figures."""
    sold: Sold | None
    """What the show sold; null for what was none, and for who may not see orders."""
    created_at: str
    """When it came."""


class PlaylistEntry(Struct):
    """A video as viewers see it."""

    id: str
    """Names the video."""
    name: str
    """What it is called."""
    duration: float | None
    """Seconds."""
    poster: str | None
    """Address of a picture of it."""
    storyboard: str | None
    """Address of its storyboard: WebVTT that names places in a picture."""
    hls_url: str | None
    """Address of its playlist; null for some seconds after a show that was damaged."""
    session_id: str | None
    """The show it was."""
    started_at: str | None
    """When the show began."""


class _Addresses:
    """Where the files of a channel's videos are; those that not everybody may have with a token."""

    def __init__(self, unit: Unit, channel: Channel, sessions: dict[str, StreamSession]) -> None:
        self._unit = unit
        self._open = is_open(channel)
        self._sessions = sessions

    def of(self, media: Media, version: MediaVersion, key: str | None) -> str | None:
        """Of a file of a version."""
        if key is None:
            return None
        deleted = media.deleted_at is not None
        opened = self._open and media.in_playlist and not deleted
        token = "" if opened else self._token(subject_of(media.hash_id, deleted=deleted))
        folder = f"media/{media.hash_id}/{version.folder}/"
        return self._unit.urls.video(media.hash_id, version.folder, token, key.removeprefix(folder))

    def playlist(self, media: Media, version: MediaVersion) -> str | None:
        """Where it can be watched: until it is processed, a show's at the node that recorded it."""
        if version.hls is not None:
            return self.of(media, version, version.hls)
        session = self._sessions.get(media.session_id or "")
        if session is None or media.run is None:
            return None
        token = None if self._open else self._token(session.playback_id)
        return self._unit.urls.replay(session.playback_id, session.id, media.run, token)

    def _token(self, subject: str) -> str:
        return self._unit.process.playback_tokens.token(subject, self._unit.now, opens=True)


async def show_media(unit: Unit, seat: Seat, media: Media) -> MediaView:
    return (await show_videos(unit, seat, [media]))[0]


async def show_videos(unit: Unit, seat: Seat, videos: Sequence[Media]) -> list[MediaView]:
    """Videos of one channel, for who may edit it, in a fixed number of queries."""
    versions = await unit.media.versions(videos)
    sessions = await _sessions(unit, videos)
    sources = await unit.media.named(videos)
    places = {media.id: place for place, media in enumerate(await unit.media.of_channel(seat.channel))}
    watched = await of_shows(unit.db, list(sessions)) if Act.SEE_STATS in seat.acts else {}
    replayed = await of_videos(unit.db, [media.id for media in videos]) if Act.SEE_STATS in seat.acts else {}
    sold = await unit.sales.of_sessions(sessions) if Act.SEE_ORDERS in seat.acts else {}
    addresses = _Addresses(unit, seat.channel, sessions)
    shown = []
    for media in videos:
        its = versions[media.id]
        version = its.get(VersionState.CURRENT)
        kept = its.get(VersionState.KEPT)
        session = media.session_id or ""
        source = sources.get(media.clip_of or 0)
        taken = sold.get(session)
        seen, replay = watched.get(session), replayed.get(media.id)
        shown.append(
            MediaView(
                id=media.hash_id,
                name=media.name,
                origin=Origin(media.origin),
                status=MediaStatus(media.status),
                progress=media.progress,
                problem=media.problem,
                duration=media.duration,
                size=sum(each.size for each in its.values()),
                poster=addresses.of(media, version, version.poster) if version else None,
                storyboard=addresses.of(media, version, version.storyboard) if version else None,
                hls_url=addresses.playlist(media, version) if version else None,
                session_id=media.session_id,
                order=places.get(media.id, len(places)),
                in_playlist=media.in_playlist,
                width=version.width if version else None,
                height=version.height if version else None,
                frame_rate=version.frame_rate if version else None,
                video_codec=version.video_codec if version else None,
                audio_codec=version.audio_codec if version else None,
                loudness=version.loudness if version else None,
                started_at=_iso(media.started_at),
                clip_of=source.hash_id if source is not None else None,
                trimming=VersionState.MAKING in its,
                undo_until=_iso(kept.kept_until) if kept is not None else None,
                deleted_until=_iso(media.deleted_at + UNDONE_WITHIN) if media.deleted_at is not None else None,
                viewers=seen.viewers if seen is not None else None,
                peak_viewers=seen.peak if seen is not None else None,
                average_viewers=round(seen.average(_lasted(sessions[session], unit.now)), 1)
                if seen is not None
                else None,
                watch_minutes=round(seen.watch_seconds / 60) if seen is not None else None,
                replay_viewers=replay.viewers if replay is not None else None,
                replay_minutes=round(replay.watch_seconds / 60) if replay is not None else None,
                sold=Sold(sum(each.orders for each in taken), [each.view for each in taken]) if taken else None,
                created_at=iso(media.created_at),
            )
        )
    return shown


async def show_playlists(unit: Unit, channels: Collection[Channel]) -> dict[int, list[PlaylistEntry]]:
    """What viewers see of each channel's videos, in order; a few queries however many.

    Nothing where they are to be seen as a show first, or are just now.
    """
    demanded = [channel.id for channel in channels if channel.stream_type == StreamType.ON_DEMAND]
    playouts = await unit.playouts.of_channels(demanded) if demanded else {}
    published = await unit.media.published(
        [channel.id for channel in channels if channel.id not in playouts or playouts[channel.id].state not in OPEN]
    )
    sessions = await _sessions(unit, [media for videos in published.values() for media, _ in videos])
    shown = {}
    for channel in channels:
        addresses = _Addresses(unit, channel, sessions)
        videos = published.get(channel.id, [])
        shown[channel.id] = [_entry(media, version, addresses) for media, version in videos]
    return shown


async def show_entry(unit: Unit, channel: Channel, media: Media, version: MediaVersion) -> PlaylistEntry:
    return _entry(media, version, _Addresses(unit, channel, await _sessions(unit, [media])))


def _entry(media: Media, version: MediaVersion, addresses: _Addresses) -> PlaylistEntry:
    return PlaylistEntry(
        id=media.hash_id,
        name=media.name,
        duration=media.duration,
        poster=addresses.of(media, version, version.poster),
        storyboard=addresses.of(media, version, version.storyboard),
        hls_url=addresses.playlist(media, version),
        session_id=media.session_id,
        started_at=_iso(media.started_at),
    )


async def _sessions(unit: Unit, videos: Collection[Media]) -> dict[str, StreamSession]:
    ids = {media.session_id for media in videos if media.session_id is not None}
    return await unit.streams.sessions(ids) if ids else {}


def _lasted(session: StreamSession, now: datetime) -> timedelta:
    return (session.ended_at or now) - session.started_at if session.started_at is not None else timedelta()


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
