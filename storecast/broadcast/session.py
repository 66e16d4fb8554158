"""One session's life: takes come and go, then it ends and its recording is made."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import structlog
from msgspec import structs

from storecast.broadcast.health import Health
from storecast.broadcast.ladder.ladder import Ladder
from storecast.broadcast.ladder.places import Places
from storecast.broadcast.outbox import Outbox
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import Take, Window
from storecast.broadcast.passing import Passing
from storecast.broadcast.publishing import Publisher
from storecast.broadcast.recording.archive import Archive
from storecast.broadcast.recording.folder import SessionFolder, StoredSession
from storecast.broadcast.relay.relays import Relays
from storecast.broadcast.replays.replays import Replay, Replays
from storecast.broadcast.replays.show_index import ShowIndex
from storecast.broadcast.tags import Tag
from storecast.contracts.hooks import (
    DROPPED,
    ENDED,
    FILES_A_CALL,
    HEALTH,
    RECORDED,
    RELAYED,
    STARTED,
    PublishGrant,
    RecordedFile,
    SessionDropped,
    SessionEnded,
    SessionHealth,
    SessionRecorded,
    SessionRelays,
    SessionStarted,
    StreamHealth,
)
from storecast.kit.seals import Seal
from storecast.kit.storage import Storage
from storecast.kit.tasks import supervise

END_SECONDS = 1.0  # from the last part until viewers are told that it was
GOODBYE_SECONDS = 2.0  # for targets of a process that stops
AFTERGLOW_SECONDS = 60.0  # how long viewers can still fetch the end of a show
MOST_WAITING = 8  # reports that the API has not heard; more of how a stream is are not added

Reason = Literal["unpublished", "gone", "ended"]

log = structlog.get_logger()


class Session:
    """`on_over` is called once nothing is left to do for it, `counted` for each take but a publisher's first."""

    def __init__(
        self,
        state: StoredSession,
        folder: SessionFolder,
        outbox: Outbox,
        *,
        grace_seconds: float,
        limit_kbps: float,
        storage: Storage,
        replays: Replays,
        relay_seal: Seal,
        relay_private: bool,
        rungs: frozenset[str],
        places: Places,
        on_over: Callable[["Session"], None],
        counted: Callable[[str], None],
    ) -> None:
        self.state = state
        self.window = Window(f"{int(time.time() * 1000):x}")
        self.outbox = outbox
        self._folder = folder
        self._grace_seconds = grace_seconds
        self._limit_kbps = limit_kbps
        self._archive = Archive(folder, storage)
        self._replays = replays
        self._replay: Replay | None = None  # once it is over
        self._index = ShowIndex(folder)
        self._on_over = on_over
        self._counted = counted
        self.relays = Relays(state.session_id, relay_seal, self._tell_relays, private=relay_private)
        self.ladder = Ladder(rungs, places, self.window, state.session_id)
        self._log = log.bind(session_id=state.session_id)
        self._loop = asyncio.get_running_loop()
        self._publication: SessionPublication | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._finishing: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None  # takes of an earlier process

    @property
    def live(self) -> bool:
        return self._publication is not None

    @property
    def over(self) -> bool:
        """Whether it has ended: no publisher may come back into it."""
        return self.state.ended is not None

    def publish(self, grant: PublishGrant, publisher: Publisher) -> "SessionPublication":
        """A publisher was granted a take. One still there by an older claim is cut off."""
        if self._publication is not None:
            self._publication.leave("Somebody else was let in.")
        self._stop_grace()
        self.state.claim = grant.claim
        self.state.token_required = grant.token_required
        self._folder.save(self.state)
        self.relays.begin_take()
        self.relays.direct(grant.simulcast)
        health = Health(time.time(), self._limit_kbps)
        passing = Passing(self.relays)
        packager = Packager(
            self.window,
            self._folder.next_take if grant.recorded else self._unrecorded_take,
            self._started(grant.claim),
            health,
            counted=self._counted,
            recorded=self._index.written,
            follower=self.ladder if self.ladder.wanted else None,
            made=passing.put_made,
            session_id=self.state.session_id,
        )
        self._publication = SessionPublication(self, packager, passing, health, grant.claim, publisher)
        self._log.info("publishing", take=grant.take)
        return self._publication

    def restrict(self, *, token_required: bool) -> None:
        """Play it to everybody from now on, or to who brings a token."""
        self._folder.restrict(self.state, token_required=token_required)

    def unpublished(self, publication: "SessionPublication", *, said_so: bool) -> None:
        """A publisher is gone. One that said so ends the session; another has its grace."""
        if publication is not self._publication:
            return
        self._publication = None
        self.state.last_at = publication.last_at or self.state.last_at
        if self.over:
            return
        if said_so:
            self.end("unpublished")
        else:
            self._log.info("publisher lost", grace_seconds=self._grace_seconds)
            self._folder.save(self.state)
            self.window.pause()
            self.ladder.pause()
            self.relays.pause(time.time())
            self.wait_for_return()

    def take_up(self) -> None:
        """An earlier process left it: its end is told if it is over, else its publisher may come back."""
        self.state.last_at = max(self.state.last_at, self._folder.written_at())  # one that was killed noted less
        if self.state.ended is not None:
            self.end(self.state.ended)
        else:
            self._reading = supervise(self._index.read_rest, f"reading takes of session {self.state.session_id}")
            self.wait_for_return()

    def wait_for_return(self) -> None:
        """End the session unless a publisher comes within the grace; everybody is told that it is away."""
        self._stop_grace()
        until = time.time() + self._grace_seconds
        dropped = SessionDropped(self.state.session_id, self.state.claim, self.state.last_at, until)
        self.outbox.send(DROPPED, dropped)
        self._grace = self._loop.call_later(self._grace_seconds, self.end, "gone")

    def end(self, reason: Reason, why: str = "") -> None:
        """The session is over: cut the publisher off, make the recording. Repeating it changes nothing.

        `why` is for the publisher to read.
        """
        if self._finishing is not None:
            return
        self._stop_grace()
        publication, self._publication = self._publication, None
        if publication is not None:
            self.state.last_at = publication.last_at or self.state.last_at
        if self.state.ended is None:
            self.state.ended = reason
            self._folder.save(self.state)
        self._log.info("session over", reason=self.state.ended)
        self.relays.close()
        if publication is not None:
            publication.leave(why or "The session has ended.")
        # Players fetch the last parts only as long as another is promised.
        self._loop.call_later(END_SECONDS, self.window.end)
        self._loop.call_later(END_SECONDS, self.ladder.end)
        if self._reading is not None:
            self._reading.cancel()
        # Takes that must be read first make for a second report.
        self._replay = Replay(self.state, self._folder, self._index, lambda: self._tell_ended(self.state.claim))
        self._replays.add(self._replay)
        self._tell_ended(self.state.claim)
        self._finishing = supervise(self._finish, f"recording session {self.state.session_id}")

    def health(self, now: float) -> StreamHealth | None:
        """How the stream is; None while nobody publishes."""
        return self._publication.health.report(now) if self._publication is not None else None

    def tell_troubles(self, now: float) -> None:
        """Tell the API and the publisher what is wrong with the stream, where that has changed."""
        publication = self._publication
        if publication is None:
            return
        report = publication.news(now)  # a publisher who does not read is gone by now
        if report is not None:
            self._log.info("troubles changed", troubles=[trouble.code for trouble in report.troubles])
            if self.outbox.waiting < MOST_WAITING:  # every 5 s it is said again
                self.outbox.send(HEALTH, SessionHealth(self.state.session_id, publication.claim, report))

    def refuse(self, grant: PublishGrant) -> None:
        """A publisher was granted a take, and the session ended meanwhile: only its claim can end it at the API now."""
        self._tell_ended(grant.claim)

    async def suspend(self) -> None:
        """The process stops: leave whole files behind, and the session to be taken up again."""
        self._stop_grace()
        if self._publication is not None:
            self._publication.finish()
            self.state.last_at = self._publication.last_at or self.state.last_at
            self._folder.save(self.state)
        if self._finishing is not None:
            self._finishing.cancel()
        if self._reading is not None:
            self._reading.cancel()
        self.relays.close()
        self.ladder.close()
        await self.outbox.drain(1.0)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.relays.wait_closed(), GOODBYE_SECONDS)
        self.outbox.stop()

    def _tell_relays(self) -> None:
        if self._finishing is None and self.outbox.waiting < MOST_WAITING:  # every 5 s it is said again
            session_id, claim = self.state.session_id, self.state.claim
            self.outbox.send(RELAYED, SessionRelays(session_id, claim, self.relays.reports))

    def _started(self, claim: str) -> Callable[[Take, float], None]:
        told: SessionStarted | None = None

        def tell(take: Take, at: float) -> None:
            nonlocal told
            self.state.takes[take.number] = at
            self._folder.save(self.state)
            video = take.codecs[0] if take.width else None
            audio = next((codec for codec in take.codecs if codec != video), None)
            session_id, width, height = self.state.session_id, take.width or None, take.height or None
            started = SessionStarted(session_id, claim, told.at if told else at, video, audio, width, height)
            if started != told:
                told = started
                self.outbox.send(STARTED, started)

        return tell

    def _unrecorded_take(self) -> tuple[int, None]:
        """Counted from 1 over restarts of the process, as those in files are."""
        return max(self.state.takes, default=0) + 1, None

    async def _finish(self) -> None:
        self._tell_recorded(await self._archive.keep(self.state))
        await asyncio.sleep(AFTERGLOW_SECONDS)
        while not await self.outbox.drain(AFTERGLOW_SECONDS):
            pass  # what the API must hear is not forgotten; the folder on disk remembers it too
        self._on_over(self)

    def _tell_recorded(self, files: list[RecordedFile]) -> None:
        """The folder may go once the API has heard of all of them, or of the end where nothing was recorded."""
        session_id = self.state.session_id
        calls = [files[at : at + FILES_A_CALL] for at in range(0, len(files), FILES_A_CALL)]
        for call in calls[:-1]:
            self.outbox.send(RECORDED, SessionRecorded(session_id, call))
        if calls:
            self.outbox.send(RECORDED, SessionRecorded(session_id, calls[-1]), self._let_go)
        else:
            self._tell_ended(self.state.claim, self._let_go)

    def _tell_ended(self, claim: str, then: Callable[[], None] | None = None) -> None:
        """With all that was recorded, where that is known by now."""
        runs = self._replay.runs if self._replay is not None else []
        ended = SessionEnded(self.state.session_id, claim, self.state.last_at, self.state.ended or "ended")
        calls = [runs[at : at + FILES_A_CALL] for at in range(0, len(runs), FILES_A_CALL)] or [[]]
        for call in calls:
            self.outbox.send(ENDED, structs.replace(ended, runs=call), then if call is calls[-1] else None)

    def _let_go(self) -> None:
        self._replays.told(self.state.session_id)

    def _stop_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None


class SessionPublication:
    """What one RTMP connection publishes into."""

    def __init__(
        self,
        session: Session,
        packager: Packager,
        passing: Passing,
        health: Health,
        claim: str,
        publisher: Publisher,
    ) -> None:
        self._session = session
        self._packager = packager
        self._passing = passing
        self._publisher = publisher
        self.health = health
        self.claim = claim

    @property
    def last_at(self) -> float | None:
        """Wall clock of the newest media."""
        return self._packager.last_at

    def put(self, tag: Tag) -> None:
        self._packager.put(tag)
        if not self._packager.replaces(tag):
            self._passing.put(tag)

    def finish(self) -> None:
        """Package and record what is there; nothing more is taken."""
        self._packager.finish()

    def leave(self, why: str) -> None:
        """Cut the publisher off."""
        self.finish()
        self._publisher.cut_off(why)

    def news(self, now: float) -> StreamHealth | None:
        """The stream's health where its troubles have changed; the publisher hears of new ones."""
        news = self.health.news(now)
        if news is None:
            return None
        report, troubles = news
        for trouble in troubles:
            self._publisher.warn(trouble.words)
        return report

    def close(self, *, unpublished: bool) -> None:
        try:
            self.finish()
        finally:
            self._session.unpublished(self, said_so=unpublished)


def new_state(grant: PublishGrant) -> StoredSession:
    return StoredSession(grant.session_id, grant.playback_id, grant.claim, grant.token_required, time.time())
