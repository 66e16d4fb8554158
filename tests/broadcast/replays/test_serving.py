"""A show is over, and its replay is there at once: what players ask of it, and who may."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest
from msgspec import Struct

from storecast.contracts import hooks
from storecast.kit.keys import Keyring
from tests.broadcast.hls_rules.playlists import read_media
from tests.broadcast.hls_rules.replayed import ranged, replay_record
from tests.broadcast.hls_rules.rules import broken_rules
from tests.broadcast.node import Node, running_node
from tests.broadcast.replays.shows import SMALLER, end_show
from tests.broadcast.viewer import complaints, stamps_of
from tests.waiting import eventually

DATE_SECONDS = 1.0  # what comes late at first, as an encoder begins, is put right afterwards


class Shown(Struct):
    """A show that is over on a node of its own."""

    node: Node
    session: str
    live: list[float]  # dates of the segments that were listed on air

    async def get(self, name: str, **headers: str) -> httpx.Response:
        return await self.node.http.get(f"/replays/playback1/{self.session}/{name}", headers=headers)

    async def text(self, name: str) -> str:
        answer = await self.get(name)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture(scope="module")
async def shown(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> AsyncIterator[Shown]:
    """Two takes that are alike and one that is smaller."""
    async with running_node(tmp_path_factory.mktemp("shown"), clip) as node:
        session = await end_show(node, (), (), SMALLER)
        live = read_media((await node.viewer().playlist()).text)
        yield Shown(node, session, [segment.date for segment in live.segments if segment.date])


async def files(shown: Shown, media: str) -> dict[str, bytes]:
    """All of each file that a playlist names, ranges put together."""
    found: dict[str, bytearray] = {}
    for segment in read_media(media).segments:
        for address in filter(None, (segment.map, segment.uri)):
            name, start, end = ranged(address)
            answer = await shown.get(name, Range=f"bytes={start}-{end - 1}")
            assert answer.status_code == 206
            whole = found.setdefault(name, bytearray())
            whole.extend(bytes(max(end - len(whole), 0)))
            whole[start:end] = answer.content
    return {name: bytes(data) for name, data in found.items()}


async def test_a_replay_keeps_the_rules_of_hls_and_is_whole(shown: Shown) -> None:
    multivariant, media = await shown.text("index.m3u8"), await shown.text("media.m3u8")
    found = await files(shown, media)
    assert [*map(str, broken_rules(replay_record(multivariant, media, found)))] == []
    folder = shown.node.settings.data_dir / "recordings" / shown.session
    assert found == {path.name: path.read_bytes() for path in sorted(folder.glob("take-*.mp4"))}
    assert len(found) == 3
    for film in found.values():
        assert await complaints(shown.node.settings.ffmpeg, film) == ""
    listed = read_media(media)
    assert sum(segment.begins_anew for segment in listed.segments) == 2


async def test_the_end_tells_of_each_run_what_its_file_will_be(shown: Shown) -> None:
    ended = shown.node.peer.of(hooks.SessionEnded)
    assert len(ended) == 1
    runs = ended[0].runs
    assert [(run.number, run.width, run.height) for run in runs] == [(1, 320, 180), (2, 160, 90)]
    await eventually(lambda: shown.node.peer.of(hooks.SessionRecorded), 30)
    [recorded] = shown.node.peer.of(hooks.SessionRecorded)
    for run, file in zip(runs, recorded.files, strict=True):
        assert run.duration == pytest.approx(file.duration, abs=0.05)
        assert run.started_at == pytest.approx(file.started_at, abs=0.001)
        assert (run.video_codec, run.audio_codec) == (file.video_codec, file.audio_codec)
    listed = read_media(await shown.text("media.m3u8"))
    assert listed.duration == pytest.approx(sum(run.duration for run in runs), abs=0.3)


async def test_dates_are_those_of_the_live_show(shown: Shown) -> None:
    listed = read_media(await shown.text("media.m3u8")).segments
    for segment in listed:
        assert segment.date is not None
        assert min(abs(segment.date - date) for date in shown.live) < DATE_SECONDS
    begun = [segment for segment in listed if segment.begins_anew or segment is listed[0]]
    [ended] = shown.node.peer.of(hooks.SessionEnded)
    first, second = ended.runs
    lasts = sum(each.duration for each in listed[: listed.index(begun[1])])
    assert [first.dates[0].at, second.dates[0].at] == [0, 0]
    assert [first.started_at, second.started_at] == pytest.approx([begun[0].date, begun[2].date], abs=0.1)
    again = next(date for date in first.dates if date.at == pytest.approx(lasts, abs=0.2))
    assert again.date == pytest.approx(begun[1].date, abs=0.1)


async def test_a_run_can_be_played_by_itself(shown: Shown) -> None:
    names = []
    for run, width in (("1", 320), ("2", 160)):
        multivariant = await shown.text(f"index-{run}.m3u8")
        assert f"RESOLUTION={width}x" in multivariant
        name = multivariant.splitlines()[-1]
        media = await shown.text(name)
        assert broken_rules(replay_record(multivariant, media, await files(shown, media))) == []
        names.append({str(segment.uri).partition("#")[0] for segment in read_media(media).segments})
    assert names == [{"take-001.mp4", "take-002.mp4"}, {"take-003.mp4"}]
    assert (await shown.get("index-3.m3u8")).status_code == 404
    assert (await shown.get("index-0.m3u8")).status_code == 404


async def test_a_range_is_what_the_standard_says(shown: Shown) -> None:
    whole = await shown.get("take-001.mp4")
    assert (whole.status_code, whole.headers["accept-ranges"]) == (200, "bytes")
    data, size = whole.content, len(whole.content)
    assert stamps_of(data)["video"]
    for asked, status, start, end in [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=100-299", 206, 100, 300),
        (f"bytes={size - 1}-", 206, size - 1, size),
        ("bytes=-5", 206, size - 5, size),
        (f"bytes=-{10 * size}", 206, 0, size),
        (f"bytes=7-{10 * size}", 206, 7, size),
        (f"bytes={size}-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=9-3", 200, 0, size),
        ("bytes=0-1,5-6", 200, 0, size),
        ("bytes=-", 200, 0, size),
        ("lines=0-1", 200, 0, size),
        ("bytes=" + "9" * 40 + "-", 200, 0, size),
    ]:
        answer = await shown.get("take-001.mp4", Range=asked)
        assert answer.status_code == status, asked
        if status == 416:
            assert answer.headers["content-range"] == f"bytes */{size}"
        else:
            assert answer.content == data[start:end], asked
        if status == 206:
            assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
            assert "content-range" in answer.headers["access-control-expose-headers"].lower()
    changed = await shown.get("take-001.mp4", Range="bytes=0-0", **{"If-Range": '"another"'})
    assert changed.status_code == 200
    head = await shown.node.http.head(f"/replays/playback1/{shown.session}/take-001.mp4")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(size), b"")


@pytest.mark.parametrize(
    "path",
    [
        "playback1/nosuchsession/index.m3u8",
        "playback2/{session}/index.m3u8",
        "playback1/{session}/session.json",
        "playback1/{session}/take-009.mp4",
        "playback1/{session}/take-1.mp4",
        "playback1/{session}/..%2fsession.json",
        "playback1/{session}/joined-1.mp4",
        "playback1/..%2f{session}/index.m3u8",
    ],
)
async def test_nothing_else_is_there(shown: Shown, path: str) -> None:
    answer = await shown.node.http.get(f"/replays/{path.format(session=shown.session)}")
    assert answer.status_code == 404


async def test_a_show_on_air_is_no_replay(node: Node) -> None:
    node.publishers.start("right")
    await node.viewer().playlist()
    session = node.peer.grants["right"].session_id
    assert (await node.http.get(f"/replays/playback1/{session}/index.m3u8")).status_code == 404


async def test_who_leaves_holds_up_nothing(shown: Shown) -> None:
    async with shown.node.http.stream("GET", f"/replays/playback1/{shown.session}/take-001.mp4") as answer:
        assert answer.status_code == 200
    assert (await shown.get("take-001.mp4", Range="bytes=0-9")).status_code == 206


async def test_a_replay_not_for_everybody_takes_the_playback_token_of_the_live_show(node: Node, tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "keys")
    node.peer.jwks = msgspec.json.encode(keyring.public_set())
    node.peer.token_required = True
    expiry = int(time.time()) + 600
    token, other = (keyring.sign({"sub": sub, "aud": "v", "exp": expiry}) for sub in ("playback1", "playback2"))
    encoder = node.publishers.start("right")
    viewer = node.viewer("playback1", token)
    await viewer.until((await viewer.playlist()).newest + 1)
    session = node.peer.grants["right"].session_id
    encoder.terminate()
    await asyncio.to_thread(encoder.wait)
    await eventually(lambda: node.peer.of(hooks.SessionEnded))
    for name in ("index.m3u8", "media.m3u8", "take-001.mp4"):
        for folder, query in (("", ""), ("", f"?token={other}"), (f"{other}/", "")):
            answer = await node.http.get(f"/replays/playback1/{folder}{session}/{name}{query}")
            assert answer.status_code == 403
        for folder, query in (("", f"?token={token}"), (f"{token}/", "")):
            answer = await node.http.get(f"/replays/playback1/{folder}{session}/{name}{query}")
            assert answer.status_code == 200
            assert "private" in answer.headers["cache-control"]
    for folder, query in (("", f"?token={token}"), (f"{token}/", "")):
        index = await node.http.get(f"/replays/playback1/{folder}{session}/index.m3u8{query}")
        media = index.url.join(index.text.splitlines()[-1])
        listed = await node.http.get(media)
        assert listed.status_code == 200
        take = media.join(re.findall(r"^take.*$", listed.text, re.MULTILINE)[0])
        assert (await node.http.get(take, headers={"Range": "bytes=0-9"})).status_code == 206
