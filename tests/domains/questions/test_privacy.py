"""What people asked and voted, when they take it along, go, or an account comes to whose address it has."""

import io
import json
import zipfile
from pathlib import Path

import psycopg
import pytest

from storecast.kit.settings import Settings
from tests.factories.accounts import PASSWORD, Member
from tests.factories.mails import link_in, mails_in, query_of
from tests.factories.platform import BASE, Client, do_jobs, settings_for
from tests.factories.products import upload
from tests.factories.questions import Json, ask, asking_channel, choose, open_poll, polls, read, vote

PROOF = {"password": PASSWORD}
KEPT = ("questions", "question_votes", "poll_votes")


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


@pytest.fixture
async def asked(owner: Member, stranger: Member, visitor: Client) -> tuple[Json, Json]:
    """The stranger has asked something of the owner, and voted on what the owner asked and in a poll."""
    await asking_channel(owner.client)
    own, other = await ask(owner.client, "Which do you like?"), await ask(stranger.client, "Something of mine")
    opened = await open_poll(owner.client)
    for voter in (stranger.client, visitor):
        assert (await vote(voter, own), await vote(voter, other), await choose(voter, opened, 1)) == (200, 200, 200)
    await owner.client.post(f"questions/{other['id']}/answering")
    return own, opened


def left_of(database_url: str, person: Member) -> list[int]:
    subject = f"user:{person.user['hash_id']}"
    columns = ("author", "subject", "subject")
    with psycopg.connect(database_url) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", (subject,)).fetchall()
            for table, column in zip(KEPT, columns, strict=True)
        ]
        logged = connection.execute("SELECT count(*) FROM room_events WHERE data LIKE '%Something of mine%'").fetchall()
    return [count for [(count,)] in (*counts, logged)]


async def test_who_is_erased_takes_their_questions_and_leaves_sums(
    asked: tuple[Json, Json], stranger: Member, anyone: Client, settings: Settings, database_url: str
) -> None:
    assert left_of(database_url, stranger) == [1, 2, 1, 2]
    assert (await stranger.client.post("profile/erasure", PROOF)).status_code == 200
    for _ in range(3):
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE erasures SET due_at = now()")
            connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
        await do_jobs(settings)
    assert (await stranger.client.get("profile")).status_code == 401
    assert left_of(database_url, stranger) == [0, 0, 0, 0]
    await anyone.get("events/lamps/cache")
    [shown] = (await read(anyone))["data"]
    assert (shown["question"], shown["votes"]) == ("Which do you like?", 2)
    assert [each["votes"] for each in (await polls(anyone))[0]["answers"]] == [0, 2, 0]
    with psycopg.connect(database_url) as connection:
        assert connection.execute(
            "SELECT count(*) FROM questions WHERE votes <>"
            " (SELECT sum(direction) FROM question_votes WHERE question_id = questions.id)"
        ).fetchall() == [(0,)]


async def test_copy_of_ones_data_has_what_was_asked_and_voted(
    asked: tuple[Json, Json], stranger: Member, settings: Settings
) -> None:
    export = (await stranger.client.post("profile/exports", PROOF)).json()["data"]
    await do_jobs(settings)
    link = (await stranger.client.post(f"profile/exports/{export['id']}/link", PROOF)).json()["data"]["url"]
    answer = await stranger.client.get(link.removeprefix("http://shop.test:8000"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        found = {name: json.loads(zipped.read(f"{name}.json")) for name in KEPT}
    assert [each["question"] for each in found["questions"]] == ["Something of mine"]
    assert [each["direction"] for each in found["question_votes"]] == [1, 1]
    assert [each["answer"] for each in found["poll_votes"]] == [1]
    assert not {"origin", "counted", "former"} & {key for rows in found.values() for row in rows for key in row}


async def test_whose_address_it_is_votes_anew_and_asked_nothing(
    asked: tuple[Json, Json], stranger: Member, anyone: Client, settings: Settings, database_url: str
) -> None:
    own, opened = asked
    await anyone.post("auth/password/email", {"email": stranger.email})
    await do_jobs(settings)
    [mail] = [mail for mail in mails_in(settings.data_dir, stranger.email) if "password" in mail["Subject"]]
    link, new = query_of(link_in(mail)), "another good password"
    body = {"token": link["token"], "userEmail": stranger.email, "password": new}
    assert (await anyone.post("auth/password/reset", body)).status_code == 200
    assert left_of(database_url, stranger)[:3] == [0, 0, 0]
    signed_in = await anyone.post("auth/login", {"email": stranger.email, "password": new})
    holder = anyone.with_token(signed_in.json()["access_token"])
    listed = (await read(holder))["data"]
    assert [(each["mine"], each["my_vote"]) for each in listed] == [(False, 0), (False, 0)]
    assert (await vote(holder, own), await choose(holder, opened, 1)) == (200, 200)
    assert sorted(each["votes"] for each in (await read(holder))["data"]) == [2, 3]
    assert (await polls(holder))[0]["votes"] == 3


async def test_picture_that_was_taken_back_is_shown_nowhere(owner: Member, stranger: Member, anyone: Client) -> None:
    await asking_channel(owner.client)
    await stranger.client.post("profile", data={"full_name": "Ana"}, files={"avatar": upload()})
    before = (await ask(stranger.client))["author"]["data"]["avatar"]
    assert (await anyone.get(before.removeprefix(BASE))).status_code == 200
    await stranger.client.post("profile", data={"full_name": "Ana"}, files={"avatar": upload()})
    [shown] = (await read(owner.client))["data"]
    after = shown["author"]["data"]["avatar"]
    assert after != before
    assert (await anyone.get(after.removeprefix(BASE))).status_code == 200
