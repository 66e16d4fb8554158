"""What goes over the wire to S3, of whatever make, and what happens when it fails. Each was somebody's bug report."""

import asyncio
import itertools
import os
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from storecast.kit.errors import Unavailable
from storecast.kit.settings import Settings
from storecast.kit.storage import MOST_PARTS, PART, FileMissing, Storage
from tests.s3 import ACCESS_KEY, SECRET_KEY, S3Peer, S3Request

KEY = "images/products/lamp.webp"
FILM = "recordings/show.mp4"
FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def bucket(s3: S3Peer) -> str:
    return s3.bucket()


@pytest.fixture
def settings(s3: S3Peer, bucket: str, tmp_path: Path) -> Settings:
    return Settings.model_validate({"data_dir": tmp_path, **s3.settings(bucket)})


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return Storage.of(settings)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    film = tmp_path / "film.mp4"
    film.write_bytes(os.urandom(2 * PART + 1_000))
    return film


@pytest.fixture
def asked(s3: S3Peer, bucket: str) -> list[S3Request]:
    """Every request from now on."""
    s3.requests.clear()
    return s3.requests


def stored_elsewhere(endpoint: str | None, bucket: str = "shop", **more: str) -> Storage:
    named = {} if endpoint is None else {"storage_endpoint": endpoint, "storage_public_endpoint": endpoint}
    keys = {"storage_access_key": ACCESS_KEY, "storage_secret_key": SECRET_KEY}
    return Storage.of(Settings.model_validate({"storage_url": f"s3://{bucket}", **named, **keys, **more}))


async def link_of(storage: Storage, key: str = FILM) -> str:
    link = await storage.link(key, FIVE_MINUTES)
    assert link is not None
    return link


async def test_files_lie_under_the_prefix_by_their_keys(storage: Storage, s3: S3Peer, bucket: str) -> None:
    await storage.put(KEY, b"walnut")
    assert s3.keys(bucket) == {f"show/{KEY}"}


async def test_a_tree_copied_from_disk_is_found(storage: Storage, s3: S3Peer, bucket: str) -> None:
    httpx.put(f"{s3.url}/{bucket}/show/{KEY}", content=b"walnut").raise_for_status()  # as `aws s3 sync` does
    _, chunks = await storage.read(KEY)
    assert b"".join([chunk async for chunk in chunks]) == b"walnut"


async def test_nothing_is_sent_that_other_makers_refuse(storage: Storage, asked: list[S3Request], film: Path) -> None:
    await storage.put(KEY, b"walnut")
    await storage.put_file(FILM, film, filename="show.mp4")
    await storage.stat(FILM)
    await storage.delete(FILM)
    assert len(asked) >= 7
    for request in asked:
        for header in request.headers:
            assert not header.startswith(("x-amz-acl", "x-amz-checksum", "x-amz-sdk", "x-amz-tagging", "x-amz-grant"))
            assert header not in ("transfer-encoding", "x-amz-decoded-content-length", "expect")
        assert "aws-chunked" not in request.headers.get("content-encoding", "")
    assert "delete" not in [request.query.rstrip("=") for request in asked]  # DeleteObjects


async def test_who_follows_a_link_is_told_what_the_file_is(s3: S3Peer, bucket: str, film: Path) -> None:
    storage = Storage.of(Settings.model_validate(s3.settings(bucket, storage_public_endpoint=s3.url)))
    await storage.put(KEY, b"walnut")
    await storage.put_file(FILM, film, filename="my-show.mp4")
    picture, whole = httpx.get(await link_of(storage, KEY)), httpx.get(await link_of(storage))
    assert picture.headers["content-type"] == "image/webp"
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["content-disposition"] == 'attachment; filename="my-show.mp4"'


@pytest.mark.parametrize(
    ("endpoint", "bucket", "begins"),
    [
        (None, "shop", "https://shop.s3.eu-west-1.amazonaws.com/recordings/"),
        (None, "my.shop", "https://s3.eu-west-1.amazonaws.com/my.shop/recordings/"),
        ("https://minio.shop.test:9000/", "shop", "https://minio.shop.test:9000/shop/recordings/"),
        ("http://10.0.0.7:9000", "shop", "http://10.0.0.7:9000/shop/recordings/"),
        ("https://[fd00::7]:9000", "shop", "https://[fd00::7]:9000/shop/recordings/"),
        ("https://shop.oss.example", "shop", "https://shop.oss.example/recordings/"),
        ("https://shopping.example", "shop", "https://shopping.example/shop/recordings/"),
    ],
)
async def test_the_bucket_is_named_where_each_maker_wants_it(endpoint: str | None, bucket: str, begins: str) -> None:
    assert (await link_of(stored_elsewhere(endpoint, bucket, storage_region="eu-west-1"))).startswith(begins)


async def test_a_link_is_good_for_its_time_and_shows_no_secret(s3: S3Peer, bucket: str, film: Path) -> None:
    storage = Storage.of(Settings.model_validate(s3.settings(bucket, storage_public_endpoint=s3.url)))
    await storage.put_file(FILM, film)
    link = await link_of(storage)
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert query["X-Amz-Expires"] == "300"
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert query["X-Amz-SignedHeaders"] == "host"
    assert len(query["X-Amz-Signature"]) == 64
    assert SECRET_KEY not in link
    assert httpx.get(link).content == film.read_bytes()


async def test_who_cannot_reach_s3_is_given_no_link(storage: Storage) -> None:
    assert await storage.link(FILM, FIVE_MINUTES) is None


async def test_a_link_leads_to_where_browsers_reach_it(s3: S3Peer, bucket: str) -> None:
    given = s3.settings(bucket, storage_public_endpoint="https://files.shop.test")
    link = await link_of(Storage.of(Settings.model_validate(given)))
    assert link.startswith(f"https://files.shop.test/{bucket}/show/{FILM}?")


async def test_keys_of_the_settings_go_without_a_token_of_the_environment(
    storage: Storage, asked: list[S3Request], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "of-the-environment")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://elsewhere.invalid")
    await Storage.of(settings).put(KEY, b"walnut")
    [request] = asked
    assert f"Credential={ACCESS_KEY}/" in request.headers["authorization"]
    assert "x-amz-security-token" not in request.headers


async def test_what_the_settings_leave_out_is_of_the_environment(
    s3: S3Peer, bucket: str, asked: list[S3Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-the-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.url)
    await Storage.of(Settings(storage_url=f"s3://{bucket}")).put(KEY, b"walnut")
    [request] = asked
    assert "Credential=of-the-environment/" in request.headers["authorization"]
    assert "/eu-north-1/s3/" in request.headers["authorization"]
    assert request.headers["x-amz-security-token"] == "token"


async def test_a_large_file_has_equal_parts_and_never_too_many(
    storage: Storage, asked: list[S3Request], tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(5 * PART + 1)
    await storage.put_file(FILM, film)
    sizes = [part.size for part in asked if "partNumber" in part.query]
    assert sorted(sizes) == [1, *[PART] * 5]  # R2 takes no others
    day = 20_000_000 / 8 * 24 * 3600  # the fastest publisher for a whole day
    assert max(PART, day / MOST_PARTS) * MOST_PARTS >= day


async def test_a_part_that_fails_for_a_moment_is_sent_again(
    storage: Storage, s3: S3Peer, bucket: str, film: Path
) -> None:
    times = itertools.count()

    def hiccup(request: S3Request) -> tuple[int, str] | None:
        return (503, "SlowDown") if request.is_part(2) and next(times) < 2 else None

    with s3.refusing(hiccup):
        await storage.put_file(FILM, film)
    assert (await storage.stat(FILM)).size == film.stat().st_size
    assert s3.uploads_left(bucket) == 0


@pytest.mark.parametrize(
    ("failing", "answer"),
    [
        ("part", (403, "QuotaExceeded")),
        ("complete", (403, "QuotaExceeded")),
        ("complete", (200, "InternalError")),  # AWS has begun to answer before it knows
        ("begin", (403, "QuotaExceeded")),
    ],
)
async def test_an_upload_that_fails_leaves_nothing(
    storage: Storage, s3: S3Peer, bucket: str, film: Path, failing: str, answer: tuple[int, str]
) -> None:
    def broken(request: S3Request) -> tuple[int, str] | None:
        fails = {
            "part": request.is_part(2),
            "complete": request.method == "POST" and "uploadId" in request.query,
            "begin": request.method == "POST" and "uploads" in request.query,
        }
        return answer if fails[failing] else None

    with s3.refusing(broken), capture_logs() as logs, pytest.raises(Unavailable):
        await storage.put_file(FILM, film)
    assert s3.keys(bucket) == set()
    assert s3.uploads_left(bucket) == 0
    [line] = [line for line in logs if line["event"] == "storage fails"]
    assert (line["key"], line["code"]) == (FILM, answer[1])
    await storage.put_file(FILM, film)
    assert (await storage.stat(FILM)).size == film.stat().st_size


async def test_an_upload_holds_up_nobody(storage: Storage, s3: S3Peer, film: Path) -> None:
    def slow(request: S3Request) -> None:
        if "partNumber" in request.query:
            time.sleep(0.5)

    turns = 0
    with s3.refusing(slow):
        storing = asyncio.create_task(storage.put_file(FILM, film))
        while not storing.done():
            await asyncio.sleep(0.001)
            turns += 1
    await storing
    assert turns > 50


async def test_a_file_that_is_not_there_is_missing_and_a_bucket_that_is_not_is_said_so(
    s3: S3Peer, bucket: str, storage: Storage, settings: Settings
) -> None:
    with pytest.raises(FileMissing):
        await storage.read(KEY)
    nowhere = Storage.of(settings.model_copy(update={"storage_url": "s3://nobodys"}))
    with capture_logs() as logs:
        for doing in (nowhere.read(KEY), nowhere.put(KEY, b"x"), nowhere.delete(KEY)):
            with pytest.raises(Unavailable):
                await doing
    assert [line["code"] for line in logs] == ["NoSuchBucket"] * 3


async def test_nothing_listens_there(settings: Settings, film: Path) -> None:
    away = Storage.of(settings.model_copy(update={"storage_endpoint": "http://127.0.0.1:9"}))
    with capture_logs() as logs:
        for doing in (away.read(KEY), away.stat(KEY), away.put(KEY, b"x"), away.put_file(FILM, film), away.delete(KEY)):
            with pytest.raises(Unavailable):
                await doing
    assert len(logs) == 5
    assert all("127.0.0.1:9" in line["error"] for line in logs)
    assert SECRET_KEY not in str(logs)


async def test_no_secret_is_said_when_s3_refuses_the_signature(storage: Storage, s3: S3Peer) -> None:
    with s3.refusing(lambda _: (403, "SignatureDoesNotMatch")), capture_logs() as logs:
        with pytest.raises(Unavailable) as refused:
            await storage.put(KEY, b"walnut")
        with pytest.raises(Unavailable):
            await storage.read(KEY)
    told = f"{logs} {refused.value.message} {refused.value.__cause__!r} {storage!r}"
    assert [line["code"] for line in logs] == ["SignatureDoesNotMatch"] * 2
    assert SECRET_KEY not in told
    assert ACCESS_KEY not in told


async def test_a_file_that_breaks_off_is_not_taken_for_whole(storage: Storage, settings: Settings) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: "x"\r\n'
            b"Last-Modified: Fri, 27 Nov 2026 10:00:00 GMT\r\n\r\n" + b"x" * 10
        )
        writer.close()

    server = await asyncio.start_server(half, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        breaking = Storage.of(settings.model_copy(update={"storage_endpoint": f"http://127.0.0.1:{port}"}))
        file, chunks = await breaking.read(KEY)
        assert file.size == 1000
        with pytest.raises(Unavailable):
            _ = [chunk async for chunk in chunks]
