"""Drives the packager by a simulated clock, as fast as it goes."""

import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from storecast.broadcast.health import Health
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import Window
from tests.broadcast.hls_rules.drive import BEGAN, tag_of
from tests.broadcast.hls_rules.streams import Message

LATEST = 0.2  # seconds a message is held up at most
STALLS = 1.5  # a second


def held_up(messages: Iterable[Message], chance: random.Random) -> Iterator[Message]:
    """As networks deliver: in order, now and then nothing for a while and then all of it at once."""
    free_at = stall_at = 0.0
    for message in messages:
        if message.taken >= stall_at:
            free_at = message.taken + chance.uniform(0, LATEST)
            stall_at = free_at + chance.expovariate(STALLS)
        yield message._replace(at=max(message.taken, free_at))


def drive(messages: Iterable[Message], take: Path, look: Callable[[Window], None] = lambda window: None) -> None:
    """Package `messages`, each coming at its moment after `BEGAN`, and record the one take they make.

    `look` is called after each.
    """
    window, now = Window(), BEGAN

    def next_take() -> tuple[int, Path]:
        assert not take.exists(), "the show breaks into takes"
        return 1, take

    packager = Packager(window, next_take, lambda take, at: None, Health(BEGAN), clock=lambda: now)
    for message in messages:
        now = BEGAN + message.at
        tag = tag_of(message)
        if tag is not None:
            packager.put(tag)
            look(window)
    packager.finish()
