"""The file of a take while it is live: an init segment and fragments, whole after every one of them."""

import contextlib
import os
from pathlib import Path

import structlog

log = structlog.get_logger()


class TakeFile:
    """Appends fragments to `path`, which must not exist, unbuffered: they are kept whatever kills the process.

    A full disk stops no show. A fragment that does not fit leaves no trace, and the next one is tried again: fragments
    carry their own time, so that what is missing is a hole and nothing more.
    """

    def __init__(self, path: Path, init: bytes) -> None:
        """`init` is written together with the first fragment, so that no take is without one."""
        self._path = path
        self._init = init
        self._file: int | None = None
        self.end = 0  # of what is whole
        self._missing = 0  # fragments that could not be written since the last one that could

    def append(self, fragment: bytes) -> bool:
        """Write one fragment, a `moof` and its `mdat`. False when it could not be written: it is lost."""
        try:
            file = self._opened()
            if self.end == 0:
                self._write(file, self._init)
            self._write(file, fragment)
        except OSError as error:
            if self._missing == 0:
                log.error("the recording has a hole: it cannot be written", path=str(self._path), error=str(error))
            self._missing += 1
            return False
        if self._missing:
            log.warning("the recording goes on", path=str(self._path), parts_missing=self._missing)
            self._missing = 0
        return True

    def close(self) -> None:
        """Nothing is written any more. Repeating it changes nothing."""
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):  # what is written was written before
                os.close(file)

    def _opened(self) -> int:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        return self._file

    def _write(self, file: int, data: bytes) -> None:
        """Write all of `data` behind what is whole, or leave that as it was. Raises OSError."""
        written = 0
        try:
            while written < len(data):  # a full disk takes a part of it first
                written += os.pwrite(file, memoryview(data)[written:], self.end + written)
        except OSError:
            with contextlib.suppress(OSError):  # else the next fragment is written over it
                os.ftruncate(file, self.end)
            raise
        self.end += len(data)
