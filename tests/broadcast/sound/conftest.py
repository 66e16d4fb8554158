from collections.abc import AsyncIterator, Callable

import psutil
import pytest

from storecast.broadcast.sound.converter import Converter
from tests.broadcast.sound.streams import Stream, bursts, heard
from tests.waiting import eventually


class Conversion:
    """A converter and all that came of it."""

    def __init__(self, codec: str, stream: Stream) -> None:
        self.ready: list[bytes] = []
        self.frames: list[tuple[int, bytes]] = []
        self.failed: list[str] = []
        before = _children()
        self.converter = Converter(
            *(codec, stream.configuration, self.ready.append, self._on_frame, self.failed.append),
            rate=stream.rate,
            channels=stream.channels,
            bits=stream.bits,
            session="show",
        )
        self._before = before

    def _on_frame(self, position: int, data: bytes) -> None:
        self.frames.append((position, data))

    @property
    def positions(self) -> list[int]:
        return [position for position, _ in self.frames]

    def child(self) -> psutil.Process | None:
        new = [process for process in _children() if process not in self._before]
        return new[0] if new else None

    def feed(self, frames: list[tuple[int, bytes]]) -> None:
        for stamp, data in frames:
            self.converter.put(stamp, data)

    async def ended(self) -> None:
        self.converter.close()
        await eventually(self.converter.exited.is_set)

    def heard(self) -> tuple[int, list[float], float]:
        return heard(self.ready[0], self.frames)


def _children() -> list[psutil.Process]:
    return psutil.Process().children()


@pytest.fixture
async def convert() -> AsyncIterator[Callable[[str, Stream], Conversion]]:
    made: list[Conversion] = []

    def start(codec: str, stream: Stream) -> Conversion:
        made.append(Conversion(codec, stream))
        return made[-1]

    yield start
    for conversion in made:
        await conversion.ended()


@pytest.fixture(scope="session")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> Stream:
    """Ten seconds: bursts at 1.5 s, 2.5 s and so on to 10.5 s."""
    return bursts(tmp_path_factory.mktemp("sound") / "mp3.flv", 10, 44_100, 2, "-c:a", "libmp3lame")
