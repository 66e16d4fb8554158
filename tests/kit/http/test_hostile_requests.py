"""What nobody sends by mistake: it is refused in words, soon, and never with a 500."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storecast.kit import images
from storecast.kit.hooks import HEADER, verify
from storecast.kit.http.request import MAX_TEXT
from tests.factories.accounts import PASSWORD, Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client, running_app, settings_for

SECRET = b"secret"


@pytest.fixture
async def anyone(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    async with running_app(settings_for(tmp_path, database_url)) as client:
        yield client


@pytest.fixture
async def owner(anyone: Client) -> Member:
    return await member(anyone)


@pytest.mark.parametrize("media_type", ["application/json", "application/x-www-form-urlencoded"])
async def test_operations_that_take_pictures_take_no_more_text_than_others(owner: Member, media_type: str) -> None:
    text = b"[" + b"[]," * (MAX_TEXT // 3) + b"[]]"
    answer = await owner.client.call(
        "POST", "profile/products/create", content=text, headers={"Content-Type": media_type}
    )
    assert answer.status_code == 413


async def test_proof_of_an_address_in_any_letters_is_refused_alike(anyone: Client, owner: Member) -> None:
    for email in (owner.email, "nobody@example.com"):
        answer = await anyone.post("auth/verify", {"email": email, "hash": "é"})
        assert (answer.status_code, answer.json()["error"]["messages"][0]["field"]) == (422, "hash")


async def test_opt_out_in_any_letters_is_refused(anyone: Client) -> None:
    query = {"follower": "a", "streamer": "b", "proof": "é" * 64}
    assert (await anyone.post("profile/unfollow", params=query)).status_code == 404


async def test_address_that_grows_in_lower_case_is_too_long(anyone: Client) -> None:
    email = "İ" * 200 + "@example.com"
    for path, body in (("auth/register", {"password": PASSWORD}), ("auth/password/email", {})):
        answer = await anyone.post(path, {"email": email, **body})
        assert (answer.status_code, answer.json()["error"]["messages"][0]["field"]) == (422, "email")


@pytest.mark.parametrize("signature", ["t={now},v1=é", "t=" + "9" * 5000 + ",v1=0", "t=²,v1=0"])
async def test_malformed_signatures_are_wrong_ones(anyone: Client, signature: str) -> None:
    signature = signature.replace("{now}", str(int(time.time())))
    assert not verify(SECRET, b"{}", signature, time.time())
    headers = [(HEADER.encode(), signature.encode("latin-1"))]
    assert (await anyone.call("POST", "/internal/realtime/enter", content=b"{}", headers=headers)).status_code == 401


async def test_nul_is_found_nowhere(anyone: Client, owner: Member) -> None:
    answer = await owner.client.get("oauth/authorize?client_id=a%00")
    assert (answer.status_code, answer.json()["error"]["messages"][0]["field"]) == (422, "client_id")
    fields = {"grant_type": "client_credentials"}
    refused = await anyone.call("POST", "oauth/token", data=fields, headers={"Authorization": "Basic YSUwMDpi"})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_at": "0001-01-01T00:00:00+23:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-23:00"}, "starts_at"),
        ({"starts_at_date": "0001-01-01"}, "starts_at_date"),
        ({"slug": "lamps\n"}, "slug"),
    ],
)
async def test_channel_takes_neither_ends_of_the_calendar_nor_hidden_lines(
    owner: Member, change: dict[str, str], field: str
) -> None:
    made = await channel(owner.client, timezone="America/New_York")
    answer = await owner.client.put(f"events/{made['id']}", change)
    assert (answer.status_code, answer.json()["error"]["messages"][0]["field"]) == (422, field)
    first = await owner.client.post("events", {"name": "First show", "starts_at": "0001-01-01 00:00:00"})
    assert (first.status_code, first.json()["error"]["messages"][0]["field"]) == (422, "starts_at")


async def test_pictures_are_unfolded_two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: list[int] = []
    now = 0

    def unfold(content: bytes, longest_side: int) -> bytes:
        nonlocal now
        now += 1
        at_once.append(now)
        time.sleep(0.01)
        now -= 1
        return content

    monkeypatch.setattr(images, "_normalise", unfold)
    await asyncio.gather(*(images.normalise_image(b"", 10) for _ in range(8)))
    assert len(at_once) == 8
    assert max(at_once) <= 2
