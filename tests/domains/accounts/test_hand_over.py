"""An account made with somebody else's address: when they come, whoever waits inside is out."""

from pathlib import Path

import pytest

from storecast.entrypoints.commands.operators import create_operator
from storecast.kit.settings import Settings
from tests.factories.accounts import PASSWORD, Member
from tests.factories.channels import channel
from tests.factories.mails import link_in, mails_in, query_of
from tests.factories.nodes import Node
from tests.factories.oauth import oauth_client
from tests.factories.passkeys import Authenticator
from tests.factories.platform import BASE, Client, do_jobs, settings_for
from tests.factories.second_factors import with_passkey

NEW = "another good password"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def enters(anyone: Client, passkey: Authenticator) -> bool:
    begun = (await anyone.post("auth/passkeys/options", {})).json()["data"]
    answer = {"challenge_id": begun["challenge_id"], "credential": passkey.get(begun["options"])}
    return (await anyone.post("auth/passkeys", answer)).status_code == 200


async def mailed(anyone: Client, settings: Settings, email: str, words: str) -> dict[str, str]:
    await do_jobs(settings)
    return next(query_of(link_in(mail)) for mail in mails_in(settings.data_dir, email) if words in mail["Subject"])


async def choose(anyone: Client, settings: Settings, email: str) -> None:
    """Set the password `NEW` by a mailed link."""
    await anyone.post("auth/password/email", {"email": email})
    link = await mailed(anyone, settings, email, "password")
    body = {"token": link["token"], "userEmail": email, "password": NEW}
    assert (await anyone.post("auth/password/reset", body)).status_code == 200


async def test_mailed_link_leaves_no_way_in_to_who_made_the_account(
    anyone: Client, owner: Member, settings: Settings
) -> None:
    passkey = await with_passkey(owner)
    assert (await owner.client.post("profile/erasure", {"password": PASSWORD})).status_code == 200
    await choose(anyone, settings, owner.email)
    assert not await enters(anyone, passkey)
    signed_in = await anyone.post("auth/login", {"email": owner.email, "password": NEW})
    assert signed_in.status_code == 200
    mine = anyone.with_token(signed_in.json()["access_token"])
    assert (await mine.get("profile/erasure")).json()["data"]["scheduled"] is False
    kinds = [event["kind"] for event in (await mine.get("profile/security-events")).json()["data"]]
    assert "account_handed_over" in kinds


async def test_who_showed_that_the_address_is_theirs_keeps_their_factors(
    anyone: Client, owner: Member, settings: Settings
) -> None:
    proof = await mailed(anyone, settings, owner.email, "erify")
    assert (await anyone.post("auth/verify", proof)).status_code == 200
    passkey = await with_passkey(owner)
    await choose(anyone, settings, owner.email)
    assert await enters(anyone, passkey)


@pytest.mark.parametrize("verified", [True, False])
async def test_nobody_stays_in_an_account_that_becomes_an_operators(
    anyone: Client, owner: Member, settings: Settings, verified: bool
) -> None:
    if verified:
        await anyone.post("auth/verify", await mailed(anyone, settings, owner.email, "erify"))
    passkey = await with_passkey(owner)
    await create_operator(settings, owner.email, NEW)
    assert (await owner.client.get("profile")).status_code == 401
    assert (await anyone.post("auth/login/refresh", {"refresh_token": owner.refresh_token})).status_code == 401
    assert await enters(anyone, passkey) is verified


async def test_nothing_its_maker_knows_or_gave_away_outlives_the_hand_over(
    anyone: Client, owner: Member, visitor: Client, settings: Settings
) -> None:
    made = await channel(owner.client, slug="lamps", privacy=2)
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    held, spare = [(await owner.client.post("events/lamps/generate-code")).json()["code"] for _ in range(2)]
    assert (await visitor.post("events/playback/lamps", {"code": held})).json()["data"]["iCanSee"] is True
    app = await oauth_client(owner.client)
    own_token = (await anyone.post("oauth/token", {"grant_type": "client_credentials", **app.body})).json()
    taken = await exported(owner, settings)
    node = Node(anyone, settings)
    grant = (await node.publish(stream["stream_key"])).json()
    await node.start(grant)

    await choose(anyone, settings, owner.email)

    assert await node.is_over(grant)
    assert (await node.publish(stream["stream_key"])).status_code == 403
    assert (await visitor.get("events/playback/lamps")).json()["data"]["iCanSee"] is False
    assert (await visitor.post("events/playback/lamps", {"code": spare})).status_code == 403
    again = await anyone.post("oauth/token", {"grant_type": "client_credentials", **app.body})
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    described = await anyone.post("oauth/introspect", {"token": own_token["access_token"], **app.body})
    assert described.status_code == 401
    assert (await anyone.get(taken)).status_code == 404

    mine = anyone.with_token(
        (await anyone.post("auth/login", {"email": owner.email, "password": NEW})).json()["access_token"]
    )
    shown = (await mine.get("events/lamps")).json()["data"]
    assert (shown["tickets"], shown["tickets_checked_in"]) == (0, 0)
    fresh = (await mine.post("streams", {"event_id": made["id"]})).json()["data"]
    assert fresh["stream_key"] != stream["stream_key"]
    assert fresh["playback"]["data"]["playback_id"] != stream["playback"]["data"]["playback_id"]
    assert (await node.publish(fresh["stream_key"])).status_code == 200
    assert (await mine.get("oauth/clients")).json() == []
    await do_jobs(settings)
    assert not list((settings.data_dir / "storage" / "exports").iterdir())


async def exported(owner: Member, settings: Settings) -> str:
    """The path at which a copy of their data can be had without a token."""
    proof = {"password": PASSWORD}
    asked = await owner.client.post("profile/exports", proof)
    await do_jobs(settings)
    link = await owner.client.post(f"profile/exports/{asked.json()['data']['id']}/link", proof)
    return str(link.json()["data"]["url"]).removeprefix(BASE)


async def test_who_made_an_operators_account_cannot_go_live_in_it(
    anyone: Client, owner: Member, settings: Settings
) -> None:
    made = await channel(owner.client)
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    await create_operator(settings, owner.email, NEW)
    assert (await Node(anyone, settings).publish(stream["stream_key"])).status_code == 403


async def test_who_showed_that_the_address_is_theirs_keeps_their_keys(
    anyone: Client, owner: Member, settings: Settings
) -> None:
    assert (await anyone.post("auth/verify", await mailed(anyone, settings, owner.email, "erify"))).status_code == 200
    made = await channel(owner.client)
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    app = await oauth_client(owner.client)
    await choose(anyone, settings, owner.email)
    assert (await Node(anyone, settings).publish(stream["stream_key"])).status_code == 200
    token = await anyone.post("oauth/token", {"grant_type": "client_credentials", **app.body})
    assert token.status_code == 200


async def test_mails_kept_as_files_are_for_who_runs_this_alone(owner: Member, settings: Settings) -> None:
    await do_jobs(settings)
    assert mails_in(settings.data_dir, owner.email)
    assert (settings.data_dir / "mail").stat().st_mode & 0o077 == 0
