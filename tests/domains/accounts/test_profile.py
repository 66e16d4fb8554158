from pathlib import Path

import pytest

from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import BASE, Client, do_jobs, settings_for
from tests.factories.products import shelf_product, upload
from tests.waiting import eventually


async def test_profile_shows_usage_of_the_plan(owner: Member) -> None:
    made = await channel(owner.client)
    await shelf_product(owner.client, made["slug"])
    user = (await owner.client.get("profile")).json()["data"]
    usage = user["subscription_details"]["data"]["usage"]
    assert (usage["channels"]["no"], usage["products"]["no"], usage["minutes"]["no"]) == (1, 1, 0)
    assert usage["channels"]["unlimited"] is True


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_profile_needs_a_users_token(anyone: Client, visitor: Client, method: str) -> None:
    assert (await anyone.call(method, "profile")).status_code == 401
    assert (await visitor.call(method, "profile")).status_code == 401
    assert (await anyone.with_token("nonsense").call(method, "profile")).status_code == 401


async def test_update_changes_only_what_is_sent(owner: Member) -> None:
    await owner.client.post("profile", {"full_name": "Zoe Stan", "username": "zoe", "location": "Cluj"})
    answer = await owner.client.post("profile", {"full_name": "Zoe B. Stan", "description": "Lamps."})
    user = answer.json()["data"]
    assert (user["full_name"], user["username"], user["location"]) == ("Zoe B. Stan", "zoe", "Cluj")


async def test_null_clears_what_can_be_empty(owner: Member) -> None:
    said = {"description": "Lamps.", "location": "Cluj", "phone": "+40 722 000 000"}
    await owner.client.post("profile", {"full_name": "Zoe", "username": "zoe", **said})
    cleared = (await owner.client.post("profile", {"full_name": "Zoe", **dict.fromkeys(said)})).json()["data"]
    assert [cleared[name] for name in said] == [None, None, None]
    kept = (await owner.client.post("profile", {"full_name": "Zoe", "username": None})).json()["data"]
    assert kept["username"] == "zoe"


async def test_currency_is_chosen_by_its_id(owner: Member) -> None:
    dollars = (await owner.client.get("profile")).json()["data"]["currency"]["data"]
    assert (dollars["iso_code"], dollars["symbol"]) == ("USD", "$")
    wrong = await owner.client.post("profile", {"full_name": "Zoe", "currency_id": 99_999_999})
    assert [message["field"] for message in wrong.json()["error"]["messages"]] == ["currency_id"]
    again = await owner.client.post("profile", {"full_name": "Zoe", "currency_id": dollars["id"]})
    assert again.json()["data"]["currency"]["data"] == dollars


async def test_avatar_is_reencoded_and_served(owner: Member, anyone: Client) -> None:
    answer = await owner.client.post("profile", data={"full_name": "Zoe"}, files={"avatar": upload()})
    url = answer.json()["data"]["avatar"]
    served = await anyone.get(url.removeprefix("http://shop.test:8000"))
    assert (served.status_code, served.headers["Content-Type"]) == (200, "image/webp")


async def test_replaced_avatar_is_gone_from_everywhere(
    owner: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made = await channel(owner.client, slug="lamps")
    first = (await owner.client.post("profile", data={"full_name": "Zoe"}, files={"avatar": upload()})).json()["data"]
    await owner.client.post("messages", {"data": "Hello", "thread_id": made["thread_id"]})
    assert (await shown_owner(anyone))["avatar"] == first["avatar"]
    second = (await owner.client.post("profile", data={"full_name": "Zoe"}, files={"avatar": upload()})).json()["data"]
    await do_jobs(settings_for(tmp_path, database_url))
    assert (await anyone.get(first["avatar"].removeprefix(BASE))).status_code == 404
    assert (await anyone.get(second["avatar"].removeprefix(BASE))).status_code == 200
    thread = (await owner.client.post("thread/read", {"threadSlug": "lamps", "userId": "1"})).json()["data"]
    assert [said["author"]["data"]["avatar"] for said in thread["messages"]["data"]] == [second["avatar"]]

    async def viewers_see_the_new_one() -> bool:
        return bool((await shown_owner(anyone))["avatar"] == second["avatar"])

    await eventually(viewers_see_the_new_one)


async def shown_owner(anyone: Client) -> dict[str, str]:
    owner: dict[str, str] = (await anyone.get("events/playback/lamps")).json()["data"]["owner"]["data"]
    return owner


async def test_avatar_that_is_no_picture_is_refused(owner: Member) -> None:
    answer = await owner.client.post("profile", data={"full_name": "Zoe"}, files={"avatar": upload(b"<svg/>")})
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == ["avatar"]


@pytest.mark.parametrize(
    "change", [{"full_name": ""}, {"full_name": "a" * 61}, {"full_name": "  "}, {"username": "a" * 50}]
)
async def test_bad_input_names_the_field(owner: Member, change: dict[str, str]) -> None:
    answer = await owner.client.post("profile", {"full_name": "Zoe", **change})
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == list(change)


async def test_language_is_chosen_from_those_on_offer(owner: Member) -> None:
    answer = await owner.client.post("profile", {"full_name": "Zoe", "locale": "en_gb"})
    assert answer.json()["data"]["locale"] == "en-GB"
    wrong = await owner.client.post("profile", {"full_name": "Zoe", "locale": "tlh"})
    assert [message["field"] for message in wrong.json()["error"]["messages"]] == ["locale"]
    assert (await owner.client.get("profile")).json()["data"]["locale"] == "en-GB"


async def test_phone_is_international_or_as_dialled_at_home(owner: Member) -> None:
    for number in ("0722 000 000", "qt", "+40 72"):  # no home is known yet
        wrong = await owner.client.post("profile", {"full_name": "Zoe", "phone": number})
        assert [message["field"] for message in wrong.json()["error"]["messages"]] == ["phone"]
    first = await owner.client.post("profile", {"full_name": "Zoe", "phone": "+40 722 000 000"})
    assert first.json()["data"]["phone"] == "+40722000000"
    second = await owner.client.post("profile", {"full_name": "Zoe", "phone": "0722 111 222"})
    assert second.json()["data"]["phone"] == "+40722111222"
