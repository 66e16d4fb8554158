"""What viewers of a rung get is the show, in another size."""

import asyncio
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast import session
from storecast.broadcast.ladder.shapes import shapes
from tests.broadcast.hls_rules.rules import broken_rules
from tests.broadcast.ladder.shows import (
    SMALLER,
    brightness,
    children,
    dates,
    ladder_of,
    lengths,
    offered,
    pictures,
    recorded,
    rung,
    sounds,
)
from tests.broadcast.node import Node
from tests.broadcast.recording.takes import FFMPEG
from tests.broadcast.viewer import complaints
from tests.waiting import eventually

BETWEEN = 110  # of 255: a flash is brighter
ALL = frozenset(("720p", "480p", "audio"))


async def test_a_rung_is_the_show_in_another_size_at_the_same_time(node: Node) -> None:
    node.publishers.start("right")
    await offered(node)
    small, own = rung(node), node.viewer()
    newest = (await small.playlist()).newest + 2
    theirs = await small.until(newest)
    ours = await own.until(newest)
    variants = re.findall(r"#EXT-X-STREAM-INF:(.*)\n(.*)", (await own.get("index.m3u8")).text)
    assert [address for _, address in variants] == ["media.m3u8", "480p/media.m3u8", "audio/media.m3u8"]
    assert "RESOLUTION=854x480" in variants[1][0]
    assert "FRAME-RATE=30.000" in variants[1][0]
    assert 'CODECS="mp4a.40.2"' in variants[2][0]
    assert ours.first == theirs.first
    count = len(theirs.segments)
    assert dates(theirs.text)[:count] == dates(ours.text)[:count]
    assert lengths(theirs.text)[: 4 * count] == lengths(ours.text)[: 4 * count]

    first = theirs.first
    film, source = await small.film(theirs, first), await own.film(ours, first)
    assert await complaints(FFMPEG, film) == ""
    shown, wanted = list(pictures(film)), list(pictures(source))[: len(list(pictures(film)))]
    assert {(each.width, each.height) for each in shown} == {(854, 480)}
    assert [each.pts for each in shown] == [each.pts for each in wanted]
    assert [each.key_frame for each in shown] == [each.key_frame for each in wanted]
    flashes = [brightness(each) > BETWEEN for each in shown]
    assert flashes == [brightness(each) > BETWEEN for each in wanted]
    assert sum(flashes) >= 3
    assert sounds(film) == sounds(source)[: len(sounds(film))]

    # Sound alone is cut otherwise, but each frame is heard at the time it has beside the picture.
    alone = rung(node, "audio")
    beside = dict(sounds(source))
    heard = [(pts, data) for pts, data in sounds(await alone.film(await alone.playlist())) if pts in beside]
    assert len(heard) > 40
    assert all(beside[pts] == data for pts, data in heard)


async def test_a_rung_goes_along_with_pauses_and_new_takes_and_keeps_the_rules(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "END_SECONDS", 2.0)  # for the child to be done, whatever this machine does besides
    encoder = node.publishers.start("right")
    await offered(node)
    ladder = ladder_of(node)
    windows = [window for _, window in ladder.offered()]
    records = [asyncio.create_task(recorded(window)) for window in windows]
    await rung(node).until((await rung(node).playlist()).newest + 1)
    [child] = children()
    encoder.kill()
    await eventually(lambda: ladder.find("480p") is not None and ladder.find("480p").next_part is None)
    node.publishers.start("right", *SMALLER)
    own = node.viewer()
    await eventually(lambda: windows[0].take is not None and windows[0].take.number == 2)
    theirs = await rung(node).until(windows[0].last_number + 1)
    ours = await own.until(theirs.newest)
    assert theirs.breaks == ours.breaks == 1
    assert theirs.first == ours.first
    assert dates(theirs.text)[: len(theirs.segments)] == dates(ours.text)[: len(theirs.segments)]
    assert children() == [child]
    node.server.sessions.end(node.peer.grants["right"].session_id)
    for record in await asyncio.gather(*records):
        assert [str(each) for each in broken_rules(record)] == []
    assert (await rung(node).playlist()).text.endswith("#EXT-X-ENDLIST\n")
    assert children() == []


@given(
    st.integers(16, 8192),
    st.integers(16, 8192),
)
def test_rungs_are_smaller_than_the_show_and_of_its_form(width: int, height: int) -> None:
    found = shapes(ALL, width, height)
    assert all(shape.width < width and shape.height < height for shape in found)
    assert all(min(shape.width, shape.height) == int(shape.name[:-1]) for shape in found)
    assert all(shape.width % 2 == shape.height % 2 == 0 for shape in found)
    assert all(abs(shape.width * height / (shape.height * width) - 1) < 0.01 for shape in found)
    assert all(larger.kbps > smaller.kbps for larger, smaller in pairwise(found))
    assert [shape.name for shape in found] == [
        name for name, side in (("720p", 720), ("480p", 480)) if side < min(width, height)
    ]
