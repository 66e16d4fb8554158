"""All targets of one session: begun with its first media, changed while it goes on, closed at its end."""

import asyncio
from collections.abc import Callable
from functools import partial

import structlog

from storecast.broadcast.relay.hub import Hub
from storecast.broadcast.relay.target import RelayedTarget
from storecast.broadcast.relay.wire import Target
from storecast.broadcast.tags import Kind, Tag
from storecast.contracts.hooks import RelayReport, RelayState, Simulcast
from storecast.kit.seals import Seal

log = structlog.get_logger()


class Relays:
    """`on_change` is called when a target's report changes. Nothing here raises or waits: a show never feels it."""

    def __init__(self, session_id: str, seal: Seal, on_change: Callable[[], None], *, private: bool) -> None:
        self._session_id = session_id
        self._seal = seal
        self._on_change = on_change
        self._private = private
        self._hub = Hub()
        self._wanted: dict[str, Target] = {}
        self._running: dict[str, RelayedTarget] = {}  # those that say goodbye included
        self._begun = False
        self._closed = False
        self._waiting: float | None = None  # since when there is no media
        self._idle = asyncio.Event()
        self.revision = -1

    @property
    def reports(self) -> list[RelayReport]:
        """How it goes with each target that media is meant for."""
        shown = [one.report for name, one in self._running.items() if self._wanted.get(name) == one.target]
        since = self._waiting
        return shown if since is None else [_waits(report, since) for report in shown]

    def direct(self, simulcast: Simulcast | None) -> None:
        """From now on the show goes to these targets, and no others. What is no newer than what is known is left."""
        if simulcast is None or simulcast.revision <= self.revision or self._closed:
            return
        self.revision = simulcast.revision
        wanted = {}
        for target in simulcast.targets:
            try:
                wanted[target.id] = Target(target.url, self._seal.open_once(target.key), self._private)
            except ValueError:
                log.error("a target's key cannot be read: the hook secrets differ", target=target.id)
        self._wanted = wanted
        self._arrange()

    def put(self, tag: Tag) -> None:
        """The show's next tag."""
        try:
            if self._waiting is not None and tag.kind != Kind.DATA:
                self._waiting = None
                self._on_change()
            joins = self._hub.put(tag)
            for one in self._running.values():
                one.put(tag, joins=joins)
            if not self._begun and tag.kind != Kind.DATA:
                self._begun = True
                self._arrange()
        except Exception:
            log.exception("a tag cannot be passed on", session_id=self._session_id)

    def begin_take(self) -> None:
        """Another publisher's media follows, with headers of its own."""
        self._hub.clear()

    def pause(self, now: float) -> None:
        """The publisher is away. Connections are kept: it may come back."""
        self._waiting = now
        if self._running:
            self._on_change()

    def close(self) -> None:
        """Say goodbye to all."""
        self._closed = True
        self._wanted = {}
        self._arrange()

    async def wait_closed(self) -> None:
        """Until all have said goodbye, or were ended for not doing so."""
        while self._running:
            self._idle.clear()
            await self._idle.wait()

    def _arrange(self) -> None:
        for name, one in list(self._running.items()):
            if self._wanted.get(name) != one.target:
                one.close()
        if not self._begun:
            return
        before = len(self._running)
        for name, target in self._wanted.items():
            if name not in self._running:  # else what is there says goodbye first: two may not send with one key
                self._running[name] = RelayedTarget(
                    name, target, self._hub, self._on_change, partial(self._gone, name), session_id=self._session_id
                )
        if len(self._running) > before:
            self._on_change()

    def _gone(self, name: str) -> None:
        self._running.pop(name, None)
        self._idle.set()
        if not self._closed:
            self._arrange()
            self._on_change()


def _waits(report: RelayReport, since: float) -> RelayReport:
    if report.state in (RelayState.REFUSED, RelayState.UNREACHABLE):
        return report
    return RelayReport(report.id, RelayState.CONNECTING, "waiting", "It waits for the encoder to come back.", since)
