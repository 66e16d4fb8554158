"""A transport without a network: keeps what is written, as a peer that reads or one that does not."""

import asyncio


class MemoryTransport(asyncio.Transport):
    def __init__(self, *, reads: bool = True, address: str = "192.0.2.1") -> None:
        super().__init__()
        self.written = bytearray()
        self.ended = False  # nothing more is written
        self.closed = False
        self.aborted = False
        self.paused = False
        self._reads = reads
        self._address = address

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.ended
        self.written += data

    def get_write_buffer_size(self) -> int:
        return 0 if self._reads else len(self.written)

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self._address, 1) if name == "peername" else default

    def is_closing(self) -> bool:
        return self.closed

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.ended = self.closed = True

    def abort(self) -> None:
        self.ended = self.closed = self.aborted = True

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False
