"""What is noted of recordings, and what becomes of them with their owner."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from alembic import command
from psycopg.rows import dict_row

from storecast.contracts import hooks
from storecast.kit.migrations import config, upgrade
from storecast.kit.settings import Settings
from tests.factories.accounts import PASSWORD, Member
from tests.factories.channels import channel
from tests.factories.nodes import Node
from tests.factories.platform import Client, do_jobs, settings_for
from tests.kit.test_slug_migration import insert
from tests.postgres_server import database

PROOF = {"password": PASSWORD}


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


@pytest.fixture
def node(anyone: Client, settings: Settings) -> Node:
    return Node(anyone, settings)


@pytest.fixture
async def session(owner: Member, node: Node) -> str:
    """A show of the owner's that is over."""
    made = await channel(owner.client, slug="lamps")
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    grant = (await node.publish(stream["stream_key"])).json()
    await node.start(grant)
    await node.end(grant)
    return str(grant["session_id"])


def file(session: str, number: int = 1, size: int = 1234) -> hooks.RecordedFile:
    key = f"recordings/{session}{'' if number == 1 else f'-{number}'}.mp4"
    return hooks.RecordedFile(number, key, size, 5.5, 1_780_000_000.25, "avc1.64001f", "mp4a.40.2", 1280, 720)


def noted(database_url: str) -> list[dict[str, Any]]:
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        return connection.execute("SELECT * FROM stream_recordings ORDER BY session_id, number").fetchall()


async def test_each_file_of_a_recording_is_noted_with_its_session(node: Node, session: str, database_url: str) -> None:
    sound = hooks.RecordedFile(2, f"recordings/{session}-2.mp4", 99, 0.5, audio_codec="Opus")
    report = hooks.SessionRecorded(session, [file(session), sound])
    assert (await node.call(hooks.RECORDED, report)).status_code == 204
    first, second = noted(database_url)
    assert first.pop("started_at").timestamp() == 1_780_000_000.25
    assert first == {
        "session_id": session,
        "number": 1,
        "key": f"recordings/{session}.mp4",
        "size": 1234,
        "duration": 5.5,
        "video_codec": "avc1.64001f",
        "audio_codec": "mp4a.40.2",
        "width": 1280,
        "height": 720,
    }
    assert (second["number"], second["started_at"], second["video_codec"], second["width"]) == (2, None, None, None)


async def test_a_report_that_is_repeated_changes_nothing_and_more_files_may_follow(
    node: Node, session: str, database_url: str
) -> None:
    for files in ([1, 2], [1, 2], [3], [2]):
        report = hooks.SessionRecorded(session, [file(session, number) for number in files])
        assert (await node.call(hooks.RECORDED, report)).status_code == 204
    assert [row["number"] for row in noted(database_url)] == [1, 2, 3]
    await node.call(
        hooks.RECORDED, hooks.SessionRecorded(session, [file(session, 2, size=7), file(session, 2, size=8)])
    )
    assert [row["size"] for row in noted(database_url)] == [1234, 8, 1234]


async def test_a_first_frame_that_is_yet_to_come_is_taken_for_now(node: Node, session: str, database_url: str) -> None:
    ahead = file(session)
    ahead.started_at = time.time() + 3600
    await node.call(hooks.RECORDED, hooks.SessionRecorded(session, [ahead]))
    [row] = noted(database_url)
    assert row["started_at"].timestamp() <= time.time()


async def test_recordings_of_a_session_nobody_knows_are_passed_over(node: Node, database_url: str) -> None:
    assert (await node.call(hooks.RECORDED, hooks.SessionRecorded("gone", [file("gone")]))).status_code == 204
    assert noted(database_url) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0},
        {"number": 2**31},
        {"key": ""},
        {"key": "k" * 201},
        {"size": 0},
        {"size": 2**63},
        {"duration": -1},
        {"duration": 1e12},
        {"started_at": 1e300},
        {"video_codec": ""},
        {"audio_codec": "a" * 65},
        {"width": -1},
        {"height": 2**16},
    ],
)
async def test_what_no_recording_can_be_is_refused(
    node: Node, session: str, database_url: str, wrong: dict[str, object]
) -> None:
    report = hooks.SessionRecorded(session, [msgspec.structs.replace(file(session), **wrong)])
    assert (await node.call(hooks.RECORDED, report)).status_code == 422
    assert noted(database_url) == []


async def test_more_files_than_a_call_may_hold_are_refused(node: Node, session: str) -> None:
    files = [file(session, number) for number in range(1, hooks.FILES_A_CALL + 2)]
    assert (await node.call(hooks.RECORDED, hooks.SessionRecorded(session, files))).status_code == 422
    assert (await node.call(hooks.RECORDED, hooks.SessionRecorded(session, files[:-1]))).status_code == 204


async def test_a_person_is_told_of_all_their_recordings(
    node: Node, session: str, owner: Member, stranger: Member, anyone: Client, settings: Settings
) -> None:
    await node.call(hooks.RECORDED, hooks.SessionRecorded(session, [file(session, number) for number in (1, 2)]))
    for person, numbers in ((owner, [1, 2]), (stranger, [])):
        made = (await person.client.post("profile/exports", PROOF)).json()["data"]
        await do_jobs(settings)
        url = (await person.client.post(f"profile/exports/{made['id']}/link", PROOF)).json()["data"]["url"]
        content = (await anyone.get(url.removeprefix("http://shop.test:8000"))).content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            recordings = json.loads(archive.read("recordings.json"))
        assert [each["number"] for each in recordings] == numbers
        assert not any("key" in each for each in recordings)


async def test_all_recordings_go_with_their_owner(
    node: Node, session: str, owner: Member, settings: Settings, database_url: str
) -> None:
    storage = settings.data_dir / "storage"
    files = [file(session, number) for number in (1, 2)]
    (storage / "recordings").mkdir(parents=True)
    for each in [*files, file("of-others")]:
        (storage / each.key).write_bytes(b"film")
    await node.call(hooks.RECORDED, hooks.SessionRecorded(session, files))
    await owner.client.post("profile/erasure", PROOF)
    for _ in range(2):
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE erasures SET due_at = now()")
            connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
        await do_jobs(settings)
    assert noted(database_url) == []
    assert [path.name for path in (storage / "recordings").iterdir()] == ["of-others.mp4"]


@pytest.fixture
def old_database_url(postgres_url: str) -> Iterator[str]:
    """URL of a database of the last release."""
    name = "test_recordings_migration"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        url = database(postgres_url, name)
        command.upgrade(config(url), "0013")
        yield url
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_recordings_noted_on_their_sessions_are_kept(old_database_url: str) -> None:
    at = "2026-01-01T12:00:00Z"
    with psycopg.connect(old_database_url) as connection:
        [owner] = insert(connection, "users", {"hash_id": "mara", "email": "mara@example.com"})
        [lamps] = insert(connection, "channels", {"owner_id": owner, "hash_id": "c", "slug": "lamps", "name": ""})
        common = {"channel_id": lamps, "claimed_at": at, "seen_at": at, "started_at": at, "ended_at": at}
        film = {"video_codec": "avc1.64001f", "audio_codec": "mp4a.40.2", "width": 1280, "height": 720}
        stored = {"recording_key": "recordings/s1.mp4", "recording_size": 2**40, "recording_duration": 1.5}
        insert(connection, "stream_sessions", {"id": "s1", **common, **film, **stored})
        insert(connection, "stream_sessions", {"id": "s2", **common, **film})
    upgrade(old_database_url)
    [row] = noted(old_database_url)
    assert row.pop("started_at").isoformat().startswith("2026-01-01T12:00")
    assert list(row.values()) == ["s1", 1, "recordings/s1.mp4", 2**40, 1.5, "avc1.64001f", "mp4a.40.2", 1280, 720]
