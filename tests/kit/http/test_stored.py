"""Public pictures as browsers ask for them, from disk and S3 alike."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar.di import Provide
from litestar.exceptions import HTTPException

from storecast.entrypoints.pages import image
from storecast.kit.errors import ApiError
from storecast.kit.http.failures import answer_api_error, answer_framework_error
from storecast.kit.http.trace import TracedLitestar
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from tests.s3 import S3Peer, S3Request

KEY = "images/products/lamp.webp"
CONTENT = bytes(range(256)) * 4_000
SIZE = len(CONTENT)


@pytest.fixture
async def storage(tmp_path: Path, backend: dict[str, str]) -> Storage:
    storage = Storage.of(Settings.model_validate({"data_dir": tmp_path, **backend}))
    await storage.put(KEY, CONTENT)
    return storage


@pytest.fixture
async def browser(storage: Storage) -> AsyncIterator[httpx.AsyncClient]:
    app = TracedLitestar(
        [image],
        dependencies={"storage": Provide(lambda: storage, sync_to_thread=False)},
        exception_handlers={ApiError: answer_api_error, HTTPException: answer_framework_error},
        openapi_config=None,
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test/files/") as client:
        yield client


async def test_a_picture_is_kept_a_year_and_taken_for_nothing_else(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(KEY)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["etag"]
    assert answer.headers["last-modified"].endswith("GMT")
    assert "content-range" not in answer.headers


async def test_head_tells_the_same_and_reads_nothing(
    browser: httpx.AsyncClient, backend: dict[str, str], s3: S3Peer
) -> None:
    got = await browser.get(KEY)
    s3.requests.clear()
    headed = await browser.head(KEY)
    assert (headed.status_code, headed.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "cache-control", "accept-ranges", "last-modified"):
        assert headed.headers[name] == got.headers[name]
    assert {request.method for request in s3.requests} == ({"HEAD"} if backend else set())
    assert (await browser.head("images/nothing.webp")).status_code == 404


@pytest.mark.parametrize("known", ["{etag}", "W/{etag}", '"other", {etag}', "*"])
async def test_who_has_it_is_told_so(browser: httpx.AsyncClient, known: str) -> None:
    etag = (await browser.get(KEY)).headers["etag"]
    answer = await browser.get(KEY, headers={"If-None-Match": known.format(etag=etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert answer.headers["cache-control"].startswith("public")


async def test_who_has_another_version_gets_this_one(browser: httpx.AsyncClient, storage: Storage) -> None:
    etag = (await browser.get(KEY)).headers["etag"]
    await storage.put(KEY, b"another")
    answer = await browser.get(KEY, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (200, b"another")


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-", 0, SIZE), ("bytes=0-0", 0, 1), ("bytes=100-199", 100, 200), (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=-1", SIZE - 1, SIZE), (f"bytes=-{SIZE * 2}", 0, SIZE), (f"bytes=5-{SIZE * 2}", 5, SIZE),
    ],
)  # fmt: skip
async def test_a_part_is_answered_as_a_part(browser: httpx.AsyncClient, wanted: str, start: int, end: int) -> None:
    answer = await browser.get(KEY, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (206, CONTENT[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - start)
    headed = await browser.head(KEY, headers={"Range": wanted})
    assert (headed.status_code, headed.content) == (206, b"")
    assert headed.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0", f"bytes={10**17}-"])
async def test_a_part_outside_is_refused_with_the_size(browser: httpx.AsyncClient, wanted: str) -> None:
    answer = await browser.get(KEY, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize("wanted", ["bytes=5-4", "bytes=0-1,4-5", "bytes=a-b", "bytes=-", "bytes=", "lines=1-2", ""])
async def test_what_is_no_single_range_is_answered_with_the_whole(browser: httpx.AsyncClient, wanted: str) -> None:
    answer = await browser.get(KEY, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert "content-range" not in answer.headers


async def test_a_part_of_an_older_version_is_answered_with_the_whole(browser: httpx.AsyncClient) -> None:
    etag = (await browser.get(KEY)).headers["etag"]
    same = await browser.get(KEY, headers={"Range": "bytes=0-9", "If-Range": etag})
    other = await browser.get(KEY, headers={"Range": "bytes=0-9", "If-Range": '"older"'})
    assert (same.status_code, other.status_code, len(other.content)) == (206, 200, SIZE)


async def test_a_file_of_nothing_has_no_part(browser: httpx.AsyncClient, storage: Storage) -> None:
    await storage.put(KEY, b"")
    assert (await browser.get(KEY)).content == b""
    assert (await browser.get(KEY, headers={"Range": "bytes=0-"})).status_code == 416


@pytest.mark.parametrize(
    "path",
    [
        "images/none.webp", f"{KEY}/inside", "images/products", "images/", "images//etc/passwd", "images/%00",
        "images/../exports/a.zip", "images/%2e%2e/exports/a.zip", "images/..%2fexports/a.zip", "images/a%0ab",
        "exports/a.zip", "recordings/a.mp4",
    ],
)  # fmt: skip
async def test_nothing_but_public_pictures_is_found(browser: httpx.AsyncClient, storage: Storage, path: str) -> None:
    await storage.put("exports/a.zip", b"somebody's")
    await storage.put("recordings/a.mp4", b"somebody's")
    for ranged in ({}, {"Range": "bytes=0-"}):
        assert (await browser.get(path, headers=ranged)).status_code == 404


@pytest.mark.parametrize("backend", ["s3"], indirect=True)
async def test_storage_away_is_said_so(browser: httpx.AsyncClient, s3: S3Peer) -> None:

    def away(_: S3Request) -> tuple[int, str]:
        return 403, "SignatureDoesNotMatch"

    with s3.refusing(away):
        answer = await browser.get(KEY)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, 503)
    assert "Signature" not in answer.text
    assert "cache-control" not in answer.headers
    assert (await browser.get(KEY)).status_code == 200
