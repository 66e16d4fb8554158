"""One storage, on disk and in S3 alike."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest

from storecast.kit.clock import utcnow
from storecast.kit.errors import Unavailable
from storecast.kit.settings import Settings
from storecast.kit.storage import PART, FileMissing, Storage

KEY = "images/products/lamp.webp"
BAD_KEYS = [
    "", "/etc/passwd", "../keys/key.pem", "images/../../keys/key.pem", "images/..", "images/./lamp", "images//lamp",
    "images/", ".hidden", "images/.lamp.webp.new", "images\\lamp", "images/lamp\n", "images/lamp\x00", "images/lamp#1",
    "images/lämpchen", "images/lamp?x=1", "images/%2e%2e/lamp", "a" * 201,
]  # fmt: skip


@pytest.fixture
def storage(tmp_path: Path, backend: dict[str, str]) -> Storage:
    return Storage.of(Settings.model_validate({"data_dir": tmp_path / "data", **backend}))


async def content(storage: Storage, key: str, start: int = 0, end: int | None = None) -> bytes:
    _, chunks = await storage.read(key, start, end)
    return b"".join([chunk async for chunk in chunks])


async def test_what_is_put_is_read_until_it_is_deleted(storage: Storage) -> None:
    await storage.put(KEY, b"walnut")
    assert await content(storage, KEY) == b"walnut"
    await storage.delete(KEY)
    with pytest.raises(FileMissing):
        await storage.read(KEY)
    with pytest.raises(FileMissing):
        await storage.stat(KEY)


async def test_a_second_put_replaces_the_first(storage: Storage) -> None:
    await storage.put(KEY, b"walnut")
    before = await storage.stat(KEY)
    await storage.put(KEY, b"oak, oiled")
    after, _ = await storage.read(KEY)
    assert await content(storage, KEY) == b"oak, oiled"
    assert after.etag != before.etag


async def test_it_says_size_version_and_age(storage: Storage) -> None:
    await storage.put(KEY, b"walnut")
    told, _ = await storage.read(KEY, 1, 2)
    assert told == await storage.stat(KEY)
    assert told.size == 6
    assert told.etag.startswith('"')
    assert told.etag.endswith('"')
    assert abs(utcnow() - told.modified) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("start", "end", "part"), [(0, None, b"walnut"), (0, 1, b"w"), (2, None, b"lnut"), (2, 4, b"ln"), (5, 99, b"t")]
)
async def test_a_part_is_read(storage: Storage, start: int, end: int | None, part: bytes) -> None:
    await storage.put(KEY, b"walnut")
    assert await content(storage, KEY, start, end) == part


async def test_deleting_what_is_not_there_is_fine(storage: Storage) -> None:
    await storage.delete(KEY)


@pytest.mark.parametrize("size", [0, 1, PART + 1, 2 * PART + 12_345])
async def test_a_file_of_any_size_is_stored_whole_and_stays_its_owners(
    storage: Storage, tmp_path: Path, size: int
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(os.urandom(size))
    await storage.put_file("recordings/show.mp4", film)
    assert await content(storage, "recordings/show.mp4") == film.read_bytes()
    film.unlink()
    assert (await storage.stat("recordings/show.mp4")).size == size


async def test_a_file_that_is_stored_twice_leaves_nothing_but_itself(tmp_path: Path) -> None:
    storage = Storage.of(Settings(data_dir=tmp_path))
    (tmp_path / "film.mp4").write_bytes(b"film")
    for _ in range(2):
        await storage.put_file("recordings/show.mp4", tmp_path / "film.mp4")
    assert [path.name for path in (tmp_path / "storage" / "recordings").iterdir()] == ["show.mp4"]


async def test_a_large_file_comes_in_pieces(storage: Storage, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(os.urandom(3 * 1024 * 1024))
    await storage.put_file("recordings/show.mp4", film)
    _, chunks = await storage.read("recordings/show.mp4")
    sizes = [len(chunk) async for chunk in chunks]
    assert sum(sizes) == 3 * 1024 * 1024
    assert max(sizes) < 1024 * 1024


async def test_of_two_that_put_at_once_one_is_there_whole(storage: Storage, tmp_path: Path) -> None:
    films = [tmp_path / "one.mp4", tmp_path / "other.mp4"]
    for number, film in enumerate(films):
        film.write_bytes(bytes([number]) * 1_000_000)
    await asyncio.gather(*(storage.put(KEY, film.read_bytes()) for film in films for _ in range(4)))
    assert await content(storage, KEY) in [film.read_bytes() for film in films]


async def test_no_file_no_storing(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nowhere\.mp4"):
        await storage.put_file("recordings/show.mp4", tmp_path / "nowhere.mp4")


@pytest.mark.parametrize("key", BAD_KEYS)
async def test_no_key_leads_out_of_the_storage(storage: Storage, tmp_path: Path, key: str) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    for doing in (
        storage.put(key, b"x"),
        storage.put_file(key, film),
        storage.delete(key),
    ):
        with pytest.raises(ValueError, match="not a storage key"):
            await doing
    for looking in (storage.read(key), storage.stat(key)):
        with pytest.raises(FileMissing):
            await looking
    assert {path.name for path in tmp_path.rglob("*")} <= {"film.mp4", "data", "storage"}


@pytest.mark.parametrize("key", ["images/products", f"{KEY}/inside"])
async def test_a_folder_is_no_file_and_a_file_no_folder(storage: Storage, key: str) -> None:
    await storage.put(KEY, b"walnut")
    with pytest.raises(FileMissing):
        await storage.read(key)
    with pytest.raises(FileMissing):
        await storage.stat(key)


async def test_a_full_or_forbidden_disk_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / "images").write_text("in the way")
    (tmp_path / "film.mp4").write_text("film")
    storage = Storage.of(Settings(data_dir=tmp_path))
    with pytest.raises(Unavailable):
        await storage.put(KEY, b"walnut")
    with pytest.raises(Unavailable):
        await storage.put_file(KEY, tmp_path / "film.mp4")


async def test_a_file_from_another_file_system_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other_device(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", other_device)
    (tmp_path / "film.mp4").write_text("film")
    storage = Storage.of(Settings(data_dir=tmp_path))
    await storage.put_file("recordings/show.mp4", tmp_path / "film.mp4")
    (tmp_path / "film.mp4").write_text("another")
    assert await content(storage, "recordings/show.mp4") == b"film"


async def test_what_a_killed_process_left_is_written_over(tmp_path: Path) -> None:
    storage = Storage.of(Settings(data_dir=tmp_path))
    left = tmp_path / "storage" / "recordings" / ".show.mp4.new"
    left.parent.mkdir()
    left.write_text("half a fi")
    (tmp_path / "film.mp4").write_text("film")
    await storage.put_file("recordings/show.mp4", tmp_path / "film.mp4")
    assert await content(storage, "recordings/show.mp4") == b"film"
    assert not left.exists()


async def test_what_lies_on_disk_passes_through_us(tmp_path: Path) -> None:
    storage = Storage.of(Settings(data_dir=tmp_path))
    await storage.put(KEY, b"walnut")
    assert await storage.link(KEY, timedelta(minutes=5)) is None
