"""What happens when several do at once what cannot be true at once."""

import asyncio

import httpx
import msgspec
import psycopg
from sqlalchemy import text as sql

from storecast.domains.chat.jobs import PurgeAgain
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member, guest, member
from tests.factories.channels import Json
from tests.factories.chat import delete, say, texts
from tests.factories.platform import Client
from tests.factories.seats import give_seat


async def test_whoever_moderates_the_same_messages_at_once_waits_and_none_fails(
    owner: Member, lamps: Json, anyone: Client, database_url: str
) -> None:
    other = await member(anyone)
    give_seat(database_url, owner, other, "moderator", lamps)
    people = [(await guest(anyone)).at(f"10.0.{number}.1") for number in range(4)]
    said = [await say(person, lamps) for person in people]

    async def moderate(client: Client, author: Client, message: Json) -> list[httpx.Response]:
        named, chat = {"message_id": message["id"]}, "events/lamps/chat"
        return await asyncio.gather(
            delete(client, lamps, message),
            client.post(f"{chat}/pin", named),
            client.post(f"{chat}/bans", {**named, "hidden": client is other.client}),
            client.post(f"messages/{message['id']}/restore"),
            client.post(f"{chat}/reports/{message['id']}", {"decision": "remove"}),
            author.put(f"messages/{message['id']}", {"data": "else"}),
        )

    both = [
        moderate(client, person, message)
        for client in (owner.client, other.client)
        for person, message in zip(people, said, strict=True)
    ]
    answers = [answer for answered in await asyncio.gather(*both) for answer in answered]
    assert {answer.status_code for answer in answers} <= {200, 403, 404, 409}


async def test_what_was_being_said_while_somebody_was_banned_goes_too(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client, database_url: str
) -> None:
    said = await say(stranger.client, lamps, "bad")
    ban = {"subject": f"user:{said['author']['data']['id']}"}
    banned = (await owner.client.post("events/lamps/chat/bans", ban)).json()["data"]
    # As one whose message was admitted before, and is there only now.
    await say(visitor, lamps, "kind")
    with psycopg.connect(database_url, autocommit=True) as connection:
        late = "UPDATE messages SET state = 'shown', removed_from = NULL, removed_at = NULL WHERE data = 'bad'"
        connection.execute(late)
    assert await texts(visitor, lamps) == ["bad", "kind"]
    await purge_again(anyone)
    assert await texts(visitor, lamps) == ["kind"]
    assert (await owner.client.post(f"messages/{said['id']}/restore")).status_code == 200
    await owner.client.delete(f"events/lamps/chat/bans/{banned['id']}")
    await purge_again(anyone)
    assert await texts(visitor, lamps) == ["bad", "kind"], "they may speak again"


async def purge_again(anyone: Client) -> None:
    """As a worker does a little later."""
    async with unit_of_work(process_of(anyone.app)) as unit:
        query = sql("SELECT args FROM procrastinate_jobs WHERE task_name = 'chat.purge_again'")
        for arguments in (await unit.db.execute(query)).scalars():
            job = msgspec.convert(arguments, PurgeAgain)
            for channel in (await unit.channels.by_ids([job.channel_id])).values():
                await unit.removals.purge_again(channel, job, unit.now)
