"""Plays films out to an RTMP server by the clock: each frame when its time has come, wherever it is begun.

It runs as a process of its own, told at standard input what to play (see `wire`). It ends well at the end of the last
film, else with a word on standard error: whoever started it starts it anew, and it goes on where it then has to be.
"""

import asyncio
import math
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import av
import msgspec

from storecast.broadcast.playout.film import Sent, tags
from storecast.broadcast.playout.wire import Order
from storecast.broadcast.relay.address import place
from storecast.broadcast.relay.client import Client, Trouble

LATE_SECONDS = 5.0  # of media that are not sent any more: they would come all at once
SHOWN_SECONDS = 1.0  # from being let in to the first frame, at most
_STAMPS = 0xFFFFFFFF


class Behind(Exception):
    """This process, or the server, stood still for too long."""


class Clock:
    """Seconds of the show by the wall clock as it is now: what is done to it from now on changes nothing."""

    def __init__(self, began_at: float) -> None:
        self._began = time.monotonic() - (time.time() - began_at)

    @property
    def second(self) -> float:
        return time.monotonic() - self._began

    async def until(self, second: float) -> None:
        await asyncio.sleep(max(second - self.second, 0.0))


def show(order: Order, second: float) -> Iterator[Sent]:
    """The tags of all films from there on; their times are those of the show."""
    begin = 0.0
    for film in order.films:
        end = begin + film.duration
        if end > second:
            try:
                for sent in tags(Path(film.path), max(second - begin, 0.0)):
                    if sent.at < film.duration:  # what is longer than it was said to be lies over the next one
                        yield Sent(sent.kind, begin + sent.at, sent.payload)
            except (av.FFmpegError, KeyError) as error:  # the others are played all the same
                sys.stderr.write(f"a film cannot be read: {type(error).__name__}\n")
        begin = end


async def play(order: Order) -> None:
    """Raises `Trouble`, `Behind`, OSError."""
    clock = Clock(order.began_at)
    await clock.until(-SHOWN_SECONDS)
    client = Client(place(order.url), order.key, lambda _: None)
    await client.open(private=True)
    done = False
    try:
        ended, sending = asyncio.create_task(client.ended()), asyncio.create_task(_send(order, clock, client))
        try:
            finished, _ = await asyncio.wait([ended, sending], return_when=asyncio.FIRST_COMPLETED)
            for each in finished:
                each.result()
            done = sending in finished
        finally:
            ended.cancel()
            sending.cancel()
    finally:
        await client.close(politely=done)


async def _send(order: Order, clock: Clock, client: Client) -> None:
    for sent in show(order, clock.second if clock.second > 0 else 0.0):
        await clock.until(sent.at)
        if clock.second - sent.at > LATE_SECONDS:
            raise Behind(f"{clock.second - sent.at:.0f} s behind")
        await client.send(sent.kind, math.floor(1000 * sent.at + 0.5) & _STAMPS, sent.payload)
    await clock.until(sum(film.duration for film in order.films))


def main() -> None:
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    with suppress(KeyboardInterrupt):
        try:
            asyncio.run(play(order))
        except (Trouble, Behind, OSError) as error:
            sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
