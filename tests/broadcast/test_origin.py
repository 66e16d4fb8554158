"""The HTTP origin beside a running show: what players ask, what they should not, and the API's one hook."""

import asyncio
import time

import httpx
import msgspec
import pytest

from storecast.contracts import hooks
from storecast.kit.hooks import HEADER, sign
from tests.broadcast.hook_peer import SECRET
from tests.broadcast.node import Node
from tests.broadcast.viewer import Listed
from tests.waiting import eventually


async def test_a_player_may_wait_for_a_part_and_for_a_segment(live: Node) -> None:
    viewer = live.viewer()
    now = await viewer.playlist()
    whole = Listed((await viewer.get(f"media.m3u8?_HLS_msn={now.newest + 1}")).text)
    assert whole.newest >= now.newest + 1
    part = await viewer.get(f"media.m3u8?_HLS_msn={whole.newest + 1}&_HLS_part=2")
    unfinished = part.text.rpartition("#EXTINF")[2]
    assert unfinished.count("#EXT-X-PART:") >= 3 or Listed(part.text).newest > whole.newest


async def test_the_part_that_is_announced_comes_as_soon_as_it_is_there(live: Node) -> None:
    viewer = live.viewer()
    for _ in range(4):
        now = await viewer.playlist()
        answer = await viewer.get(now.hint)
        assert answer.status_code == 200
        assert answer.content[4:8] == b"moof"
        assert now.hint in (await viewer.playlist()).parts


async def test_parts_make_up_their_segment(live: Node) -> None:
    viewer = live.viewer()
    now = await viewer.playlist()
    after = await viewer.until(now.newest + 2)
    segment = (await viewer.get(after.segments[-1])).content
    lines = after.text.splitlines()
    end = lines.index(after.segments[-1])
    names = []
    for line in reversed(lines[: end - 1]):
        if not line.startswith("#EXT-X-PART:"):
            break
        names.insert(0, line.partition('URI="')[2].partition('"')[0])
    assert b"".join([(await viewer.get(name)).content for name in names]) == segment


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("_HLS_msn=999999999", 400),
        ("_HLS_part=1", 400),
        ("_HLS_msn=99999999999999999999", 200),  # no number at all: the playlist as it is
        ("_HLS_msn=-1", 200),
        ("_HLS_msn=abc", 200),
        ("_HLS_msn=0&_HLS_part=0", 200),
        ("&".join(f"a{number}=1" for number in range(17)), 400),
        ("%ff%fe=%00", 200),
    ],
)
async def test_odd_questions_have_plain_answers(live: Node, query: str, status: int) -> None:
    answer = await live.viewer().get(f"media.m3u8?{query}")
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error"]["title"] == "Bad Request"


@pytest.mark.parametrize(
    "path",
    [
        "/hls/playback9/index.m3u8",
        "/hls/playback1/nothing.m4s",
        "/hls/playback1/segment-999999999.m4s",
        "/hls/playback1/init-ffff.mp4",
        "/hls/playback1/part-0-1.m4s",
        "/hls/playback1/",
        "/hls/../hls/playback1/x",
        "/hls/playback1/%2e%2e%2fsession.json",
        "/",
    ],
)
async def test_what_is_not_there_is_not_found(live: Node, path: str) -> None:
    answer = await live.http.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == 404


async def test_methods(live: Node) -> None:
    media = "/hls/playback1/media.m3u8"
    head, options = await live.http.head(media), await live.http.options(media)
    assert (head.status_code, head.content, options.status_code) == (200, b"", 204)
    assert head.headers["access-control-allow-origin"] == options.headers["access-control-allow-origin"] == "*"
    for method in ("POST", "PUT", "DELETE"):
        refused = await live.http.request(method, media)
        assert (refused.status_code, refused.headers["allow"]) == (405, options.headers["allow"])


async def test_caches_may_keep_media_but_not_playlists(live: Node) -> None:
    viewer = live.viewer()
    now = await viewer.playlist()
    assert (await viewer.get("media.m3u8")).headers["cache-control"] == "no-cache"
    for name in (now.init, now.segments[-1], now.parts[-1]):
        assert "immutable" in (await viewer.get(name)).headers["cache-control"]


async def test_health_and_figures(live: Node) -> None:
    assert (await live.http.get("/health/live")).status_code == 200
    assert (await live.http.get("/health/ready")).status_code == 200
    figures = (await live.http.get("/metrics")).text
    assert "storecast_broadcast_publishers 1\n" in figures
    assert "storecast_broadcast_sessions 1\n" in figures


async def end_session(node: Node, body: bytes, signature: str | None = None) -> httpx.Response:
    header = signature or sign(SECRET, body, time.time())
    return await node.http.post(hooks.END_SESSION, content=body, headers={HEADER: header})


async def test_only_the_api_may_end_a_session(live: Node) -> None:
    body = msgspec.json.encode(hooks.EndSession(live.peer.grants["right"].session_id))
    old = sign(SECRET, body, time.time() - 3600)
    for signature in ("", "t=1,v1=x", old, sign(b"another secret", body, time.time())):
        assert (await end_session(live, body, signature or "none")).status_code == 401
    assert (await end_session(live, b"x" * 100_000)).status_code == 413
    assert (await end_session(live, b'{"session":1}')).status_code == 422
    assert (await end_session(live, b"\xff")).status_code == 422
    assert (await end_session(live, b'{"session_id":"unknown"}')).status_code == 200
    assert live.server.sessions.publishers == 1


async def test_a_session_the_api_ends_is_cut_off_recorded_and_played_to_its_end(node: Node) -> None:
    encoder = node.publishers.start("right")
    viewer = node.viewer()
    await viewer.until((await viewer.playlist()).newest + 1)
    session = node.peer.grants["right"].session_id
    waiting = asyncio.create_task(viewer.get(f"media.m3u8?_HLS_msn={(await viewer.playlist()).newest + 2}"))
    for _ in range(2):
        assert (await end_session(node, msgspec.json.encode(hooks.EndSession(session)))).status_code == 200
    _, said = await asyncio.to_thread(encoder.communicate)
    assert b"The session has ended." in said
    assert (await waiting).status_code == 200
    await node.recording(session)
    (ended,) = node.peer.of(hooks.SessionEnded)
    assert ended.reason == "ended"
    assert node.peer.of(hooks.SessionDropped) == []
    await eventually(lambda: node.server.rtmp.connections == 0)
    assert "#EXT-X-ENDLIST" in (await viewer.playlist()).text
