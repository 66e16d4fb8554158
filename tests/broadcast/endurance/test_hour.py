"""Long shows: sound and picture stay together, nothing is lost, and programme time stays true."""

import asyncio
import math
import random
from pathlib import Path

import pytest

from storecast.broadcast.rtmp.pace import READ_SECONDS
from tests.broadcast.endurance.dated import Dated, Dates, dates, first_picture
from tests.broadcast.endurance.driving import drive, held_up
from tests.broadcast.endurance.numbered import NumberedShow
from tests.broadcast.endurance.played import Played
from tests.broadcast.endurance.pushing import publishing, push, unpublish
from tests.broadcast.endurance.watching import http_of
from tests.broadcast.hls_rules.drive import BEGAN
from tests.broadcast.hls_rules.streams import VIDEO, Message
from tests.broadcast.node import recorded_file, running_peer, settings_of
from tests.broadcast.process import process_of
from tests.broadcast.viewer import Listed, Viewer

HOUR = 3600.0
APART = 0.040  # seconds of sound and picture
TRUE = 0.050  # seconds of programme time
SETTLED = 20.0  # seconds after which programme time is held to that: by then something came without delay

short_and_long = pytest.mark.parametrize("seconds", [300, pytest.param(HOUR, marks=pytest.mark.soak)])


@short_and_long
@pytest.mark.parametrize("ppm", [100, -100])
def test_an_encoder_whose_clock_is_off_keeps_every_frame(
    ppm: float, seconds: float, show: NumberedShow, tmp_path: Path
) -> None:
    sent = list(show.messages(seconds, ppm=ppm, sound_ppm=ppm))
    told = Dates()
    drive(held_up(sent, random.Random(7)), tmp_path / "take.mp4", told.look)
    played = Played.of(tmp_path / "take.mp4")
    assert played.pictures == list(range(sum(each.is_picture for each in sent)))
    assert played.sounds == list(range(sum(each.is_sound for each in sent)))
    assert played.put_in <= 1  # the end, where sound ended before the picture
    assert max(map(abs, played.apart(show, ppm))) < 0.002
    assert max(errors(told.segments, [BEGAN + each.taken for each in sent if each.is_picture])) < TRUE


@short_and_long
@pytest.mark.parametrize("sound_ppm", [100, -100])
def test_a_sound_card_with_a_clock_of_its_own_stays_with_the_picture(
    sound_ppm: float, seconds: float, untold_show: NumberedShow, tmp_path: Path
) -> None:
    sent = list(untold_show.messages(seconds, sound_ppm=sound_ppm))
    drive(held_up(sent, random.Random(7)), tmp_path / "take.mp4")
    played = Played.of(tmp_path / "take.mp4")
    assert played.pictures == list(range(sum(each.is_picture for each in sent)))
    assert max(map(abs, played.apart(untold_show, sound_ppm))) < APART
    # What is put in or left out is what the clocks differ by, and no more.
    apart = seconds * abs(sound_ppm) / 1e6 * untold_show.sound_rate / 1024
    assert played.put_in + sum(each.is_sound for each in sent) - len(played.sounds) <= apart + 2


@pytest.mark.parametrize(("stall", "allowed"), [(0, TRUE), (2, 5 * TRUE)])
@pytest.mark.parametrize("speed", [2, 4])
def test_a_show_that_comes_faster_than_it_can_be_taken_is_dated_as_it_came(
    speed: int, stall: float, allowed: float, show: NumberedShow, tmp_path: Path
) -> None:
    """Read ten times a second, and each quarter of a minute not for `stall` seconds."""
    sent = [message._replace(at=message.taken / speed) for message in show.messages(120 * speed)]
    read = [message._replace(at=math.ceil(message.at / READ_SECONDS) * READ_SECONDS) for message in sent]
    read = [each._replace(at=max(each.at, each.at // 15 * 15 + stall)) if each.at >= 15 else each for each in read]
    told = Dates()
    drive(read, tmp_path / "take.mp4", told.look)
    assert max(errors(told.segments, [BEGAN + each.at for each in sent if each.is_picture])) < allowed


def errors(segments: list[Dated], handed: list[float], settled: float = SETTLED) -> list[float]:
    """Seconds by which programme time differs from when segments' first pictures were sent, once it has settled."""
    kept = [segment for segment in segments if handed[segment.picture] >= handed[0] + settled]
    return [abs(segment.at - handed[segment.picture]) for segment in kept]


@pytest.mark.soak
async def test_an_hour_at_four_times_its_speed(show: NumberedShow, tmp_path: Path) -> None:
    handed: list[float] = []

    def note(message: Message, at: float) -> None:
        if message.kind == VIDEO and message.is_picture:
            handed.append(at)

    async with running_peer() as peer:
        settings = settings_of(tmp_path, peer)
        async with (
            process_of(settings),
            publishing(settings.rtmp_port) as client,
            http_of(settings) as http,
        ):
            reading = asyncio.create_task(read_dates(Viewer(http, "playback1", "")))
            await push(client, show.messages(HOUR), speed=4, on_sent=note)
            unpublish(client)
            segments = await reading
            film = await recorded_file(settings, peer, seconds=600)
    played = Played.of(film)
    assert played.pictures == list(range(len(handed)))
    assert played.sounds == list(range(len(played.sounds)))
    assert max(map(abs, played.apart(show))) < APART
    assert len(segments) > HOUR / 2.1
    wrong = errors(segments, handed, 60.0)
    assert sorted(wrong)[int(0.99 * len(wrong))] < TRUE  # others may have the machine for seconds
    assert wrong[-1] < TRUE


async def read_dates(viewer: Viewer) -> list[Dated]:
    """Programme time of each segment of a show, as its viewers read it."""
    found: list[Dated] = []
    listed = await viewer.playlist()
    init = (await viewer.get(listed.init)).content
    number = listed.first
    while True:
        for at, uri in list(zip(dates(listed.text), listed.segments, strict=False))[number - listed.first :]:
            found.append(Dated(at, first_picture(init, (await viewer.get(uri)).content)))
        number = listed.newest + 1
        if "#EXT-X-ENDLIST" in listed.text:
            return found
        listed = Listed((await viewer.get(f"media.m3u8?_HLS_msn={number}")).text)
