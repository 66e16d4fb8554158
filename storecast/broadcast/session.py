"""One session's life: takes come and go, then it ends and its recording is made."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog

from storecast.broadcast.hub import Hub
from storecast.broadcast.outbox import Outbox
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import Take, Window
from storecast.broadcast.recording.folder import SessionFolder, StoredSession
from storecast.broadcast.recording.join import JoinFailed, NothingRecorded, join
from storecast.broadcast.tags import Tag
from storecast.contracts.hooks import (
    DROPPED,
    ENDED,
    RECORDED,
    STARTED,
    PublishGrant,
    SessionDropped,
    SessionEnded,
    SessionRecorded,
    SessionStarted,
)
from storecast.kit.errors import Unavailable
from storecast.kit.storage import Storage

AFTERGLOW_SECONDS = 60.0  # how long viewers can still fetch the end of a show
RECORD_PAUSE_SECONDS = 30.0  # before a recording that could not be joined or stored is tried again

Reason = Literal["unpublished", "gone", "ended"]

log = structlog.get_logger()


class Session:
    """`on_over` is called once nothing is left to do for it."""

    def __init__(
        self,
        state: StoredSession,
        folder: SessionFolder,
        outbox: Outbox,
        *,
        ffmpeg: str,
        grace_seconds: float,
        storage: Storage,
        on_over: Callable[["Session"], None],
    ) -> None:
        self.state = state
        self.window = Window()
        self.outbox = outbox
        self.restarts = 0
        self._folder = folder
        self._ffmpeg = ffmpeg
        self._grace_seconds = grace_seconds
        self._storage = storage
        self._on_over = on_over
        self._log = log.bind(session_id=state.session_id)
        self._cut_off: Callable[[str], None] | None = None
        self._packager: Packager | None = None
        self._exited: asyncio.Event | None = None  # of the last packager
        self._grace: asyncio.TimerHandle | None = None
        self._finishing: asyncio.Task[None] | None = None
        self._pausing: asyncio.Task[None] | None = None

    @property
    def live(self) -> bool:
        return self._cut_off is not None

    @property
    def over(self) -> bool:
        """Whether it has ended: no publisher may come back into it."""
        return self.state.ended is not None

    def publish(self, grant: PublishGrant, cut_off: Callable[[str], None]) -> "SessionPublication":
        """A publisher was granted a take. One still there by an older claim is cut off."""
        if self._cut_off is not None:
            self._cut_off("Somebody else was let in.")
        self._stop_grace()
        self.state.claim = grant.claim
        self.state.token_required = grant.token_required
        self._folder.save(self.state)
        hub = Hub()
        started = self._started(grant.claim)
        packager = Packager(self._ffmpeg, hub, self.window, self._folder.next_take, started, self._exited)
        hub.attach(packager)
        self._packager = packager
        self._cut_off = cut_off
        self._log.info("publishing", take=grant.take)
        return SessionPublication(self, hub, packager, grant.claim)

    def unpublished(self, packager: Packager, claim: str, *, said_so: bool) -> None:
        """The publisher of `claim` is gone. One that said so ends the session; another has its grace."""
        self._exited = packager.exited
        self.restarts += packager.restarts
        self.state.last_at = packager.last_at or self.state.last_at
        if packager is not self._packager:
            self._keep(packager.finish())
            return
        self._packager = self._cut_off = None
        if self.over:
            self._keep(packager.finish())
        elif said_so:
            self._pausing = asyncio.get_running_loop().create_task(packager.finish())
            self.end("unpublished")
        else:
            self._log.info("publisher lost", grace_seconds=self._grace_seconds)
            self._folder.save(self.state)
            self.outbox.send(DROPPED, SessionDropped(self.state.session_id, claim, self.state.last_at))
            self._pausing = asyncio.get_running_loop().create_task(self._pause(packager))
            self.wait_for_return()

    def wait_for_return(self) -> None:
        """End the session unless a publisher comes within the grace."""
        self._stop_grace()
        self._grace = asyncio.get_running_loop().call_later(self._grace_seconds, self.end, "gone")

    def end(self, reason: Reason) -> None:
        """The session is over: cut the publisher off, make the recording. Repeating it changes nothing."""
        if self._finishing is not None:
            return
        self._stop_grace()
        if self.state.ended is None:
            self.state.ended = reason
            if self._packager is not None and self._packager.last_at is not None:
                self.state.last_at = self._packager.last_at
            self._folder.save(self.state)
        self._log.info("session over", reason=self.state.ended)
        packager, cut_off = self._packager, self._cut_off
        if cut_off is not None:
            cut_off("The session has ended.")
        self.outbox.send(ENDED, self._ended(self.state.claim))
        self._finishing = asyncio.get_running_loop().create_task(self._finish(packager))

    def refuse(self, grant: PublishGrant) -> None:
        """A publisher was granted a take, and the session ended meanwhile: only its claim can end it at the API now."""
        self.outbox.send(ENDED, self._ended(grant.claim))

    async def suspend(self) -> None:
        """The process stops: leave whole files behind, and the session to be taken up again."""
        self._stop_grace()
        if self._packager is not None:
            self.state.last_at = self._packager.last_at or self.state.last_at
            self._folder.save(self.state)
            await self._packager.finish()
        if self._pausing is not None:
            await self._pausing
        if self._finishing is not None:
            self._finishing.cancel()
        await self.outbox.drain(1.0)
        self.outbox.stop()

    def _started(self, claim: str) -> Callable[[Take, float], None]:
        def tell(take: Take, at: float) -> None:
            video = take.codecs[0] if take.width else None
            audio = next((codec for codec in take.codecs if codec != video), None)
            session_id, width, height = self.state.session_id, take.width or None, take.height or None
            self.outbox.send(STARTED, SessionStarted(session_id, claim, at, video, audio, width, height))

        return tell

    async def _pause(self, packager: Packager) -> None:
        await packager.finish()
        if not self.live:
            self.window.pause()

    async def _finish(self, packager: Packager | None) -> None:
        if packager is not None:
            await packager.finish()
        if self._pausing is not None:
            await self._pausing
        self.window.end()
        while self.state.key is None:
            try:
                if not await self._record():
                    self.outbox.send(ENDED, self._ended(self.state.claim), self._forget)
                    break
            except (JoinFailed, OSError, Unavailable) as error:
                self._log.error("the recording cannot be written; trying again", error=str(error))
                await asyncio.sleep(RECORD_PAUSE_SECONDS)
        if self.state.key is not None:
            state = self.state
            payload = SessionRecorded(state.session_id, self.state.key, state.size, state.duration)
            self.outbox.send(RECORDED, payload, self._forget)
        await asyncio.sleep(AFTERGLOW_SECONDS)
        while not await self.outbox.drain(AFTERGLOW_SECONDS):
            pass  # what the API must hear is not forgotten; the folder on disk remembers it too
        self._on_over(self)

    async def _record(self) -> bool:
        """Join the takes and store the file; False when there is nothing in them.

        What is joined stays until it is stored: while storage is away nothing is joined anew. Raises `JoinFailed`,
        OSError, `Unavailable`.
        """
        if not self._folder.is_joined(self.state) and not await self._join():
            return False
        key = f"recordings/{self.state.session_id}.mp4"
        await self._storage.put_file(key, self._folder.joined)
        self.state.key = key
        self._folder.save(self.state)
        self._log.info("recorded", key=key, size=self.state.size, duration=round(self.state.duration, 3))
        return True

    async def _join(self) -> bool:
        with self._folder.draft() as draft:
            target = draft / "joined.mp4"
            try:
                found = await join(self._ffmpeg, self._folder.takes(), target)
            except NothingRecorded:
                self._log.info("nothing was recorded")
                return False
            self.state.size, self.state.duration = target.stat().st_size, found.duration
            self._folder.save(self.state)
            target.replace(self._folder.joined)
        return True

    def _ended(self, claim: str) -> SessionEnded:
        return SessionEnded(self.state.session_id, claim, self.state.last_at, self.state.ended or "ended")

    def _forget(self) -> None:
        self._folder.remove()

    def _stop_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None

    def _keep(self, finishing: Awaitable[None]) -> None:
        """Wait for a stale take with the session's own, so that its file is whole when the takes are joined."""
        before = self._pausing

        async def both() -> None:
            if before is not None:
                await before
            await finishing

        self._pausing = asyncio.get_running_loop().create_task(both())


class SessionPublication:
    """What one RTMP connection publishes into."""

    def __init__(self, session: Session, hub: Hub, packager: Packager, claim: str) -> None:
        self._db = session
        self._packager = packager
        self._claim = claim
        self.hub = hub

    def put(self, tag: Tag) -> None:
        self.hub.put(tag)

    def close(self, *, unpublished: bool) -> None:
        self._db.unpublished(self._packager, self._claim, said_so=unpublished)


def new_state(grant: PublishGrant) -> StoredSession:
    return StoredSession(grant.session_id, grant.playback_id, grant.claim, grant.token_required, time.time())
