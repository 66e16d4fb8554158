"""One target of a show as the show sees it: a relay process, what it is given, and how it goes."""

import asyncio
import random
import signal
import sys
import time
from collections.abc import Callable

import msgspec
import structlog

from storecast.broadcast.child import Child
from storecast.broadcast.relay.hub import Hub
from storecast.broadcast.relay.stamps import MOST_BACK
from storecast.broadcast.relay.wire import BEGIN, TARGET, Target, Word, record
from storecast.broadcast.tags import Kind, Tag, milliseconds_between
from storecast.contracts.hooks import RelayReport, RelayState
from storecast.kit import launch
from storecast.kit.tasks import watch

MAX_BEHIND = 8 * 1024 * 1024  # bytes a relay may be behind; then it is left out until a keyframe finds it with less
RESUMED_BEHIND = 1024 * 1024
BEHIND_SECONDS = 10.0  # it is said to be behind for so long after it was left out
RESTART_SECONDS = 2.0
LONGEST_RESTART_SECONDS = 60.0
_WORDS_LOGGED = 20
_LONGEST_WORD = 4_000

log = structlog.get_logger()


class RelayedTarget:
    """Relays from when it is made until it is closed. `on_change` is called when its report changes, `on_exit` last."""

    def __init__(
        self,
        target_id: str,
        target: Target,
        hub: Hub,
        on_change: Callable[[], None],
        on_exit: Callable[[], None],
        **about: str,
    ) -> None:
        self.id = target_id
        self.target = target
        self._hub = hub
        self._on_change = on_change
        self._on_exit = on_exit
        self._log = log.bind(**about, target=target_id)
        self._loop = asyncio.get_running_loop()
        self._closing = False
        self._number: int | None = None  # of the connection that is ready for media
        self._joined = False  # whether it has been given a beginning,
        self._from = 0  # and with which stamp
        self._heard = b""
        self._to_log = _WORDS_LOGGED
        self._restart: asyncio.TimerHandle | None = None
        self._pause = RESTART_SECONDS
        self._trouble: str | None = None
        self._caught_up: asyncio.TimerHandle | None = None
        self._said = self._report = RelayReport(target_id, RelayState.CONNECTING, "", "", time.time())
        self._start()

    @property
    def report(self) -> RelayReport:
        return self._report

    def put(self, tag: Tag, *, joins: bool) -> None:
        """The show's next tag, which the hub has; `joins` where one may join with it. Never waits."""
        if self._number is None or self._closing:
            return
        behind = self._child.behind()
        if self._joined and behind + len(tag.payload) > MAX_BEHIND:
            self._joined = False
            self._lag()
        if self._joined:
            self._give(tag)
        elif joins and behind < RESUMED_BEHIND:
            self._join()

    def close(self) -> None:
        """Say goodbye to the target. Then `on_exit` is called."""
        if self._closing:
            return
        self._closing = True
        for timer in (self._caught_up, self._restart):
            if timer is not None:
                timer.cancel()
        if self._restart is not None:
            self._on_exit()  # there is no process
        else:
            self._child.finish()

    def _start(self) -> None:
        self._restart = None
        self._heard = b""
        self._child = Child(self._on_output, self._on_words, self._exited)
        self._child.write(record(TARGET, 0, msgspec.json.encode(self.target)))
        command = launch.command([sys.executable, "-m", f"{__package__}.relaying"], ends_by=signal.SIGKILL)
        watch(self._child.start(command), "starting a relay")

    def _join(self) -> None:
        beginning = self._hub.beginning()
        if not beginning or self._number is None:
            return
        self._joined, self._from = True, beginning[0].timestamp
        self._child.write(record(BEGIN, self._number))
        for tag in beginning:
            self._give(tag)

    def _give(self, tag: Tag) -> None:
        early = 0 < milliseconds_between(tag.timestamp, self._from) <= MOST_BACK
        if early and tag.kind == Kind.AUDIO and not tag.header:
            return  # sound comes after its pictures, that before the beginning too
        self._child.write(record(tag.kind, tag.timestamp & 0xFFFFFFFF, tag.payload))

    def _lag(self) -> None:
        self._log.warning("a target is left out until it has caught up")
        if self._caught_up is not None:
            self._caught_up.cancel()
        self._caught_up = self._loop.call_later(BEHIND_SECONDS, self._catch_up)
        self._show()

    def _catch_up(self) -> None:
        self._caught_up = None
        self._show()

    def _on_output(self, data: bytes) -> None:
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            try:
                self._hear(msgspec.json.decode(line, type=Word))
            except msgspec.DecodeError:
                self._log.error("a relay talks nonsense")
                self._child.kill()
        self._heard = self._heard[-_LONGEST_WORD:]

    def _hear(self, word: Word) -> None:
        if word.kind == "ready":
            self._number, self._joined = word.number, False
            self._join()
            return
        state = RelayState(word.kind)
        if state in (RelayState.REFUSED, RelayState.UNREACHABLE):
            self._number = None
            if word.code != self._trouble:  # it is tried again for as long as the show goes on
                self._log.warning("a target is not reached", state=word.kind, code=word.code)
            self._trouble = word.code
        elif state is RelayState.SENDING:
            self._pause, self._trouble = RESTART_SECONDS, None
            self._log.info("a target is sent to")
        self._said = RelayReport(self.id, state, word.code, word.reason, time.time())
        self._show()

    def _show(self) -> None:
        """Make the report of what the relay said, and of whether it keeps up."""
        shown = self._said
        if shown.state is RelayState.SENDING and self._caught_up is not None:
            slow = "It takes the stream more slowly than it comes: some of it is left out."
            shown = RelayReport(self.id, RelayState.BEHIND, "left_out", slow, time.time())
        before = self._report
        if (shown.state, shown.code, shown.reason) != (before.state, before.code, before.reason):
            self._report = shown
            self._on_change()

    def _on_words(self, line: str) -> None:
        if self._to_log > 0:
            self._to_log -= 1
            self._log.warning("a relay says", text=line.replace(self.target.key, "…"))

    def _exited(self, status: int) -> None:
        self._number = None
        if self._closing:
            self._on_exit()
            return
        self._log.error("a relay died and starts anew", status=status)
        self._said = RelayReport(self.id, RelayState.UNREACHABLE, "failed", "Passing it on failed.", time.time())
        self._restart = self._loop.call_later(self._pause * random.uniform(0.75, 1.25), self._start)  # noqa: S311
        self._pause = min(2 * self._pause, LONGEST_RESTART_SECONDS)
        self._show()
