"""Minutes that were held up somewhere come at once: all is recorded, viewers see the newest, nobody waits."""

import asyncio
from pathlib import Path

import av
import pytest

from tests.broadcast.endurance.dated import first_picture
from tests.broadcast.endurance.numbered import NumberedShow
from tests.broadcast.endurance.played import Played
from tests.broadcast.endurance.pushing import as_rtmp, publishing, unpublish
from tests.broadcast.endurance.watching import http_of, taken
from tests.broadcast.node import recorded_file, running_peer, settings_of
from tests.broadcast.process import process_of
from tests.broadcast.rtmp.client import RtmpClient
from tests.broadcast.viewer import Viewer

SECONDS = [600, pytest.param(1800, marks=pytest.mark.soak)]
PAGES = 3  # that are answered meanwhile at least


@pytest.mark.parametrize("seconds", SECONDS)
async def test_minutes_at_once_are_recorded_while_pages_are_answered(
    seconds: int, show: NumberedShow, tmp_path: Path
) -> None:
    messages = list(show.messages(seconds))
    backlog = b"".join(map(as_rtmp, messages))
    async with running_peer() as peer:
        settings = settings_of(tmp_path, peer)
        async with (
            process_of(settings),
            publishing(settings.rtmp_port) as client,
            http_of(settings) as http,
        ):
            before = await taken(http)
            sending = asyncio.create_task(send(client, backlog))
            viewer = Viewer(http, "playback1", "")
            await viewer.playlist()
            pages = set()
            while await taken(http) - before < len(backlog):
                pages.add((await viewer.playlist()).text)
            await sending
            listed = await viewer.playlist()
            init, newest = [(await viewer.get(name)).content for name in (listed.init, listed.segments[-1])]
            unpublish(client)
            film = await recorded_file(settings, peer, seconds=90)
    pictures = sum(message.is_picture for message in messages)
    played = Played.of(film)
    assert played.pictures == list(range(pictures))
    assert played.sounds == list(range(sum(message.is_sound for message in messages)))
    with av.open(str(film)) as container:
        assert container.duration
        assert abs(container.duration / av.time_base - seconds) < 0.1
    assert first_picture(init, newest) > pictures - 5 * show.rate
    assert len(pages) >= PAGES


async def send(client: RtmpClient, data: bytes) -> None:
    client.writer.write(data)
    await client.writer.drain()
