import time

import pytest

from storecast.kit.settings import Settings
from tests.domains.sign_ins.social.conftest import enter, profile, refusal
from tests.factories.platform import Client, running_app
from tests.peers.facebook import FacebookPeer, Token
from tests.peers.outside import Outside


async def test_facebook_makes_an_account_and_finds_it_again(anyone: Client, on_facebook: FacebookPeer) -> None:
    on_facebook.tokens = {"token": Token(), "later": Token(email=None, expires_at=int(time.time()) + 60)}
    made = await profile(anyone, await enter(anyone, "facebook", "token"))
    assert (made["email"], made["first_name"], made["last_name"]) == ("ana@example.com", "Ana", "Maria Pop")
    assert (await profile(anyone, await enter(anyone, "facebook", "later")))["hash_id"] == made["hash_id"]


@pytest.mark.parametrize(
    "token",
    [
        Token(is_valid=False),
        Token(app_id="1"),
        Token(kind="PAGE"),
        Token(expires_at=1_000_000_000),
        Token(profile_id="1"),
        Token(user_id=""),
        None,
    ],
    ids=str,
)
async def test_no_other_token_is_taken(anyone: Client, on_facebook: FacebookPeer, token: Token | None) -> None:
    on_facebook.tokens = {"token": token} if token else {}
    assert refusal(await enter(anyone, "facebook", "token")) == (401, [])


async def test_without_an_email_there_is_no_account(anyone: Client, on_facebook: FacebookPeer) -> None:
    on_facebook.tokens = {"token": Token(email=None)}
    assert refusal(await enter(anyone, "facebook", "token")) == (422, ["access_token"])


async def test_facebook_s_email_is_not_taken_as_verified_unless_the_operator_says_so(
    settings: Settings, outside: Outside, on_facebook: FacebookPeer
) -> None:
    on_facebook.tokens = {"token": Token()}
    cautious = settings.model_copy(update={"facebook_emails_verified": False})
    async with running_app(cautious, outside) as anyone:
        assert refusal(await enter(anyone, "facebook", "token")) == (422, ["access_token"])


async def test_facebook_down_is_503(anyone: Client, on_facebook: FacebookPeer) -> None:
    on_facebook.down = True
    assert refusal(await enter(anyone, "facebook", "token")) == (503, [])


async def test_a_wrong_app_secret_is_the_operator_s_to_mend(
    settings: Settings, outside: Outside, on_facebook: FacebookPeer
) -> None:
    on_facebook.tokens = {"token": Token()}
    wrong = Settings.model_validate({**settings.model_dump(), "facebook_app_secret": "another"})
    async with running_app(wrong, outside) as anyone:
        assert refusal(await enter(anyone, "facebook", "token")) == (503, [])
