"""The child that encodes a show's rungs, seen from the show."""

import signal
import sys
from collections.abc import Callable

import msgspec
import structlog

from storecast.broadcast.child import Child
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
from storecast.broadcast.packaging.boxes import Sample
from storecast.broadcast.records import Records
from storecast.kit import launch
from storecast.kit.tasks import watch

_GIB = 1 << 30
# Its time is that of a show, which nothing bounds; it writes no files.
LIMITS: launch.Limits | None = launch.Limits(memory=4 * _GIB, processor=30 * 86_400, file=0)
_WORDS_LOGGED = 20

log = structlog.get_logger()


class Scaler:
    """Runs from when it is made until it is finished or killed; then nothing is called any more.

    `on_take` gets a rung's number and its decoder's configuration, `on_picture` a rung's number, when a picture is
    shown, whether decoding may begin with it, and its sample; `on_part` the number of a part whose pictures have all
    been given. `on_exit` is called where it ended by itself.
    """

    def __init__(
        self,
        on_take: Callable[[int, bytes], None],
        on_picture: Callable[[int, int, bool, bytes], None],
        on_part: Callable[[int], None],
        on_exit: Callable[[], None],
        **about: str | int,
    ) -> None:
        self._on_take = on_take
        self._on_picture = on_picture
        self._on_part = on_part
        self._on_exit = on_exit
        self._log = log.bind(**about)
        self._to_log = _WORDS_LOGGED
        self._over = False
        self._records = Records(HEADER, MAX_SIZE)
        self._child = Child(self._heard, self._said, self._exited)
        program = [sys.executable, "-m", f"{__package__}.scaling"]
        watch(self._child.start(launch.command(program, ends_by=signal.SIGKILL, limits=LIMITS)), "starting a ladder")

    @property
    def behind(self) -> int:
        """Bytes it has not taken yet."""
        return self._child.behind()

    def begin_take(self, take: TakeGiven) -> None:
        self._child.write(record(TAKE, 0, msgspec.msgpack.encode(take)))

    def picture(self, picture: Sample) -> None:
        if len(picture.data) < MAX_SIZE - GIVEN.size:
            given = GIVEN.pack(picture.composition, picture.independent)
            self._child.write(record(PICTURE, picture.decoded, given, picture.data))

    def part(self, number: int, ends: int) -> None:
        self._child.write(record(PART, number, ENDS.pack(ends)))

    def end_take(self) -> None:
        self._child.write(record(OVER, 0))

    def kill(self) -> None:
        self._over = True
        self._child.kill()

    def _heard(self, data: bytes) -> None:
        if self._over:
            return
        try:
            for (kind, number), body in self._records.feed(data):
                if kind == PICTURE:
                    index, independent = MADE.unpack_from(body)
                    self._on_picture(index, number, independent, body[MADE.size :])
                elif kind == PART:
                    self._on_part(number)
                else:
                    self._on_take(number, body)
        except Exception:  # whatever it says, the show goes on
            self._log.exception("what a ladder says cannot be used")
            self._child.kill()

    def _said(self, line: str) -> None:
        if self._to_log > 0:
            self._to_log -= 1
            self._log.warning("a ladder says", text=line)

    def _exited(self, status: int) -> None:
        if not self._over:
            self._over = True
            self._log.error("a ladder died", status=status)
            self._on_exit()
