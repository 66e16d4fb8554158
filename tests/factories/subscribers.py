"""Who subscribes to channels, and what they are sent."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text

from storecast.kit.database import create_databases, create_engine, transaction
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.channels import Json
from tests.factories.mails import link_in, mails_in
from tests.factories.platform import Client, do_jobs

OFFERED = {"attributes": {"userEmailNotifications": True, "userSMSNotifications": True}}
CONFIRM, UNSUBSCRIBE = "/api/v1/subscriptions/confirm", "/api/v1/subscriptions/unsubscribe"


async def ask(anyone: Client, show: Json, **how: object) -> None:
    answer = await anyone.post("events/notification", {"eventId": show["id"], **how})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"data": {"pending": True}}


def path_of(link: str) -> str:
    address = urlsplit(link)
    return f"{address.path}?{address.query}"


def confirmation(settings: Settings, email: str) -> str:
    """The path of the link in the one mail that asks whether they want to."""
    [mail] = [mail for mail in mails_in(settings.data_dir, email) if CONFIRM in mail.get_content_type() or _asks(mail)]
    return path_of(link_in(mail))


def _asks(mail: object) -> bool:
    return CONFIRM in mail.as_string().replace("=\n", "")  # type: ignore[attr-defined]


async def subscribe(anyone: Client, settings: Settings, show: Json, email: str, **how: object) -> None:
    """By mail, and confirmed."""
    await ask(anyone, show, email=email, **how)
    await do_jobs(settings)
    answer = await anyone.post(confirmation(settings, email))
    assert answer.status_code == 200, answer.text


def texts_in(folder: Path, to: str | None = None) -> list[str]:
    """The SMS in a data folder, in no particular order."""
    said = [json.loads(path.read_text()) for path in (folder / "sms").glob("*.json")]
    return [each["body"] for each in said if to in (None, each["to"])]


def code_in(text: str) -> str:
    found = re.search(r"\b\d{6}\b", text)
    assert found is not None
    return found[0]


async def verify_everybody(settings: Settings) -> None:
    await execute(settings, "UPDATE users SET verified_at = now()")


async def execute(settings: Settings, statement: str, **values: object) -> list[tuple[object, ...]]:
    engine = create_engine(settings)
    async with transaction(create_databases(engine)) as db:
        result = await db.execute(text(statement), values)
        rows = [tuple(row) for row in result] if result.returns_rows else []  # type: ignore[attr-defined]
    await engine.dispose()
    return rows


async def remind(anyone: Client, settings: Settings) -> None:
    """What the worker does each ten seconds, and what comes of it."""
    async with unit_of_work(process_of(anyone.app)) as unit:
        await unit.reminders.begin_due(unit.now)
    await do_jobs(settings)


async def crowd(settings: Settings, show: Json, size: int, minutes: int = 60) -> None:
    """So many more, by mail, who confirmed an hour ago."""
    await execute(
        settings,
        """
        INSERT INTO subscriptions
            (hash_id, channel_id, medium, address, minutes_before, locale, confirmed_at, confirmed_by, unreachable)
        SELECT lpad(number::text, 32, 'h'), :channel, 'email', 'p' || number || '@example.com',
            ARRAY[:minutes]::smallint[], 'en', now() - interval '1 hour', 'r' || number, 0
        FROM generate_series(1, :size) AS number
        """,
        channel=show["thread_id"],
        size=size,
        minutes=minutes,
    )
    times = "INSERT INTO reminder_times VALUES (:channel, :minutes) ON CONFLICT DO NOTHING"
    await execute(settings, times, channel=show["thread_id"], minutes=minutes)
