"""The bytes of uploads that are not whole, on this machine's disk: a file's size is how far its upload is.

That is true whatever killed the process that wrote. Who writes holds the file's lock (flock), which the kernel lets go
of with the process.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from storecast.domains.media.uploads.errors import ChecksumWrong, DiskFull, Locked

SPARE = 256 * 1024 * 1024  # bytes of the disk that uploads leave to shows and the database
AGAIN = 10  # seconds after which a locked upload may be tried again
READ = 1024 * 1024  # bytes read at a time
_ID = re.compile(r"[A-Za-z0-9]{32}")


class Partials:
    """In `folder`, a file each, called as the upload. Everything here may wait for the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, upload_id: str) -> Path:
        if _ID.fullmatch(upload_id) is None:
            raise ValueError(f"not an upload: {upload_id!r}")
        return self.folder / upload_id

    def size(self, upload_id: str) -> int | None:
        """Bytes that are here; None where nothing ever came."""
        try:
            return self.path(upload_id).stat().st_size
        except FileNotFoundError:
            return None

    def touched(self, upload_id: str) -> datetime | None:
        """When the last byte came."""
        try:
            return datetime.fromtimestamp(self.path(upload_id).stat().st_mtime).astimezone()
        except FileNotFoundError:
            return None

    def open(self, upload_id: str) -> "Partial":
        """To write on, by one at a time. Raises `Locked`, `DiskFull`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.path(upload_id)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DiskFull from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise Locked(AGAIN) from error
        return Partial(handle, path)

    def room(self) -> int:
        """Bytes that uploads may still take."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return max(0, shutil.disk_usage(self.folder).free - SPARE)

    def remove(self, upload_id: str) -> None:
        path = self.path(upload_id)
        path.unlink(missing_ok=True)
        _beside(path).unlink(missing_ok=True)

    def every(self) -> Iterator[tuple[str, datetime]]:
        """Uploads of which something lies here, and since when it does as it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.iterdir():
            if _ID.fullmatch(path.stem):
                with contextlib.suppress(FileNotFoundError):  # it went meanwhile
                    yield path.stem, datetime.fromtimestamp(path.stat().st_mtime).astimezone()


class Partial:
    """An upload's file while its lock is held."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle = handle
        self._path = path
        self.offset = os.fstat(handle).st_size

    def append(self, content: bytes | bytearray | memoryview) -> None:
        """Raises `DiskFull`; what there was room for is kept."""
        left = memoryview(content)
        while left:
            written = _write(self._handle, left, self.offset)
            self.offset += written
            left = left[written:]

    def chunk(self, algorithm: str) -> "Chunk":
        return Chunk(self, _beside(self._path), algorithm)

    def close(self) -> None:
        os.close(self._handle)  # and with it goes the lock


class Chunk:
    """What is kept only if it is what was announced: it lies beside until then."""

    def __init__(self, partial: Partial, path: Path, algorithm: str) -> None:
        self._partial = partial
        self._path = path
        self._digest = hashlib.new(algorithm, usedforsecurity=False)
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DiskFull from error
        self.size = 0

    def append(self, content: bytes | bytearray | memoryview) -> None:
        """Raises `DiskFull`."""
        self._digest.update(content)
        left = memoryview(content)
        while left:
            written = _write(self._handle, left, self.size)
            self.size += written
            left = left[written:]

    def keep(self, digest: bytes) -> None:
        """Append it to its upload. Raises `ChecksumWrong`, `DiskFull`."""
        if self._digest.digest() != digest:
            raise ChecksumWrong("The chunk did not arrive as it was sent; send it again.")
        at = 0
        while piece := os.pread(self._handle, READ, at):
            self._partial.append(piece)
            at += len(piece)

    def close(self) -> None:
        os.close(self._handle)
        self._path.unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _beside(path: Path) -> Path:
    return path.with_suffix(".chunk")


def _write(handle: int, content: memoryview, at: int) -> int:
    """Bytes written. Raises `DiskFull`."""
    room = os.fstatvfs(handle)
    if room.f_bavail * room.f_frsize < SPARE:
        raise DiskFull
    try:
        return os.pwrite(handle, content, at)
    except OSError as error:  # no space, over a quota, or a broken disk
        raise DiskFull from error
