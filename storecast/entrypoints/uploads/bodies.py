"""A request's body on its way to the disk, in pieces."""

from functools import partial
from typing import Protocol

from litestar.types import Receive

from storecast.domains.media.uploads.errors import TooMuchSent
from storecast.entrypoints.uploads.asked import LARGEST_CHUNK, Sent
from storecast.entrypoints.uploads.writers import Displaced, Writer

PIECE = 256 * 1024  # bytes written at once; what a process that is killed loses of an upload, at most


class Gone(Exception):
    """The sender is."""


class Into(Protocol):
    def append(self, content: bytearray) -> None:
        """May wait for the disk."""


async def receive_into(writer: Writer, sent: Sent, total: int, receive: Receive) -> None:
    """All of it, or what came before it was cut, which is kept, but for a chunk with a checksum.

    Raises `Gone`, `Displaced`, `TooMuchSent`, `ChecksumWrong`, `DiskFull`.
    """
    room = total - writer.partial.offset
    if sent.length is not None:
        room = min(room, sent.length)
    if sent.checksum is None:
        await _receive(writer, writer.partial, room, receive, keeps=True)
        return
    chunk = await writer.at_disk(partial(writer.partial.chunk, sent.checksum.algorithm))
    try:
        await _receive(writer, chunk, min(room, LARGEST_CHUNK), receive, keeps=False)
        await writer.at_disk(partial(chunk.keep, sent.checksum.digest))
    finally:
        chunk.close()


async def _receive(writer: Writer, into: Into, room: int, receive: Receive, *, keeps: bool) -> None:
    """`keeps`: what came of a body that was cut is of use, too."""
    piece, more = bytearray(), True
    try:
        while more:
            message = await writer.unless_displaced(receive())
            if message["type"] != "http.request":
                raise Gone
            more = message["more_body"]
            if body := message["body"]:
                writer.heard()
                room -= len(body)
                if room < 0:
                    raise TooMuchSent("More was sent than was announced; what goes beyond was not taken.")
                piece += body
            if len(piece) >= PIECE or (piece and not more):
                full, piece = piece, bytearray()
                await writer.at_disk(partial(into.append, full))
    except (Gone, Displaced):
        if keeps and piece:
            await writer.at_disk(partial(into.append, piece))
        raise
