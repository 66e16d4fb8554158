"""Sees to playouts, in the worker: has their films here in time, and a process of its own playing each.

What is to be done is asked of the database again and again, and held by one worker at a time. So it is killed without
harm: another worker, or the same one anew, finds what plays and has it go on where it then has to be.
"""

import asyncio
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from storecast.broadcast.playout.wire import PLAYING, Film, Order
from storecast.domains.channels.models import Channel
from storecast.domains.media.playouts.programme import programme_of
from storecast.domains.streams.playouts.models import Playout, PlayoutState
from storecast.domains.streams.playouts.service import PlayoutService
from storecast.kit import launch
from storecast.kit.bus import Bus
from storecast.kit.clock import utcnow
from storecast.kit.database import Database, DatabaseMaker, transaction
from storecast.kit.errors import Unavailable
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.seals import Seal
from storecast.kit.settings import Settings
from storecast.kit.storage import FileMissing, Storage
from storecast.kit.tasks import watch

LOOK_SECONDS = 1.0
AHEAD = timedelta(minutes=5)  # films are fetched so long before
LEAD = timedelta(seconds=4)  # the process is started so long before
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 4.0  # seconds before it is started anew: a show waits 30 s for its publisher
STEADY_SECONDS = 30.0
_LAST_WORDS = 400  # bytes of what it said that go to the log

log = structlog.get_logger()


class Conductor:
    def __init__(self, databases: DatabaseMaker, bus: Bus, storage: Storage, seal: Seal, settings: Settings) -> None:
        self._databases = databases
        self._bus = bus
        self._storage = storage
        self._seal = seal
        self._work = settings.data_dir / "work"
        host = urlsplit(settings.broadcast_node_url).hostname or "127.0.0.1"
        self._url = f"rtmp://{f'[{host}]' if ':' in host else host}:{settings.rtmp_port}/live"
        self._name = public_id()
        self._seen_to: dict[tuple[int, datetime], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until cancelled; then nothing of it plays any more."""
        try:
            while True:
                try:
                    await self._look()
                except (SQLAlchemyError, OSError) as error:
                    log.warning("playouts cannot be looked at", error=str(error).splitlines()[0])
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._drop(list(self._seen_to))

    async def _look(self) -> None:
        """Begin what is to be done from now on, anew where it failed, and leave what is not any more."""
        async with self._playouts() as (_, playouts, now):
            held = {(each.channel_id, each.starts_at) for each in await playouts.hold(self._name, now + AHEAD, now)}
        await self._drop([each for each, task in self._seen_to.items() if each not in held or task.done()])
        for each in held:
            if each not in self._seen_to:
                self._seen_to[each] = watch(self._see_to(*each), "a playout")

    async def _drop(self, gone: list[tuple[int, datetime]]) -> None:
        tasks = [self._seen_to.pop(each) for each in gone]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _see_to(self, channel_id: int, starts_at: datetime) -> None:
        for left in self._work.glob(f"playout-{channel_id}-*"):  # by a worker that was killed, or may play it no more
            await asyncio.to_thread(shutil.rmtree, left, ignore_errors=True)
        folder = self._work / f"playout-{channel_id}-{self._name}"
        folder.mkdir(parents=True)
        try:
            await self._fetch(await self._planned(channel_id), folder)
            await asyncio.sleep(max((starts_at - LEAD - utcnow()).total_seconds(), 0.0))
            playout = await self._begin(channel_id, starts_at)
            if playout is not None and playout.began_at is not None:
                await self._play(playout, playout.began_at, folder)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _planned(self, channel_id: int) -> list[str]:
        """Storage keys of what it plays, or is going to as things are."""
        async with self._playouts() as (db, playouts, _):
            playout = (await playouts.of_channels([channel_id])).get(channel_id)
            channel = await db.get(Channel, channel_id)
            if playout is not None and playout.state == PlayoutState.PLAYING:
                return [str(key) for key, _ in playout.films]
            return [key for key, _ in (await programme_of(db, channel)).films] if channel is not None else []

    async def _fetch(self, keys: list[str], folder: Path) -> None:
        for key in keys:
            path = _path(folder, key)
            if path.exists():
                continue
            draft = path.with_suffix(".part")
            try:
                await self._storage.fetch(key, draft)
                draft.replace(path)
            except (FileMissing, Unavailable, OSError) as error:
                log.error("a film of a playout cannot be had", key=key, error=str(error))

    async def _begin(self, channel_id: int, starts_at: datetime) -> Playout | None:
        async with self._playouts() as (db, playouts, now):
            channel = await db.get(Channel, channel_id)
            if channel is None:
                return None
            programme = await programme_of(db, channel)
            for name in programme.left_out:
                log.warning("a video is left out of a playout: it is not ready", channel=channel.hash_id, video=name)
            return await playouts.begin(channel, starts_at, programme.films, programme.left_out, now)

    async def _play(self, playout: Playout, began_at: datetime, folder: Path) -> None:
        """Until the end of its films by the clock, however often its process dies."""
        films = [(str(key), float(str(seconds))) for key, seconds in playout.films]
        await self._fetch([key for key, _ in films], folder)
        ends_at = began_at + timedelta(seconds=sum(seconds for _, seconds in films))
        order = Order(
            self._url,
            self._seal.open_once(playout.key_sealed),
            began_at.timestamp(),
            [Film(str(_path(folder, key)), seconds) for key, seconds in films],
        )
        clock, pause = asyncio.get_running_loop().time, FIRST_PAUSE
        while utcnow() < ends_at:
            began = clock()
            if await self._process(order, playout.channel_id):
                break
            pause = FIRST_PAUSE if clock() - began > STEADY_SECONDS else pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        async with self._playouts() as (db, playouts, now):
            channel = await db.get(Channel, playout.channel_id)
            if channel is not None:
                await playouts.over(channel, playout.starts_at, now)

    async def _process(self, order: Order, channel_id: int) -> bool:
        """One process, to its end; whether it played all there was."""
        process = await asyncio.create_subprocess_exec(
            *launch.command([sys.executable, "-m", PLAYING], ends_by=signal.SIGKILL),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, said = await process.communicate(msgspec.json.encode(order))
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode or said:
            words = said[-_LAST_WORDS:].decode(errors="replace").strip().replace(order.key, "…")
            log.warning("a playout is interrupted", channel=channel_id, status=process.returncode, said=words)
        return process.returncode == 0

    @asynccontextmanager
    async def _playouts(self) -> AsyncIterator[tuple[Database, PlayoutService, datetime]]:
        async with transaction(self._databases) as db:
            yield db, PlayoutService(db, Events(db, self._bus), self._seal), utcnow()


def _path(folder: Path, key: str) -> Path:
    """Where a film lies: keys of files are unlike each other beyond their last part."""
    return folder / key.replace("/", "_")
