"""A session's folder on disk: its takes as they are written, and what must not be forgotten over a restart."""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
import structlog

from storecast.contracts.hooks import RecordedFile

_STATE = "session.json"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")

log = structlog.get_logger()


class StoredSession(msgspec.Struct):
    session_id: str
    playback_id: str
    claim: str
    token_required: bool
    last_at: float  # wall clock of the newest frame known of
    ended: Literal["unpublished", "gone", "ended"] | None = None
    takes: dict[int, float] = {}  # by number: wall clock at its time 0
    files: list[RecordedFile] = []  # what the takes were joined into so far; all but the last are stored
    stored: int = 0  # how many of them are in storage
    complete: bool = False  # whether there is no more to join or to store
    told_at: float | None = None  # wall clock when the API had heard of all files


class SessionFolder:
    """`root/<session id>`. Raises ValueError for an id that cannot be a folder's name."""

    def __init__(self, root: Path, session_id: str) -> None:
        if not _NAME.fullmatch(session_id):
            raise ValueError(f"not a session id: {session_id!r}")
        self.path = root / session_id
        self._number = 0

    def save(self, state: StoredSession) -> None:
        """Remember `state`, whole or not at all. A full disk stops no show: only a restart would miss it."""
        draft = self.path / f"{_STATE}.new"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(msgspec.json.encode(state))
            draft.replace(self.path / _STATE)
        except OSError as error:
            log.error("a session's state cannot be written", path=str(self.path), error=str(error))

    def restrict(self, state: StoredSession, *, token_required: bool) -> None:
        """Remember who may watch now: a restart asks nobody before it plays."""
        if state.token_required != token_required:
            state.token_required = token_required
            self.save(state)

    def takes(self) -> list[Path]:
        return sorted(self.path.glob("take-*.mp4"), key=take_number)

    def written_at(self) -> float:
        """Wall clock of the newest media; 0 where there is none."""
        return max((take.stat().st_mtime for take in self.takes()), default=0.0)

    def next_take(self) -> tuple[int, Path]:
        """Number and path of the next recording file, counted from 1 over restarts of the process."""
        self._number = max([self._number, *map(take_number, self.takes())]) + 1
        return self._number, self.take(self._number)

    def take(self, number: int) -> Path:
        return self.path / f"take-{number:03}.mp4"

    def joined(self, number: int) -> Path:
        """Where the session's file of that number lies, once it is joined and until it is in storage."""
        return self.path / f"joined-{number}.mp4"

    @contextlib.contextmanager
    def draft(self) -> Iterator[Path]:
        """A folder to write in, each time another: a killed process may have left a child writing into the last."""
        self.path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path, prefix="draft-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def take_number(take: Path) -> int:
    return int(take.stem.removeprefix("take-"))


def stored_sessions(root: Path) -> Iterator[StoredSession]:
    """Sessions that an earlier process left unfinished."""
    for path in sorted(root.glob(f"*/{_STATE}")):
        try:
            yield msgspec.json.decode(path.read_bytes(), type=StoredSession)
        except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
            log.error("a session's folder cannot be read", path=str(path), error=str(error))
