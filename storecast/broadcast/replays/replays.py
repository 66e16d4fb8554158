"""Shows that are over, for as long as their takes are here: found by their ids, and let go of in the end."""

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from storecast.broadcast.recording.folder import SessionFolder, StoredSession
from storecast.broadcast.replays import playlist
from storecast.broadcast.replays.segments import IndexedTake
from storecast.broadcast.replays.show_index import ShowIndex, recorded_runs, runs_in
from storecast.contracts.hooks import RecordedRun
from storecast.kit.tasks import supervise

KEPT_SECONDS = 600.0  # after the API heard of all files: who watches goes on by the addresses they were given
SHORT_BYTES = 2 * 1024**3  # free on the disk; with less than this nothing is kept for who watches
LOOK_SECONDS = 5.0

log = structlog.get_logger()


class Replay:
    """One show. What it has is known once it `is_ready`; `ready` is called then, unless it is so at once."""

    def __init__(
        self, state: StoredSession, folder: SessionFolder, index: ShowIndex, ready: Callable[[], None] = lambda: None
    ) -> None:
        self.state = state
        self.folder = folder
        self.due: float | None = None  # by the monotonic clock, when it may go; None while it must stay
        self._index = index
        self._tell_ready = ready
        self._ready = asyncio.Event()
        self._takes: list[IndexedTake] = []
        self._rendered: dict[int | None, bytes] = {}
        self._reading: asyncio.Task[None] | None = None
        if index.whole:
            self._settle()
        else:
            self._reading = supervise(self._read, f"reading takes of session {state.session_id}")

    @property
    def runs(self) -> list[RecordedRun]:
        """What the API is told of it; nothing while that is not known."""
        return recorded_runs(self._takes, self.state.takes)

    def stop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()

    async def is_ready(self, seconds: float) -> bool:
        """Wait until it can be played, `seconds` at most."""
        try:
            async with asyncio.timeout(seconds):
                await self._ready.wait()
        except TimeoutError:
            return False
        return True

    def multivariant(self, run: int | None, folder: str) -> bytes | None:
        """The playlist of playlists, which are in `folder`; of all, or of the run of that number, from 1."""
        takes = self._of(run)
        name = "media.m3u8" if run is None else f"media-{run}.m3u8"
        return playlist.multivariant(takes, f"{folder}{name}").encode() if takes else None

    def media(self, run: int | None) -> bytes | None:
        """The playlist of all, or of a run: rendered once, as nothing changes any more."""
        if run not in self._rendered:
            takes = self._of(run)
            if not takes:
                return None
            self._rendered[run] = playlist.media(takes, self.state.takes).encode()
        return self._rendered[run]

    def take(self, number: int) -> tuple[Path, int] | None:
        """The file of a take, and how many bytes of it are whole."""
        found = next((take for take in self._takes if take.number == number), None)
        return (self.folder.take(number), found.end) if found is not None else None

    async def _read(self) -> None:
        """Takes of an earlier process. Raises `ScanFailed`."""
        await self._index.read_rest()
        self._settle()
        self._tell_ready()

    def _settle(self) -> None:
        self._takes = self._index.takes
        self.state.takes.update({take.number: take.began for take in self._takes if take.began is not None})
        self._ready.set()

    def _of(self, run: int | None) -> list[IndexedTake]:
        if run is None:
            return [take for take in self._takes if take.segments]
        runs = runs_in(self._takes)
        return [take for take in runs[run - 1] if take.segments] if 0 < run <= len(runs) else []


class Replays:
    """Those of one node. A folder stays until the API has heard of its files, and for `KEPT_SECONDS` from there."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._by_id: dict[str, Replay] = {}
        self._looking: asyncio.Task[None] | None = None

    @property
    def held(self) -> int:
        return len(self._by_id)

    @property
    def session_ids(self) -> list[str]:
        return list(self._by_id)

    def find(self, playback_id: str, session_id: str) -> Replay | None:
        found = self._by_id.get(session_id)
        return found if found is not None and found.state.playback_id == playback_id else None

    def add(self, replay: Replay) -> None:
        """A show is over."""
        self._by_id[replay.state.session_id] = replay

    def restrict(self, session_id: str, *, token_required: bool) -> None:
        """Play it to everybody from now on, or to who brings a token: its channel was opened or closed."""
        replay = self._by_id.get(session_id)
        if replay is not None:
            replay.folder.restrict(replay.state, token_required=token_required)

    def told(self, session_id: str) -> None:
        """The API has heard of all files of the show: its takes may go in a while. It is remembered over a restart."""
        replay = self._by_id.get(session_id)
        if replay is None:
            return
        now = time.time()
        if replay.state.told_at is None:
            replay.state.told_at = now
            replay.folder.save(replay.state)
        # A clock that was set back keeps it no longer than the whole time.
        left = min(max(replay.state.told_at + KEPT_SECONDS - now, 0.0), KEPT_SECONDS)
        replay.due = time.monotonic() + (left if replay.state.files else 0.0)

    def start(self) -> None:
        self._looking = supervise(self._look, "letting go of takes")

    def stop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        for replay in self._by_id.values():
            replay.stop()

    async def _look(self) -> None:
        while True:
            await self.let_go()
            await asyncio.sleep(LOOK_SECONDS)

    async def let_go(self) -> None:
        """Remove what is due, and where the disk is short of room what nothing but viewers need, oldest first."""
        waiting = sorted(
            (each for each in self._by_id.values() if each.due is not None), key=lambda each: each.due or 0
        )
        for replay in waiting:
            due = replay.due is not None and replay.due <= time.monotonic()
            if not due and await asyncio.to_thread(self._has_room):
                return
            if not due:
                log.warning("the disk is short of room: takes go early", session_id=replay.state.session_id)
            replay.stop()
            del self._by_id[replay.state.session_id]
            await asyncio.to_thread(replay.folder.remove)

    def _has_room(self) -> bool:
        return shutil.disk_usage(self._root).free >= SHORT_BYTES
