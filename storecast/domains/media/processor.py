"""Makes of a version's file what is watched: playlist, poster, storyboard. One version at a time, in the worker.

What it makes lies in a folder of its own until it is in storage, and the rows say so last: a process that is killed
leaves nothing that is believed in, and whoever begins anew clears it away.
"""

import asyncio
import contextlib
import errno
import os
import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import structlog
from msgspec import Struct

from storecast.domains.channels.models import Channel
from storecast.domains.media.alone import alone
from storecast.domains.media.events import MediaProgress, MediaPublished
from storecast.domains.media.jobs import MakeLadder
from storecast.domains.media.models import Media, MediaStatus, MediaVersion, Origin, VersionState
from storecast.domains.media.pieces import cut as cut_pieces
from storecast.domains.media.repository import MediaRepository
from storecast.domains.media.service import UNDONE_WITHIN, drop_version
from storecast.kit.bus import Bus
from storecast.kit.clock import utcnow
from storecast.kit.database import Database, DatabaseMaker, transaction
from storecast.kit.errors import Unavailable
from storecast.kit.events import Events
from storecast.kit.file_deletion import request_deletion
from storecast.kit.jobs import defer
from storecast.kit.settings import Settings
from storecast.kit.storage import FileMissing, Storage
from storecast.kit.tasks import watch
from storecast.processing.cutting import cut
from storecast.processing.facts import Facts, ProcessingFailed, Progress, Refused, Span
from storecast.processing.loudness import measure_loudness
from storecast.processing.packaging import make_hls
from storecast.processing.pictures import make_poster, make_storyboard
from storecast.processing.playable import make_playable
from storecast.processing.probing import probe

TOLD_EVERY = 1.0  # seconds
STEP = 0.02  # less progress than this is not told
MOST_TRIES = 5  # of one version: what kills the worker each time does so no more often

log = structlog.get_logger()


class Task(Struct, frozen=True):
    """What is to be made."""

    version_id: int
    media_id: int
    folder: str  # storage prefix
    source: str  # storage key; empty where it is gone
    origin: Origin
    spans: list[list[float]]  # what is kept of the source; all of it where none is named
    pieces: list[list[float]]  # of the source
    duration: float  # of the source, seconds
    tries: int  # this one included


class Made(Struct):
    """What was made: storage keys, and what is known of the film."""

    key: str
    file_size: int  # bytes
    size: int  # of all
    facts: Facts
    files: list[str]
    poster: str | None
    storyboard: str | None
    hls: str
    loudness: float | None


class Processor:
    def __init__(self, databases: DatabaseMaker, bus: Bus, storage: Storage, settings: Settings) -> None:
        self._databases = databases
        self._bus = bus
        self._storage = storage
        self._work = settings.data_dir / "work"
        self._ffmpeg = settings.ffmpeg
        self._ladder = bool(settings.rungs)

    async def process(self, version_id: int) -> None:
        """Nothing where it is being done already.

        Raises OSError, `Unavailable` and `ProcessingFailed`, after which trying again may help. Where the disk is full
        nothing is raised: it is tried each minute (`MediaService.look_after`), until there is room.
        """
        with alone(self._work / f"media-{version_id}.lock") as free:
            if free:
                await self._process(version_id)

    async def _process(self, version_id: int) -> None:
        await self._clear(version_id)
        task = await self._task(version_id)
        if task is None:
            return
        if task.tries > MOST_TRIES:
            await self._fail(task, "It could not be processed.")
            return
        try:
            async with self._folder(version_id) as work, self._telling(task) as progress:
                made = await self._made(task, work, progress)
        except Refused as error:
            await self._fail(task, str(error))
        except FileMissing:
            await self._fail(task, "Its file is gone.")
        except (OSError, Unavailable, ProcessingFailed) as error:
            full = _is_of_a_full_disk(error)
            why = "There is no room on the disk." if full else "It could not be processed."
            await self._note(task, f"{why} It is tried again.", counts=not full)
            log.error("a video cannot be processed; trying again", media=task.media_id, error=str(error)[-500:])
            if not full:
                raise
        else:
            await self._finish(task, made)

    async def _task(self, version_id: int) -> Task | None:
        """None where there is nothing to do any more."""
        async with transaction(self._databases) as db:
            repository = MediaRepository(db)
            version = await repository.version(version_id)
            if version is None or version.made_at is not None:
                return None
            media = (await repository.by_ids([version.media_id])).get(version.media_id)
            source = version if version.made_of is None else await repository.version(version.made_of)
            gone = bool(version.spans) and source is version  # what it is cut out of was let go of
            if media is None or source is None or (source.key is None and not gone):
                return None
            version.tries += 1
            return Task(
                version.id,
                media.id,
                f"media/{media.hash_id}/{version.folder}",
                source.key or "",
                Origin(media.origin),
                version.spans,
                source.pieces,
                source.duration or 0.0,
                version.tries,
            )

    async def _made(self, task: Task, work: Path, progress: Progress) -> Made:
        source = work / "source"
        await self._storage.fetch(task.source, source)
        facts = await probe(source)
        film, files, key = source, work / "made", task.source
        files.mkdir()
        done, share = 0.0, 1.0
        if task.spans:
            film = files / "film.mp4"
            spans = [Span(start, end) for start, end in task.spans]
            await cut(source, facts, spans, film, _part(progress, 0.0, 0.5), ffmpeg=self._ffmpeg)
            facts, done, share = await probe(film), 0.5, 0.5
        elif task.origin is Origin.UPLOAD:
            film = files / "film.mp4"
            facts = await make_playable(source, facts, film, _part(progress, 0.0, 0.6), ffmpeg=self._ffmpeg)
            done, share = 0.6, 0.4
        if film is not source:
            key = f"{task.folder}/{film.name}"
        hls = files / "hls"
        hls.mkdir()
        await make_hls(film, facts, hls, _part(progress, done, share * 0.5), ffmpeg=self._ffmpeg)
        poster = storyboard = None
        if facts.video_codec is not None:
            poster = files / "poster.webp"
            await make_poster(film, facts, poster, ffmpeg=self._ffmpeg)
            storyboard = files / "storyboard.vtt"
            sprite = files / "storyboard.webp"
            drawn = await make_storyboard(film, facts, sprite, storyboard, name=sprite.name, ffmpeg=self._ffmpeg)
            storyboard = storyboard if drawn is not None else None
        progress(done + share * 0.8)
        loudness = await measure_loudness(film, facts, ffmpeg=self._ffmpeg)
        kept = sorted(path for path in files.rglob("*") if path.is_file())
        await self._announce(task, [f"{task.folder}/{path.relative_to(files)}" for path in kept])
        for path in kept:
            await self._storage.put_file(f"{task.folder}/{path.relative_to(files)}", path)

        def stored(path: Path | None) -> str | None:
            return None if path is None else f"{task.folder}/{path.relative_to(files)}"

        return Made(
            key=key,
            file_size=film.stat().st_size,
            size=sum(path.stat().st_size for path in kept) + (film.stat().st_size if film is source else 0),
            facts=facts,
            files=[f"{task.folder}/{path.relative_to(files)}" for path in kept if path != film],
            poster=stored(poster),
            storyboard=stored(storyboard),
            hls=f"{task.folder}/hls/index.m3u8",
            loudness=loudness,
        )

    async def _announce(self, task: Task, keys: list[str]) -> None:
        """These are about to be stored: whatever comes of it, they go with the version.

        Raises `Refused` where that is gone.
        """
        async with self._row(task) as (_, _, _, version, _):
            if version is None:
                raise Refused("It was deleted meanwhile.")
            version.files = keys

    async def _finish(self, task: Task, made: Made) -> None:
        async with self._row(task) as (db, media, channel, version, now):
            if media is None or version is None:  # deleted meanwhile
                await request_deletion(db, [*made.files, *({made.key} - {task.source})])
                return
            if version.key is not None and version.key != made.key:
                await request_deletion(db, [version.key])  # what was uploaded is another file now
            facts = made.facts
            version.key, version.files = made.key, made.files
            version.file_size, version.size = made.file_size, made.size
            version.duration, version.frame_rate = facts.duration, facts.frame_rate
            version.video_codec, version.audio_codec = facts.video_codec, facts.audio_codec
            version.width, version.height = facts.width, facts.height
            version.poster, version.storyboard, version.hls = made.poster, made.storyboard, made.hls
            version.loudness, version.made_at, version.tries = made.loudness, now, 0
            if self._ladder:
                await defer(db, MakeLadder(version.id))
            if task.spans:
                version.pieces = cut_pieces(task.pieces, task.duration, [(start, end) for start, end in task.spans])
            if version.state == VersionState.MAKING:
                await self._take_place(db, media, version, now)
            media.duration, media.status = facts.duration, MediaStatus.READY
            media.progress, media.problem = 1.0, None
            await db.flush()
            events = Events(db, self._bus)
            await events.happened(channel, MediaProgress(media.hash_id, MediaStatus.READY, 1.0), now)
            if media.in_playlist:
                await events.happened(channel, MediaPublished(), now)
            log.info("a video is ready", media=media.hash_id, duration=round(facts.duration, 3), size=made.size)

    async def _take_place(self, db: Database, media: Media, version: MediaVersion, now: datetime) -> None:
        """A trim is done: the version before it is kept for a while, one before that is not."""
        repository = MediaRepository(db)
        versions = (await repository.versions([media.id]))[media.id]
        if (older := versions.get(VersionState.KEPT)) is not None:
            await drop_version(db, older, now)
        if (former := versions.get(VersionState.CURRENT)) is not None:
            former.state, former.kept_until = VersionState.KEPT, now + UNDONE_WITHIN
            await db.flush()
        version.state = VersionState.CURRENT

    async def _fail(self, task: Task, why: str) -> None:
        async with self._row(task) as (db, media, channel, version, now):
            if media is None or version is None:
                return
            media.problem, media.progress = why, 0.0
            if version.state == VersionState.MAKING:  # what there was is there still
                await drop_version(db, version, now)
            else:
                media.status = MediaStatus.FAILED
            await db.flush()
            told = MediaProgress(media.hash_id, MediaStatus(media.status), 0.0)
            await Events(db, self._bus).happened(channel, told, now)
        log.info("a video was refused", media=task.media_id, why=why)

    async def _note(self, task: Task, why: str, *, counts: bool) -> None:
        """`counts`: of a version no more than `MOST_TRIES` of these are made."""
        async with self._row(task) as (_, media, _, version, _):
            if media is not None and version is not None:
                media.problem = why
                version.tries -= not counts

    @contextlib.asynccontextmanager
    async def _row(
        self, task: Task
    ) -> AsyncIterator[tuple[Database, Media | None, Channel, MediaVersion | None, datetime]]:
        async with transaction(self._databases) as db:
            repository = MediaRepository(db)
            media = await repository.locked(task.media_id)
            version = await repository.version(task.version_id)
            channel = await db.get(Channel, media.channel_id) if media is not None else None
            if channel is None:  # it went with its videos
                media = version = None
                channel = Channel()
            yield db, media, channel, version, utcnow()

    @contextlib.asynccontextmanager
    async def _folder(self, version_id: int) -> AsyncIterator[Path]:
        folder = self._folder_of(version_id)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            await self._clear(version_id)

    async def _clear(self, version_id: int) -> None:
        """Of this try, or one that was killed."""
        await asyncio.to_thread(shutil.rmtree, self._folder_of(version_id), ignore_errors=True)

    def _folder_of(self, version_id: int) -> Path:
        return self._work / f"media-{version_id}"

    @contextlib.asynccontextmanager
    async def _telling(self, task: Task) -> AsyncIterator[Progress]:
        """While the block runs, who edits the channel is told how far it is."""
        reached = told = 0.0

        def progress(part: float) -> None:
            nonlocal reached
            reached = max(reached, min(part, 1.0))

        async def tell() -> None:
            nonlocal told
            while True:
                await asyncio.sleep(TOLD_EVERY)
                if reached - told < STEP:
                    continue
                told = reached
                with contextlib.suppress(OSError):
                    async with self._row(task) as (db, media, channel, _, now):
                        if media is None:
                            continue
                        media.progress = told
                        event = MediaProgress(media.hash_id, MediaStatus(media.status), round(told, 3))
                        await Events(db, self._bus).happened(channel, event, now)

        telling = watch(tell(), "telling of progress")
        try:
            yield progress
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)


def _is_of_a_full_disk(error: BaseException | None) -> bool:
    """Itself, what it came from, or what a child said."""
    while error is not None:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or os.strerror(errno.ENOSPC) in str(error):
            return True
        error = error.__cause__
    return False


def _part(progress: Progress, done: float, share: float) -> Progress:
    """Of a step that is `share` of the whole and comes after `done` of it."""
    return lambda part: progress(done + part * share)
