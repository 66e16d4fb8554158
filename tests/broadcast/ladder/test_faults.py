"""What goes wrong with rungs, and that the show does not feel it."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import psutil
import pytest

from storecast.broadcast import sessions
from storecast.broadcast.ladder import ladder, scaler
from storecast.broadcast.ladder.scaler import LIMITS
from storecast.kit.keys import Keyring
from tests.broadcast.ladder.shows import children, dates, ladder_of, listed, offered, rung
from tests.broadcast.node import Node, running_node
from tests.broadcast.viewer import Viewer
from tests.waiting import eventually


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, "RESTART_SECONDS", 0.1)


async def figures(node: Node) -> dict[str, int]:
    """Of ladders: running, behind, refused."""
    lines = [line.split() for line in (await node.http.get("/metrics")).text.splitlines() if "_ladders_" in line]
    return {name.rpartition("_")[2]: int(value) for name, *value in lines if name != "#" for value in value}


async def is_gone(viewer: Viewer) -> bool:
    return (await viewer.get("media.m3u8")).status_code == 404


async def test_a_killed_child_is_not_felt_by_the_show_and_comes_back(node: Node) -> None:
    node.publishers.start("right")
    await offered(node)
    own, small = node.viewer(), rung(node)
    before = await small.playlist()
    assert await figures(node) == {"running": 1, "behind": 0, "refused": 0}
    waiting = asyncio.create_task(small.get(f"media.m3u8?_HLS_msn={before.newest + 2}"))
    [child] = children()
    child.kill()
    assert (await waiting).status_code == 404  # at once: its viewers go on with the show's own
    assert "480p/media.m3u8" not in await listed(node)
    await offered(node)
    assert [each.pid for each in children()] != [child.pid]
    after = await small.playlist()
    ours = await own.until(after.newest)
    assert after.first > before.first
    assert set(dates(after.text)[:-1]) <= set(dates(ours.text))
    assert ours.breaks == after.breaks == 0
    assert len(ours.segments) == ours.newest - ours.first + 1


async def test_a_child_that_cannot_keep_up_is_left_until_it_can(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    node.publishers.start("right")
    await offered(node)
    monkeypatch.setattr(ladder, "BEHIND_SECONDS", 1.0)
    own = node.viewer()
    [child] = children()
    child.suspend()
    await eventually(lambda: is_gone(rung(node)))
    assert await listed(node) == ["media.m3u8", "audio/media.m3u8"]
    assert (await figures(node))["behind"] == 1
    await eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    await own.until((await own.playlist()).newest + 1)
    monkeypatch.setattr(ladder, "BEHIND_SECONDS", 20.0)
    await offered(node)


async def test_what_encodes_gives_way_to_everything_else(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaler, "LIMITS", LIMITS)
    node.publishers.start("right")
    await eventually(lambda: [child.nice() > psutil.Process().nice() for child in children()] == [True])


async def test_no_more_shows_are_encoded_than_may_be_and_a_place_is_taken_once_it_is_free(node: Node) -> None:
    first = node.publishers.start("right")
    await offered(node)
    node.publishers.start("other")
    await offered(node, "audio", "playback2")
    assert await listed(node, "playback2") == ["media.m3u8", "audio/media.m3u8"]
    assert len(children()) == 1
    assert await figures(node) == {"running": 1, "behind": 0, "refused": 1}
    first.terminate()  # it says goodbye
    await offered(node, "480p", "playback2")
    assert await figures(node) == {"running": 1, "behind": 0, "refused": 0}


@pytest.fixture
async def plain(tmp_path: Path, clip: Path) -> AsyncIterator[Node]:
    """A node that wants rungs, for a show that is smaller than they are."""
    async with running_node(tmp_path, clip, ladder="720p,480p") as node:
        yield node


async def test_a_show_that_is_no_larger_than_its_rungs_has_none(plain: Node) -> None:
    plain.publishers.start("right")
    viewer = plain.viewer()
    await viewer.until((await viewer.playlist()).newest + 1)
    assert await listed(plain) == ["media.m3u8"]
    assert children() == []
    assert await is_gone(rung(plain))


async def test_without_a_ladder_nothing_goes_along_with_a_show(tmp_path: Path, flashes: Path) -> None:
    async with running_node(tmp_path, flashes) as node:
        node.publishers.start("right")
        await node.viewer().playlist()
        assert await listed(node) == ["media.m3u8"]
        assert children() == []
        assert ladder_of(node).wanted == frozenset()
        assert await is_gone(rung(node))
        assert await is_gone(rung(node, "audio"))


async def test_rungs_of_a_private_show_need_its_token(
    tmp_path: Path, flashes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "ALIVE_SECONDS", 0.1)
    keyring = Keyring(tmp_path / "keys")
    good = keyring.sign({"sub": "playback1", "aud": "v", "exp": int(time.time() + 60)})
    async with running_node(tmp_path / "data", flashes, ladder="audio") as node:
        node.peer.jwks, node.peer.token_required = msgspec.json.encode(keyring.public_set()), True
        node.publishers.start("right")
        viewer = node.viewer(token=good)
        await viewer.playlist()
        found = await node.viewer("playback1/audio", good).playlist()
        index = (await viewer.get("index.m3u8")).text.splitlines()
        assert index[-1] == f"{good}/audio/media.m3u8"
        assert (await node.viewer().get(index[-1])).status_code == 200
        for name in ("media.m3u8", found.init, found.segments[-1], found.parts[-1]):
            bare = name.partition("?")[0]
            assert (await node.viewer().get(f"{good}/audio/{bare}")).status_code == 200
            assert (await rung(node, "audio").get(bare)).status_code == 403
