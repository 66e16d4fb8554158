"""A whole show on either storage: what it leaves behind can be had, and goes when it should."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest

from storecast.kit.settings import Settings
from storecast.kit.storage import FileMissing, Storage
from tests.e2e.installation import Installation, Json, publishing, running
from tests.e2e.test_show import put_on_shelf
from tests.s3 import ACCESS_KEY, SECRET_KEY
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

PROOF = {"password": "a long password"}


@pytest.fixture
async def place(installation: Installation, backend: dict[str, str], tmp_path: Path) -> AsyncIterator[Installation]:
    """The installation all tests share stores on disk; one more stores in S3."""
    if not backend:
        yield installation
        return
    async with running(tmp_path, **backend, storage_public_endpoint=backend["storage_endpoint"]) as place:
        yield place


@pytest.fixture
def storage(place: Installation, backend: dict[str, str]) -> Storage:
    return Storage.of(Settings.model_validate({"data_dir": place.folder / "data", **backend}))


async def content(storage: Storage, key: str) -> bytes:
    _, chunks = await storage.read(key)
    return b"".join([chunk async for chunk in chunks])


async def is_gone(storage: Storage, key: str) -> bool:
    try:
        await storage.stat(key)
    except FileMissing:
        return True
    return False


async def test_a_whole_show(place: Installation, storage: Storage, backend: dict[str, str]) -> None:
    merchant = await place.merchant(f"stored-{'s3' if backend else 'disk'}")
    lamp = await put_on_shelf(merchant, "Walnut lamp")
    async with publishing(merchant):
        await eventually(merchant.is_live, 30)
        session = (await merchant.details())["stream"]["data"]["session_id"]
        await asyncio.sleep(3)

    [shown] = (await merchant.call("GET", f"events/{merchant.slug}/products"))["data"]
    picture = shown["image"]
    key = picture.partition("/files/")[2]
    served = await place.http.get(picture)
    assert (served.status_code, served.headers["content-type"]) == (200, "image/webp")
    assert served.content == await content(storage, key)
    part = await place.http.get(picture, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"RIFF")
    assert (await place.http.get(picture, headers={"If-None-Match": served.headers["etag"]})).status_code == 304

    recording = f"recordings/{session}.mp4"

    async def recorded() -> bool:
        return not await is_gone(storage, recording)

    await eventually(recorded, 40)
    with av.open(io.BytesIO(await content(storage, recording))) as film:
        assert film.duration is not None
        assert film.duration / av.time_base > 2

    asked = (await merchant.call("POST", "profile/exports", PROOF))["data"]

    async def ready() -> bool:
        return bool((await merchant.call("GET", f"profile/exports/{asked['id']}"))["data"]["status"] == "ready")

    await eventually(ready, 30)
    link: Json = (await merchant.call("POST", f"profile/exports/{asked['id']}/link", PROOF))["data"]
    copy = await place.http.get(link["url"], follow_redirects=True)
    assert [answer.status_code for answer in (*copy.history, copy)] == ([302, 200] if backend else [200])
    assert copy.headers["content-disposition"].startswith('attachment; filename="my-data-')
    with zipfile.ZipFile(io.BytesIO(copy.content)) as archive:
        assert archive.testzip() is None
        assert archive.read(f"files/{key}") == served.content

    await merchant.call("DELETE", f"profile/products/{lamp}")
    await eventually(lambda: is_gone(storage, key), 30)
    assert (await place.http.get(picture)).status_code == 404

    stored_beside = list((place.folder / "data" / "storage").rglob("*")) if backend else []
    assert stored_beside == []
    said = (place.folder / "log").read_text() + "".join(place.output)
    assert SECRET_KEY not in said + link["url"] + str(copy.url)
    assert ACCESS_KEY not in said  # which every presigned address shows
