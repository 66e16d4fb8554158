import json

import psycopg

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.kit.archive import Archive
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.factories.seats import give_seat
from tests.factories.speaking import subject_of


async def test_person_is_given_what_is_kept_of_them_and_it_goes_with_them(
    owner: Member, stranger: Member, anyone: Client, visitor: Client, database_url: str
) -> None:
    made = await channel(owner.client)
    moderator = await member(anyone, full_name="Ada Byron")
    give_seat(database_url, owner, moderator, "moderator", made)
    at = f"events/{made['id']}/chat"
    body = {"subject": await subject_of(stranger.client), "reason": "Spam", "hidden": True}
    await moderator.client.post(f"{at}/bans", body)
    await moderator.client.post(f"{at}/bans", {"subject": await subject_of(visitor)})

    async def collected(person: Member) -> dict[str, list[dict[str, object]]]:
        archive = Archive()
        async with unit_of_work(process_of(anyone.app)) as unit:
            [user] = (await unit.accounts.by_ids([int(str(person.user["id"]))])).values()
            await unit.events.happened(None, DataCollected(user, archive), unit.now)
        return archive.tables

    theirs = await collected(stranger)
    assert [(ban["reason"], ban["hidden"]) for ban in theirs["bans"]] == [("Spam", True)]
    assert [note["action"] for note in theirs["moderation"]] == ["ban"]
    assert "Ada Byron" not in json.dumps(theirs, default=str)
    done = await collected(moderator)
    assert [note["action"] for note in done["moderated"]] == ["ban", "ban"]
    assert body["subject"] not in json.dumps(done, default=str)

    async def erased(person: Member) -> None:
        async with unit_of_work(process_of(anyone.app)) as unit:
            [user] = (await unit.accounts.by_ids([int(str(person.user["id"]))])).values()
            await unit.events.happened(None, PersonErased(user, []), unit.now)
            await unit.accounts.remove(user)

    await erased(stranger)
    await erased(moderator)
    with psycopg.connect(database_url) as connection:
        kept = connection.execute("SELECT subject, by_id FROM bans").fetchall()
        noted = connection.execute("SELECT subject, by_id FROM moderation_notes").fetchall()
    assert kept == noted == [(await subject_of(visitor), None)]
    [note] = (await owner.client.get(f"{at}/audit")).json()["data"]
    assert note["by"] is None
