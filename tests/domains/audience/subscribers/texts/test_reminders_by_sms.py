"""Reminders by SMS: at their time, not at night, and each once, whoever dies over it."""

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from storecast.kit.settings import Settings
from storecast.wiring.jobs import create_jobs
from tests.clock import Clock
from tests.domains.audience.subscribers.test_reminders import announce, go_live, publisher
from tests.factories.accounts import Member, member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, do_jobs, process_for, running_app, settings_for
from tests.factories.sms import ANA, BEA, SITE, age, ask, subscribe, subscribed
from tests.factories.subscribers import OFFERED, code_in, execute, remind, texts_in, verify_everybody
from tests.peers.twilio.peer import Fault, TwilioPeer

ROOT = Path(__file__).parents[5]


async def test_reminders_by_sms(
    anyone: Client, owner: Member, show: Json, settings: Settings, twilio: TwilioPeer, moving: Clock
) -> None:
    await subscribe(anyone, twilio, settings, show, minutes_before=[30], timezone="Europe/Bucharest", locale="en")
    await announce(owner, show, moving() + timedelta(minutes=31))
    moving.move(minutes=2)
    for _ in range(2):
        await remind(anyone, settings)
    _, sms = twilio.messages
    assert sms.body.startswith("Lamp night begins on ")
    assert sms.body.endswith(f": {SITE}/watch/lamps\nReply STOP to end.")
    assert sms.validity_period == 29 * 60
    moving.move(minutes=29)
    await go_live(anyone, show, settings, moving)
    assert twilio.messages[2].body == f"Lamp night is live: {SITE}/watch/lamps\nReply STOP to end."
    assert [message.to for message in twilio.messages] == [ANA] * 3


async def test_nights_are_quiet_by_the_subscriber_s_own_clock(
    tmp_path: Path, database_url: str, twilio: TwilioPeer, moving: Clock
) -> None:
    settings = settings_for(tmp_path, database_url, **twilio.settings(public_url=SITE))
    hour = moving().hour
    # Where it is 22:30 by the clock, and where it is noon, whatever the hour is here.
    night, noon = (
        f"Etc/GMT{'-' if ahead >= 0 else '+'}{abs(ahead)}" for ahead in (_ahead(22 - hour), _ahead(12 - hour))
    )
    async with running_app(settings) as anyone:
        owner = await member(anyone)
        await verify_everybody(settings)
        show = await channel(owner.client, name="Lamp night", slug="lamps", **OFFERED)
        await subscribe(anyone, twilio, settings, show, ANA, minutes_before=[30], timezone=night)
        await subscribe(anyone, twilio, settings, show, BEA, minutes_before=[30, 900], timezone=noon)
        assert len(twilio.messages) == 2  # who asks for a code is awake
        await announce(owner, show, moving() + timedelta(minutes=31))
        moving.move(minutes=2)
        await remind(anyone, settings)
        assert [message.to for message in twilio.messages[2:]] == [BEA]  # before morning it has begun
        await go_live(anyone, show, settings, moving)
        assert [message.to for message in twilio.messages[2:]] == [BEA, BEA]

        late = await channel(owner.client, name="Morning", slug="morning", **OFFERED)
        await age(settings, minutes=5)
        await subscribe(anyone, twilio, settings, late, ANA, minutes_before=[840], timezone=night)
        await announce(owner, late, moving() + timedelta(minutes=841))
        moving.move(minutes=2)
        sent = len(twilio.messages)
        await remind(anyone, settings)
        assert len(twilio.messages) == sent
        [[at]] = await execute(
            settings,
            "SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = 'subscribers.remind' AND status = 'todo'",
        )
        local = at.astimezone(ZoneInfo(night))  # type: ignore[attr-defined]
        assert (local.hour, local.minute) == (8, 0)
        moving.move(minutes=(at - moving()).total_seconds() // 60 + 1)  # type: ignore[operator]
        await execute(settings, "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
        await do_jobs(settings)
        assert twilio.messages[-1].body.startswith("Morning begins on ")


def _ahead(hours: int) -> int:
    """Of UTC, as the zones of Etc are: from -12 to 12."""
    return (hours + 12) % 24 - 12


async def test_a_sender_nobody_can_answer_gives_a_link(
    tmp_path: Path, database_url: str, twilio: TwilioPeer, moving: Clock
) -> None:
    named = twilio.settings(twilio_from="Lamps", sms_countries="RO", sms_quiet_hours="", public_url=SITE)
    settings = settings_for(tmp_path, database_url, **named)
    async with running_app(settings) as anyone:
        show = await channel((await member(anyone)).client, slug="lamps", **OFFERED)
        await subscribe(anyone, twilio, settings, show)
        await go_live(anyone, show, settings, moving)
        body = twilio.messages[-1].body
        assert f"The show you asked for is live: {SITE}/watch/{show['id']}\nNo more: {SITE}/api/v1/subscr" in body
        assert (await anyone.post(body.rpartition(SITE)[2])).status_code == 200
        assert await subscribed(settings) == []


async def test_twilio_away_costs_nobody_their_reminder_and_none_is_sent_twice(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer, moving: Clock
) -> None:
    await subscribe(anyone, twilio, settings, show)
    twilio.faults += [Fault.DOWN, Fault.LIMITED, Fault.DOWN, Fault.LOST]
    await go_live(anyone, show, settings, moving)
    again = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' RETURNING id"
    while await execute(settings, again):
        await do_jobs(settings)
    assert len([message for message in twilio.messages if " live" in message.body]) == 1
    assert await execute(settings, "SELECT count(*) FROM text_messages WHERE sent_at IS NULL") == [(0,)]


async def test_without_twilio_sms_are_files(tmp_path: Path, database_url: str, moving: Clock) -> None:
    settings = settings_for(tmp_path, database_url, sms_quiet_hours="")
    async with running_app(settings) as anyone:
        show = await channel((await member(anyone)).client, **OFFERED)
        assert await ask(anyone, show, "+33612345678", phonePrefix="33") == 200
        await do_jobs(settings)
        [text] = texts_in(tmp_path, "+33612345678")
        body = {"eventId": show["id"], "phone": "06 12 34 56 78", "phonePrefix": "0033", "code": code_in(text)}
        assert (await anyone.post("events/notification/confirm", body)).status_code == 200
        await go_live(anyone, show, settings, moving)
        assert len(texts_in(tmp_path, "+33612345678")) == 2


async def test_killed_when_it_was_sent_and_not_noted_each_has_one(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer, moving: Clock
) -> None:
    """A worker is killed over an SMS, the next over another: what Twilio has is found there, and not sent again."""
    for number in (ANA, BEA):
        await subscribe(anyone, twilio, settings, show, number)
    await publisher(anyone, show, settings, moving)
    values = {name: value for name, value in settings.model_dump(mode="json").items() if value is not None}
    values |= {"twilio_auth_token": twilio.auth_token}
    assert settings.database_url is not None
    values |= {"database_url": settings.database_url.get_secret_value()}
    dying = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.domains.audience.subscribers.texts.killed", json.dumps(values), "1"), cwd=ROOT
    )
    assert await dying.wait() == -9
    assert len(_live(twilio)) >= 1
    jobs_left = await execute(settings, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
    assert jobs_left != [(0,)]
    await execute(settings, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    await begin_anew(settings)
    await do_jobs(settings)
    assert sorted(message.to for message in _live(twilio)) == [ANA, BEA]
    assert await execute(settings, "SELECT count(*) FROM text_messages WHERE sent_at IS NULL") == [(0,)]


def _live(twilio: TwilioPeer) -> list[object]:
    return [message for message in twilio.messages if " live" in message.body]


async def begin_anew(settings: Settings) -> None:
    """As a worker does with what another left, once that one was not heard of for a while."""
    process = process_for(settings)
    jobs = create_jobs(process)
    async with jobs.open_async():
        for job in await jobs.job_manager.get_stalled_jobs():
            await jobs.job_manager.retry_job(job)
    await process.close()
