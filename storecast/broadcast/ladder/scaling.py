"""Encodes the rungs of one show: records in at standard input, records out at standard output (see `wire`).

It runs as a process of its own, behind all others of the machine, so that neither a decoder's crash nor a machine that
is too slow is felt by the show, and ends when its input does.
"""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from typing import BinaryIO

import av
import msgspec
from av.video.frame import VideoFrame

from storecast.broadcast import records
from storecast.broadcast.ladder.encoding import Decoder, Encoder
from storecast.broadcast.ladder.wire import (
    ENDS,
    GIVEN,
    HEADER,
    MADE,
    MAX_SIZE,
    OVER,
    PART,
    PICTURE,
    TAKE,
    TakeGiven,
    record,
)

_ROUNDING = 720  # ticks: stamps that came in milliseconds are off by as much


class Scaling:
    """One take. `say` gets records."""

    def __init__(self, take: TakeGiven, say: Callable[[bytes], None]) -> None:
        self._take = take
        self._say = say
        self._decoder = Decoder(take)
        self._encoders: list[Encoder] = []
        self._delay: int | None = None  # ticks from decoding to being shown, of the first picture
        self._keys: set[int] = set()  # when keyframes are shown that are to come
        self._ended: deque[tuple[int, int]] = deque()  # parts whose pictures may not all have come, and where they end

    def picture(self, decoded: int, data: bytes) -> None:
        composition, independent = GIVEN.unpack_from(data)
        if self._delay is None:
            self._delay = composition
        shown = decoded + composition
        if independent:
            self._keys.add(shown)
        for frame in self._decoder.decode(decoded, shown, data[GIVEN.size :]):
            self._encode(frame)

    def part(self, number: int, end: int) -> None:
        self._ended.append((number, end))
        if not self._decoder.holds_back:
            self._tell_parts()

    def finish(self) -> None:
        for frame in self._decoder.finish():
            self._encode(frame)
        self._tell_parts()

    def _encode(self, frame: VideoFrame) -> None:
        shown = frame.pts or 0
        self._tell_parts(shown - (self._delay or 0) + _ROUNDING)
        if not self._encoders:
            self._begin(frame)
        independent = shown in self._keys
        if independent:
            self._keys = {key for key in self._keys if key > shown}
        for index, encoder in enumerate(self._encoders):
            for at, is_key, sample in encoder.encode(frame, independent=independent):
                self._say(record(PICTURE, at, MADE.pack(index, is_key), sample))

    def _begin(self, frame: VideoFrame) -> None:
        for index, shape in enumerate(self._take.shapes):
            encoder = Encoder(shape, self._take.frame_rate, frame, self._decoder.aspect)
            self._encoders.append(encoder)
            self._say(record(TAKE, index, encoder.configuration))

    def _tell_parts(self, until: int | None = None) -> None:
        """Pictures of parts that end by `until` have all come; of all parts where it is None."""
        while self._ended and (until is None or self._ended[0][1] <= until):
            self._say(record(PART, self._ended.popleft()[0]))


def scale(source: BinaryIO, drain: BinaryIO) -> None:
    """Until `source` ends. Raises BrokenPipeError when nobody listens any more."""

    def say(words: bytes) -> None:
        drain.write(words)

    scaling: Scaling | None = None
    for (kind, number), data in records.read(source, HEADER, MAX_SIZE):
        if kind == TAKE:
            scaling = Scaling(msgspec.msgpack.decode(data, type=TakeGiven), say)
        elif scaling is not None:
            if kind == PICTURE:
                scaling.picture(number, data)
            elif kind == PART:
                scaling.part(number, *ENDS.unpack(data))
            elif kind == OVER:
                scaling.finish()
                scaling = None
        drain.flush()
    if scaling is not None:
        scaling.finish()
    drain.flush()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the show, which ends our input
    av.logging.set_level(None)
    try:
        scale(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        os._exit(0)  # nothing is left to be flushed


if __name__ == "__main__":
    main()
