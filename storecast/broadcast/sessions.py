"""All sessions this node holds: who may publish, who is still alive, what an earlier process left."""

import asyncio
import time
from collections import Counter

import msgspec
import structlog

from storecast.broadcast.ladder.ladder import State
from storecast.broadcast.ladder.places import Places
from storecast.broadcast.outbox import Outbox
from storecast.broadcast.publishing import Publisher, PublishRefused, Refusal
from storecast.broadcast.recording.folder import SessionFolder, StoredSession, stored_sessions
from storecast.broadcast.replays.replays import Replay, Replays
from storecast.broadcast.replays.show_index import ShowIndex
from storecast.broadcast.session import Session, SessionPublication, new_state
from storecast.contracts.hooks import (
    ALIVE,
    PUBLISH,
    PublishGrant,
    PublishRequest,
    SessionsAlive,
    SessionStates,
    SessionTargets,
)
from storecast.kit.hooks import HookClient, HookRefused, HookUnavailable
from storecast.kit.seals import Seal
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from storecast.kit.tasks import supervise

ALIVE_SECONDS = 5.0
LOOK_SECONDS = 1.0
ASK_SECONDS = 10.0  # a publisher waits this long for an API that is starting anew
ASK_PAUSE_SECONDS = 0.5
NOTICE_SECONDS = 0.25  # by then it is known that a publisher's connection ended: sockets are read ten times a second
LONGEST_KEY = 256
TAKEN = 409
STOPPED = 423

_REFUSALS = {
    402: (Refusal.NO_MINUTES, "No streaming minutes are left."),
    TAKEN: (Refusal.TAKEN, "Somebody is publishing on this key."),
}

_EPOCH_2025 = 1_735_689_600

log = structlog.get_logger()


class Sessions:
    """The gate of publishing, and where the origin finds what to play."""

    def __init__(self, settings: Settings, client: HookClient, storage: Storage, relay_seal: Seal) -> None:
        self._settings = settings
        self._client = client
        self._storage = storage
        self._relay_seal = relay_seal
        self._ladders = Places(settings.ladder_at_once)
        self._root = settings.data_dir / "recordings"
        self._by_id: dict[str, Session] = {}
        self._by_playback: dict[str, Session] = {}
        self.replays = Replays(self._root)
        self._asking: set[str] = set()  # stream keys the API is being asked about
        self._telling: list[asyncio.Task[None]] = []
        self.takes: Counter[str] = Counter()  # since the start, each publisher's first left out: why they were begun
        self.stopping = False

    @property
    def publishers(self) -> int:
        return sum(session.live for session in self._by_id.values())

    @property
    def held(self) -> int:
        return len(self._by_id)

    @property
    def window_bytes(self) -> int:
        """Media kept for viewers."""
        return sum(session.window.size + session.ladder.window_bytes for session in self._by_id.values())

    def watching(self, playback_id: str) -> Session | None:
        """What is live at a playback id."""
        return self._by_playback.get(playback_id)

    def ladders(self, state: State) -> int:
        """How many shows are so with their rungs."""
        return sum(session.ladder.state is state for session in self._by_id.values())

    def start(self) -> None:
        """Take up what an earlier process left, and begin to tell the API what is alive."""
        self._root.mkdir(parents=True, exist_ok=True)
        for state in stored_sessions(self._root):
            self._resume(state)
        self._telling = [
            supervise(self._tell_alive, "telling the API what is alive"),
            supervise(self._look_after, "looking after streams"),
        ]
        self.replays.start()

    async def stop(self) -> None:
        """Leave whole files. Sessions can be taken up again within their grace."""
        self.stopping = True
        for task in self._telling:
            task.cancel()
        self.replays.stop()
        await asyncio.gather(*(session.suspend() for session in list(self._by_id.values())))

    def end(self, session_id: str) -> None:
        """Cut a session's publisher off and finish it. One that is not here is fine."""
        session = self._by_id.get(session_id)
        if session is not None:
            session.end("ended")

    def direct(self, wanted: SessionTargets) -> None:
        """Pass a session on to these targets from now on. One that is not here is fine."""
        session = self._by_id.get(wanted.session_id)
        if session is not None:
            session.relays.direct(wanted.simulcast)

    async def publish(self, key: str, publisher: Publisher) -> SessionPublication:
        """Ask the API for `key`. Raises `PublishRefused`."""
        if not key or len(key) > LONGEST_KEY:
            raise PublishRefused(Refusal.UNKNOWN_KEY, "There is no such stream key.")
        if self.stopping or self.publishers + len(self._asking) >= self._settings.max_publishers:
            raise PublishRefused(Refusal.FULL, "This server takes no more publishers.")
        if key in self._asking:
            raise PublishRefused(*_REFUSALS[TAKEN])
        self._asking.add(key)
        try:
            grant = await self._ask(key, publisher.address)
        finally:
            self._asking.discard(key)
        if self.stopping:
            raise PublishRefused(Refusal.FULL, "This server takes no more publishers.")
        session = self._by_id.get(grant.session_id)
        if session is not None and session.over:
            session.refuse(grant)
            raise PublishRefused(Refusal.UNAVAILABLE, "The session has just ended; try again.")
        if session is None:
            session = self._add(new_state(grant))
        session.window.number_from(_first_number(time.time()))
        return session.publish(grant, publisher)

    async def _ask(self, key: str, address: str) -> PublishGrant:
        began = time.monotonic()
        while True:
            live = [session.state.session_id for session in self._by_id.values() if session.live]
            request = PublishRequest(key, self._settings.broadcast_node_url, address, live)
            try:
                return await self._client.call(PUBLISH, request, PublishGrant)
            except msgspec.DecodeError as error:
                log.error("the API's grant cannot be read", error=str(error))
                raise PublishRefused(
                    Refusal.UNAVAILABLE, "The server cannot check stream keys now; try again."
                ) from error
            except HookRefused as refused:
                if refused.status != TAKEN or time.monotonic() - began >= NOTICE_SECONDS:
                    raise _refusal(refused) from refused
                await asyncio.sleep(NOTICE_SECONDS)
            except HookUnavailable as error:
                if time.monotonic() - began >= ASK_SECONDS:
                    log.error("the API cannot be asked about a publisher", address=address, error=str(error))
                    raise PublishRefused(
                        Refusal.UNAVAILABLE, "The server cannot check stream keys now; try again."
                    ) from error
                await asyncio.sleep(ASK_PAUSE_SECONDS)

    def _resume(self, state: StoredSession) -> None:
        log.info("session found on disk", session_id=state.session_id, ended=state.ended)
        if state.told_at is None:
            self._add(state).take_up()
        else:  # there is nothing left to do but to play it
            folder = SessionFolder(self._root, state.session_id)
            self.replays.add(Replay(state, folder, ShowIndex(folder)))
            self.replays.told(state.session_id)

    def _add(self, state: StoredSession) -> Session:
        session = Session(
            state,
            SessionFolder(self._root, state.session_id),
            Outbox(self._client),
            grace_seconds=self._settings.session_grace_seconds,
            limit_kbps=self._settings.max_stream_kbps,
            storage=self._storage,
            replays=self.replays,
            relay_seal=self._relay_seal,
            relay_private=self._settings.simulcast_private,
            rungs=self._settings.rungs,
            places=self._ladders,
            on_over=self._remove,
            counted=self._count,
        )
        self._by_id[state.session_id] = session
        self._by_playback[state.playback_id] = session
        return session

    def _count(self, why: str) -> None:
        self.takes[why] += 1

    def _remove(self, session: Session) -> None:
        self._by_id.pop(session.state.session_id, None)
        if self._by_playback.get(session.state.playback_id) is session:
            del self._by_playback[session.state.playback_id]

    async def _tell_alive(self) -> None:
        while True:
            held = [session for session in self._by_id.values() if not session.over]
            if held or self.replays.held:
                await self._tell(held)
            await asyncio.sleep(ALIVE_SECONDS)

    async def _look_after(self) -> None:
        """Tell the API and publishers what troubles their streams, as soon as that changes."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for session in list(self._by_id.values()):
                try:
                    session.tell_troubles(time.time())
                except Exception:
                    log.exception("a session's troubles cannot be told", session_id=session.state.session_id)

    async def _tell(self, held: list[Session]) -> None:
        now = time.time()
        reports = {session.state.session_id: report for session in held if (report := session.health(now)) is not None}
        try:
            payload = SessionsAlive(
                self._settings.broadcast_node_url,
                [session.state.session_id for session in held],
                reports,
                {session.state.session_id: session.relays.reports for session in held},
                {session.state.session_id: session.relays.revision for session in held},
                self.replays.session_ids,
            )
            answer = await self._client.call(ALIVE, payload, SessionStates)
        except (HookUnavailable, HookRefused, msgspec.DecodeError) as error:
            log.warning("the API does not hear what is alive", error=str(error), sessions=len(held))
            return
        for state in answer.sessions:
            session = self._by_id.get(state.session_id)
            if session is None:
                continue
            if state.ended:
                session.end("ended", state.why)
            else:
                session.restrict(token_required=state.token_required)
                session.relays.direct(state.simulcast)
        for replay in answer.replays:
            self.replays.restrict(replay.session_id, token_required=replay.token_required)


def _refusal(refused: HookRefused) -> PublishRefused:
    if refused.status == STOPPED:
        return PublishRefused(Refusal.STOPPED, refused.message)  # only the API knows for how long
    return PublishRefused(*_REFUSALS.get(refused.status, (Refusal.UNKNOWN_KEY, "There is no such stream key.")))


def _first_number(now: float) -> int:
    """Media sequence number to begin with: never one given before on this playback id, whatever has died meanwhile."""
    # Segments last a second or more, so counting seconds is always ahead of counting segments.
    return int(now) - _EPOCH_2025
