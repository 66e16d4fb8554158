"""How long takes stay for who watches them, and what a node that begins anew makes of what it finds."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec import Struct

from storecast.broadcast import sessions
from storecast.broadcast.recording.folder import SessionFolder, StoredSession, stored_sessions
from storecast.broadcast.replays import replays
from storecast.broadcast.replays.replays import Replay, Replays
from storecast.broadcast.replays.show_index import ShowIndex
from storecast.broadcast.server import BroadcastServer
from storecast.contracts import hooks
from storecast.kit.settings import Settings
from tests.broadcast.hls_rules.playlists import read_media
from tests.broadcast.hook_peer import HookPeer
from tests.broadcast.node import running_peer, settings_of
from tests.broadcast.recording.takes import fragments_of, init_of, take
from tests.waiting import eventually

HOUR = 3600.0


class Clocks(Struct):
    wall: float = 2_000_000.0
    monotonic: float = 500.0

    def time(self) -> float:
        return self.wall

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()
    monkeypatch.setattr(replays.time, "time", lambda: clocks.wall)
    monkeypatch.setattr(replays.time, "monotonic", lambda: clocks.monotonic)
    return clocks


def over(root: Path, session: str, *files: hooks.RecordedFile) -> StoredSession:
    """A session that is over, with a take on disk."""
    folder = SessionFolder(root, session)
    state = StoredSession(session, "playback1", "claim", token_required=False, last_at=1.5, ended="gone")
    state.takes, state.files = {1: 1000.0}, list(files)
    folder.save(state)
    folder.next_take()[1].write_bytes(take())
    return state


async def held(root: Path) -> Replays:
    """As a process that begins takes up what it finds."""
    found = Replays(root)
    for state in stored_sessions(root):
        folder = SessionFolder(root, state.session_id)
        found.add(Replay(state, folder, ShowIndex(folder)))
        if state.told_at is not None:
            found.told(state.session_id)
    return found


FILE = hooks.RecordedFile(1, "recordings/s1.mp4", 5, 2.0)


async def test_takes_stay_until_the_api_has_heard_of_the_files_and_a_while_longer(
    tmp_path: Path, clocks: Clocks
) -> None:
    over(tmp_path, "s1", FILE)
    kept = await held(tmp_path)
    clocks.passes(10 * HOUR)
    await kept.let_go()
    assert kept.find("playback1", "s1") is not None
    kept.told("s1")
    clocks.passes(replays.KEPT_SECONDS - 1)
    await kept.let_go()
    kept.told("s1")  # told again, it stays no longer
    assert (tmp_path / "s1" / "take-001.mp4").exists()
    clocks.passes(2)
    await kept.let_go()
    assert not (tmp_path / "s1").exists()
    assert kept.find("playback1", "s1") is None
    kept.stop()


@pytest.mark.parametrize(("leap", "left"), [(0.0, 540.0), (-HOUR, 600.0), (HOUR, 0.0)])
async def test_a_restart_keeps_them_for_the_rest_of_it_whatever_the_clock_says(
    leap: float, left: float, tmp_path: Path, clocks: Clocks
) -> None:
    over(tmp_path, "s1", FILE)
    before = await held(tmp_path)
    before.told("s1")
    before.stop()
    clocks.passes(60.0)
    clocks.wall += leap
    after = await held(tmp_path)
    if left:
        clocks.passes(left - 1)
        await after.let_go()
        assert (tmp_path / "s1").exists()
        clocks.passes(2)
    await after.let_go()
    assert not (tmp_path / "s1").exists()
    after.stop()


async def test_where_nothing_was_recorded_nothing_stays(tmp_path: Path, clocks: Clocks) -> None:
    over(tmp_path, "s1")
    kept = await held(tmp_path)
    kept.told("s1")
    await kept.let_go()
    assert not (tmp_path / "s1").exists()
    kept.stop()


async def test_a_disk_short_of_room_is_given_what_only_viewers_need_the_oldest_first(
    tmp_path: Path, clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    for session in ("s1", "s2", "s3"):
        over(tmp_path, session, FILE)
    kept = await held(tmp_path)
    kept.told("s2")
    clocks.passes(1)
    kept.told("s1")
    free = [replays.SHORT_BYTES - 1]

    def usage(path: Path) -> shutil._ntuple_diskusage:
        return shutil._ntuple_diskusage(10**12, 0, free.pop() if free else replays.SHORT_BYTES)

    monkeypatch.setattr(replays.shutil, "disk_usage", usage)
    await kept.let_go()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s1", "s3"]
    free += [0] * 9
    await kept.let_go()
    assert [path.name for path in tmp_path.iterdir()] == ["s3"]  # of which the API has not heard
    kept.stop()


@pytest.fixture
async def peer() -> AsyncIterator[HookPeer]:
    async with running_peer() as peer:
        yield peer


@pytest.fixture
def settings(tmp_path: Path, peer: HookPeer) -> Settings:
    return settings_of(tmp_path, peer)


async def test_a_crash_before_the_end_was_told_is_made_good_with_all_whole_fragments(
    settings: Settings, peer: HookPeer
) -> None:
    data = take(6.0)
    folder = SessionFolder(settings.data_dir / "recordings", "s1")
    over(folder.path.parent, "s1")
    last = fragments_of(data)[-4]
    (path,) = folder.takes()
    path.write_bytes(data[: data.index(last) + len(last) // 2])  # broken off
    folder.next_take()[1].write_bytes(b"no take")
    server = BroadcastServer(settings)
    await server.start()
    try:
        await eventually(lambda: any(told.runs for told in peer.of(hooks.SessionEnded)), 30)
        [run] = next(told.runs for told in peer.of(hooks.SessionEnded) if told.runs)
        assert (run.number, run.started_at, run.width) == (1, pytest.approx(1000, abs=0.1), 320)
        assert run.duration == pytest.approx(5.3, abs=0.4)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.broadcast_port}") as http:
            media = (await http.get("/replays/playback1/s1/media.m3u8")).text
            whole = await http.get("/replays/playback1/s1/take-001.mp4")
        assert len(whole.content) == data.index(last)
        assert read_media(media).duration == pytest.approx(run.duration, abs=0.1)
        assert read_media(media).duration < 6
        assert {segment.map for segment in read_media(media).segments} == {f"take-001.mp4#{len(init_of(data))}@0"}
        await eventually(lambda: peer.of(hooks.SessionRecorded), 30)
        [recorded] = peer.of(hooks.SessionRecorded)
        assert [file.duration for file in recorded.files] == [pytest.approx(run.duration, abs=0.001)]
    finally:
        await server.stop()


async def test_a_crash_in_a_long_show_is_told_as_of_its_last_frame(settings: Settings, peer: HookPeer) -> None:
    """Noted was its beginning: who is told of that would take it for over, and its encoder begin another show."""
    folder = SessionFolder(settings.data_dir / "recordings", "s1")
    folder.save(StoredSession("s1", "playback1", "claim", token_required=False, last_at=1000.0))
    path = folder.next_take()[1]
    path.write_bytes(take(2.0))
    os.utime(path, (9000.5, 9000.5))
    server = BroadcastServer(settings)
    await server.start()
    try:
        await eventually(lambda: peer.of(hooks.SessionDropped))
        assert [told.at for told in peer.of(hooks.SessionDropped)] == [9000.5]
    finally:
        await server.stop()


async def test_a_node_that_begins_anew_plays_what_it_had_told_of_and_tells_nothing_again(
    settings: Settings, peer: HookPeer
) -> None:
    root = settings.data_dir / "recordings"
    state = over(root, "s1", FILE)
    state.complete, state.stored, state.told_at = True, 1, replays.time.time()
    SessionFolder(root, "s1").save(state)
    over(root, "s2")
    server = BroadcastServer(settings)
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.broadcast_port}") as http:
            for session in ("s1", "s2"):
                answer = await http.get(f"/replays/playback1/{session}/media.m3u8")
                assert read_media(answer.text).duration == pytest.approx(2, abs=0.1)
        await eventually(lambda: peer.of(hooks.SessionRecorded), 30)
        assert {told.session_id for told in (*peer.of(hooks.SessionEnded), *peer.of(hooks.SessionRecorded))} == {"s2"}
    finally:
        await server.stop()


async def test_a_replay_is_as_open_as_its_channel_is_by_now_and_over_a_restart(
    settings: Settings, peer: HookPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    over(settings.data_dir / "recordings", "s1")
    monkeypatch.setattr(sessions, "ALIVE_SECONDS", 0.1)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.broadcast_port}") as http:

        async def answers(status: int) -> bool:
            return (await http.get("/replays/playback1/s1/index.m3u8")).status_code == status

        server = BroadcastServer(settings)
        await server.start()
        try:
            for closed, status in ((True, 403), (False, 200), (True, 403)):
                peer.token_required = closed
                await eventually(lambda status=status: answers(status))
        finally:
            await server.stop()
        peer.down = True
        server = BroadcastServer(settings)
        await server.start()
        try:
            assert await answers(403)
        finally:
            await server.stop()


async def test_a_show_that_the_api_ended_is_no_less_open_than_it_was(settings: Settings, peer: HookPeer) -> None:
    folder = SessionFolder(settings.data_dir / "recordings", "s1")
    folder.save(StoredSession("s1", "playback1", "claim", token_required=False, last_at=1000.0))
    folder.next_take()[1].write_bytes(take())
    peer.ended.add("s1")
    server = BroadcastServer(settings)
    await server.start()
    try:
        await eventually(lambda: peer.of(hooks.SessionEnded))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.broadcast_port}") as http:
            assert (await http.get("/replays/playback1/s1/index.m3u8")).status_code == 200
    finally:
        await server.stop()
