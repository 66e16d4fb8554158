"""Google and Apple: which ID tokens are taken, and whose keys are asked for when."""

import hashlib
from collections.abc import Callable

import httpx
import pytest

from storecast.adapters.identity.keys import KEPT, REFETCH, RETRY, ProviderKeys
from storecast.adapters.identity.provider import ProviderUnavailable, TokenRefused
from storecast.adapters.identity.web import LARGEST_ANSWER, Web
from storecast.kit.settings import Settings
from tests.domains.sign_ins.social.conftest import BUNDLE, IOS, SERVICE, WEB, enter, profile, refusal
from tests.factories.platform import Client, running_app
from tests.peers.issuer import Issuer
from tests.peers.mock_server import mock_server
from tests.peers.outside import Outside, forwarded_to

LONG_AGO, IN_AGES = 1_000_000_000, 9_000_000_000  # seconds since the epoch


async def test_google_makes_an_account_and_finds_it_again(anyone: Client, google: Issuer) -> None:
    first = await enter(anyone, "google", google.token(given_name="Ana", family_name="Pop"))
    assert first.json().keys() == {"access_token", "refresh_token", "expires_in"}
    made = await profile(anyone, first)
    assert (made["email"], made["full_name"], made["isVerified"]) == ("ana@example.com", "Ana Pop", True)
    again = await enter(anyone, "google", google.token(email="moved@example.com"))
    assert (await profile(anyone, again))["hash_id"] == made["hash_id"]
    assert google.asked == 1


async def test_tokens_of_every_app_of_ours_are_taken(anyone: Client, google: Issuer, apple: Issuer) -> None:
    assert (await enter(anyone, "google", google.token(aud=IOS))).status_code == 200
    assert (await enter(anyone, "google", google.token(iss="accounts.google.com"))).status_code == 200
    assert (await enter(anyone, "apple", apple.token(aud=BUNDLE))).status_code == 200


@pytest.mark.parametrize(
    ("said", "good"), [(True, True), ("true", True), ("false", False), (False, False), (None, False), (1, None)]
)
async def test_only_a_verified_email_makes_an_account(
    anyone: Client, apple: Issuer, said: object, good: object
) -> None:
    answer = await enter(anyone, "apple", apple.token(email_verified=said))
    if good is None:
        assert refusal(answer) == (401, [])
    else:
        assert answer.status_code == (200 if good else 422)
        assert good or refusal(answer) == (422, ["access_token"])


async def test_apple_s_names_come_from_the_client_once(anyone: Client, apple: Issuer) -> None:
    names = '{"name": {"firstName": "Ana\\u0000", "lastName": "Pop"}, "email": "somebody.else@example.com"}'
    made = await profile(anyone, await enter(anyone, "apple", apple.token(), user=names))
    assert (made["full_name"], made["email"]) == ("Ana Pop", "ana@example.com")
    later = await enter(anyone, "apple", apple.token(), user='{"first_name": "Eve"}')
    assert (await profile(anyone, later))["full_name"] == "Ana Pop"


@pytest.mark.parametrize("user", ["{first_name: John}", "[]", '{"first_name": 1}', '{"name": "Ana"}'])
async def test_a_user_that_is_not_such_json_is_named(anyone: Client, apple: Issuer, user: str) -> None:
    answer = await enter(anyone, "apple", apple.token(), user=user)
    assert refusal(answer) == (422, ["user"])


REFUSED: dict[str, Callable[[Issuer], str]] = {
    "expired": lambda issuer: issuer.token(exp=LONG_AGO),
    "without expiry": lambda issuer: issuer.token(exp=None),
    "not valid yet": lambda issuer: issuer.token(nbf=IN_AGES),
    "for another application": lambda issuer: issuer.token(aud="other.apps.googleusercontent.com"),
    "for us and for others": lambda issuer: issuer.token(aud=[WEB, "other.apps.googleusercontent.com"]),
    "without audience": lambda issuer: issuer.token(aud=None),
    "by another issuer": lambda issuer: issuer.token(iss="https://accounts.google.com.evil.example"),
    "without issuer": lambda issuer: issuer.token(iss=None),
    "without subject": lambda issuer: issuer.token(sub=None),
    "with an empty subject": lambda issuer: issuer.token(sub=""),
    "with an endless subject": lambda issuer: issuer.token(sub="1" * 256),
    "with an unprintable subject": lambda issuer: issuer.token(sub="1\x00"),
    "unsigned": lambda issuer: issuer.unsigned(),
    "HS256 with the public key": lambda issuer: issuer.signed_with_the_public_key(),
    "RS512": lambda issuer: issuer.signed_with("RS512"),
    "PS256": lambda issuer: issuer.signed_with("PS256"),
    "forged": lambda issuer: issuer.forged(),
    "with a changed body": lambda issuer: ".".join((issuer.token().rpartition(".")[0] + "A", "c2lnbmF0dXJl")),
    "not a token": lambda _: "ya29.an-access-token",
    "nearly a token": lambda _: "a.b.c",
    "with letters of no token": lambda _: "ä.ö.ü",
    "an encrypted token": lambda _: "a.b.c.d.e",
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
async def test_no_other_token_is_taken(anyone: Client, google: Issuer, make: Callable[[Issuer], str]) -> None:
    answer = await enter(anyone, "google", make(google))
    assert refusal(answer) == (401, [])
    said = answer.json()["error"]["message"]
    assert said == "Google does not confirm this token for us. Sign in there again."


async def test_a_token_of_one_provider_is_none_of_another(anyone: Client, google: Issuer, apple: Issuer) -> None:
    assert refusal(await enter(anyone, "apple", google.token(aud=SERVICE))) == (401, [])
    assert refusal(await enter(anyone, "google", apple.token(aud=WEB))) == (401, [])


@pytest.mark.parametrize(
    ("signed", "sent", "status"),
    [
        ("n-0S6_WzA2Mj", "n-0S6_WzA2Mj", 200),
        (hashlib.sha256(b"n-0S6_WzA2Mj").hexdigest(), "n-0S6_WzA2Mj", 200),
        ("n-0S6_WzA2Mj", None, 200),
        ("n-0S6_WzA2Mj", "another", 401),
        (None, "n-0S6_WzA2Mj", 401),
        ("n-0S6_WzA2Mj", "ö", 401),
    ],
)
async def test_a_nonce_that_is_sent_must_be_in_the_token(
    anyone: Client, google: Issuer, signed: str | None, sent: str | None, status: int
) -> None:
    more = {} if sent is None else {"nonce": sent}
    assert (await enter(anyone, "google", google.token(nonce=signed), **more)).status_code == status


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(429),
        httpx.Response(404),
        httpx.Response(302, headers={"Location": "https://www.googleapis.com/elsewhere"}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json={"keys": {}}),
        httpx.Response(200, content=b"[" * LARGEST_ANSWER + b"["),
    ],
    ids=str,
)
async def test_a_provider_that_is_down_is_503(anyone: Client, google: Issuer, answer: httpx.Response) -> None:
    google.answer = answer
    down = await enter(anyone, "google", google.token())
    assert refusal(down) == (503, [])
    assert down.json()["error"]["message"] == "Google does not answer. Try again in a moment."


async def test_a_provider_out_of_reach_is_503(anyone: Client, google: Issuer, outside: Outside) -> None:
    outside.hosts.clear()
    assert refusal(await enter(anyone, "google", google.token())) == (503, [])


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


async def test_keys_are_fetched_again_for_an_unknown_one_once_a_minute(google: Issuer, outside: Outside) -> None:
    clock = Clock()
    keys = ProviderKeys("https://www.googleapis.com/oauth2/v3/certs", Web(outside), clock)
    first = str(google.key.kid)
    await keys.key(first)
    google.rotate()
    second = str(google.key.kid)
    for _ in range(3):
        with pytest.raises(TokenRefused):
            await keys.key(second)
    assert google.asked == 1
    clock.time += REFETCH
    await keys.key(second)
    await keys.key(first)
    assert google.asked == 2
    google.rotate(show=False)
    clock.time += REFETCH
    for _ in range(3):
        with pytest.raises(TokenRefused):
            await keys.key(str(google.key.kid))
    assert google.asked == 3


async def test_a_withdrawn_key_is_good_for_an_hour_at_most(google: Issuer, outside: Outside) -> None:
    clock = Clock()
    keys = ProviderKeys("https://www.googleapis.com/oauth2/v3/certs", Web(outside), clock)
    withdrawn = str(google.key.kid)
    await keys.key(withdrawn)
    google.shown = []
    await keys.key(withdrawn)
    clock.time += KEPT
    with pytest.raises(TokenRefused):
        await keys.key(withdrawn)


async def test_a_provider_that_failed_is_left_alone_for_a_moment(google: Issuer, outside: Outside) -> None:
    clock = Clock()
    keys = ProviderKeys("https://www.googleapis.com/oauth2/v3/certs", Web(outside), clock)
    google.answer = httpx.Response(500)
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            await keys.key(str(google.key.kid))
    assert google.asked == 1
    google.answer = None
    clock.time += RETRY
    await keys.key(str(google.key.kid))


async def test_keys_of_other_kinds_are_left_out(google: Issuer, outside: Outside) -> None:
    good = google.key.as_dict(private=False)
    others = [{"kty": "EC", "crv": "P-9", "kid": "curve"}, {**good, "kid": "for encryption", "use": "enc"}, {}]
    broken = {"kty": "RSA", "kid": "broken", "n": "", "e": "?"}
    google.answer = httpx.Response(200, json={"keys": [*others, broken, good]})
    keys = ProviderKeys("https://www.googleapis.com/oauth2/v3/certs", Web(outside))
    await keys.key(str(google.key.kid))
    for kid in ("curve", "for encryption", "broken"):
        with pytest.raises(TokenRefused):
            await keys.key(kid)


@pytest.mark.parametrize(
    ("provider", "host", "path", "issuer", "audience", "verified"),
    [
        ("google", "www.googleapis.com", "/oauth2/v3/certs", "https://accounts.google.com", WEB, True),
        ("apple", "appleid.apple.com", "/auth/keys", "https://appleid.apple.com", SERVICE, "true"),
    ],
)
async def test_tokens_of_an_outside_issuer(
    anyone: Client,
    settings: Settings,
    outside: Outside,
    provider: str,
    host: str,
    path: str,
    issuer: str,
    audience: str,
    verified: object,
) -> None:
    with mock_server(issuer, path) as server:
        outside.hosts[host] = forwarded_to(server.port)
        says = {"email": "ana@example.com", "email_verified": verified}
        token = await server.id_token(audience, "nonce-1", **says)
        entered = await enter(anyone, provider, token, nonce="nonce-1")
        assert (await profile(anyone, entered))["email"] == "ana@example.com"
        assert refusal(await enter(anyone, provider, token, nonce="nonce-2")) == (401, [])
        for_others = await server.id_token("somebody-else", "nonce-1", **says)
        assert refusal(await enter(anyone, provider, for_others)) == (401, [])
        over = await server.id_token(audience, "nonce-1", **says, exp=LONG_AGO)
        assert refusal(await enter(anyone, provider, over)) == (401, [])

        server.add_key()
        token = await server.id_token(audience, "nonce-1", **says)
        assert refusal(await enter(anyone, provider, token)) == (401, [])  # its key is unknown, and was just asked for
        assert outside.asked[f"{host}{path}"] == 1
        async with running_app(settings, outside) as anew:
            assert (await enter(anew, provider, token)).status_code == 200
