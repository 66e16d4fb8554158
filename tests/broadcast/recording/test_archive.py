import contextlib
import functools
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from storecast.broadcast.recording import archive as archives
from storecast.broadcast.recording.archive import Archive
from storecast.broadcast.recording.folder import SessionFolder, StoredSession, stored_sessions
from storecast.contracts.hooks import RecordedFile
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from tests.broadcast.recording.takes import decode_errors, take

OLD_STATE = b"""{"session_id":"s1","playback_id":"p","claim":"c","token_required":false,"last_at":1.5,"ended":"gone",
"key":"recordings/s1.mp4","size":7,"duration":1.0}"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "recordings"


@pytest.fixture
def folder(root: Path) -> SessionFolder:
    """Of a session that is over, with takes of three kinds."""
    folder = SessionFolder(root, "s1")
    state = StoredSession("s1", "playback1", "claim", token_required=False, last_at=1.5, ended="gone")
    for data in (take(), take(sound=1.9), take(1.0, size="640x360"), take(1.0, "-vn")):
        number, path = folder.next_take()
        state.takes[number] = 1000.0 * number
        folder.save(state)
        path.write_bytes(data)
    return folder


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage.of(Settings.model_validate({"data_dir": tmp_path}))


def content(tmp_path: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (tmp_path / "storage" / "recordings").iterdir()}


async def test_a_recording_is_a_file_each_run_of_takes(folder: SessionFolder, storage: Storage, tmp_path: Path) -> None:
    [state] = stored_sessions(folder.path.parent)
    files = await Archive(folder, storage).keep(state)
    assert [file.number for file in files] == [1, 2, 3]
    assert [file.key for file in files] == ["recordings/s1.mp4", "recordings/s1-2.mp4", "recordings/s1-3.mp4"]
    assert [file.video_codec is not None for file in files] == [True, True, False]
    assert {file.audio_codec for file in files} == {"mp4a.40.2"}
    assert [(file.width, file.height) for file in files] == [(320, 180), (640, 360), (None, None)]
    assert [file.duration for file in files] == pytest.approx([4, 1, 1], abs=0.15)
    assert [file.started_at for file in files] == pytest.approx([1000, 3000, 4000], abs=0.1)
    kept = content(tmp_path)
    assert {Path(file.key).name: file.size for file in files} == {name: len(data) for name, data in kept.items()}
    for file in files:
        assert await decode_errors(tmp_path / "storage" / file.key) == ""
    assert len(folder.takes()) == 4  # until the API has heard of it
    assert not list(folder.path.glob("joined-*"))
    assert list(stored_sessions(folder.path.parent)) == [state]


async def test_when_a_take_began_need_not_be_known(folder: SessionFolder, storage: Storage) -> None:
    [state] = stored_sessions(folder.path.parent)
    state.takes = {3: 3000.0}
    files = await Archive(folder, storage).keep(state)
    assert [file.started_at is None for file in files] == [True, False, True]


async def test_of_nothing_there_is_no_file(root: Path, storage: Storage) -> None:
    folder = SessionFolder(root, "s1")
    state = StoredSession("s1", "playback1", "claim", token_required=False, last_at=1.5, ended="gone")
    folder.save(state)
    assert await Archive(folder, storage).keep(state) == []
    folder.next_take()[1].write_bytes(b"no film")
    state.complete = False
    assert await Archive(folder, storage).keep(state) == []


class Killed(BaseException):
    pass


@contextlib.contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch, calls: Counter[str]) -> Iterator[None]:
    """The process dies before or after one of the things it leaves on disk."""
    steps = iter(range(10_000))

    def pass_step() -> None:
        if next(steps) == step:
            raise Killed

    def watch(owner: type, name: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(real)
        def now(self: Any, *rest: Any, **named: Any) -> Any:
            pass_step()
            answer = real(self, *rest, **named)
            pass_step()
            return answer

        @functools.wraps(real)
        async def later(self: Any, key: str, path: Path) -> None:
            pass_step()
            await real(self, key, path)
            calls[key] += 1
            pass_step()

        patched.setattr(owner, name, later if name == "put_file" else now)

    with monkeypatch.context() as patched:
        watch(SessionFolder, "save")
        watch(Storage, "put_file")
        watch(Path, "unlink")
        with contextlib.suppress(Killed):
            yield
            calls["finished"] += 1


@pytest.mark.parametrize("stride", [4, pytest.param(1, marks=pytest.mark.soak)])
async def test_killed_between_two_steps_it_loses_nothing_and_repeats_no_more_than_one(
    stride: int, folder: SessionFolder, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = (folder.path / "session.json").read_bytes()
    [state] = stored_sessions(folder.path.parent)
    files = await Archive(folder, storage).keep(state)
    expected = content(tmp_path)
    step = 0
    while True:
        (folder.path / "session.json").write_bytes(saved)
        for path in (tmp_path / "storage" / "recordings").iterdir():
            path.unlink()
        calls: Counter[str] = Counter()
        with killed_at(step, monkeypatch, calls):
            [state] = stored_sessions(folder.path.parent)
            await Archive(SessionFolder(folder.path.parent, "s1"), storage).keep(state)
        if calls["finished"]:
            break
        joined = {path: path.stat().st_mtime_ns for path in folder.path.glob("joined-*")}
        with killed_at(-1, monkeypatch, calls):
            [state] = stored_sessions(folder.path.parent)
            assert await Archive(SessionFolder(folder.path.parent, "s1"), storage).keep(state) == files
        assert content(tmp_path) == expected
        assert sum(calls[file.key] for file in files) <= len(files) + 1
        assert len(joined) <= 1
        step += stride
    assert step > 20


async def test_a_recording_made_by_the_last_release_is_made_anew(root: Path, storage: Storage, tmp_path: Path) -> None:
    folder = SessionFolder(root, "s1")
    folder.path.mkdir(parents=True)
    (folder.path / "session.json").write_bytes(OLD_STATE)
    (folder.path / "joined.mp4").write_bytes(b"no film")
    (folder.path / "take-001.mp4").write_bytes(take())
    await storage.put("recordings/s1.mp4", b"no film")
    [state] = stored_sessions(root)
    [file] = await Archive(folder, storage).keep(state)
    assert (file.key, file.started_at) == ("recordings/s1.mp4", None)
    assert file.duration == pytest.approx(2, abs=0.1)
    assert len(content(tmp_path)["s1.mp4"]) == file.size


async def test_what_cannot_be_joined_is_tried_again(
    folder: SessionFolder, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "PAUSE_SECONDS", 0.01)
    tries = []

    async def join(takes: list[Path], target: Path) -> Any:
        tries.append(takes)
        if len(tries) == 2:
            raise archives.JoinFailed("no space left")
        return await real(takes, target)

    real = archives.join
    monkeypatch.setattr(archives, "join", join)
    [state] = stored_sessions(folder.path.parent)
    assert len(await Archive(folder, storage).keep(state)) == 3
    assert [len(takes) for takes in tries] == [2, 1, 1, 1]


def test_a_file_that_waits_is_told_in_the_state(folder: SessionFolder) -> None:
    state = StoredSession("s1", "p", "c", token_required=True, last_at=2.5, takes={7: 1.25})
    state.files = [RecordedFile(1, "recordings/s1.mp4", 5, 0.5, 1.5, "avc1.4d400c", None, 320, 180)]
    folder.save(state)
    assert list(stored_sessions(folder.path.parent)) == [state]
    assert msgspec.json.decode((folder.path / "session.json").read_bytes())["takes"] == {"7": 1.25}
