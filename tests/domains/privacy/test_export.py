"""A copy of one's data: asked for, made by the worker, downloaded by a signed link."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from storecast.kit.clock import utcnow
from storecast.kit.settings import Settings
from tests.factories.accounts import PASSWORD, Member
from tests.factories.channels import channel
from tests.factories.mails import mails_to
from tests.factories.platform import Client, do_jobs, settings_for
from tests.factories.products import shelf_product, upload
from tests.factories.second_factors import with_app

PROOF = {"password": PASSWORD}


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def ready(owner: Member, settings: Settings) -> dict[str, Any]:
    asked = await owner.client.post("profile/exports", PROOF)
    assert asked.status_code == 200, asked.text
    assert asked.json()["data"]["status"] == "waiting"
    await do_jobs(settings)
    shown = (await owner.client.get(f"profile/exports/{asked.json()['data']['id']}")).json()["data"]
    assert shown["status"] == "ready"
    return dict(shown)


async def linked(owner: Member, export: dict[str, Any]) -> str:
    answer = await owner.client.post(f"profile/exports/{export['id']}/link", PROOF)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["url"])


async def download(client: Client, url: str) -> zipfile.ZipFile:
    answer = await client.get(url.removeprefix("http://shop.test:8000"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    return zipfile.ZipFile(io.BytesIO(answer.content))


def records(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(archive.read(f"{name}.json"))
    return found


async def test_export_holds_what_is_known_and_no_secret(owner: Member, anyone: Client, settings: Settings) -> None:
    made = await channel(owner.client, slug="lamps")
    await owner.client.post("streams", {"event_id": made["id"]})
    await shelf_product(owner.client, made["id"], "Walnut lamp")
    for change in ("banners", "change-background"):
        await owner.client.post(f"events/media/{made['id']}/{change}", files={"image": upload()})
    said = await owner.client.post("messages", {"data": "Good evening", "thread_id": made["thread_id"]})
    await owner.client.post(f"messages/{said.json()['data']['id']}/reactions", {"emoji": "🎉"})
    archive = await download(anyone, await linked(owner, await ready(owner, settings)))
    [account] = records(archive, "account")
    assert account["email"] == owner.email
    assert [each["slug"] for each in records(archive, "channels")] == ["lamps"]
    assert [each["name"] for each in records(archive, "products")] == ["Walnut lamp"]
    assert [each["data"] for each in records(archive, "messages")] == ["Good evening"]
    assert [each["emoji"] for each in records(archive, "reactions")] == ["🎉"]
    assert [each["kind"] for each in records(archive, "grants")] == ["sign_in"]
    assert "signed_in" in {each["kind"] for each in records(archive, "security_events")}
    pictures = [name for name in archive.namelist() if name.endswith(".webp")]
    assert [name.split("/")[2] for name in sorted(pictures)] == ["channels", "channels", "products"]
    assert all(archive.read(picture).startswith(b"RIFF") for picture in pictures)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in ("password_hash", "argon2", "digest", "key_sealed", owner.refresh_token):
        assert secret.encode() not in everything


async def test_mail_says_that_it_is_ready(owner: Member, settings: Settings) -> None:
    await ready(owner, settings)
    assert "Your data is ready" in [mail["Subject"] for mail in mails_to(settings, owner.email)]


async def test_one_at_a_time_and_three_a_day(owner: Member, settings: Settings) -> None:
    await owner.client.post("profile/exports", PROOF)
    assert (await owner.client.post("profile/exports", PROOF)).status_code == 409
    await do_jobs(settings)
    await ready(owner, settings)
    await ready(owner, settings)
    refused = await owner.client.post("profile/exports", PROOF)
    assert refused.status_code == 429
    assert refused.headers["retry-after"]
    assert len((await owner.client.get("profile/exports")).json()["data"]) == 3


async def test_link_is_good_for_one_export_and_an_hour(
    owner: Member, anyone: Client, settings: Settings, database_url: str
) -> None:
    first = urlsplit(await linked(owner, await ready(owner, settings)))
    second = urlsplit(await linked(owner, await ready(owner, settings)))
    assert (await anyone.get(f"{first.path}?{second.query}")).status_code == 404
    assert (await anyone.get(f"{first.path}?{first.query}0")).status_code in (404, 422)
    late = int((utcnow() + timedelta(days=1)).timestamp())
    signature = first.query.partition("signature=")[2]
    assert (await anyone.get(f"{first.path}?expires={late}&signature={signature}")).status_code == 404
    bare = await anyone.get(first.path)
    assert bare.status_code == 422
    assert bare.json()["error"]["messages"][0]["field"] in ("expires", "signature")
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE data_exports SET expires_at = now() - interval '1 second'")
    assert (await anyone.get(f"{first.path}?{first.query}")).status_code == 404


@pytest.mark.parametrize("proof", [{}, {"password": "not the password"}, {"code": "000000"}])
async def test_who_has_only_the_session_gets_no_copy(owner: Member, settings: Settings, proof: dict[str, str]) -> None:
    field = "code" if "code" in proof else "password"
    refused = await owner.client.post("profile/exports", proof)
    assert (refused.status_code, refused.json()["error"]["messages"][0]["field"]) == (422, field)
    assert (await owner.client.get("profile/exports")).json() == {"data": []}

    export = await ready(owner, settings)
    refused = await owner.client.post(f"profile/exports/{export['id']}/link", proof)
    assert (refused.status_code, refused.json()["error"]["messages"][0]["field"]) == (422, field)
    for answer in (
        refused,
        await owner.client.get("profile/exports"),
        await owner.client.get(f"profile/exports/{export['id']}"),
    ):
        assert "signature=" not in answer.text


async def test_code_gets_a_copy_too(owner: Member, anyone: Client, settings: Settings) -> None:
    app = await with_app(owner)
    asked = await owner.client.post("profile/exports", {"code": app.recovery_codes[0]})
    assert asked.status_code == 200
    await do_jobs(settings)
    again = await owner.client.post(
        f"profile/exports/{asked.json()['data']['id']}/link", {"code": app.recovery_codes[1]}
    )
    assert (await download(anyone, again.json()["data"]["url"])).namelist()


async def test_link_waits_until_the_copy_is_there_and_ends_with_it(
    owner: Member, settings: Settings, database_url: str
) -> None:
    asked = (await owner.client.post("profile/exports", PROOF)).json()["data"]
    link = f"profile/exports/{asked['id']}/link"
    assert (await owner.client.post(link, PROOF)).status_code == 409
    await do_jobs(settings)
    assert (await owner.client.post(link, PROOF)).status_code == 200
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE data_exports SET expires_at = now() - interval '1 second'")
    assert (await owner.client.post(link, PROOF)).status_code == 404


async def test_exports_are_their_owners(owner: Member, stranger: Member, anyone: Client, settings: Settings) -> None:
    export = await ready(owner, settings)
    assert (await stranger.client.get(f"profile/exports/{export['id']}")).status_code == 404
    assert (await stranger.client.post(f"profile/exports/{export['id']}/link", PROOF)).status_code == 404
    assert (await stranger.client.get("profile/exports")).json() == {"data": []}
    for method, path in (
        ("POST", "profile/exports"),
        ("GET", "profile/exports"),
        ("GET", f"profile/exports/{export['id']}"),
        ("POST", f"profile/exports/{export['id']}/link"),
    ):
        assert (await anyone.call(method, path)).status_code == 401
