"""Feeds a prepared stream to the packager at full speed, by a clock that follows it, and records what is offered."""

import re
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from storecast.broadcast.health import Health
from storecast.broadcast.packaging import playlist
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import Take, Window
from storecast.broadcast.tags import Kind, Tag, audio_tag, video_tag
from tests.broadcast.hls_rules.record import Offer, Record, Resource
from tests.broadcast.hls_rules.streams import AUDIO, VIDEO, Message, Stream

BEGAN = 1_760_000_000.0  # the wall clock as the publisher begins

SKIMMED = 32  # changes from one look to the next, where half an hour comes at once

_ADDRESS = re.compile(r'URI="([^"]+)"|^([^#\n].*)$', re.MULTILINE)


class Shown(Struct, frozen=True):
    """What became of a stream: what viewers were offered, the files of its takes, and the packager's troubles."""

    record: Record
    takes: list[Path]
    restarts: list[str]  # why each take after the first began
    health: Health


class _Clock:
    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> float:
        return self.now


class Recorder:
    """Looks at the window whenever it is told to, as viewers do once the first segment is whole."""

    def __init__(self, window: Window, *, late: float | None, real_time: bool) -> None:
        self.record = Record(late=late, real_time=real_time)
        self._window = window
        self._version = -1
        self._changes = 1 if real_time else SKIMMED
        self._there: set[str] = set()

    def look(self, now: float, *, always: bool = False) -> None:
        window = self._window
        self.record.ends = now
        if (window.version - self._version < self._changes and not always) or not window.playable:
            return
        self._version = window.version
        text = playlist.media(window, "")
        _offer(self.record.media, now, text)
        _offer(self.record.multivariant, now, playlist.multivariant(window, ""))
        if self.record.real_time:
            self._see_what_is_gone(now)
        hinted = f'URI="{window.next_part}"'
        for found in _ADDRESS.finditer(text):
            name = found[1] or found[2]
            if name not in self.record.resources and found[0] != hinted:
                self._fetch(name, now)

    def _fetch(self, name: str, now: float) -> None:
        data = _fetched(self._window, name)
        if data is not None:
            self.record.resources[name] = Resource(data, now)
            self._there.add(name)

    def _see_what_is_gone(self, now: float) -> None:
        for name in [name for name in self._there if _fetched(self._window, name) is None]:
            self.record.resources[name].until = now
            self._there.discard(name)


def _offer(offers: list[Offer], now: float, text: str) -> None:
    if not offers or offers[-1].text != text:
        offers.append(Offer(now, text))


def _fetched(window: Window, name: str) -> bytes | None:
    stem, _, kind = name.partition(".")
    if name.startswith("part-"):
        part = window.part(name)
        return part.data if part is not None else None
    if name.startswith("segment-") and kind == "m4s":
        return window.segment(int(stem.removeprefix("segment-")))
    return window.init(stem.removeprefix("init-"))


def tag_of(message: Message) -> Tag | None:
    """The message as the connection hands it on."""
    stamp = message.timestamp % (1 << 32)
    if message.kind == VIDEO:
        return video_tag(stamp, message.body)
    if message.kind == AUDIO:
        return audio_tag(stamp, message.body)
    return Tag(Kind.DATA, stamp, message.body)


def drive(
    stream: Stream,
    folder: Path,
    recorded: Callable[[Take, int, bytes, float | None], None] = lambda take, at, part, date: None,
) -> Shown:
    """Package all of `stream`, recording into `folder`, and end the show."""
    window, clock = Window(), _Clock()
    takes: list[Path] = []
    restarts: list[str] = []

    def next_take() -> tuple[int, Path]:
        takes.append(folder / f"take-{len(takes) + 1:03}.mp4")
        return len(takes), takes[-1]

    health = Health(BEGAN)
    packager = Packager(
        window,
        next_take,
        lambda take, at: None,
        health,
        clock=clock,
        counted=restarts.append,
        recorded=recorded,
    )
    recorder = Recorder(window, late=stream.late, real_time=stream.real_time)
    for message in stream.messages:
        clock.now = BEGAN + message.at
        tag = tag_of(message)
        if tag is not None:
            packager.put(tag)
            recorder.look(clock.now)
    packager.finish()
    recorder.look(clock.now)
    window.end()
    recorder.look(clock.now, always=True)
    return Shown(recorder.record, takes, restarts, health)
