"""Passes a show on to one target: records in at standard input, words about it out at standard output (see `wire`).

It runs as a process of its own, so that a target that hangs, floods or crashes us takes nobody along, and ends when
its input does. It asks for media by saying that a connection is ready; what was meant for an earlier one is dropped.
"""

import asyncio
import os
import random
import signal
import socket
import ssl
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import msgspec

from storecast.broadcast.relay.address import PrivateAddress, place
from storecast.broadcast.relay.client import Client, Gone, Refused, Trouble
from storecast.broadcast.relay.wire import BEGIN, HEADER, MAX_SIZE, Target, Word

FIRST_PAUSE_SECONDS = 1.0
REFUSED_PAUSE_SECONDS = 5.0  # at first: a key that was refused is seldom taken soon
LONGEST_PAUSE_SECONDS = 60.0
STEADY_SECONDS = 30.0  # what went on for so long did not fail at its start
SURE_SECONDS = 0.5  # of media until it is said to be sending
DOUBTED_SECONDS = 5.0  # of media; who hangs up sooner may not like the key, though few say so
MAX_WAITING = 32  # records

_NICENESS = 5

Record = tuple[int, int, int, bytes]  # number of the connection, kind, stamp, payload


class Relaying:
    def __init__(self, target: Target, source: asyncio.StreamReader, say: Callable[[Word], None]) -> None:
        self._target = target
        self._source = source
        self._say = say
        self._records: asyncio.Queue[Record | None] = asyncio.Queue(MAX_WAITING)
        self._number = 0  # of the connection there is, or is tried
        self._over = asyncio.Event()
        self._began: float | None = None  # when media did, of this connection
        self._sending = False

    async def run(self) -> None:
        """Until the input ends."""
        feeding = asyncio.create_task(self._feed())
        self._say(Word("connecting"))
        pause = FIRST_PAUSE_SECONDS
        while not self._over.is_set():
            trouble = await self._try()
            if self._over.is_set() or trouble is None:
                break
            if self._began is not None and time.monotonic() - self._began > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            refused = isinstance(trouble, Refused)
            self._say(Word("refused" if refused else "unreachable", code=trouble.code, reason=str(trouble)))
            if refused:
                pause = max(pause, REFUSED_PAUSE_SECONDS)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), pause * random.uniform(0.75, 1.25))  # noqa: S311
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        feeding.cancel()

    async def _try(self) -> Trouble | None:
        """One connection, to its end; why it ended, or None where the show did."""
        self._number += 1
        self._began, self._sending = None, False
        client = Client(place(self._target.url), self._target.key, self._on_behind)
        work = asyncio.create_task(self._publish(client))
        over = asyncio.create_task(self._over.wait())
        try:
            await asyncio.wait([work, over], return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and not client.shown:
                return None
            await work
        except Trouble as trouble:
            return self._doubted(client, trouble)
        except Exception as error:
            return self._doubted(client, _trouble(error))
        else:
            return None
        finally:
            over.cancel()
            work.cancel()
            while not self._records.empty():
                self._records.get_nowait()

    async def _publish(self, client: Client) -> None:
        await client.open(private=self._target.private)
        polite = False
        try:
            self._say(Word("ready", self._number))
            ended, media = asyncio.create_task(client.ended()), asyncio.create_task(self._pass_on(client))
            try:
                done, _ = await asyncio.wait([ended, media], return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    each.result()
            finally:
                ended.cancel()
                media.cancel()
            polite = True
        finally:
            await client.close(politely=polite)

    async def _pass_on(self, client: Client) -> None:
        while (record := await self._records.get()) is not None:
            number, kind, stamp, payload = record
            if number != self._number:
                continue
            await client.send(kind, stamp, payload)
            if self._began is None:
                self._began = time.monotonic()
            elif not self._sending and time.monotonic() - self._began > SURE_SECONDS:
                self._sending = True
                self._say(Word("sending"))

    async def _feed(self) -> None:
        given = 0
        with suppress(asyncio.IncompleteReadError):
            while True:
                kind, number, size = HEADER.unpack(await self._source.readexactly(HEADER.size))
                if size > MAX_SIZE:
                    break
                payload = await self._source.readexactly(size)
                if kind == BEGIN:
                    given = number
                elif given == self._number:
                    await self._records.put((given, kind, number, payload))
        self._over.set()
        await self._records.put(None)

    def _on_behind(self, why: tuple[str, str] | None) -> None:
        if why is not None:
            self._say(Word("behind", code=why[0], reason=why[1]))
        elif self._sending:
            self._say(Word("sending"))

    def _doubted(self, client: Client, trouble: Trouble) -> Trouble:
        short = self._began is None or time.monotonic() - self._began < DOUBTED_SECONDS
        if client.shown and short and isinstance(trouble, Gone) and trouble.code == "hung_up":
            return Refused("key", "It hung up when it was shown the key: is it right, and in use nowhere else?")
        return trouble


def _trouble(error: Exception) -> Trouble:
    match error:
        case PrivateAddress():
            return Gone("private", "Its address leads into this installation's own network.")
        case socket.gaierror() | UnicodeError():
            return Gone("no_host", "There is no host of this name.")
        case ssl.SSLCertVerificationError():
            return Gone("certificate", "Its certificate cannot be trusted.")
        case ssl.SSLError():
            return Gone("not_tls", "It does not speak TLS.")
        case TimeoutError():
            return Gone("no_answer", "It does not answer.")
        case ConnectionRefusedError():
            return Gone("closed", "Nobody listens at this address.")
        case ConnectionError():
            return Gone("hung_up", "It hung up.")
        case OSError():
            return Gone("network", f"The network fails: {error.strerror or 'no connection'}.")
    return Gone("failed", f"Passing it on failed ({type(error).__name__}).")


def say(word: Word) -> None:
    with suppress(OSError):
        sys.stdout.buffer.write(msgspec.json.encode(word) + b"\n")
        sys.stdout.buffer.flush()


async def relay() -> None:
    source = asyncio.StreamReader(2 * MAX_SIZE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(source), sys.stdin)
    try:
        _, _, size = HEADER.unpack(await source.readexactly(HEADER.size))
        target = msgspec.json.decode(await source.readexactly(size), type=Target)
    except asyncio.IncompleteReadError:
        return
    await Relaying(target, source, say).run()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the show, which ends our input
    os.nice(_NICENESS)
    asyncio.run(relay())


if __name__ == "__main__":
    main()
