"""Memory that the processes of one machine share, and locks that the kernel keeps for them.

`storecast run` makes it and hands it to each process it keeps; a process that is started by itself has its own. It
lives as long as `run` does, so that who dies and comes back has forgotten nothing. A lock (fcntl) is a byte of it and
goes with its process, whatever ends that. Those that are waited for are held for microseconds, and over no `await`.
"""

import fcntl
import logging
import mmap
import os
import secrets
from collections.abc import Sequence
from hashlib import blake2b

from storecast.kit.shared import MEMORY_FD

_LAYOUT = b"scast-01"  # another one whenever something is laid out otherwise
_SECRET = slice(8, 24)
_HEAD = 4096
TURNS = 1 << 48  # locks from here on stand for no byte

log = logging.getLogger(__name__)


class OtherLayout(Exception):
    """Another version of this program has laid it out."""


class SharedMemory:
    """`sizes` are the bytes of the areas it is laid out in, the same for all; `starts` are where they begin."""

    def __init__(self, sizes: Sequence[int], handle: int | None = None) -> None:
        """Raises `OSError`, `OtherLayout`."""
        self._handle = os.memfd_create("storecast", os.MFD_CLOEXEC) if handle is None else handle
        self.starts = [_HEAD + sum(sizes[:place]) for place in range(len(sizes))]
        size = _HEAD + sum(sizes)
        self.lock(0)
        try:
            if os.fstat(self._handle).st_size == 0:
                os.ftruncate(self._handle, size)
            elif os.fstat(self._handle).st_size != size:
                raise OtherLayout
            self.bytes = mmap.mmap(self._handle, size)
            if self.bytes[:8] == bytes(8):
                self.bytes[_SECRET] = secrets.token_bytes(16)
                self.bytes[:8] = _LAYOUT
            elif self.bytes[:8] != _LAYOUT:
                raise OtherLayout
        finally:
            self.unlock(0)
        self._secret = self.bytes[_SECRET]

    @classmethod
    def of_machine(cls, sizes: Sequence[int]) -> "SharedMemory":
        """What `run` handed to this process, else memory of its own."""
        handed = os.environ.get(MEMORY_FD, "")
        if handed.isdigit():
            try:
                os.set_inheritable(int(handed), False)
                return cls(sizes, int(handed))
            except (OSError, OtherLayout):  # the program was changed under a `run` that goes on
                log.warning("this process counts limits for itself: start `storecast run` anew")
        return cls(sizes)

    def digest(self, *key: str) -> bytes:
        """16 bytes that stand for a key; nobody outside can tell which keys are neighbours."""
        return blake2b("\0".join(key).encode("utf-8", "surrogatepass"), digest_size=16, key=self._secret).digest()

    def lock(self, at: int) -> None:
        fcntl.lockf(self._handle, fcntl.LOCK_EX, 1, at)

    def try_lock(self, at: int) -> bool:
        """Whether it was free, and is ours now. Who asks twice has it twice: a lock is a process's."""
        try:
            fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, at)
        except (BlockingIOError, PermissionError):  # POSIX allows for either
            return False
        return True

    def unlock(self, at: int) -> None:
        fcntl.lockf(self._handle, fcntl.LOCK_UN, 1, at)
