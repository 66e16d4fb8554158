from tests.factories.accounts import Member
from tests.factories.platform import Client


async def test_anyone_gets_a_guest_identity(anyone: Client) -> None:
    one, other = [(await anyone.get("jwt")).json()["data"] for _ in range(2)]
    assert one["identity"]["guest"] is True
    assert one["identity"]["id"] != other["identity"]["id"]
    assert one["url"] == "ws://shop.test:8001/"
    assert one["expires_in"] == 900


async def test_user_gets_their_own_identity(owner: Member) -> None:
    answer = (await owner.client.get("jwt")).json()["data"]
    assert answer["identity"] == {"id": owner.user["hash_id"], "guest": False, "name": "Mara Ionescu"}


async def test_guest_who_asks_again_stays_the_same_guest(anyone: Client) -> None:
    first = (await anyone.get("jwt")).json()["data"]
    again = (await anyone.with_token(first["token"]).get("jwt")).json()["data"]
    assert again["identity"]["id"] == first["identity"]["id"]


async def test_bad_token_is_an_error_and_not_a_new_guest(anyone: Client) -> None:
    assert (await anyone.with_token("nonsense").get("jwt")).status_code == 401


async def test_users_realtime_token_is_no_access_token(owner: Member, anyone: Client) -> None:
    token = (await owner.client.get("jwt")).json()["data"]["token"]
    assert (await anyone.with_token(token).get("profile")).status_code == 401
