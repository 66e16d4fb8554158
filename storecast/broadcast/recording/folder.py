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
    key: str | None = None  # storage key, once the recording is in storage
    size: int = 0  # of the recording, once it is joined
    duration: float = 0.0


class SessionFolder:
    """`root/<session id>`. Raises ValueError for an id that cannot be a folder's name."""

    def __init__(self, root: Path, session_id: str) -> None:
        if not _NAME.fullmatch(session_id):
            raise ValueError(f"not a session id: {session_id!r}")
        self.path = root / session_id
        self.joined = self.path / "joined.mp4"  # all takes, once the session is over, until it is in storage
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

    def takes(self) -> list[Path]:
        return sorted(self.path.glob("take-*.mp4"), key=_number)

    def next_take(self) -> tuple[int, Path]:
        """Number and path of the next recording file, counted from 1 over restarts of the process."""
        self._number = max([self._number, *map(_number, self.takes())]) + 1
        return self._number, self.path / f"take-{self._number:03}.mp4"

    def is_joined(self, state: StoredSession) -> bool:
        """Whether `joined` is there, and the one `state` tells of."""
        return self.joined.exists() and self.joined.stat().st_size == state.size

    @contextlib.contextmanager
    def draft(self) -> Iterator[Path]:
        """A folder to write in, each time another: a killed process may have left an ffmpeg writing into the last."""
        self.path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path, prefix="draft-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _number(take: Path) -> int:
    return int(take.stem.removeprefix("take-"))


def stored_sessions(root: Path) -> Iterator[StoredSession]:
    """Sessions that an earlier process left unfinished."""
    for path in sorted(root.glob(f"*/{_STATE}")):
        try:
            yield msgspec.json.decode(path.read_bytes(), type=StoredSession)
        except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
            log.error("a session's folder cannot be read", path=str(path), error=str(error))
