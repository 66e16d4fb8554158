"""A copy of one's data on either storage: made aside, stored whole, handed out by whoever keeps it."""

import io
import stat
import zipfile
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from storecast.kit.clock import utcnow
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from storecast.wiring.assembly import create_process
from storecast.wiring.unit import unit_of_work
from tests.domains.privacy.test_export import PROOF, linked, ready
from tests.factories.accounts import member
from tests.factories.channels import channel
from tests.factories.platform import do_jobs, running_app, settings_for
from tests.factories.products import shelf_product
from tests.s3 import SECRET_KEY, S3Peer


@pytest.fixture
def settings(tmp_path: Path, database_url: str, backend: dict[str, str]) -> Settings:
    return settings_for(tmp_path, database_url, **backend)


only_s3 = pytest.mark.parametrize("backend", ["s3"], indirect=True)
only_disk = pytest.mark.parametrize("backend", ["disk"], indirect=True)


async def test_pictures_go_along_but_for_one_that_is_lost(settings: Settings) -> None:
    async with running_app(settings) as anyone:
        owner = await member(anyone)
        made = await channel(owner.client, slug="lamps")
        await shelf_product(owner.client, made["id"], "Walnut lamp")
        await shelf_product(owner.client, made["id"], "Oak lamp")
        shown = (await owner.client.get("events/lamps/products")).json()["data"]
        lost, kept = (product["image"].partition("/files/")[2] for product in shown)
        await Storage.of(settings).delete(lost)
        path = (await linked(owner, await ready(owner, settings))).removeprefix("http://shop.test:8000")
        answer = await anyone.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/zip"
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["content-disposition"].startswith('attachment; filename="my-data-')
        part = await anyone.get(path, headers={"Range": "bytes=2-"})  # a download taken up again
        assert (part.status_code, part.content) == (206, answer.content[2:])
        known = await anyone.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (known.status_code, known.headers["cache-control"]) == (304, "private, no-store")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.testzip() is None
            assert [name for name in archive.namelist() if name.startswith("files/")] == [f"files/{kept}"]
    assert list((settings.data_dir / "drafts").iterdir()) == []


@only_s3
async def test_s3_hands_it_out_to_who_has_the_signed_link(settings: Settings, s3: S3Peer) -> None:
    settings = settings.model_copy(update={"storage_public_endpoint": s3.url})
    async with running_app(settings) as anyone:
        owner = await member(anyone)
        link = (await linked(owner, await ready(owner, settings))).removeprefix("http://shop.test:8000")
        assert link.startswith("/api/v1/profile/exports/")
        assert (await anyone.get(f"{link}0")).status_code in (404, 422)
        answer = await anyone.get(link)
        assert (answer.status_code, answer.content) == (302, b"")
        assert answer.headers["cache-control"] == "private, no-store"  # it is over before a cache would think so
        there = answer.headers["location"]
        assert there.startswith(f"{s3.url}/")
        assert parse_qs(urlsplit(there).query)["X-Amz-Expires"] == ["300"]
        assert SECRET_KEY not in there
        copy = httpx.get(there)
        assert copy.headers["content-disposition"].startswith('attachment; filename="my-data-')
        assert zipfile.ZipFile(io.BytesIO(copy.content)).testzip() is None


@only_s3
async def test_it_is_made_once_storage_is_back(settings: Settings, s3: S3Peer) -> None:
    async with running_app(settings) as anyone:
        owner = await member(anyone)
        asked = (await owner.client.post("profile/exports", PROOF)).json()["data"]
        with s3.refusing(lambda _: (403, "QuotaExceeded")):
            await do_jobs(settings)
        shown = (await owner.client.get(f"profile/exports/{asked['id']}")).json()["data"]
        assert shown["status"] == "waiting"
        assert list((settings.data_dir / "drafts").iterdir()) == []
        process = create_process(settings)
        async with unit_of_work(process) as unit:  # as the worker tries again, in a while
            await unit.privacy.make_export(asked["id"], unit.storage, unit.now)
        await process.close()
        shown = (await owner.client.get(f"profile/exports/{asked['id']}")).json()["data"]
        assert shown["status"] == "ready"


@only_disk
async def test_nobody_else_on_the_machine_can_read_it(settings: Settings) -> None:
    async with running_app(settings) as anyone:
        await ready(await member(anyone), settings)
    [export] = (settings.data_dir / "storage" / "exports").iterdir()
    assert stat.S_IMODE(export.stat().st_mode) == 0o600
    assert stat.S_IMODE((settings.data_dir / "drafts").stat().st_mode) == 0o700


@only_disk
async def test_what_a_killed_worker_left_of_one_goes(settings: Settings) -> None:
    drafts = settings.data_dir / "drafts"
    drafts.mkdir(parents=True)
    (drafts / "left.zip").write_text("somebody's data")
    process = create_process(settings)
    for later, left in ((timedelta(hours=23), ["left.zip"]), (timedelta(hours=25), [])):
        async with unit_of_work(process, utcnow() + later) as unit:
            await unit.privacy.forget_exports(unit.now)
        assert [path.name for path in drafts.iterdir()] == left
    await process.close()
