"""Being forgotten: asked for with proof, called off within a week, then done whole."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import psycopg
import pytest

from storecast.contracts import hooks
from storecast.contracts.bus import CHANNEL, BusMessage, GrantsRevoked
from storecast.kit.hooks import HEADER, sign
from storecast.kit.secrets import hook_secret
from storecast.kit.settings import Settings
from tests.factories.accounts import PASSWORD, Member
from tests.factories.channels import channel
from tests.factories.mails import mails_to
from tests.factories.platform import Client, do_jobs, settings_for
from tests.factories.products import shelf_product, upload

PROOF = {"password": PASSWORD}
LEFT_BEHIND = [("users", "id"), ("products", "owner_id"), ("channels", "owner_id"), ("grants", "user_id")]


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


@pytest.fixture
def a_week_passes(database_url: str) -> Callable[[], None]:
    """What was due within the week is due now."""

    def passes() -> None:
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE erasures SET due_at = now()")
            connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")

    return passes


def pictures(settings: Settings) -> list[Path]:
    return [path for path in (settings.data_dir / "storage" / "images").rglob("*") if path.is_file()]


async def test_person_is_erased_with_all_that_was_theirs(
    owner: Member,
    stranger: Member,
    anyone: Client,
    settings: Settings,
    database_url: str,
    a_week_passes: Callable[[], None],
) -> None:
    own = await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, own["id"])
    lamp = {"name": "Lamp", "link": "https://shop.test/lamp"}
    await owner.client.post(f"profile/products/{product['id']}", data=lamp, files=[("image[]", upload())])
    for _ in range(2):
        await owner.client.post("profile", data={"full_name": "Mara"}, files={"avatar": upload()})
    for change in ("banners", "change-background", "change-background"):
        path = f"events/media/{own['id']}/{change}"
        assert (await owner.client.post(path, files={"image": upload()})).status_code == 200
    other = await channel(stranger.client, slug="vases")
    here = {"thread_id": other["thread_id"]}
    said = (await owner.client.post("messages", {"data": "I was here", **here})).json()["data"]
    answer = {"data": "So was I", "reply_for": said["id"], **here}
    answered = (await stranger.client.post("messages", answer)).json()["data"]
    assert answered["reply_to"]["data"] == "I was here"
    named = (await stranger.client.post("messages", {"data": "@Mara", **here})).json()["data"]
    assert [each["id"] for each in named["mentions"]] == [owner.user["hash_id"]]
    await owner.client.post(f"messages/{answered['id']}/reactions", {"emoji": "👍"})
    await owner.client.post(f"messages/{named['id']}/reports", {"reason": "other", "note": "That is me"})
    assert pictures(settings)

    assert (await owner.client.post("profile/erasure", PROOF)).status_code == 200
    await do_jobs(settings)
    assert (await owner.client.get("profile")).status_code == 200  # there is a week for second thoughts
    a_week_passes()
    await do_jobs(settings)
    assert (await anyone.post("events/playback/lamps", {})).status_code == 404
    a_week_passes()
    await do_jobs(settings)

    assert (await owner.client.get("profile")).status_code == 401
    assert (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).status_code == 401
    thread = await stranger.client.post("thread/read", {"threadSlug": "vases", "userId": "1"})
    left = thread.json()["data"]["messages"]["data"]
    assert [message["data"] for message in left] == ["So was I", "@Mara"]
    assert [(message["reply_to"], message["mentions"], message["reactions"]) for message in left] == [
        (None, [], [])
    ] * 2
    assert (await stranger.client.get("events/vases/chat/reports")).json()["data"] == []
    assert pictures(settings) == []
    with psycopg.connect(database_url) as connection:
        [(said,)] = connection.execute("SELECT count(*) FROM room_events WHERE data LIKE '%I was here%'").fetchall()
        assert said == 0
        for table, person in LEFT_BEHIND:
            query = f"SELECT count(*) FROM {table} WHERE {person} = %s"
            assert connection.execute(query, (owner.user["id"],)).fetchall() == [(0,)], table
    subjects = {mail["Subject"] for mail in mails_to(settings, owner.email)}
    assert {"Your account will be erased", "Your account was erased"} <= subjects


async def test_running_show_is_stopped_first(
    owner: Member, anyone: Client, settings: Settings, a_week_passes: Callable[[], None]
) -> None:
    made = await channel(owner.client, slug="lamps")
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    request = hooks.PublishRequest(stream["stream_key"], "http://127.0.0.1:1", "127.0.0.1")
    body = msgspec.json.encode(request)
    signed = {HEADER: sign(hook_secret(settings), body, time.time())}
    grant = (await anyone.post(hooks.PUBLISH, content=body, headers=signed)).json()
    await owner.client.post("profile/erasure", PROOF)
    a_week_passes()
    await do_jobs(settings)
    body = msgspec.json.encode(hooks.SessionsAlive("http://127.0.0.1:1", [grant["session_id"]]))
    signed = {HEADER: sign(hook_secret(settings), body, time.time())}
    states = (await anyone.post(hooks.ALIVE, content=body, headers=signed)).json()
    assert states["sessions"][0]["ended"] is True


async def test_it_can_be_called_off(owner: Member, settings: Settings, a_week_passes: Callable[[], None]) -> None:
    assert (await owner.client.get("profile/erasure")).json()["data"]["scheduled"] is False
    asked = (await owner.client.post("profile/erasure", PROOF)).json()["data"]
    assert (await owner.client.post("profile/erasure", PROOF)).json()["data"] == asked
    assert (await owner.client.delete("profile/erasure")).status_code == 204
    events = (await owner.client.get("profile/security-events")).json()["data"]
    assert [event["kind"] for event in events[:2]] == ["erasure_called_off", "erasure_scheduled"]
    assert (await owner.client.get("profile/erasure")).json()["data"]["scheduled"] is False
    assert (await owner.client.delete("profile/erasure")).status_code == 404
    a_week_passes()
    await do_jobs(settings)
    assert (await owner.client.get("profile")).status_code == 200


async def test_asking_anew_starts_the_week_anew(owner: Member, settings: Settings, database_url: str) -> None:
    await owner.client.post("profile/erasure", PROOF)
    await owner.client.delete("profile/erasure")
    await owner.client.post("profile/erasure", PROOF)
    with psycopg.connect(database_url) as connection:  # the first asking's job comes due; the second's week is not over
        connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    await do_jobs(settings)
    assert (await owner.client.delete("profile/erasure")).status_code == 204


async def test_too_late_once_it_has_begun(owner: Member, settings: Settings, a_week_passes: Callable[[], None]) -> None:
    await owner.client.post("profile/erasure", PROOF)
    a_week_passes()
    await do_jobs(settings)
    assert (await owner.client.delete("profile/erasure")).status_code == 409


async def test_it_takes_a_token_and_proof(owner: Member, anyone: Client) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert (await anyone.call(method, "profile/erasure", json=PROOF)).status_code == 401
    wrong = await owner.client.post("profile/erasure", {"password": "not the password"})
    assert wrong.status_code == 422
    assert wrong.json()["error"]["messages"][0]["field"] == "password"
    assert (await owner.client.get("profile/erasure")).json()["data"]["scheduled"] is False


async def test_open_connections_of_who_is_erased_end(
    owner: Member, settings: Settings, database_url: str, a_week_passes: Callable[[], None]
) -> None:
    [device] = (await owner.client.get("profile/sessions")).json()["data"]
    await owner.client.post("profile/erasure", PROOF)
    a_week_passes()
    await do_jobs(settings)
    a_week_passes()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        await do_jobs(settings)
        told = [msgspec.json.decode(each.payload, type=BusMessage) for each in connection.notifies(timeout=1)]
    assert GrantsRevoked([device["id"]]) in told
