"""A provider's word is a first factor."""

from tests.domains.sign_ins.social.conftest import Verify, enter, profile, refusal
from tests.factories.accounts import member
from tests.factories.platform import Client
from tests.factories.second_factors import ticket, with_app, with_passkey
from tests.peers.issuer import Issuer


async def test_their_second_factors_and_half_sign_ins_go_too(anyone: Client, google: Issuer) -> None:
    squatter = await member(anyone, "ana@example.com")
    passkey = await with_passkey(squatter)
    app = await with_app(squatter)
    waiting = await ticket(anyone, squatter)
    assert (await enter(anyone, "google", google.token())).status_code == 200
    body = {"ticket": waiting, "code": app.next_code()}
    assert (await anyone.post("auth/login/second-factor", body)).status_code == 401
    asked = (await anyone.post("auth/passkeys/options", {})).json()["data"]
    signed = {"challenge_id": asked["challenge_id"], "credential": passkey.get(asked["options"])}
    assert (await anyone.post("auth/passkeys", signed)).status_code == 401


async def test_a_second_factor_is_asked_for_after_the_provider_s_word(
    anyone: Client, google: Issuer, verify: Verify
) -> None:
    ana = await member(anyone, "ana@example.com")
    verify(ana.email)
    app = await with_app(ana)
    for _ in range(2):  # on the first time, when the account is linked, and later
        halfway = await enter(anyone, "google", google.token())
        assert refusal(halfway) == (401, ["code"])
    waiting = halfway.json()["error"]["second_factor"]["ticket"]
    wrong = await enter(anyone, "google", google.token(), code="nonsense")
    assert refusal(wrong) == (401, ["code"])
    body = {"ticket": waiting, "code": app.next_code()}
    assert (await anyone.post("auth/login/second-factor", body)).status_code == 200
    entered = await enter(anyone, "google", google.token(), code=app.recovery_codes[0])
    assert (await profile(anyone, entered))["hash_id"] == ana.user["hash_id"]
