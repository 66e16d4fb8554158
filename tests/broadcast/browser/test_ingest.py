"""A browser goes live: a real WebSocket into the real server, seen by a real player."""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from storecast.broadcast.browser import connection as limits
from storecast.broadcast.browser.ingest import WAITING_PER_ADDRESS
from storecast.broadcast.browser.recording import Recording
from storecast.broadcast.packaging.metadata import announced_by
from storecast.contracts import hooks
from storecast.kit.bounded_websocket import LARGEST_MESSAGE
from tests.broadcast.browser import recordings as made
from tests.broadcast.browser.page import Page, page
from tests.broadcast.node import Node, running_node
from tests.broadcast.recording.takes import decode_errors
from tests.broadcast.viewer import stamps_of
from tests.waiting import eventually

TOO_BIG = 1009
APART = 0.040  # seconds of sound and picture


@pytest.fixture
async def browser(node: Node) -> AsyncIterator[Page]:
    async with page(node.settings.broadcast_port) as found:
        yield found


def longer(data: bytes, times: int) -> bytes:
    return b"".join(piece for _, piece in made.again(data, times))


async def played(node: Node, browser: Page) -> bytes:
    """What a viewer gets of what is sent until a whole segment is there."""
    viewer = node.viewer()
    listed = await viewer.until((await viewer.playlist()).newest)
    assert browser.socket.close_code is None
    return await viewer.film(listed)


async def errors_in(film: bytes, folder: Path) -> str:
    """What ffmpeg has to say when it decodes all of it, in its own time: browsers' pictures come at any rate."""
    (folder / "film.mp4").write_bytes(film)
    return await decode_errors(folder / "film.mp4")


async def test_a_recording_of_chromiums_plays_and_is_kept_whole(node: Node, browser: Page, tmp_path: Path) -> None:
    await browser.show_key()
    await browser.send(longer(made.H264.read_bytes(), 4))
    film = await played(node, browser)
    assert await errors_in(film, tmp_path) == ""
    stamps = stamps_of(film)
    assert abs(float(stamps["video"].shown - stamps["audio"].shown)) < APART
    (started,) = node.peer.of(hooks.SessionStarted)
    assert (started.width, started.height, started.audio_codec) == (320, 180, "mp4a.40.2")
    assert started.video_codec is not None
    assert started.video_codec.startswith("avc1.42")
    await browser.stop()
    assert await browser.closed() == limits.CLOSED
    await eventually(lambda: node.peer.of(hooks.SessionEnded))
    assert node.peer.of(hooks.SessionEnded)[0].reason == "unpublished"
    assert await decode_errors(await node.recording(started.session_id)) == ""


@pytest.mark.parametrize(("path", "codec"), [(made.VP9, "vp09.00"), (made.AV1, "av01.0")], ids=["vp9", "av1"])
async def test_other_codecs_of_chromiums_play(
    path: Path, codec: str, node: Node, browser: Page, tmp_path: Path
) -> None:
    await browser.show_key()
    await browser.send(longer(path.read_bytes(), 4))
    assert await errors_in(await played(node, browser), tmp_path) == ""
    (started,) = node.peer.of(hooks.SessionStarted)
    assert started.video_codec is not None
    assert started.video_codec.startswith(codec)


def test_pictures_are_announced_before_the_first_comes_and_so_waited_for() -> None:
    """A busy recorder's first picture, which has the configuration, may be seconds behind its first sound."""
    first = next(Recording().feed(made.H264.read_bytes()))
    announced = announced_by(first.payload)
    assert announced is not None
    assert announced.video
    assert announced.audio


async def test_who_comes_back_after_a_broken_socket_goes_on_in_the_same_session(node: Node, browser: Page) -> None:
    data = longer(made.H264.read_bytes(), 3)
    await browser.show_key()
    await browser.send(data)
    await played(node, browser)
    browser.cut()
    await eventually(lambda: node.peer.of(hooks.SessionDropped))
    async with page(node.settings.broadcast_port) as again:
        await again.show_key()
        await again.send(data)  # a recorder counts from 0 again
        await eventually(lambda: len(node.peer.of(hooks.SessionStarted)) == 2)
        await again.stop()
    sessions = {told.session_id for told in node.peer.of(hooks.SessionStarted)}
    assert len(sessions) == 1
    assert await decode_errors(await node.recording(sessions.pop())) == ""


async def test_who_sent_too_large_a_message_may_come_back(node: Node, browser: Page) -> None:
    await browser.show_key()
    with contextlib.suppress(ConnectionClosed):
        await browser.socket.send(bytes(LARGEST_MESSAGE + 1))
    assert await browser.closed() == TOO_BIG
    await eventually(lambda: node.server.browsers.connections == 0)
    async with page(node.settings.broadcast_port) as again:
        await again.show_key()
        await again.stop()


async def test_a_recorder_that_begins_anew_on_the_same_socket_goes_on(node: Node, browser: Page) -> None:
    data = longer(made.H264.read_bytes(), 3)
    await browser.show_key()
    await browser.send(data)
    await browser.send(data)
    await browser.stop()
    await eventually(lambda: node.peer.of(hooks.SessionRecorded), 30)
    (recorded,) = node.peer.of(hooks.SessionRecorded)
    assert sum(file.duration for file in recorded.files) > 1.9 * 9
    for file in recorded.files:
        assert await decode_errors(node.settings.data_dir / "storage" / file.key) == ""


@pytest.mark.parametrize(
    ("key", "code"), [("wrong", "unknown_key"), ("", "unknown_key"), ("x" * 300, "unknown_key"), ("other", "stopped")]
)
async def test_a_key_that_may_not_publish_is_refused_with_words(key: str, code: str, node: Node, browser: Page) -> None:
    node.peer.stopped["other"] = "The show was ended a moment ago."
    await browser.say(key=key)
    told = await browser.hear()
    assert (told["state"], told["code"]) == ("refused", code)
    assert told["words"]
    assert await browser.closed() == limits.POLICY
    assert node.server.sessions.held == 0


async def test_somebody_elses_show_is_not_taken_over(node: Node, browser: Page) -> None:
    await browser.show_key()
    async with page(node.settings.broadcast_port) as other:
        await other.say(key="right")
        assert (await other.hear())["code"] == "taken"
    await browser.send(longer(made.H264.read_bytes(), 3))
    await played(node, browser)


@pytest.mark.parametrize("first", ["", "no json", "{}", '{"key": 1}', b"\x1a\x45\xdf\xa3"])
async def test_what_shows_no_key_first_is_refused(first: str | bytes, browser: Page) -> None:
    await browser.socket.send(first)
    assert (await browser.hear())["code"] == "unreadable"
    assert await browser.closed() == limits.POLICY


async def test_who_sends_nothing_is_cut_off(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEY_SECONDS", 0.2)
    monkeypatch.setattr(limits, "SILENCE_SECONDS", 0.2)
    async with page(node.settings.broadcast_port) as mute:
        assert (await mute.hear())["code"] == "silent"
    async with page(node.settings.broadcast_port) as silent:
        await silent.show_key()
        assert await silent.hear() == {"state": "ended", "code": "silent", "words": "Nothing came for too long."}
    await eventually(lambda: node.server.browsers.connections == 0)


async def test_a_page_of_another_site_is_turned_away(node: Node) -> None:
    port = node.settings.broadcast_port
    for origin in ("https://evil.test", "null", "http://127.0.0.1.evil.test"):
        with pytest.raises(InvalidStatus):
            async with page(port, origin=origin):
                pass
    for origin in ("http://127.0.0.1:8000", "https://127.0.0.1"):
        async with page(port, origin=origin) as ours:
            await ours.show_key()
            await ours.stop()
            await ours.closed()


async def test_where_the_pages_have_an_address_no_other_page_goes_live(tmp_path: Path, clip: Path) -> None:
    async with running_node(tmp_path, clip, public_url="https://shop.test") as node:
        async with page(node.settings.broadcast_port, origin="https://shop.test") as ours:
            await ours.show_key()
        for origin in ("https://127.0.0.1", "http://shop.test", "https://shop.test:444"):
            with pytest.raises(InvalidStatus):
                async with page(node.settings.broadcast_port, origin=origin):
                    pass


async def test_nothing_else_is_a_websocket(node: Node) -> None:
    for path in ("/", "/hls/playback1/index.m3u8", "/internal/sessions/end"):
        with pytest.raises(InvalidStatus):
            async with page(node.settings.broadcast_port, path=path):
                pass


@pytest.mark.parametrize("data", [b"\0\0\0\x20ftypisom" + bytes(64), b"not a recording", bytes(5000)])
async def test_what_cannot_be_read_ends_that_publisher_and_nobody_else(data: bytes, node: Node, browser: Page) -> None:
    await browser.show_key()
    await browser.send(longer(made.H264.read_bytes(), 3))
    async with page(node.settings.broadcast_port) as bad:
        await bad.show_key("other")
        await bad.send(data)
        told = await bad.hear()
        assert (told["state"], told["code"]) == ("ended", "unreadable")
        assert "cannot be read" in told["words"]
    await played(node, browser)


async def test_a_recording_cut_anywhere_is_kept_as_far_as_it_came(node: Node, browser: Page) -> None:
    data = longer(made.H264.read_bytes(), 3)
    await browser.show_key()
    await browser.send(data[: len(data) * 3 // 4 + 1])
    await browser.stop()
    await eventually(lambda: node.peer.of(hooks.SessionStarted))
    (started,) = node.peer.of(hooks.SessionStarted)
    assert await decode_errors(await node.recording(started.session_id)) == ""


async def test_media_above_the_limit_is_cut_off_and_says_why(tmp_path: Path, clip: Path) -> None:
    big = made.block(1, 0, bytes(200_000))
    data = made.header() + made.element(
        made.SEGMENT,
        made.element(made.TRACKS, made.track(1, 1, b"V_VP9"))
        + b"".join(made.cluster(at * 1000, big) for at in range(12)),
        made.UNKNOWN,
    )
    async with running_node(tmp_path, clip, max_stream_kbps="1000") as node, page(node.settings.broadcast_port) as fat:
        await fat.show_key()
        await fat.send(data)
        assert (await fat.hear())["code"] == "bit_rate"


async def test_the_show_ends_when_the_api_says_so(node: Node, browser: Page) -> None:
    await browser.show_key()
    await browser.send(longer(made.H264.read_bytes(), 3))
    await played(node, browser)
    (started,) = node.peer.of(hooks.SessionStarted)
    node.server.sessions.end(started.session_id)
    assert (await browser.hear())["code"] == "ended"
    assert await browser.closed() == limits.POLICY


async def test_a_server_that_stops_says_to_come_back(tmp_path: Path, clip: Path) -> None:
    async with running_node(tmp_path, clip) as node:
        async with page(node.settings.broadcast_port) as browser:
            await browser.show_key()
            await browser.send(longer(made.H264.read_bytes(), 3))
            await played(node, browser)
            stopping = asyncio.create_task(node.server.stop())
            assert (await browser.hear())["code"] == "restarting"
            assert await browser.closed() == limits.RESTARTING
            await stopping
        assert not node.peer.of(hooks.SessionEnded)


async def test_one_network_has_so_many_connections_waiting(node: Node) -> None:
    port, crowd = node.settings.broadcast_port, {"X-Forwarded-For": "2001:db8:0:1::1"}
    waiting = [page(port, headers=crowd) for _ in range(WAITING_PER_ADDRESS)]
    for each in waiting:
        await each.__aenter__()
    with pytest.raises(InvalidStatus):
        async with page(port, headers={"X-Forwarded-For": "2001:db8:0:1::ffff"}):
            pass
    async with page(port, headers={"X-Forwarded-For": "2001:db8:0:2::1"}) as other:
        await other.show_key()
    for each in waiting:
        await each.__aexit__(None, None, None)
    await eventually(lambda: node.server.browsers.connections == 0)


async def test_a_message_without_end_and_pings_without_end_are_cut_off(node: Node, browser: Page) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(64 * 1024)

    with pytest.raises(ConnectionClosed):
        await browser.socket.send(endless())
    async with page(node.settings.broadcast_port) as other:

        async def flood() -> None:
            for number in itertools.count():
                await other.socket.ping(b"%0120d" % number)

        with pytest.raises(ConnectionClosed):
            await flood()
    await eventually(lambda: node.server.browsers.connections == 0)


async def test_no_key_is_ever_logged(node: Node, browser: Page, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await browser.say(key="right-but-secret")
        await browser.closed()
    assert "right-but-secret" not in caplog.text


async def test_figures_tell_of_browsers(node: Node, browser: Page) -> None:
    await browser.show_key()
    await browser.send(bytes(made.H264.read_bytes()))
    await eventually(lambda: node.server.browsers.received > 40_000)
    text = (await node.http.get("/metrics")).text
    assert "storecast_broadcast_browser_connections 1" in text
