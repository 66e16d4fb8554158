"""The sink that makes a show playable and records it: one ffmpeg at a time, started anew where it has to be."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from storecast.broadcast.ffmpeg import Ffmpeg
from storecast.broadcast.hub import Hub
from storecast.broadcast.packaging.cutter import Cutter
from storecast.broadcast.packaging.old_boxes import BoxError
from storecast.broadcast.packaging.window import PART_SECONDS, Take, Window
from storecast.broadcast.tags import FLV_HEADER, Kind, Tag, is_hevc, milliseconds_between

JUMP_MS = 10_000  # time stamps that leap further, or back, begin a new timeline
QUICK_RESTART_SECONDS = 5.0  # after the last; from the second such on, each waits longer
LONGEST_PAUSE_SECONDS = 10.0
_FRAGMENT_US = int(PART_SECONDS * 0.88 * 1_000_000)  # ffmpeg cuts after the frame that passes this
_RECORDED_FRAGMENT_US = 2_000_000  # what a crash may cost of a recording when keyframes are rarer

log = structlog.get_logger()


class _Timeline:
    """Time stamps of one ffmpeg: from 0, with the wall clock they belong to."""

    def __init__(self, base: int) -> None:
        self._base = base
        self._last = 0
        self._offset: float | None = None  # wall clock of time 0: the least delayed tag tells it best

    def place(self, tag: Tag, now: float) -> int | None:
        """Milliseconds on this timeline, or None when the tag does not belong to it."""
        stamp = milliseconds_between(self._base, tag.timestamp)
        if abs(stamp - self._last) > JUMP_MS:
            return None
        self._last = stamp = max(stamp, 0)
        offset = now - stamp / 1000
        if self._offset is None or offset < self._offset:
            self._offset = offset
        return stamp

    def wall(self, seconds: float) -> float:
        """Wall clock of a time; the next answer is measured anew, as clocks drift."""
        offset, self._offset = self._offset, None
        return (offset if offset is not None else time.time() - self._last / 1000) + seconds


class Packager:
    """`next_file` names the recording file of each ffmpeg: number and path. `on_started` is called once.

    Nothing is packaged before `after` is set, so that what an earlier packager still writes comes first.
    """

    def __init__(
        self,
        ffmpeg: str,
        hub: Hub,
        window: Window,
        next_file: Callable[[], tuple[int, Path]],
        on_started: Callable[[Take, float], None],
        after: asyncio.Event | None = None,
    ) -> None:
        self._ffmpeg = ffmpeg
        self._hub = hub
        self._window = window
        self._next_file = next_file
        self._on_started = on_started
        self._started = False
        self._child: Ffmpeg | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._timeline = _Timeline(0)
        self._quick_restarts = 0
        self._begun_at = 0.0
        self._not_before = 0.0
        self._fresh_keyframe = False  # a restart waits for the next keyframe rather than repeat this group
        self.restarts = 0
        self.exited = after  # set once the newest child is gone
        self.last_at: float | None = None  # wall clock at which the newest tag came

    def put(self, tag: Tag) -> None:
        if tag.kind == Kind.DATA:
            return
        self.last_at = now = time.time()
        if tag.header:
            if self._child is not None:
                self._restart("the publisher's encoder was set up anew", kill=False)
            return
        if self._child is None:
            self._begin(tag, now)
            return
        stamp = self._timeline.place(tag, now)
        if stamp is None:
            self._restart("time stamps jump", kill=False)
            self._begin(tag, now)
        elif not self._child.write(tag.flv(stamp)):
            self._restart("ffmpeg does not keep up", kill=True)

    async def finish(self) -> None:
        """Let ffmpeg write what it has, and wait until it is gone."""
        child, self._child = self._child, None
        if child is not None:
            child.finish()
        if self.exited is not None:
            await self.exited.wait()

    def _begin(self, tag: Tag, now: float) -> None:
        waits = self._fresh_keyframe and not (tag.keyframe or self._hub.video_header is None)
        if waits or now < self._not_before or not self._hub.settled:
            return
        self._fresh_keyframe = False
        gop = self._hub.gop
        self._timeline = timeline = _Timeline(gop[0].timestamp)
        number, path = self._next_file()
        cutter = Cutter(self._window, number, f"{int(now * 1000):x}", timeline.wall)
        child = Ffmpeg(lambda data: self._output(child, cutter, data), take=number, path=str(path))
        child.write([FLV_HEADER])
        for header in self._hub.headers:
            child.write(header.flv(0))
        for kept in gop:
            child.write(kept.flv(timeline.place(kept, now) or 0))
        self._begun_at = now
        task = asyncio.get_running_loop().create_task(self._run(child, self._command(path), self.exited))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._child, self.exited = child, child.exited

    def _restart(self, reason: str, *, kill: bool) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        now = time.time()
        self.restarts += 1
        self._quick_restarts = self._quick_restarts + 1 if now - self._begun_at < QUICK_RESTART_SECONDS else 0
        self._not_before = now + min(2.0 ** max(self._quick_restarts - 1, 0) - 1, LONGEST_PAUSE_SECONDS)
        self._fresh_keyframe = True
        log.warning("packaging starts anew", reason=reason)
        if kill:
            child.kill()
        else:
            child.finish()

    async def _run(self, child: Ffmpeg, command: list[str], after: asyncio.Event | None) -> None:
        try:
            await child.start(command, after)
        except OSError as error:
            log.error("ffmpeg cannot be started", command=command[0], error=str(error))
        await child.exited.wait()
        if self._child is child:
            self._restart("ffmpeg ended by itself", kill=False)

    def _output(self, child: Ffmpeg, cutter: Cutter, data: bytes) -> None:
        try:
            cutter.feed(data)
        except BoxError as error:
            log.error("ffmpeg's output cannot be read", error=str(error))
            child.kill()
            return
        if not self._started and cutter.take is not None and cutter.first_at is not None:
            self._started = True
            self._on_started(cutter.take, cutter.first_at)

    def _command(self, path: Path) -> list[str]:
        """One input; fragments of a part's length on standard output, longer ones in the recording."""
        header = self._hub.video_header
        copy = ["-map", "0:v?", "-map", "0:a?", "-c", "copy", "-max_interleave_delta", "300000"]
        copy += ["-tag:v", "hvc1"] if header is not None and is_hevc(header) else []
        fragmented = "+frag_keyframe+empty_moov+default_base_moof"
        # Both tracks' headers come first, so there is next to nothing to probe.
        return [
            *(self._ffmpeg, "-hide_banner", "-nostats", "-nostdin", "-loglevel", "error"),
            *("-fpsprobesize", "0", "-analyzeduration", "100000", "-f", "flv", "-i", "pipe:0"),
            *(*copy, "-f", "mp4", "-movflags", f"{fragmented}+skip_trailer"),
            *("-frag_duration", str(_FRAGMENT_US), "pipe:1"),
            *(*copy, "-f", "mp4", "-movflags", fragmented, "-frag_duration", str(_RECORDED_FRAGMENT_US)),
            *("-y", str(path)),
        ]
