"""When a take's media was taken, by the wall clock: kept beside its file, as it is put right while the show goes on."""

import contextlib
import os
import struct
from pathlib import Path

_ENTRY = struct.Struct(">Qd")  # offset of a fragment in the take's file, seconds since the epoch


class DateFile:
    """Appends to `path`. What cannot be written, as with a full disk, is missed by a restart alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._end = 0

    def append(self, offset: int, date: float) -> None:
        """The first frame of the fragment at `offset` was taken at `date`."""
        with contextlib.suppress(OSError):
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                self._end += _ENTRY.size * (os.pwrite(file, _ENTRY.pack(offset, date), self._end) == _ENTRY.size)
            finally:
                os.close(file)


def read_dates(path: Path) -> dict[int, float]:
    """By offset; what is there of it."""
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    whole = len(data) // _ENTRY.size * _ENTRY.size
    return dict(_ENTRY.iter_unpack(memoryview(data)[:whole]))


def date_path(take: Path) -> Path:
    return take.with_suffix(".dates")
