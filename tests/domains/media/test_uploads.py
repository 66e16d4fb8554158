"""Announcing an upload: who may, what is refused, and what the plan has room for."""

import hashlib
from datetime import timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import psycopg
import pytest

from storecast.domains.media.events import UploadComplete
from storecast.domains.media.uploads import partials, service
from storecast.domains.media.uploads.intake import Intake
from storecast.kit.bus import Occasion
from storecast.kit.settings import Settings
from storecast.wiring.jobs import intake_of
from storecast.wiring.process import Process, process_of
from storecast.wiring.unit import unit_of_work
from tests.domains.media.conftest import Uploading
from tests.factories.accounts import PASSWORD, Member, member
from tests.factories.channels import Json, channel
from tests.factories.media import show_video
from tests.factories.platform import Client, do_jobs, running_app, settings_for
from tests.factories.seats import give_seat
from tests.factories.uploads import TUS, announced, begin, path_of

FILM = bytes(range(256)) * 40


async def add(member: Member, show: Json, **changes: object) -> Json:
    """The answer's status, and its body."""
    answer = await member.client.post(f"events/{show['id']}/media/add", announced(len(FILM)) | changes)
    return {"status": answer.status_code, **answer.json()}


async def test_an_upload_is_announced_and_told_where_to_send(owner: Member, show: Json) -> None:
    begun = await begin(owner.client, show["id"], FILM)
    assert set(begun["upload"]) == {"url", "method", "headers", "expires_at"}
    assert begun["upload"]["method"] == "PUT"
    told = (await owner.client.get(f"media/{begun['id']}/uploads")).json()["data"]
    assert (told["offset"], told["length"], told["url"]) == (0, len(FILM), begun["upload"]["url"])


async def test_the_file_may_stand_in_a_key_of_its_own_as_documented(owner: Member, show: Json) -> None:
    answer = await owner.client.post(f"events/{show['id']}/media/add", {"file": announced(7)})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"size": 0}, "size"),
        ({"size": 50 * 1024**3 + 1}, "size"),
        ({"extension": "application/pdf"}, "extension"),
        ({"filename": "ab"}, "filename"),
        ({"filename": "x" * 201}, "filename"),
        ({"filename": "../../etc/passwd"}, "filename"),
        ({"filename": "..\\..\\boot.mp4"}, "filename"),
        ({"filename": "a\nb.mp4"}, "filename"),
        ({"filename": "..."}, "filename"),
        ({"checksum": "md5"}, "checksum"),
        ({"file": {"extension": "video/mp4"}}, "file.filename"),
    ],
    ids=str,
)
async def test_what_is_no_video_file_is_refused(owner: Member, show: Json, changes: Json, field: str) -> None:
    answer = await add(owner, show, **changes)
    assert answer["status"] == 422
    assert field in {each["field"] for each in answer["error"]["messages"]}


async def test_what_is_missing_is_named(owner: Member, show: Json) -> None:
    answer = await owner.client.post(f"events/{show['id']}/media/add", {"size": 5})
    assert {each["field"] for each in answer.json()["error"]["messages"]} == {"extension", "filename"}


async def test_strangers_neither_upload_nor_see_uploads(
    anyone: Client, owner: Member, stranger: Member, show: Json
) -> None:
    begun = await begin(owner.client, show["id"], FILM)
    assert (await anyone.post(f"events/{show['id']}/media/add", announced(5))).status_code == 401
    assert (await add(stranger, show))["status"] == 403
    for path in (f"media/{begun['id']}/uploads",):
        assert (await anyone.get(path)).status_code == 401
        assert (await stranger.client.get(path)).status_code == 404
        assert (await stranger.client.post(path, headers={"Upload-Length": "5"})).status_code == 404


async def test_an_editor_uploads_too(owner: Member, stranger: Member, show: Json, database_url: str) -> None:
    give_seat(database_url, owner, stranger, "editor", show)
    assert (await add(stranger, show))["status"] == 200


async def test_a_plan_has_room_for_so_many_megabytes(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partials.Partials, "room", lambda _: 10**12)
    mb = 1024 * 1024
    async with running_app(settings_for(tmp_path, database_url, plans="enforced")) as anyone:
        owner = await member(anyone)
        show = await channel(owner.client)
        assert (await owner.client.get("profile")).json()["data"]["disk_quota"] == 5000
        assert show["disk_quota"] == "5000"
        begun = (await add(owner, show, size=4999 * mb + 1))["data"]
        refused = await add(owner, show, size=1)
        assert refused["status"] == 402
        assert refused["error"]["message"] == "Your plan has not that much room for videos left."
        assert (await anyone.call("DELETE", path_of(begun))).status_code == 204
        assert (await add(owner, show, size=5000 * mb))["status"] == 200


async def test_what_was_deleted_comes_back_only_where_the_plan_has_room_again(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partials.Partials, "room", lambda _: 10**12)
    mb = 1024 * 1024
    async with running_app(settings_for(tmp_path, database_url, plans="enforced")) as anyone:
        owner = await member(anyone)
        show = await channel(owner.client)
        first = (await add(owner, show, size=3000 * mb))["data"]
        await owner.client.delete(f"events/media/{first['id']}")
        second = (await add(owner, show, size=3000 * mb))["data"]
        refused = await owner.client.post(f"events/media/{first['id']}/restore")
        assert refused.status_code == 402
        await owner.client.delete(f"events/media/{second['id']}")
        assert (await owner.client.post(f"events/media/{first['id']}/restore")).status_code == 200


async def test_an_upload_stands_before_shows_that_are_older(owner: Member, show: Json) -> None:
    for _ in range(2):
        await show_video(owner.client, show["id"])
    added = (await add(owner, show))["data"]
    found = (await owner.client.get(f"events/{show['id']}/media")).json()["data"]
    assert [video["origin"] for video in found] == ["upload", "show", "show"]
    assert (found[0]["id"], found[0]["order"]) == (added["id"], 0)


async def test_a_channel_has_so_many_uploads_under_way(
    owner: Member, show: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_UPLOADS", 2)
    assert [(await add(owner, show))["status"] for _ in range(3)] == [200, 200, 409]


async def test_a_channel_has_so_many_videos(owner: Member, show: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storecast.domains.media.service.MOST_SHOWN", 1)
    assert [(await add(owner, show))["status"] for _ in range(2)] == [200, 409]


async def test_what_others_announce_keeps_nobody_from_the_disk(
    owner: Member, stranger: Member, show: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partials.Partials, "room", lambda _: len(FILM))
    theirs = await channel(stranger.client, slug="theirs")
    assert [(await add(owner, show))["status"], (await add(stranger, theirs))["status"]] == [200, 200]


async def test_what_the_disk_has_no_room_for_is_not_begun(
    owner: Member, show: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partials.Partials, "room", lambda _: 3 * len(FILM) - 1)
    assert [(await add(owner, show))["status"] for _ in range(3)] == [200, 200, 507]


async def test_a_whole_upload_is_stored_and_told_of(
    owner: Member, show: Json, installed: Settings, uploading: Uploading
) -> None:
    begun, tus = await uploading(FILM, checksum=hashlib.sha256(FILM).hexdigest())
    assert (await tus.patch(0, FILM)).status_code == 204
    await do_jobs(installed)
    [stored] = (installed.data_dir / "storage" / "media" / begun["id"]).rglob("upload")
    assert stored.read_bytes() == FILM
    assert await tus.offset() == len(FILM)
    assert list((installed.data_dir / "uploads").iterdir()) == []
    assert (await tus.delete()).status_code == 409


async def test_a_file_that_is_not_what_was_announced_fails(
    owner: Member, installed: Settings, uploading: Uploading
) -> None:
    begun, tus = await uploading(FILM, checksum=hashlib.sha256(b"other").hexdigest())
    await tus.patch(0, FILM)
    await do_jobs(installed)
    assert not list((installed.data_dir / "storage").rglob("upload"))
    assert (await tus.head()).status_code == 404
    media = await state_of(installed, begun["id"])
    assert media == ("failed", "The file did not arrive as it was sent. Upload it again.")
    again = await owner.client.post(f"media/{begun['id']}/uploads", headers=creation(len(FILM)))
    assert again.status_code == 201, again.text
    assert (await state_of(installed, begun["id"]))[0] == "waiting"


def creation(length: int) -> dict[str, str]:
    """Headers of tus's creation; the file is called film.mp4, a video/mp4."""
    return {**TUS, "Upload-Length": str(length), "Upload-Metadata": "filename ZmlsbS5tcDQ=,filetype dmlkZW8vbXA0"}


async def test_a_video_that_waits_is_begun_anew_by_tus(
    owner: Member, installed: Settings, uploading: Uploading
) -> None:
    begun, tus = await uploading(FILM)
    await tus.patch(0, FILM[:100])
    answer = await owner.client.post(f"media/{begun['id']}/uploads", headers=creation(50))
    assert answer.status_code == 201
    assert answer.headers["Location"] == answer.json()["data"]["url"] != begun["upload"]["url"]
    assert "GMT" in answer.headers["Upload-Expires"]
    assert (await tus.head()).status_code == 404
    await do_jobs(installed)
    assert list((installed.data_dir / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("headers", "status", "field"),
    [
        ({}, 422, "size"),
        ({"Upload-Length": "x"}, 422, "size"),
        ({"Upload-Length": "5"}, 422, "filename"),
        ({"Upload-Length": "5", "Upload-Metadata": "filename !"}, 400, None),
    ],
    ids=str,
)
async def test_a_creation_that_lacks_something_is_refused(
    owner: Member, uploading: Uploading, headers: dict[str, str], status: int, field: str | None
) -> None:
    begun, _ = await uploading(FILM)
    answer = await owner.client.post(f"media/{begun['id']}/uploads", headers=headers)
    assert answer.status_code == status
    named = {each["field"] for each in answer.json()["error"]["messages"]}
    assert field in named if field else not named


async def test_a_video_that_has_its_file_takes_no_other(
    owner: Member, installed: Settings, uploading: Uploading
) -> None:
    begun, tus = await uploading(FILM)
    await tus.patch(0, FILM)
    await do_jobs(installed)
    answer = await owner.client.post(f"media/{begun['id']}/uploads", headers=creation(5))
    assert answer.status_code == 409


async def test_an_upload_nobody_goes_on_with_is_let_go_of(
    anyone: Client, installed: Settings, uploading: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, tus = await uploading(FILM)
    await tus.patch(0, FILM[:10])
    process = process_of(anyone.app)
    async with unit_of_work(process) as unit:
        await unit.uploads.forget(unit.now + service.KEPT - timedelta(minutes=1))
    assert await tus.offset() == 10
    async with unit_of_work(process) as unit:
        await unit.uploads.forget(unit.now + service.KEPT + timedelta(minutes=1))
    await do_jobs(installed)
    assert (await tus.head()).status_code == 404
    assert await state_of(installed, begun["id"]) == ("failed", service.NOT_FINISHED)
    assert list((installed.data_dir / "uploads").iterdir()) == []


async def test_what_a_killed_process_left_whole_is_stored_and_what_nobody_knows_goes(
    anyone: Client, installed: Settings, uploading: Uploading
) -> None:
    """The api was killed between the last byte and asking for it to be stored."""
    begun, tus = await uploading(FILM)
    folder = installed.data_dir / "uploads"
    folder.mkdir(exist_ok=True)
    (folder / tus.path.split("/")[2]).write_bytes(FILM)
    orphan = folder / ("x" * 32)
    orphan.write_bytes(b"?")
    process = process_of(anyone.app)
    async with unit_of_work(process) as unit:
        await intake_of(process).look_after(unit.db, unit.now + timedelta(hours=2))
    await do_jobs(installed)
    assert list((installed.data_dir / "storage" / "media" / begun["id"]).rglob("upload"))
    assert list(folder.iterdir()) == []


async def test_what_waits_to_be_stored_is_not_asked_for_again(
    anyone: Client, installed: Settings, uploading: Uploading, database_url: str
) -> None:
    """Storing may take hours, or wait for a storage that is away."""
    _, tus = await uploading(FILM)
    await tus.patch(0, FILM)
    process = process_of(anyone.app)
    for minutes in range(3, 6):
        async with unit_of_work(process) as unit:
            await intake_of(process).look_after(unit.db, unit.now + timedelta(minutes=minutes))
    with psycopg.connect(database_url) as connection:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'media.store_upload'"
        assert connection.execute(query).fetchone() == (1,)


async def test_whoever_asks_for_a_whole_upload_has_it_stored(installed: Settings, uploading: Uploading) -> None:
    begun, tus = await uploading(FILM)
    folder = installed.data_dir / "uploads"
    folder.mkdir(exist_ok=True)
    (folder / tus.path.split("/")[2]).write_bytes(FILM)
    assert await tus.offset() == len(FILM)
    await do_jobs(installed)
    assert list((installed.data_dir / "storage" / "media" / begun["id"]).rglob("upload"))


async def test_a_deleted_channel_takes_no_bytes(owner: Member, show: Json, uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    await owner.client.delete(f"events/{show['id']}")
    assert (await tus.patch(0, FILM)).status_code == 404


async def test_an_upload_is_stored_where_the_installation_stores(
    tmp_path: Path, database_url: str, backend: dict[str, str]
) -> None:
    settings = settings_for(tmp_path, database_url, **backend)
    async with running_app(settings) as anyone:
        owner = await member(anyone)
        show = await channel(owner.client)
        begun = await begin(owner.client, show["id"], FILM)
        assert (await anyone.call("PUT", path_of(begun), content=FILM)).status_code == 200
        heard = hearing(process_of(anyone.app))
        await intake_of(process_of(anyone.app)).store(path_of(begun).split("/")[2])
        [event] = heard
        _, chunks = await process_of(anyone.app).storage.read(event.key)
        assert b"".join([chunk async for chunk in chunks]) == FILM
        assert (event.size, event.filename) == (len(FILM), "Evening show.mp4")


async def test_a_job_that_is_killed_and_done_again_tells_of_the_file_once(
    anyone: Client, installed: Settings, uploading: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, tus = await uploading(FILM)
    await tus.patch(0, FILM)
    process = process_of(anyone.app)
    heard, upload_id = hearing(process), tus.path.split("/")[2]
    with monkeypatch.context() as killed:
        killed.setattr(Intake, "_complete", AsyncMock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            await intake_of(process).store(upload_id)
    assert (installed.data_dir / "uploads" / upload_id).exists()
    with monkeypatch.context() as killed:
        killed.setattr(Intake, "remove", AsyncMock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            await intake_of(process).store(upload_id)
    await intake_of(process).store(upload_id)
    assert len(heard) == 1
    assert list((installed.data_dir / "uploads").iterdir()) == []


async def test_unfinished_uploads_go_with_the_account(
    owner: Member, installed: Settings, uploading: Uploading, database_url: str
) -> None:
    _, tus = await uploading(FILM)
    await tus.patch(0, FILM[:100])
    assert (await owner.client.post("profile/erasure", {"password": PASSWORD})).status_code == 200
    for _ in range(2):  # it begins after a week, and ends when recordings have settled
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE erasures SET due_at = now()")
            connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
        await do_jobs(installed)
    assert (await tus.head()).status_code == 404
    assert list((installed.data_dir / "uploads").iterdir()) == []


def hearing(process: Process) -> list[UploadComplete]:
    """What is said of complete uploads from now on."""
    heard: list[UploadComplete] = []

    async def hear(event: UploadComplete, _: Occasion) -> None:
        heard.append(event)

    process.bus.subscribe(UploadComplete, hear)
    return heard


async def state_of(installed: Settings, media_id: str) -> tuple[str, str | None]:
    """Status and problem of a video."""
    assert installed.database_url is not None
    with psycopg.connect(installed.database_url.get_secret_value()) as connection:
        row = connection.execute("SELECT status, problem FROM media WHERE hash_id = %s", (media_id,)).fetchone()
    assert row is not None
    return row[0], row[1]
