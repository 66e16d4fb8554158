"""Adds lesser qualities to videos that are watched already, where the installation asks for them.

Nothing waits for it: the video is ready before and stays as it is when this fails. What is made lies beside what there
is under names of its own; the row names it last, so that whoever begins anew does no harm.
"""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import structlog
from msgspec import Struct

from storecast.domains.accounts.models import User
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.models import Channel
from storecast.domains.media.alone import alone
from storecast.domains.media.events import MediaPublished
from storecast.domains.media.jobs import MakeLadder
from storecast.domains.media.models import Media, MediaStatus, MediaVersion, VersionState
from storecast.domains.media.processor import MOST_TRIES
from storecast.domains.media.repository import MediaRepository
from storecast.kit.bus import Bus
from storecast.kit.clock import utcnow
from storecast.kit.database import Database, DatabaseMaker, transaction
from storecast.kit.events import Events
from storecast.kit.file_deletion import request_deletion
from storecast.kit.jobs import defer
from storecast.kit.settings import Settings
from storecast.kit.storage import FileMissing, Storage
from storecast.processing.facts import Facts, Refused
from storecast.processing.ladder import LADDER, Rung, bytes_of, make_ladder, rungs_for
from storecast.processing.packaging import INDEX, MEDIA
from storecast.processing.probing import probe

SPARE = 2 * 1024**3  # bytes of the disk that are left to shows and uploads
MEBIBYTE = 1024**2

log = structlog.get_logger()


class Task(Struct, frozen=True):
    version_id: int
    media_id: int
    folder: str  # storage prefix of what is watched
    source: str  # storage key
    rungs: Sequence[Rung]


class LadderMaker:
    """One a process. `plans` are those of a transaction."""

    def __init__(
        self,
        databases: DatabaseMaker,
        bus: Bus,
        storage: Storage,
        settings: Settings,
        plans: Callable[[Database], PlanService],
    ) -> None:
        self._databases = databases
        self._bus = bus
        self._storage = storage
        self._wanted = settings.rungs
        self._work = settings.data_dir / "work"
        self._ffmpeg = settings.ffmpeg
        self._plans = plans

    async def make(self, version_id: int) -> None:
        """Nothing where it is being done already.

        Raises OSError, `Unavailable` and `ProcessingFailed`, after which trying again may help.
        """
        with alone(self._work / f"ladder-{version_id}.lock") as free:
            if free:
                await self._make(version_id)

    async def _make(self, version_id: int) -> None:
        task = await self._task(version_id)
        if task is None:
            return
        try:
            async with self._folder(version_id) as folder:
                kept = await self._made(task, folder)
        except (Refused, FileMissing) as error:
            log.warning("a video gets no other qualities", media=task.media_id, why=str(error))
            await self._give_up(version_id)
        else:
            await self._finish(task, kept)

    async def look_after(self, db: Database) -> None:
        """Have the newest video that lacks its rungs get them, where none is being given any."""
        if self._wanted and (version_id := await MediaRepository(db).without_rungs()) is not None:
            await defer(db, MakeLadder(version_id))

    async def _task(self, version_id: int) -> Task | None:
        """None where there is nothing to do, any more or now."""
        async with transaction(self._databases) as db:
            found = await self._waiting(db, version_id)
            if found is None:
                return None
            media, version = found
            rungs = rungs_for(_told(version), self._wanted)
            need = bytes_of(rungs, version.duration or 0.0)
            if rungs and not await self._has_room(db, media, need):
                log.info("a video gets no other qualities: its owner's plan has no room", media=media.id)
                rungs = []
            version.tries += 1
            if not rungs or version.tries > MOST_TRIES:
                version.rungs = []
                return None
            if await asyncio.to_thread(self._left_on_disk) < 2 * need + version.file_size:
                version.tries -= 1  # it is looked at again as long as there is none
                log.warning("there is no room on the disk for other qualities of a video", media=media.id)
                return None
            folder = (version.hls or "").rpartition("/")[0]
            return Task(version.id, media.id, folder, version.key or "", rungs)

    async def _waiting(self, db: Database, version_id: int) -> tuple[Media, MediaVersion] | None:
        repository = MediaRepository(db)
        version = await repository.version(version_id)
        if version is None or version.made_at is None or version.hls is None or version.rungs is not None:
            return None
        media = await repository.locked(version.media_id)
        if media is None or media.deleted_at is not None or media.status != MediaStatus.READY:
            return None
        versions = (await repository.versions([media.id]))[media.id]
        if VersionState.MAKING in versions or version.state != VersionState.CURRENT:
            return None  # a trim is about to take its place, or has
        return media, version

    async def _has_room(self, db: Database, media: Media, need: int) -> bool:
        channel = await db.get(Channel, media.channel_id)
        owner = None if channel is None else await db.get(User, channel.owner_id)
        if owner is None:
            return False
        left = await self._plans(db).left([owner], Limit.STORAGE, utcnow())
        return left[owner.id] * MEBIBYTE >= need

    def _left_on_disk(self) -> int:
        self._work.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._work).free - SPARE

    async def _made(self, task: Task, folder: Path) -> dict[str, int]:
        """What is in storage now: bytes by key."""
        source, hls = folder / "source", folder / "hls"
        hls.mkdir()
        await self._storage.fetch(task.source, source)
        for name in (INDEX, MEDIA):
            await self._storage.fetch(f"{task.folder}/{name}", hls / name)
        facts = await probe(source)
        made = await make_ladder(source, facts, task.rungs, hls, lambda _: None, ffmpeg=self._ffmpeg)
        await self._announce(task, [f"{task.folder}/{path.name}" for path in made])
        for path in made:
            await self._storage.put_file(f"{task.folder}/{path.name}", path)
        return {f"{task.folder}/{path.name}": path.stat().st_size for path in made}

    async def _announce(self, task: Task, keys: list[str]) -> None:
        """These are about to be stored: whatever comes of it, they go with the version.

        Raises `Refused` where that is gone.
        """
        async with transaction(self._databases) as db:
            version = await MediaRepository(db).version(task.version_id)
            if version is None:
                raise Refused("It was deleted meanwhile.")
            version.files = sorted({*version.files, *keys})

    async def _finish(self, task: Task, made: dict[str, int]) -> None:
        async with transaction(self._databases) as db:
            repository = MediaRepository(db)
            media = await repository.locked(task.media_id)
            version = await repository.version(task.version_id)
            channel = None if media is None else await db.get(Channel, media.channel_id)
            if media is None or version is None or channel is None:  # deleted meanwhile, or trimmed for good
                await request_deletion(db, list(made))
                return
            version.files = sorted({*version.files, *made})
            version.size += sum(made.values())
            version.hls = f"{task.folder}/{LADDER}"
            version.rungs = [rung.name for rung in task.rungs]
            await db.flush()
            if media.in_playlist and version.state == VersionState.CURRENT:
                await Events(db, self._bus).happened(channel, MediaPublished(), utcnow())
        log.info("a video has other qualities", media=task.media_id, rungs=[rung.name for rung in task.rungs])

    async def _give_up(self, version_id: int) -> None:
        async with transaction(self._databases) as db:
            version = await MediaRepository(db).version(version_id)
            if version is not None:
                version.rungs = []

    @contextlib.asynccontextmanager
    async def _folder(self, version_id: int) -> AsyncIterator[Path]:
        folder = self._work / f"ladder-{version_id}"
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _told(version: MediaVersion) -> Facts:
    """What the row says of its film, as far as its rungs hang on it."""
    return Facts(
        container="mp4",
        duration=version.duration or 0.0,
        size=version.file_size,
        video_codec=version.video_codec,
        audio_codec=version.audio_codec,
        width=version.width,
        height=version.height,
        frame_rate=version.frame_rate,
        streamable=True,
        picture=None if version.video_codec is None else 0,
        sound=None if version.audio_codec is None else 1,
    )
