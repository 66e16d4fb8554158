"""How many tries an account takes, from whom, and that its owner gets in all the same."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.factories.accounts import PASSWORD, Member
from tests.factories.mails import link_in, mails_in, query_of
from tests.factories.oauth import consent, exchange, first_party_client, oauth_client
from tests.factories.platform import Client, do_jobs, settings_for
from tests.factories.second_factors import with_app

NEW = "another good password"
SAME_NETWORK = [f"2001:db8:1:1::{number:x}" for number in range(1, 41)]
NETWORKS = [f"2001:db8:2:{number:x}::1" for number in range(40)]


async def statuses(anyone: Client, addresses: list[str], path: str, body: object) -> Counter[int]:
    answers = await asyncio.gather(*(anyone.at(address).post(path, body) for address in addresses))
    return Counter(answer.status_code for answer in answers)


def wrong(email: str) -> dict[str, str]:
    return {"email": email, "password": "not this one"}


@pytest.mark.parametrize("email", ["nobody@example.com", None])
async def test_addresses_of_one_network_are_one_guesser_also_at_once(
    anyone: Client, owner: Member, email: str | None
) -> None:
    tried = await statuses(anyone, SAME_NETWORK, "auth/login", wrong(email or owner.email))
    assert tried == {401: 5, 429: 35}


@pytest.mark.parametrize("email", ["nobody@example.com", None])
async def test_guesses_from_everywhere_are_counted_together(anyone: Client, owner: Member, email: str | None) -> None:
    tried = await statuses(anyone, NETWORKS, "auth/login", wrong(email or owner.email))
    assert tried == {401: 30, 429: 10}


async def test_strangers_cannot_lock_an_owner_out(anyone: Client, owner: Member) -> None:
    await statuses(anyone, NETWORKS, "auth/login", wrong(owner.email))
    right = {"email": owner.email, "password": PASSWORD}
    assert (await anyone.at("2001:db8:3::1").post("auth/login", right)).status_code == 429
    assert (await anyone.post("auth/login", right)).status_code == 200
    assert (await anyone.post("auth/login", wrong(owner.email))).status_code == 401


async def test_right_password_lets_in_as_often_as_one_likes(anyone: Client, owner: Member) -> None:
    right = {"email": owner.email, "password": PASSWORD}
    assert await statuses(anyone, ["127.0.0.1"] * 12, "auth/login", right) == {200: 12}


async def test_mailed_link_lets_a_travelling_owner_in(
    anyone: Client, owner: Member, tmp_path: Path, database_url: str
) -> None:
    """Mailu 2880: an owner on holiday, locked out for a day by somebody who guessed."""
    settings = settings_for(tmp_path, database_url)
    await statuses(anyone, NETWORKS, "auth/login", wrong(owner.email))
    away = anyone.at("2001:db8:4::1")
    assert (await away.post("auth/login", {"email": owner.email, "password": PASSWORD})).status_code == 429
    await away.post("auth/password/email", {"email": owner.email})
    await do_jobs(settings)
    [link] = [query_of(link_in(mail)) for mail in mails_in(tmp_path, owner.email) if "password" in mail["Subject"]]
    reset = {"token": link["token"], "userEmail": owner.email, "password": NEW}
    assert (await away.post("auth/password/reset", reset)).status_code == 200
    assert (await away.post("auth/login", {"email": owner.email, "password": NEW})).status_code == 200


async def test_passwords_sent_to_oauth_are_counted_with_the_others(
    anyone: Client, owner: Member, tmp_path: Path, database_url: str
) -> None:
    app = await first_party_client(settings_for(tmp_path, database_url))
    asked = {"grant_type": "password", "username": owner.email, **app.body}
    tried = await statuses(anyone, NETWORKS, "oauth/token", {**asked, "password": "not this one"})
    assert tried == {400: 30, 429: 10}
    assert (await anyone.at(NETWORKS[0]).post("auth/login", wrong(owner.email))).status_code == 429
    assert (await anyone.post("oauth/token", {**asked, "password": PASSWORD})).status_code == 200


async def test_who_signs_in_by_an_own_app_is_known_there(anyone: Client, tmp_path: Path, database_url: str) -> None:
    app = await first_party_client(settings_for(tmp_path, database_url))
    signed_up = {"email": "ada@example.com", "password": PASSWORD, "full_name": "Ada"}
    assert (await anyone.at("2001:db8:6::1").post("auth/register", signed_up)).status_code == 200
    home = anyone.at("2001:db8:7::1")
    right = {"grant_type": "password", "username": "ada@example.com", "password": PASSWORD, **app.body}
    assert (await home.post("oauth/token", right)).status_code == 200
    await statuses(anyone, NETWORKS, "auth/login", wrong("ada@example.com"))
    assert (await home.post("oauth/token", right)).status_code == 200
    assert (await anyone.at("2001:db8:8::1").post("oauth/token", right)).status_code == 429


async def test_what_others_apps_are_allowed_makes_no_network_known(
    anyone: Client, owner: Member, stranger: Member
) -> None:
    app = await oauth_client(stranger.client)
    server = anyone.at("2001:db8:7::1")
    await exchange(server, app, await consent(owner.client, app))
    await statuses(anyone, NETWORKS, "auth/login", wrong(owner.email))
    assert (await server.post("auth/login", wrong(owner.email))).status_code == 429


async def test_codes_are_counted_alike(anyone: Client, owner: Member) -> None:
    """Of somebody who knows the password."""
    app = await with_app(owner)
    login = {"email": owner.email, "password": PASSWORD}
    tried = await statuses(anyone, NETWORKS[:20], "auth/login", {**login, "code": "000000"})
    assert tried == {401: 10, 429: 10}
    spare = {**login, "code": app.recovery_codes[0]}
    assert (await anyone.at(NETWORKS[20]).post("auth/login", spare)).status_code == 429
    assert (await anyone.post("auth/login", spare)).status_code == 200


async def test_stolen_token_cannot_use_up_the_owners_tries(owner: Member) -> None:
    thief = owner.client.at("2001:db8:5::1")
    change = {"old_password": "a guess", "password": NEW, "password_confirmation": NEW}
    for path, body, refused, most in (
        ("auth/password/change-password", change, 422, 5),
        ("profile/second-factors/totp", {"password": "a guess"}, 422, 10),
    ):
        tried = [(await thief.post(path, body)).status_code for _ in range(most + 1)]
        assert tried == [refused] * most + [429]
    assert (await owner.client.post("profile/second-factors/totp", {"password": PASSWORD})).status_code == 200
    right = await owner.client.post("auth/password/change-password", {**change, "old_password": PASSWORD})
    assert right.status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "most"),
    [
        ("auth/password/email", {"email": "{}@example.com"}, 30),
        ("auth/password/reset", {"token": "{}", "userEmail": "a@example.com", "password": NEW}, 30),
        ("auth/verify", {"email": "a@example.com", "hash": "{}"}, 30),
        ("auth/register", {"email": "{}@example.com", "password": PASSWORD, "full_name": "Ada"}, 20),
    ],
)
async def test_what_else_is_limited_counts_networks_too(
    anyone: Client, path: str, body: dict[str, str], most: int
) -> None:
    tried = []
    for number, address in enumerate(SAME_NETWORK):
        sent = {name: value.format(number) for name, value in body.items()}
        tried.append((await anyone.at(address).post(path, sent)).status_code)
    assert tried.count(429) == len(SAME_NETWORK) - most
    assert (await anyone.at("2001:db8:9::1").post(path, sent)).status_code != 429
