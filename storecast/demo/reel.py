"""The show in memory, cut into one part a product, to be sent over and over, at first while it is still drawn."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from storecast.demo import flv

# The first part is begun this far ahead of the drawing. Nearly all drawings a part needs are in its first six
# seconds: the rest of it is drawn in an eighth of its time, so that a machine may slow down a lot meanwhile.
LEAD = 6_000  # milliseconds


@dataclass(frozen=True)
class Showing:
    """One showing of a part."""

    part: int
    at: int  # milliseconds since the first showing began


class Reel:
    """`count` parts of `seconds` each. Whoever draws feeds it; a part is shown only once the whole of it is there, so
    that nothing ever stalls: until then the one before is shown again. Only the first is begun sooner.
    """

    def __init__(self, count: int, seconds: int) -> None:
        self.count = count
        self.seconds = seconds
        self._reader = flv.Reader()
        self._head: list[flv.Tag] = []
        self._parts: list[list[flv.Tag]] = [[] for _ in range(count)]
        self._reached = 0  # milliseconds
        self._whole = False
        self._grown = asyncio.Event()
        self._begun = asyncio.Event()

    def feed(self, data: bytes) -> None:
        """Take in more of an FLV stream of H.264 and AAC, its tags in the order of their times."""
        for tag in self._reader.tags(data):
            if tag.sets_up:
                self._head.append(tag)
            else:
                self._parts[min(tag.at // self._length, self.count - 1)].append(tag)
                self._reached = tag.at
        self._tell()

    def finish(self) -> None:
        """There is no more to come."""
        self._whole = True
        self._tell()

    def head(self) -> bytes:
        """What comes before the first showing."""
        return flv.HEADER + b"".join(tag.written(0) for tag in self._head)

    def file(self) -> bytes:
        """All of it as a file."""
        return self.head() + b"".join(tag.written(tag.at) for part in self._parts for tag in part)

    async def ready(self) -> None:
        """Wait until enough is there to begin."""
        while not self._whole and self._reached < min(LEAD, self._length):
            await self._grown.wait()

    async def wanted(self) -> None:
        """Wait until more is: before it begins nothing after the first part, while the platform starts up itself."""
        if self._has(0):
            await self._begun.wait()

    async def showings(self) -> AsyncIterator[Showing]:
        """What to show, for ever. Ask for the next when the last one's tags are sent."""
        await self.ready()
        self._begun.set()
        part, at = 0, 0
        while True:
            yield Showing(part, at)
            at += self._length
            following = (part + 1) % self.count
            if self._has(following):
                part = following

    async def tags(self, showing: Showing) -> AsyncIterator[flv.Tag]:
        """The pictures and sounds of `showing`, each at its time, as soon as they are there."""
        shift = showing.at - showing.part * self._length
        tags, sent = self._parts[showing.part], 0
        while True:
            for tag in tags[sent:]:
                sent += 1
                yield replace(tag, at=tag.at + shift)
            if sent == len(tags):  # nothing came while the last was sent
                if self._has(showing.part):
                    return
                await self._grown.wait()

    @property
    def _length(self) -> int:
        return self.seconds * 1000

    def _has(self, part: int) -> bool:
        return self._whole or self._reached >= (part + 1) * self._length

    def _tell(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()
