"""All rungs of one session: made while there is a place on this machine, and left where it cannot keep up."""

import asyncio
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from functools import partial, wraps
from typing import Concatenate, ParamSpec

import structlog
from msgspec import Struct

from storecast.broadcast.ladder.places import Places
from storecast.broadcast.ladder.rung import PictureRung, SoundRung, fresh_window
from storecast.broadcast.ladder.scaler import Scaler
from storecast.broadcast.ladder.shapes import SOUND, Shape, shapes
from storecast.broadcast.ladder.wire import TakeGiven
from storecast.broadcast.packaging.boxes import Sample
from storecast.broadcast.packaging.codecs import AudioCodec, VideoCodec
from storecast.broadcast.packaging.following import CutPart
from storecast.broadcast.packaging.window import Take, Window

BEHIND_SECONDS = 3.0  # a part of the show that comes later is too late for those who watch it
START_SECONDS = 15.0  # the child has as long for its first part
MAX_BEHIND = 32 * 1024 * 1024  # bytes the child may be behind
RESTART_SECONDS = 2.0
LONGEST_RESTART_SECONDS = 120.0
STEADY_SECONDS = 60.0  # what went on for so long did not fail at its start

P = ParamSpec("P")

log = structlog.get_logger()


class State(StrEnum):
    IDLE = "idle"  # no show, or none that is larger than its rungs
    RUNNING = "running"
    BEHIND = "behind"  # or ended: it is tried again
    REFUSED = "refused"  # as many run as may at once


class _Begun(Struct, frozen=True):
    take: Take
    audio: AudioCodec
    header: tuple[bytes, bytes]
    shapes: list[Shape]


class _Step(Struct, frozen=True):
    """Done to the rungs once the child has given what comes before. `part` is the number of one that it tells of."""

    told: float  # loop time
    do: Callable[[], None]
    part: int | None = None


def _unfelt(
    method: Callable[Concatenate["Ladder", P], None],
) -> Callable[Concatenate["Ladder", P], None]:
    """Nothing that goes wrong here is felt by the show."""

    @wraps(method)
    def guarded(self: "Ladder", /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            method(self, *args, **kwargs)
        except Exception:
            log.exception("a ladder failed")
            self.leave("it failed")

    return guarded


class Ladder:
    """A `Follower`. Nothing here raises or waits."""

    def __init__(self, wanted: frozenset[str], places: Places, source: Window, session_id: str) -> None:
        self.wanted = wanted
        self._places = places
        self._source = source
        self._session_id = session_id
        self._log = log.bind(session_id=session_id)
        self._loop = asyncio.get_running_loop()
        self._rungs: list[PictureRung] = []
        self._sound: SoundRung | None = None
        self._scaler: Scaler | None = None
        self._began = 0.0  # loop time at which it was started
        self._caught_up = False  # whether it ever gave a part
        self._begun: _Begun | None = None  # the take that goes on, where it has rungs with a picture
        self._between = False  # whether the next picture begins a segment
        self._joined = False  # whether the child is given this take
        self._current: tuple[_Begun, int] | None = None  # the take the rungs are at, and its first picture's delay
        self._pending: deque[_Step] = deque()
        self._parts = 0
        self._pause = RESTART_SECONDS
        self._not_before = 0.0  # loop time
        self._refused = False
        self._closed = False

    @property
    def state(self) -> State:
        if self._begun is None or self._closed:
            return State.IDLE
        if self._scaler is not None:
            return State.BEHIND if self._lag > BEHIND_SECONDS else State.RUNNING
        return State.REFUSED if self._refused else State.BEHIND

    @property
    def window_bytes(self) -> int:
        return sum(window.size for window in self._windows())

    def find(self, name: str) -> Window | None:
        """The window of the rung called so; None where there is none now."""
        if name == SOUND:
            return self._sound.window if self._sound is not None else None
        return next((rung.window for rung in self._rungs if rung.shape.name == name), None)

    def offered(self) -> list[tuple[str, Window]]:
        """The rungs that can be watched now: largest first, sound alone last."""
        found = []
        if self._lag <= BEHIND_SECONDS:
            found = [(rung.shape.name, rung.window) for rung in self._rungs if rung.window.playable]
        if self._sound is not None and self._sound.window.playable:
            found.append((SOUND, self._sound.window))
        return found

    @_unfelt
    def begin_take(
        self, take: Take, video: VideoCodec | None, audio: AudioCodec, header: tuple[bytes, bytes] | None
    ) -> None:
        sizes = shapes(self.wanted, take.width, take.height) if video is not None else []
        self._begun = _Begun(take, audio, header, sizes) if sizes and header is not None else None
        self._between, self._joined = True, False
        if self._rungs and [rung.shape for rung in self._rungs] != sizes:
            self._drop_rungs()  # its size is another
        if video is None:
            self._end_sound()
        elif SOUND in self.wanted:
            if self._sound is None:
                self._sound = SoundRung(fresh_window(self._source))
            self._sound.begin_take(take, audio)

    @_unfelt
    def picture(self, picture: Sample) -> None:
        if self._between and picture.independent and not self._joined:
            self._join(picture.composition)
        if self._joined and self._scaler is not None:
            self._scaler.picture(picture)

    @_unfelt
    def part(self, part: CutPart) -> None:
        self._between = False
        if self._joined and self._scaler is not None:
            self._parts += 1
            self._scaler.part(self._parts, part.ends)
            self._then(partial(self._put_part, part), self._parts)
            self._watch(self._scaler)
        if self._sound is not None:
            self._sound.part(part)

    @_unfelt
    def segment_over(self) -> None:
        self._between = True
        self._then(self._finish_segments)

    @_unfelt
    def take_over(self) -> None:
        if self._joined and self._scaler is not None:
            self._scaler.end_take()
        self._then(self._finish_segments)
        self._joined, self._begun = False, None
        if self._sound is not None:
            self._sound.end_take()

    @_unfelt
    def pause(self) -> None:
        """The publisher is away."""
        self._then(self._pause_windows)
        if self._sound is not None:
            self._sound.window.pause()

    def end(self) -> None:
        """Nothing will follow for viewers."""
        self.close()
        for window in self._windows():
            window.end()

    def close(self) -> None:
        """End the child; what there is can be watched to its end."""
        self._closed = True
        self._stop_child()

    def leave(self, why: str) -> None:
        """Its viewers go on with the show's own picture; after a while it is tried again, later each time."""
        now = self._loop.time()
        if now - self._began > STEADY_SECONDS:
            self._pause = RESTART_SECONDS
        self._log.warning("a show's rungs are left out", why=why, seconds=self._pause)
        self._not_before = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_RESTART_SECONDS)
        self._drop_rungs()

    def _join(self, delay: int) -> None:
        """Have the child go along with the take from its next segment on, if there may be one."""
        begun = self._begun
        if begun is None or self._closed or self._loop.time() < self._not_before:
            return
        scaler = self._scaler or self._start()
        if scaler is None:
            return
        if not self._rungs:
            self._rungs = [PictureRung(shape, fresh_window(self._source)) for shape in begun.shapes]
            for rung in self._rungs:
                rung.window.declare(self._source.part_target or 0.0)
        fourcc, configuration = begun.header
        scaler.begin_take(TakeGiven(fourcc, configuration, begun.take.frame_rate, begun.shapes))
        self._then(partial(self._go_on_to, begun, delay))
        self._joined = True

    def _start(self) -> Scaler | None:
        """A child, if there is a place for it."""
        if not self._places.take():
            if not self._refused:
                self._log.warning("a show has no rungs: as many as may be are encoded at once here")
            self._refused = True
            return None
        self._refused, self._caught_up = False, False
        self._began = self._loop.time()
        self._scaler = Scaler(
            self._begin_rung,
            lambda index, shown, independent, sample: self._rungs[index].picture(shown, independent, sample),
            self._given,
            lambda: self.leave("it died"),
            session_id=self._session_id,
        )
        return self._scaler

    def _then(self, do: Callable[[], None], part: int | None = None) -> None:
        """Do that to the rungs in its turn."""
        if part is None and not self._pending:
            do()
        else:
            self._pending.append(_Step(self._loop.time(), do, part))

    def _given(self, part: int) -> None:
        """All pictures of `part` have come."""
        if not self._caught_up:
            self._caught_up = True
            self._log.info("a show has rungs", rungs=[rung.shape.name for rung in self._rungs])
        while self._pending:
            step = self._pending.popleft()
            step.do()
            if step.part == part:
                break
        while self._pending and self._pending[0].part is None:
            self._pending.popleft().do()

    def _go_on_to(self, begun: _Begun, delay: int) -> None:
        self._current = begun, delay

    def _begin_rung(self, index: int, configuration: bytes) -> None:
        if self._current is not None:
            begun, delay = self._current
            self._rungs[index].begin_take(begun.take, configuration, begun.audio, delay)

    def _put_part(self, part: CutPart) -> None:
        for rung in self._rungs:
            rung.part(part)

    def _finish_segments(self) -> None:
        for rung in self._rungs:
            rung.window.finish_segment()

    def _pause_windows(self) -> None:
        for rung in self._rungs:
            rung.window.pause()

    @property
    def _lag(self) -> float:
        """Seconds for which the oldest part is waited for that the child has not given."""
        return self._loop.time() - self._pending[0].told if self._pending else 0.0

    def _watch(self, scaler: Scaler) -> None:
        if self._lag > (BEHIND_SECONDS if self._caught_up else START_SECONDS) or scaler.behind > MAX_BEHIND:
            self.leave("it cannot keep up")

    def _drop_rungs(self) -> None:
        self._stop_child()
        gone, self._rungs = self._rungs, []
        for rung in gone:
            rung.window.end()  # whoever waits there is answered

    def _stop_child(self) -> None:
        scaler, self._scaler = self._scaler, None
        if scaler is not None:
            scaler.kill()
            self._places.give_back()
        self._joined, self._current = False, None
        self._pending.clear()

    def _end_sound(self) -> None:
        sound, self._sound = self._sound, None
        if sound is not None:
            sound.window.end()

    def _windows(self) -> list[Window]:
        windows = [rung.window for rung in self._rungs]
        return windows if self._sound is None else [*windows, self._sound.window]
