"""The broadcast process as it is run: what it leaves behind when it stops or is killed, and takes up again."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import msgspec
import psutil
import pytest

from storecast.broadcast.recording.folder import StoredSession
from storecast.contracts import hooks
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from tests.broadcast.hls_rules.playlists import read_media
from tests.broadcast.hook_peer import HookPeer
from tests.broadcast.node import running_peer, settings_of
from tests.broadcast.process import process_of
from tests.broadcast.publishers import Publishers
from tests.broadcast.viewer import Viewer, complaints, stamps_of
from tests.s3 import S3Peer
from tests.waiting import eventually


@pytest.fixture
async def peer() -> AsyncIterator[HookPeer]:
    async with running_peer() as peer:
        yield peer


@pytest.fixture
def settings(tmp_path: Path, peer: HookPeer) -> Settings:
    return settings_of(tmp_path, peer)


@pytest.fixture
def publishers(settings: Settings, clip: Path) -> Iterator[Publishers]:
    found = Publishers(settings.ffmpeg, f"rtmp://127.0.0.1:{settings.rtmp_port}/live", clip)
    yield found
    found.stop_all()


@pytest.fixture
async def viewer(settings: Settings) -> AsyncIterator[Viewer]:
    url = f"http://127.0.0.1:{settings.broadcast_port}"
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        yield Viewer(http, "playback1", "")


def state_of(settings: Settings, session: str) -> StoredSession:
    """What the session's folder remembers."""
    path = settings.data_dir / "recordings" / session / "session.json"
    return msgspec.json.decode(path.read_bytes(), type=StoredSession)


def box_kinds(data: bytes) -> Iterator[bytes]:
    """Of the boxes of a file, the last of which ends with it."""
    at = 0
    while at < len(data):
        yield data[at + 4 : at + 8]
        at += int.from_bytes(data[at : at + 4], "big")
    assert at == len(data)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_it_leaves_whole_parts_and_the_next_one_takes_the_session_up(
    end: signal.Signals, settings: Settings, peer: HookPeer, publishers: Publishers, viewer: Viewer
) -> None:
    async with process_of(settings) as process:
        encoder = publishers.start("right")
        before = await viewer.until((await viewer.playlist()).newest + 2)
        seen = await viewer.film(before)
        session = peer.grants["right"].session_id
        assert psutil.Process(process.pid).children(recursive=True) == []
        process.send_signal(end)
        status = await asyncio.to_thread(process.wait)
        assert status == (0 if end is signal.SIGTERM else -signal.SIGKILL)
        await asyncio.to_thread(encoder.wait)
    (path,) = (settings.data_dir / "recordings" / session).glob("take-*.mp4")
    take = path.read_bytes()
    assert take.startswith(seen)
    boxes = list(box_kinds(take))
    assert boxes[:2] == [b"ftyp", b"moov"]
    assert boxes[2:] == [b"moof", b"mdat"] * (len(boxes) // 2 - 1)
    assert await complaints(settings.ffmpeg, take) == ""
    kept = stamps_of(take)["video"]
    async with process_of(settings) as process:
        encoder = publishers.start("right")
        after = await viewer.until((await viewer.playlist()).newest + 1)
        assert after.first > before.newest
        assert peer.grants["right"].session_id == session
        encoder.terminate()
        await eventually(lambda: peer.of(hooks.SessionRecorded), 30)
        process.terminate()
        assert await asyncio.to_thread(process.wait) == 0
    (recorded,) = peer.of(hooks.SessionRecorded)
    (file,) = recorded.files
    film = (settings.data_dir / "storage" / file.key).read_bytes()
    assert await complaints(settings.ffmpeg, film) == ""
    assert len(stamps_of(film)["video"].decoded) > len(kept.decoded)
    assert len(peer.of(hooks.SessionEnded)) == 1


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_what_converts_sound_does_not_outlive_it(
    end: signal.Signals, settings: Settings, publishers: Publishers, viewer: Viewer
) -> None:
    async with process_of(settings) as process:
        encoder = publishers.start("right", "-c:a", "libmp3lame")
        await viewer.playlist()
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) == 1
        process.send_signal(end)
        await asyncio.to_thread(process.wait)
        await eventually(lambda: not any(child.is_running() for child in children))
        await asyncio.to_thread(encoder.wait)


async def test_killed_while_it_stores_it_stores_what_it_had_joined(
    settings: Settings, peer: HookPeer, publishers: Publishers, viewer: Viewer, s3: S3Peer
) -> None:
    bucket = s3.bucket()
    stored = s3.settings(bucket)
    with s3.refusing(lambda _: (403, "QuotaExceeded")):
        async with process_of(settings, **stored) as process:
            encoder = publishers.start("right")
            await viewer.until((await viewer.playlist()).newest + 1)
            encoder.terminate()
            folder = settings.data_dir / "recordings" / peer.grants["right"].session_id
            await eventually(lambda: (folder / "joined-1.mp4").exists(), 30)
            process.kill()
            await asyncio.to_thread(process.wait)
    joined = (folder / "joined-1.mp4").read_bytes()
    assert list(folder.glob("take-*.mp4"))
    assert peer.of(hooks.SessionRecorded) == []
    async with process_of(settings, **stored):
        await eventually(lambda: peer.of(hooks.SessionRecorded), 30)
        await eventually(lambda: state_of(settings, folder.name).told_at is not None, 10)  # from then on it may go
    (recorded,) = peer.of(hooks.SessionRecorded)
    (file,) = recorded.files
    _, chunks = await Storage.of(Settings.model_validate(stored)).read(file.key)
    assert b"".join([chunk async for chunk in chunks]) == joined
    assert file.size == len(joined)
    assert file.duration > 1


@pytest.mark.parametrize("ended", [False, True])
async def test_killed_before_the_end_was_told_it_tells_of_all_that_was_recorded_and_plays_it(
    ended: bool, settings: Settings, peer: HookPeer, publishers: Publishers, viewer: Viewer
) -> None:
    more = {"session_grace_seconds": "1"}
    async with process_of(settings, **more) as process:
        encoder = publishers.start("right")
        await viewer.until((await viewer.playlist()).newest + 2)
        session = peer.grants["right"].session_id
        if ended:  # with the API away
            peer.down = True
            encoder.terminate()
            await asyncio.to_thread(encoder.wait)
            await eventually(lambda: state_of(settings, session).ended is not None)
        process.kill()
        await asyncio.to_thread(process.wait)
    peer.down = False
    assert peer.of(hooks.SessionEnded) == []
    async with process_of(settings, **more):
        await eventually(lambda: any(told.runs for told in peer.of(hooks.SessionEnded)), 30)
        [run] = next(told.runs for told in peer.of(hooks.SessionEnded) if told.runs)
        url = f"http://127.0.0.1:{settings.broadcast_port}/replays/playback1/{session}/media.m3u8"
        async with httpx.AsyncClient() as http:
            listed = read_media((await http.get(url)).text)
        await eventually(lambda: peer.of(hooks.SessionRecorded), 30)
    [recorded] = peer.of(hooks.SessionRecorded)
    [file] = recorded.files
    assert run.duration == pytest.approx(file.duration, abs=0.05)
    assert listed.duration == pytest.approx(file.duration, abs=0.2)
    assert file.duration > 3


async def test_an_encoder_reads_why_it_is_cut_off(settings: Settings, peer: HookPeer, publishers: Publishers) -> None:
    async with process_of(settings):
        encoder = publishers.start("right", "-c:v", "flv", "-an")
        _, said = await asyncio.to_thread(encoder.communicate)
        assert b"Video codec 2 is not supported" in said
        wrong = publishers.start("wrong")
        _, said = await asyncio.to_thread(wrong.communicate)
        assert b"There is no such stream key." in said
