"""Whose account it is, whichever the provider."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from tests.domains.sign_ins.social.conftest import SERVICE, WEB, Verify, enter, profile, refusal
from tests.factories.accounts import PASSWORD, member
from tests.factories.platform import Client, running_app, settings_for
from tests.peers.facebook import APP_ID, FacebookPeer, Token
from tests.peers.issuer import Issuer
from tests.peers.shopify import API_KEY, SHOP, ShopPeer


def events(database_url: str) -> list[tuple[str, str]]:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT kind, detail FROM security_events ORDER BY created_at, kind").fetchall()
    return [(kind, detail) for kind, detail in rows]


async def test_a_verified_account_is_linked_and_keeps_everything(
    anyone: Client, google: Issuer, verify: Verify
) -> None:
    ana = await member(anyone, "ana@example.com")
    verify(ana.email)
    linked = await profile(anyone, await enter(anyone, "google", google.token(email="Ana@Example.com")))
    assert (linked["hash_id"], linked["full_name"]) == (ana.user["hash_id"], "Mara Ionescu")
    assert (await ana.client.get("profile")).status_code == 200
    assert (await anyone.post("auth/login", {"email": ana.email, "password": PASSWORD})).status_code == 200


async def test_who_made_an_account_with_another_s_email_is_out_once_its_owner_comes(
    anyone: Client, google: Issuer, database_url: str
) -> None:
    squatter = await member(anyone, "ana@example.com")
    mine = await enter(anyone, "google", google.token())
    assert (await profile(anyone, mine))["isVerified"] is True
    assert (await squatter.client.get("profile")).status_code == 401
    refresh = {"refresh_token": squatter.refresh_token}
    assert (await anyone.post("auth/login/refresh", refresh)).status_code == 401
    assert (await anyone.post("auth/login", {"email": squatter.email, "password": PASSWORD})).status_code == 401
    assert ("account_handed_over", "google") in events(database_url)


async def test_the_other_way_round_the_email_is_taken(anyone: Client, google: Issuer) -> None:
    await enter(anyone, "google", google.token())
    answer = await anyone.post("auth/register", {"email": "ana@example.com", "password": PASSWORD})
    assert refusal(answer) == (422, ["email"])


async def test_every_provider_leads_to_one_account(
    anyone: Client, google: Issuer, apple: Issuer, on_facebook: FacebookPeer, shop: ShopPeer
) -> None:
    on_facebook.tokens = {"token": Token()}
    entered = [
        await enter(anyone, "google", google.token()),
        await enter(anyone, "apple", apple.token()),
        await enter(anyone, "facebook", "token"),
        await enter(anyone, "shopify", shop.session_token(), shop=SHOP),
    ]
    assert len({str((await profile(anyone, answer))["hash_id"]) for answer in entered}) == 1


async def test_the_same_subject_at_two_providers_is_two_people(anyone: Client, google: Issuer, apple: Issuer) -> None:
    ana = await profile(anyone, await enter(anyone, "google", google.token()))
    bo = await profile(anyone, await enter(anyone, "apple", apple.token(email="bo@example.com")))
    assert ana["hash_id"] != bo["hash_id"]


async def test_first_sign_ins_at_once_make_one_account(anyone: Client, google: Issuer) -> None:
    token = google.token()
    answers = await asyncio.gather(*(enter(anyone, "google", token) for _ in range(4)))
    assert len({str((await profile(anyone, answer))["hash_id"]) for answer in answers}) == 1


async def test_signing_in_is_in_the_audit_log(anyone: Client, google: Issuer, database_url: str) -> None:
    await enter(anyone, "google", google.token())
    await enter(anyone, "google", google.forged())
    kinds = {"registered", "identity_linked", "signed_in"}  # whose token was forged, nobody knows
    assert set(events(database_url)) == {(kind, "google") for kind in kinds}


async def test_pages_learn_which_providers_there_are(anyone: Client, tmp_path: Path, database_url: str) -> None:
    answer = await anyone.get("auth/login/social")
    assert answer.json()["data"] == [
        {"provider": "google", "client_id": WEB},
        {"provider": "apple", "client_id": SERVICE},
        {"provider": "facebook", "client_id": APP_ID},
        {"provider": "shopify", "client_id": API_KEY},
    ]
    async with running_app(settings_for(tmp_path, database_url)) as bare:
        assert (await bare.get("auth/login/social")).json()["data"] == []


async def test_providers_without_keys_say_so(tmp_path: Path, database_url: str, google: Issuer) -> None:
    async with running_app(settings_for(tmp_path, database_url)) as anyone:
        for provider in ("google", "apple", "facebook", "shopify"):
            answer = await enter(anyone, provider, google.token(), shop=SHOP)
            assert refusal(answer) == (422, ["provider"])
            assert "has no keys on this installation" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"provider": "myspace"}, "provider"),
        ({"provider": None}, "provider"),
        ({"access_token": ""}, "access_token"),
        ({"access_token": "a" * 8193}, "access_token"),
        ({"access_token": 5}, "access_token"),
        ({"user": "a" * 2001}, "user"),
        ({"nonce": ""}, "nonce"),
        ({"nonce": "a" * 201}, "nonce"),
        ({"shop": "a" * 101}, "shop"),
    ],
)
async def test_bad_input_names_the_field(anyone: Client, change: dict[str, object], field: str) -> None:
    answer = await anyone.post("auth/login/social", {"provider": "google", "access_token": "token", **change})
    assert refusal(answer) == (422, [field])


async def test_an_address_is_limited(anyone: Client) -> None:
    statuses = [(await enter(anyone, "google", "token")).status_code for _ in range(61)]
    assert statuses == [401] * 60 + [429]


async def test_every_spelling_of_an_address_leads_to_its_account(
    anyone: Client, google: Issuer, verify: Verify
) -> None:
    jose = await member(anyone, "josé@bücher.example")
    verify("josé@bücher.example")
    for spelled in ("Jose\u0301@bücher.example", "josé@xn--bcher-kva.example"):
        linked = await profile(anyone, await enter(anyone, "google", google.token(email=spelled)))
        assert linked["hash_id"] == jose.user["hash_id"]


async def test_a_newcomer_goes_by_what_their_browser_does(anyone: Client, google: Issuer) -> None:
    asked = {"provider": "google", "access_token": google.token()}
    entered = await anyone.post("auth/login/social", asked, headers={"Accept-Language": "fr-CH"})
    person = await profile(anyone, entered)
    assert (person["locale"], person["currency"]["data"]["iso_code"]) == ("fr", "CHF")
