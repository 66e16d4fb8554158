"""Signing out reaches the realtime gateway: by the bus at once, and by the hook for who comes back."""

import time
from pathlib import Path

import msgspec
import psycopg
from joserfc import jws

from storecast.contracts.bus import CHANNEL, GrantsRevoked
from storecast.contracts.hooks import ENTER, EnterAnswer, EnterAnswers, EnterQuestion, EnterRequest
from storecast.domains.channels.access import Act
from storecast.kit.hooks import HEADER, sign
from storecast.kit.secrets import hook_secret
from storecast.kit.settings import Settings
from tests.factories.accounts import PASSWORD, Member, guest
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, settings_for


def claims(token: str) -> Json:
    found: Json = msgspec.json.decode(jws.extract_compact(token.encode()).payload)
    return found


async def asked(anyone: Client, settings: Settings, room: str, *tokens: str) -> list[EnterAnswer]:
    """The answers to the gateway's questions for whoever hold these realtime tokens."""
    questions = [EnterQuestion(room, said["sub"], said["sid"]) for said in map(claims, tokens)]
    body = msgspec.json.encode(EnterRequest(questions))
    headers = {HEADER: sign(hook_secret(settings), body, time.time())}
    answer = await anyone.call("POST", ENTER, content=body, headers=headers)
    return msgspec.json.decode(answer.content, type=EnterAnswers).answers


async def enter(anyone: Client, settings: Settings, room: str, token: str) -> int:
    [answer] = await asked(anyone, settings, room, token)
    return answer.status


async def test_realtime_token_is_as_good_as_its_sign_in(
    anyone: Client, owner: Member, tmp_path: Path, database_url: str
) -> None:
    settings = settings_for(tmp_path, database_url)
    room = (await channel(owner.client))["slug"]
    signed_in = (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).json()
    phone = anyone.with_token(signed_in["access_token"])
    theirs, mine = [(await each.get("jwt")).json()["data"]["token"] for each in (phone, owner.client)]
    assert [await enter(anyone, settings, room, token) for token in (theirs, mine)] == [200, 200]
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        assert (await owner.client.delete("profile/sessions")).status_code == 204
        [told] = connection.notifies(timeout=5, stop_after=1)
    assert msgspec.json.decode(told.payload, type=GrantsRevoked).grant_ids == [claims(theirs)["sid"]]
    assert [await enter(anyone, settings, room, token) for token in (theirs, mine)] == [403, 200]


async def test_guests_have_no_sign_in_to_end(anyone: Client, owner: Member, tmp_path: Path, database_url: str) -> None:
    room = (await channel(owner.client))["slug"]
    token = (await (await guest(anyone)).get("jwt")).json()["data"]["token"]
    assert claims(token)["sid"] == ""
    assert await enter(anyone, settings_for(tmp_path, database_url), room, token) == 200


async def test_owner_hears_what_is_meant_for_who_may_act_and_others_do_not(
    anyone: Client, owner: Member, stranger: Member, tmp_path: Path, database_url: str
) -> None:
    settings = settings_for(tmp_path, database_url)
    room = (await channel(owner.client))["slug"]
    callers = (owner.client, stranger.client, await guest(anyone))
    tokens = [(await each.get("jwt")).json()["data"]["token"] for each in callers]
    answers = await asked(anyone, settings, room, *tokens)
    assert [answer.grant and answer.grant.acts for answer in answers] == [sorted(Act), [], []]
