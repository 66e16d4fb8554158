"""Broadcast is killed at any moment: at most one part of the recording is lost, and none a viewer was told of."""

import asyncio
import contextlib
import random
import re
from fractions import Fraction
from pathlib import Path

import httpx
import pytest
from msgspec import Struct, field

from storecast.contracts import hooks
from storecast.kit.settings import Settings
from tests.broadcast.endurance.fragments import Fragments, fragments_of
from tests.broadcast.endurance.numbered import NumberedShow, numbered_show
from tests.broadcast.endurance.played import Played
from tests.broadcast.endurance.pushing import as_rtmp, publishing, push
from tests.broadcast.endurance.watching import http_of, taken
from tests.broadcast.hls_rules.streams import Message
from tests.broadcast.node import recorded_file, running_peer, settings_of
from tests.broadcast.process import process_of
from tests.broadcast.viewer import Listed, Viewer, complaints
from tests.waiting import eventually

AT_ONCE = 3  # processes side by side
EARLIEST, LATEST = 0.1, 4.0  # seconds after the first message
PART_PICTURES = 7  # at 30 a second

_PART = re.compile(r"-(\d+)\.m4s")


class Seen(Struct):
    """What a process had said before it was killed."""

    taken: int = 0  # bytes, from its publisher
    listed: int = 0  # parts
    parts: dict[int, bytes] = field(default_factory=dict)  # by number, counted from 1


class Sent(Struct):
    messages: list[Message] = field(default_factory=list)

    def note(self, message: Message, at: float) -> None:
        del at
        self.messages.append(message)

    def pictures_in(self, size: int) -> int:
        """How many are whole in the first `size` bytes."""
        found = 0
        for message in self.messages:
            size -= len(as_rtmp(message))
            if size < 0:
                break
            found += message.is_picture
        return found


@pytest.fixture(scope="module")
def show() -> NumberedShow:
    return numbered_show(Fraction(30), 48_000)


async def test_killed_at_any_moment_it_loses_one_part_at_most(show: NumberedShow, tmp_path: Path) -> None:
    await kill_many(range(AT_ONCE), show, tmp_path)


@pytest.mark.soak
async def test_killed_at_any_of_a_hundred_moments_it_loses_one_part_at_most(show: NumberedShow, tmp_path: Path) -> None:
    await kill_many(range(100, 200), show, tmp_path)


async def kill_many(seeds: range, show: NumberedShow, folder: Path) -> None:
    """A process for each seed, some at a time."""
    places = asyncio.Semaphore(AT_ONCE)

    async def run(seed: int) -> None:
        async with places:
            await kill_one(random.Random(seed).uniform(EARLIEST, LATEST), show, folder / str(seed))

    async with asyncio.TaskGroup() as group:
        for seed in seeds:
            group.create_task(run(seed))


async def kill_one(after: float, show: NumberedShow, folder: Path) -> None:
    """Push `show`, kill the process `after` so many seconds, and let another finish the recording."""
    async with running_peer() as peer:
        settings = settings_of(folder, peer, session_grace_seconds="1")
        seen, sent = await killed(settings, after, show)
        takes = list((folder / "recordings" / peer.grants["right"].session_id).glob("take-*.mp4"))
        kept = fragments_of(takes[0].read_bytes()) if takes else Fragments(b"", [], b"")
        assert len(takes) <= 1
        assert len(kept.parts) >= seen.listed
        assert {number: kept.parts[number - 1] for number in seen.parts} == seen.parts
        frames = Played.of(kept.whole) if kept.parts else Played()
        assert frames.pictures == list(range(len(frames.pictures)))
        assert frames.sounds == list(range(len(frames.sounds)))
        assert len(frames.pictures) >= sent.pictures_in(seen.taken) - PART_PICTURES
        assert show.sound_at(len(frames.sounds) + 1) >= show.picture_at(len(frames.pictures))
        async with process_of(settings, session_grace_seconds="1"):
            await eventually(lambda: peer.of(hooks.SessionEnded))
            if kept.parts:
                film = await recorded_file(settings, peer)
                finished = Played.of(film.read_bytes())
                assert finished.pictures == frames.pictures
                assert finished.sounds == frames.sounds
                assert await complaints(settings.ffmpeg, film.read_bytes()) == ""


async def killed(settings: Settings, after: float, show: NumberedShow) -> tuple[Seen, Sent]:
    """What a process had said, and what was sent to it."""
    seen, sent = Seen(), Sent()
    async with (
        process_of(settings) as process,
        publishing(settings.rtmp_port) as client,
        http_of(settings) as http,
    ):
        before = await taken(http)
        pushing = asyncio.create_task(push(client, show.messages(LATEST * 10), on_sent=sent.note))
        watching = [asyncio.create_task(count(http, before, seen)), asyncio.create_task(watch(http, seen))]
        asyncio.get_running_loop().call_later(after, process.kill)
        await asyncio.gather(*watching)
        pushing.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await pushing
    return seen, sent


async def count(http: httpx.AsyncClient, before: int, seen: Seen) -> None:
    """Note what has been taken until the process is gone."""
    with contextlib.suppress(httpx.TransportError):
        while True:
            seen.taken = await taken(http) - before
            await asyncio.sleep(0.01)  # leaves it time for the show


async def watch(http: httpx.AsyncClient, seen: Seen) -> None:
    """Fetch each part as soon as it is listed, until the process is gone."""
    viewer = Viewer(http, "playback1", "")
    with contextlib.suppress(httpx.TransportError):
        listed = await viewer.playlist()
        while True:
            parts = {int(number): name for name in listed.parts for number in _PART.findall(name)}
            seen.listed = max(parts)
            for number in parts.keys() - seen.parts.keys():
                seen.parts[number] = (await viewer.get(parts[number])).content
            open_parts = listed.text.rpartition("#EXTINF")[2].count("#EXT-X-PART:")
            listed = Listed((await viewer.get(f"media.m3u8?_HLS_msn={listed.newest + 1}&_HLS_part={open_parts}")).text)
