from email import message_from_bytes
from email.policy import default
from pathlib import Path

import psycopg
import pytest

from storecast.kit.browsers import device_name
from tests.factories.accounts import PASSWORD, Member
from tests.factories.platform import Client, do_jobs, settings_for
from tests.factories.second_factors import kinds

FIREFOX = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 "
    "Safari/537.36 Edg/128.0.0.0"
)
BASE = "profile/sessions"


async def sign_in(anyone: Client, member: Member, user_agent: str) -> dict[str, str]:
    body = {"email": member.email, "password": PASSWORD}
    answer = await anyone.post("auth/login", body, headers={"User-Agent": user_agent})
    assert answer.status_code == 200, answer.text
    tokens: dict[str, str] = answer.json()
    return tokens


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Ubuntu"),
        (SAFARI, "Mobile Safari on iOS"),
        (EDGE, "Edge on Windows"),
        ("Studio/2.1 (internal)", "Studio"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown device"),
        ("x" * 500, "Unknown device"),
        ("\u0626\u0642/1", "Unknown device"),
    ],
)
def test_device_is_called_by_what_it_says_of_itself(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


async def test_devices_are_listed_with_the_one_that_asks_marked(anyone: Client, owner: Member) -> None:
    phone = await sign_in(anyone, owner, SAFARI)
    devices = (await anyone.with_token(phone["access_token"]).get(BASE)).json()["data"]
    assert [(each["device"], each["current"]) for each in devices if each["current"]] == [
        ("Mobile Safari on iOS", True)
    ]
    assert len(devices) == 2
    assert devices[0].keys() == {"id", "device", "address", "created_at", "last_used_at", "current"}
    assert {each["address"] for each in devices} == {"127.0.0.1"}


async def test_device_is_signed_out_at_once(anyone: Client, owner: Member) -> None:
    tokens = await sign_in(anyone, owner, SAFARI)
    phone = anyone.with_token(tokens["access_token"])
    [there] = [each["id"] for each in (await owner.client.get(BASE)).json()["data"] if not each["current"]]
    assert (await owner.client.delete(f"{BASE}/{there}")).status_code == 204
    assert (await phone.get("profile")).status_code == 401
    assert (await anyone.post("auth/login/refresh", {"refresh_token": tokens["refresh_token"]})).status_code == 401
    assert [each["current"] for each in (await owner.client.get(BASE)).json()["data"]] == [True]
    assert (await owner.client.delete(f"{BASE}/{there}")).status_code == 404
    [latest, *_] = (await owner.client.get("profile/security-events")).json()["data"]
    assert (latest["kind"], latest["detail"]) == ("grant_revoked", "Mobile Safari on iOS")


async def test_other_devices_are_signed_out_together(anyone: Client, owner: Member, stranger: Member) -> None:
    others = [await sign_in(anyone, owner, agent) for agent in (SAFARI, EDGE)]
    assert (await owner.client.delete(BASE)).status_code == 204
    for tokens in others:
        assert (await anyone.with_token(tokens["access_token"]).get("profile")).status_code == 401
    assert (await owner.client.get("profile")).status_code == 200
    assert (await stranger.client.get("profile")).status_code == 200


async def test_foreign_devices_are_not_found(anyone: Client, owner: Member, stranger: Member) -> None:
    [mine] = (await owner.client.get(BASE)).json()["data"]
    assert (await stranger.client.delete(f"{BASE}/{mine['id']}")).status_code == 404
    assert mine["id"] not in [each["id"] for each in (await stranger.client.get(BASE)).json()["data"]]
    assert (await owner.client.get("profile")).status_code == 200


@pytest.mark.parametrize("name", ["0", "%00", "..", "a" * 300, "\u2028"])
async def test_what_is_no_id_is_not_found(owner: Member, name: str) -> None:
    assert (await owner.client.delete(f"{BASE}/{name}")).status_code in (404, 405, 422)
    assert (await owner.client.get("profile")).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("GET", BASE), ("DELETE", BASE), ("DELETE", f"{BASE}/some")])
async def test_needs_a_users_token(anyone: Client, visitor: Client, method: str, path: str) -> None:
    for caller in (anyone, visitor):
        assert (await caller.call(method, path)).status_code == 401


async def test_new_device_is_noted_and_the_first_and_known_ones_are_not(anyone: Client, owner: Member) -> None:
    assert "new_device" not in await kinds(owner)
    await sign_in(anyone, owner, SAFARI)
    assert (await kinds(owner)).count("new_device") == 1
    await sign_in(anyone, owner, SAFARI.replace("17_5", "17_6"))
    assert (await kinds(owner)).count("new_device") == 1


async def test_owner_is_mailed_about_a_new_device(
    anyone: Client, owner: Member, tmp_path: Path, database_url: str
) -> None:
    await sign_in(anyone, owner, SAFARI)
    await do_jobs(settings_for(tmp_path, database_url))
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in (tmp_path / "mail").glob("*.eml")]
    [mail] = [mail for mail in mails if mail["Subject"] == "New sign-in to your account"]
    assert mail["To"] == owner.email
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Mobile Safari on iOS, address 127.0.0.1" in text


async def test_known_browser_on_another_network_is_a_new_device(
    anyone: Client, owner: Member, worker_database: str
) -> None:
    await sign_in(anyone, owner, FIREFOX)
    noted = (await kinds(owner)).count("new_device")
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE grants SET address = '127.0.200.9'")
    await sign_in(anyone, owner, FIREFOX)
    assert (await kinds(owner)).count("new_device") == noted
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE grants SET address = '203.0.113.9'")
    await sign_in(anyone, owner, FIREFOX)
    assert (await kinds(owner)).count("new_device") == noted + 1
