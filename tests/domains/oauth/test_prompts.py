"""What a client asks to be shown to the person: nothing, a sign-in, the question (OpenID Connect Core, 3.1.2.1)."""

from pathlib import Path

import pytest

from storecast.entrypoints.commands.operators import create_operator
from tests.clock import Clock
from tests.factories.accounts import PASSWORD, Member
from tests.factories.oauth import Json, OAuthClient, asking, consent, exchange, oauth_client, told
from tests.factories.platform import Client, running_app, settings_for


async def asked(person: Client, client: OAuthClient, scope: str = "channels", **changes: object) -> Json:
    """What describing the request answers; a redirect as what it tells."""
    answer = await person.get("oauth/authorize", params=asking(client, scope, **changes))
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return told(data["redirect"]) if "redirect" in data else data


async def test_yeses_to_one_scope_each_are_remembered_together(anyone: Client, owner: Member, app: OAuthClient) -> None:
    for scope in ("channels", "profile"):
        await exchange(anyone, app, await consent(owner.client, app, scope))
    assert (await asked(owner.client, app, "channels profile"))["remembered"]
    assert not (await asked(owner.client, app, "channels profile stats"))["remembered"]


async def test_prompt_none_shows_no_page(anyone: Client, owner: Member, app: OAuthClient) -> None:
    nobody, unsaid = [await asked(person, app, prompt="none") for person in (anyone, owner.client)]
    assert (nobody["error"], nobody["state"]) == ("login_required", "s t&te")
    assert (unsaid["error"], unsaid["state"]) == ("consent_required", "s t&te")
    silent = {**asking(app, "channels", prompt="none"), "approve": True}
    unasked = (await owner.client.post("oauth/authorize", silent)).json()["data"]["redirect"]
    assert told(unasked)["error"] == "consent_required"

    await exchange(anyone, app, await consent(owner.client, app, "channels"))
    assert (await asked(owner.client, app, prompt="none"))["remembered"]
    code = told((await owner.client.post("oauth/authorize", silent)).json()["data"]["redirect"])["code"]
    assert (await exchange(anyone, app, code))["access_token"]


async def test_prompt_none_is_refused_to_public_clients_and_guests(
    anyone: Client, visitor: Client, owner: Member, phone_app: OAuthClient
) -> None:
    await exchange(anyone, phone_app, await consent(owner.client, phone_app, "channels"), client_secret=None)
    assert (await asked(owner.client, phone_app, prompt="none"))["error"] == "consent_required"
    assert (await asked(visitor, phone_app, prompt="none"))["error"] == "login_required"


async def test_prompt_none_sends_nobody_to_a_strangers_address(anyone: Client, app: OAuthClient) -> None:
    for change in ({"redirect_uri": "https://evil.example/"}, {"client_id": "unknown"}):
        answer = await anyone.get("oauth/authorize", params=asking(app, **{"prompt": "none", **change}))
        assert answer.status_code == 422


async def test_prompt_none_says_when_an_operator_must_do_something_first(tmp_path: Path, database_url: str) -> None:
    settings = settings_for(tmp_path, database_url, operator_second_factor="required")
    async with running_app(settings) as anyone:
        await create_operator(settings, "root@example.com", PASSWORD)
        tokens = (await anyone.post("auth/login", {"email": "root@example.com", "password": PASSWORD})).json()
        operator = anyone.with_token(tokens["access_token"])
        app = await oauth_client(operator)
        assert (await asked(operator, app, prompt="none"))["error"] == "interaction_required"


@pytest.mark.parametrize("prompt", ["consent", "select_account", "login", "consent login"])
async def test_other_prompts_ask_again_what_was_allowed(
    anyone: Client, owner: Member, app: OAuthClient, prompt: str
) -> None:
    await exchange(anyone, app, await consent(owner.client, app, "channels"))
    assert not (await asked(owner.client, app, prompt=prompt))["remembered"]
    assert (await anyone.get("oauth/authorize", params=asking(app, prompt=prompt))).status_code == 401
    assert await consent(owner.client, app, "channels", prompt=prompt)


async def test_prompt_login_wants_a_sign_in_of_now(
    clock: Clock, anyone: Client, owner: Member, app: OAuthClient
) -> None:
    assert (await asked(owner.client, app, prompt="login"))["sign_in"] is False
    clock.move(minutes=6)
    assert (await asked(owner.client, app, prompt="login"))["sign_in"] is True
    assert (await asked(owner.client, app))["sign_in"] is False
    stale = await owner.client.post("oauth/authorize", {**asking(app, prompt="login"), "approve": True})
    assert told(stale.json()["data"]["redirect"])["error"] == "login_required"
    tokens = (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).json()
    assert await consent(anyone.with_token(tokens["access_token"]), app, prompt="login")


@pytest.mark.parametrize("prompt", ["None", "create", "none login", "none none consent", "none\x00"])
async def test_unknown_prompts_are_the_clients_fault(owner: Member, app: OAuthClient, prompt: str) -> None:
    told_of = await asked(owner.client, app, prompt=prompt)
    assert (told_of["error"], "`prompt`" in told_of["hint"]) == ("invalid_request", True)
