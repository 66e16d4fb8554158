"""Drives the packager by a simulated clock, as fast as it goes."""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from storecast.broadcast.health import Health
from storecast.broadcast.packaging import playlist
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import Window
from tests.broadcast.endurance.dated import Dated, dates, first_picture
from tests.broadcast.hls_rules.drive import BEGAN, tag_of
from tests.broadcast.hls_rules.streams import Message

LATEST = 0.2  # seconds a message is held up at most
STALLS = 1.5  # a second


class Driven(Struct):
    takes: list[Path]
    segments: list[Dated]


def held_up(messages: Iterable[Message], chance: random.Random) -> Iterator[Message]:
    """As networks deliver: in order, now and then nothing for a while and then all of it at once."""
    free_at = stall_at = 0.0
    for message in messages:
        if message.taken >= stall_at:
            free_at = message.taken + chance.uniform(0, LATEST)
            stall_at = free_at + chance.expovariate(STALLS)
        yield message._replace(at=max(message.taken, free_at))


def drive(messages: Iterable[Message], folder: Path, window: Window | None = None) -> Driven:
    """Package `messages`, each coming at its moment after `BEGAN`, and record them into `folder`."""
    window = window or Window()
    driven = Driven([], [])
    now = BEGAN

    def next_take() -> tuple[int, Path]:
        driven.takes.append(folder / f"take-{len(driven.takes) + 1:03}.mp4")
        return len(driven.takes), driven.takes[-1]

    packager = Packager(window, next_take, lambda take, at: None, Health(BEGAN), clock=lambda: now)
    for message in messages:
        now = max(now, BEGAN + message.at)
        tag = tag_of(message)
        if tag is None:
            continue
        packager.put(tag)
        fresh = window.last_number + 1 - len(driven.segments)
        if fresh > 0:
            told = dates(playlist.media(window, ""))[-fresh:]
            begun = list(window.segments)[-fresh:]
            driven.segments += [
                Dated(date, first_picture(segment.take.init, segment.parts[0].data))
                for date, segment in zip(told, begun, strict=True)
            ]
    packager.finish()
    window.end()
    return driven
