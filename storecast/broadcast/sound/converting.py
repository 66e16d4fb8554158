"""Turns one stream of sound into AAC: records in at standard input, records out at standard output (see `wire`).

In: the decoder configuration, which may be empty, then frames, numbered by their stamp in ms. Out: the
AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1), then AAC frames, numbered by their position: the sample, counted from
stamp 0, at which the first of their 1024 is heard. The first frame primes the decoder and lies before the first stamp,
so below 0 where that is 0.

It runs as a process of its own, so that PyAV's 40 MB and any decoder's crash stay out of the media plane, and ends
when its input does.
"""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import BinaryIO, cast

import av
from av.audio.codeccontext import AudioCodecContext

from storecast.broadcast import records
from storecast.broadcast.sound.encoding import AacEncoder
from storecast.broadcast.sound.kinds import SoundKind, sound_kind
from storecast.broadcast.sound.pacing import Pace
from storecast.broadcast.sound.wire import CANNOT_BEGIN, HEADER, MAX_SIZE, record

_NICENESS = 5
_HOPELESS = 500  # bad frames without a good one, ten seconds or more


class CannotBegin(Exception):
    pass


class Decoder:
    """Frames in, sound out. What cannot be decoded is skipped and counted."""

    def __init__(self, kind: SoundKind, configuration: bytes) -> None:
        """Raises `CannotBegin`."""
        try:
            context = cast("AudioCodecContext", av.CodecContext.create(kind.decoder, "r"))
            context.thread_count = 1
            context.extradata = configuration or None
            if kind.rate:
                context.sample_rate = kind.rate
            if kind.channels:
                context.layout = "mono" if kind.channels == 1 else "stereo"
            context.open()
        except (av.FFmpegError, ValueError) as error:
            raise CannotBegin(f"Its {kind.name} cannot be decoded: {_words(error)}.") from error
        self._context = context
        self._kind = kind
        self._good = 0
        self.bad = 0

    def decode(self, data: bytes) -> list[av.AudioFrame]:
        """Raises `CannotBegin` where nothing was ever good."""
        if not data:
            return []  # to a decoder it would mean the end
        try:
            sounds = self._context.decode(av.Packet(data))
        except av.FFmpegError as error:
            self.skip(error)
            return []
        self._good += 1
        return [sound for sound in sounds if sound.samples > 0 and sound.sample_rate > 0]

    def skip(self, error: Exception) -> None:
        self.bad += 1
        if str(self.bad).strip("0") == "1":  # 1, 10, 100: a log is no place for each of them
            complain(f"{self.bad} bad so far: {_words(error)}")
        if self.bad >= _HOPELESS and not self._good:
            raise CannotBegin(f"None of its {self._kind.name} can be decoded: {_words(error)}.")


class Conversion:
    """One stream of sound. The first frame that can be decoded says which rate and channels come out."""

    def __init__(self, kind: SoundKind, configuration: bytes) -> None:
        """Raises `CannotBegin`."""
        self._decoder = Decoder(kind, configuration)
        self._pace: Pace | None = None

    def put(self, stamp: int, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Records that are ready after the frame `data`, heard at `stamp` ms. Raises `CannotBegin`."""
        at = float(stamp)
        for sound in self._decoder.decode(data):
            if self._pace is None:
                encoder = AacEncoder(_rate_for(sound.sample_rate), min(sound.layout.nb_channels, 2))
                self._pace = Pace(encoder)
                yield 0, encoder.configuration
            length = sound.samples * 1000 / sound.sample_rate
            try:
                yield from self._pace.put(at, sound)
            except (av.FFmpegError, ValueError) as error:  # a layout that cannot be made two channels
                self._decoder.skip(error)
            at += length

    def finish(self) -> Iterator[tuple[int, bytes]]:
        if self._pace is not None:
            yield from self._pace.finish()


def convert(kind: SoundKind, source: BinaryIO, drain: BinaryIO) -> None:
    """Raises `CannotBegin`, and BrokenPipeError when nobody listens any more."""
    given = records.read(source, HEADER, MAX_SIZE)
    _, configuration = next(given, ((0,), b""))
    conversion = Conversion(kind, configuration)
    for (stamp,), data in given:
        drain.writelines(record(number, made) for number, made in conversion.put(stamp, data))
        drain.flush()
    drain.writelines(record(number, made) for number, made in conversion.finish())
    drain.flush()


def complain(words: str) -> None:
    with contextlib.suppress(OSError):
        sys.stderr.write(" ".join(words.split()) + "\n")
        sys.stderr.flush()


def _rate_for(rate: int) -> int:
    """What comes out for sound of `rate` Hz: the nearer relation of the two every browser plays."""
    return 44_100 if rate % 11_025 == 0 or rate == 5_512 else 48_000


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".")


def _given() -> SoundKind:
    """Raises `CannotConvert`."""
    parser = argparse.ArgumentParser(description="Turns sound into AAC.")
    parser.add_argument("codec", help="four characters")
    for name in ("rate", "channels", "bits"):
        parser.add_argument(f"--{name}", type=int, default=0)
    given = parser.parse_args()
    return sound_kind(given.codec, given.rate, given.channels, given.bits)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the show, which ends our input
    os.nice(_NICENESS)
    av.logging.set_level(None)
    try:
        convert(_given(), sys.stdin.buffer, sys.stdout.buffer)
    except (CannotBegin, ValueError) as error:
        complain(str(error))
        sys.exit(CANNOT_BEGIN)
    except BrokenPipeError:
        os._exit(0)  # nothing is left to be flushed


if __name__ == "__main__":
    main()
