from collections.abc import Callable

import psycopg
import pytest

from tests.factories.accounts import PASSWORD, Member
from tests.factories.passkeys import USER_PRESENT, Authenticator, Json, encode
from tests.factories.platform import Client
from tests.factories.second_factors import kinds, ticket, with_app, with_passkey

BASE = "profile/passkeys"


async def begin(member: Member) -> Json:
    answer = await member.client.post(f"{BASE}/options", {"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


async def asked(anyone: Client, **body: str) -> Json:
    answer = await anyone.post("auth/passkeys/options", body)
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


async def sign_in(anyone: Client, authenticator: Authenticator, **body: str) -> tuple[int, Json]:
    options = await asked(anyone, **body)
    credential = authenticator.get(options["options"])
    answer = await anyone.post(
        "auth/passkeys", {"challenge_id": options["challenge_id"], "credential": credential, **body}
    )
    return answer.status_code, answer.json()


async def test_passkey_alone_signs_in(anyone: Client, owner: Member) -> None:
    authenticator = await with_passkey(owner)
    options = (await asked(anyone))["options"]
    assert (options["rpId"], options["allowCredentials"], options["userVerification"]) == ("localhost", [], "required")
    status, tokens = await sign_in(anyone, authenticator)
    assert status == 200
    assert tokens.keys() == {"access_token", "refresh_token", "expires_in"}
    profile = await anyone.with_token(tokens["access_token"]).get("profile")
    assert profile.json()["data"]["email"] == owner.email
    assert (await kinds(owner))[0] == "signed_in"


async def test_first_factor_brings_recovery_codes(anyone: Client, owner: Member) -> None:
    begun = await begin(owner)
    options = begun["options"]
    assert (options["rp"], options["user"]["name"]) == ({"name": "Storecast", "id": "localhost"}, owner.email)
    assert options["authenticatorSelection"]["residentKey"] == "required"
    body = {"challenge_id": begun["challenge_id"], "credential": Authenticator().create(options), "name": " Phone "}
    added = (await owner.client.post(BASE, body)).json()["data"]
    assert (added["passkey"]["name"], added["passkey"]["last_used_at"]) == ("Phone", None)
    codes = added["recovery_codes"]
    assert len(codes) == 10
    refused = await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})
    assert refused.json()["error"]["second_factor"]["methods"] == ["passkey", "recovery_code"]
    answer = await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD, "code": codes[0]})
    assert answer.status_code == 200
    again = await begin(owner)
    body = {"challenge_id": again["challenge_id"], "credential": Authenticator().create(again["options"])}
    assert (await owner.client.post(BASE, body)).json()["data"]["recovery_codes"] == []


async def test_passkey_is_the_second_factor_of_a_password(anyone: Client, owner: Member) -> None:
    authenticator = await with_passkey(owner)
    waiting = await ticket(anyone, owner)
    options = (await asked(anyone, ticket=waiting))["options"]
    assert [each["id"] for each in options["allowCredentials"]] == [encode(authenticator.credential_id)]
    status, tokens = await sign_in(anyone, authenticator, ticket=waiting)
    assert (status, "access_token" in tokens) == (200, True)
    answer = await anyone.post("auth/passkeys/options", {"ticket": waiting})
    assert answer.status_code == 401  # it is used


async def test_ticket_takes_a_passkey_of_its_own_account_only(anyone: Client, owner: Member, stranger: Member) -> None:
    await with_passkey(owner)
    theirs = await with_passkey(stranger)
    status, _ = await sign_in(anyone, theirs, ticket=await ticket(anyone, owner))
    assert status == 401


async def test_answer_signs_in_once(anyone: Client, owner: Member) -> None:
    authenticator = await with_passkey(owner)
    options = await asked(anyone)
    body = {"challenge_id": options["challenge_id"], "credential": authenticator.get(options["options"])}
    assert (await anyone.post("auth/passkeys", body)).status_code == 200
    assert (await anyone.post("auth/passkeys", body)).status_code == 401
    other = await asked(anyone)
    assert (await anyone.post("auth/passkeys", {**body, "challenge_id": other["challenge_id"]})).status_code == 401


async def test_challenge_is_spent_by_a_wrong_answer(anyone: Client, owner: Member) -> None:
    authenticator = await with_passkey(owner)
    options = await asked(anyone)
    good = authenticator.get(options["options"])
    bad = {**good, "response": {**good["response"], "signature": encode(b"not a signature")}}
    body = {"challenge_id": options["challenge_id"]}
    assert (await anyone.post("auth/passkeys", {**body, "credential": bad})).status_code == 401
    assert (await anyone.post("auth/passkeys", {**body, "credential": good})).status_code == 401


async def test_challenge_is_over_after_five_minutes(anyone: Client, owner: Member, worker_database: str) -> None:
    authenticator = await with_passkey(owner)
    options = await asked(anyone)
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE passkey_challenges SET expires_at = expires_at - interval '5 minutes'")
    body = {"challenge_id": options["challenge_id"], "credential": authenticator.get(options["options"])}
    assert (await anyone.post("auth/passkeys", body)).status_code == 401


def elsewhere(authenticator: Authenticator) -> None:
    authenticator.origin = "https://phishing.example"


def for_another_site(authenticator: Authenticator) -> None:
    authenticator.rp_id = "phishing.example"


def unverified(authenticator: Authenticator) -> None:
    authenticator.flags = USER_PRESENT


def for_somebody_else(authenticator: Authenticator) -> None:
    authenticator.user_handle = b"x" * 32


def unknown(authenticator: Authenticator) -> None:
    authenticator.credential_id = b"x" * 16


@pytest.mark.parametrize("lie", [elsewhere, for_another_site, unverified, for_somebody_else, unknown])
async def test_no_other_answer_signs_in(anyone: Client, owner: Member, lie: Callable[[Authenticator], None]) -> None:
    authenticator = await with_passkey(owner)
    lie(authenticator)
    status, answer = await sign_in(anyone, authenticator)
    assert (status, answer["error"]["message"]) == (401, "The passkey was not accepted.")


async def test_counter_that_went_back_is_refused_and_noted(anyone: Client, owner: Member) -> None:
    authenticator = await with_passkey(owner)
    authenticator.count = 5
    assert (await sign_in(anyone, authenticator))[0] == 200
    authenticator.count = 3  # as a copy of the key would have it
    assert (await sign_in(anyone, authenticator))[0] == 401
    assert "passkey_counter_went_back" in await kinds(owner)


async def test_authenticator_that_does_not_count_signs_in(anyone: Client, owner: Member) -> None:
    authenticator = Authenticator()
    authenticator.counts = False
    await with_passkey(owner, authenticator)
    assert [(await sign_in(anyone, authenticator))[0] for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("lie", [elsewhere, unverified])
async def test_no_other_passkey_is_registered(owner: Member, lie: Callable[[Authenticator], None]) -> None:
    authenticator = Authenticator()
    lie(authenticator)
    begun = await begin(owner)
    body = {"challenge_id": begun["challenge_id"], "credential": authenticator.create(begun["options"])}
    answer = await owner.client.post(BASE, body)
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == ["credential"]
    assert (await owner.client.get(BASE)).json()["data"] == []


async def test_challenge_registers_once_and_for_its_asker(owner: Member, stranger: Member) -> None:
    begun = await begin(owner)
    body = {"challenge_id": begun["challenge_id"], "credential": Authenticator().create(begun["options"])}
    foreign = await stranger.client.post(BASE, body)
    assert [entry["field"] for entry in foreign.json()["error"]["messages"]] == ["challenge_id"]
    assert (await owner.client.post(BASE, body)).status_code == 200
    assert (await owner.client.post(BASE, body)).status_code == 422


async def test_sign_in_challenge_registers_nothing(anyone: Client, owner: Member) -> None:
    begun, options = await begin(owner), await asked(anyone)
    made = Authenticator().create({**begun["options"], "challenge": options["options"]["challenge"]})
    answer = await owner.client.post(BASE, {"challenge_id": options["challenge_id"], "credential": made})
    assert answer.status_code == 422


async def test_one_passkey_belongs_to_one_account(owner: Member, stranger: Member) -> None:
    authenticator = await with_passkey(owner)
    begun = await begin(stranger)
    body = {"challenge_id": begun["challenge_id"], "credential": authenticator.create(begun["options"])}
    assert (await stranger.client.post(BASE, body)).status_code == 409
    again = (await begin(owner))["options"]
    assert [each["id"] for each in again["excludeCredentials"]] == [encode(authenticator.credential_id)]


async def test_passkeys_are_listed_renamed_and_removed(anyone: Client, owner: Member) -> None:
    await with_app(owner)
    authenticator = await with_passkey(owner)
    [passkey] = (await owner.client.get(BASE)).json()["data"]
    assert passkey["name"] == "Phone"
    renamed = await owner.client.put(f"{BASE}/{passkey['id']}", {"name": "Blue phone"})
    assert renamed.json()["data"] == {**passkey, "name": "Blue phone"}
    assert (await owner.client.post(f"{BASE}/{passkey['id']}/remove", {})).status_code == 422
    assert (await owner.client.post(f"{BASE}/{passkey['id']}/remove", {"password": PASSWORD})).status_code == 204
    assert (await owner.client.get(BASE)).json()["data"] == []
    assert (await sign_in(anyone, authenticator))[0] == 401
    shown = (await owner.client.get("profile/second-factors")).json()["data"]
    assert (shown["methods"], shown["recovery_codes_left"]) == (["totp", "recovery_code"], 10)


async def test_last_factor_takes_the_recovery_codes_along(anyone: Client, owner: Member) -> None:
    await with_passkey(owner)
    [passkey] = (await owner.client.get(BASE)).json()["data"]
    await owner.client.post(f"{BASE}/{passkey['id']}/remove", {"password": PASSWORD})
    assert (await owner.client.get("profile/second-factors")).json()["data"]["recovery_codes_left"] == 0
    assert (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).status_code == 200


async def test_foreign_passkeys_are_not_found(owner: Member, stranger: Member) -> None:
    await with_passkey(owner)
    [passkey] = (await owner.client.get(BASE)).json()["data"]
    assert (await stranger.client.put(f"{BASE}/{passkey['id']}", {"name": "Mine"})).status_code == 404
    removed = await stranger.client.post(f"{BASE}/{passkey['id']}/remove", {"password": PASSWORD})
    assert removed.status_code == 404


RIGHT_ANSWER = {
    "id": "AA",
    "rawId": "AA",
    "type": "public-key",
    "response": {"clientDataJSON": "AA", "attestationObject": "AA"},
}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", BASE, None),
        ("POST", f"{BASE}/options", {}),
        ("POST", BASE, {"challenge_id": "some", "credential": RIGHT_ANSWER}),
        ("PUT", f"{BASE}/some", {"name": "Phone"}),
        ("POST", f"{BASE}/some/remove", {}),
    ],
)
async def test_needs_a_users_token(anyone: Client, visitor: Client, method: str, path: str, body: Json | None) -> None:
    for caller in (anyone, visitor):
        assert (await caller.call(method, path, json=body)).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"id": 5},
        {"rawId": "%%%"},
        {"type": "password"},
        {"response": {}},
        {"response": None},
        {"response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "A"}},
        {"response": {"clientDataJSON": "_w", "authenticatorData": "", "signature": ""}},
    ],
)
async def test_malformed_answers_are_refused(anyone: Client, owner: Member, change: Json) -> None:
    authenticator = await with_passkey(owner)
    options = await asked(anyone)
    credential = {**authenticator.get(options["options"]), **change}
    answer = await anyone.post("auth/passkeys", {"challenge_id": options["challenge_id"], "credential": credential})
    assert answer.status_code in (401, 422), answer.text
    assert answer.json()["error"]["message"]
