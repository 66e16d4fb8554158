"""Codes by SMS: whom they are sent to, how many, and what they are good for."""

from pathlib import Path

import pytest

from storecast.domains.audience.subscribers import service
from storecast.domains.audience.subscribers.texts import service as texts
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.domains.audience.subscribers.test_reminders import go_live
from tests.factories.accounts import Member, member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, do_jobs, running_app, settings_for
from tests.factories.sms import ANA, BEA, DIALLED, HOOK, SITE, age, ask, enter, subscribe, subscribed, tell
from tests.factories.subscribers import OFFERED, code_in, execute
from tests.peers.twilio.peer import Fault, TwilioPeer


async def test_a_code_confirms_a_number(
    anyone: Client, owner: Member, show: Json, settings: Settings, twilio: TwilioPeer
) -> None:
    answer = await anyone.post("events/notification", {"eventId": show["id"], **DIALLED, "locale": "fr"})
    assert (answer.status_code, answer.json()) == (200, {"data": {"pending": True}})
    await do_jobs(settings)
    [sms] = twilio.messages
    code = code_in(sms.body)
    assert sms.body == (
        f"{code} est votre code pour recevoir les rappels de Lamp shop. Gardez-le pour vous.\n\n@live.shop.test #{code}"
    )
    assert "Lamp night" not in sms.body  # nobody's words go to who has not asked for them
    assert 500 < sms.validity_period <= 600
    assert await subscribed(settings) == []
    assert await enter(anyone, show, "123456" if code != "123456" else "654321") == 422
    assert await enter(anyone, show, f" {code} ") == 200
    assert await subscribed(settings) == [ANA]
    assert await enter(anyone, show, code) == 422  # it is used up
    answer = await owner.client.get(f"events/{show['id']}")
    assert answer.json()["data"]["subscribers"] == 1


async def test_codes_are_good_for_five_tries_and_ten_minutes(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer, moving: Clock
) -> None:
    await ask(anyone, show)
    await do_jobs(settings)
    code = code_in(twilio.messages[0].body)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert await enter(anyone, show, wrong) == 422
    assert await enter(anyone, show, code) == 422
    await age(settings, minutes=2)
    await ask(anyone, show)
    await do_jobs(settings)
    another = code_in(twilio.messages[1].body)
    assert another != code
    assert await enter(anyone, show, code) == 422
    moving.move(minutes=10)
    assert await enter(anyone, show, another) == 422
    assert await enter(anyone, show, "") == 422
    assert await enter(anyone, show, another, BEA) == 422  # nobody asked for it
    assert await subscribed(settings) == []


async def test_codes_cannot_be_guessed_by_many_tries(
    anyone: Client, show: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CODE_TRIES", "3/10 minute")
    assert [await enter(anyone, show, f"{number:06}") for number in range(4)] == [422, 422, 422, 429]


async def test_a_number_is_sent_few_codes(anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer) -> None:
    """shesha 4773: who asks over and over for a code floods somebody's phone at our cost. The answer is the same."""
    for _ in range(3):
        assert await ask(anyone, show) == 200
    await do_jobs(settings)
    assert len(twilio.messages) == 1  # one a minute
    for _ in range(5):
        await age(settings, minutes=2)
        assert await ask(anyone, show) == 200
    await do_jobs(settings)
    assert (await execute(settings, "SELECT count(*) FROM text_messages"))[0] == (texts.CODES_OF_NUMBER,)
    await age(settings, days=1)
    assert await ask(anyone, show) == 200
    assert (await execute(settings, "SELECT count(*) FROM text_messages"))[0] == (texts.CODES_OF_NUMBER + 1,)


async def test_codes_nobody_enters_are_few_for_a_network(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who earns by SMS has no use for codes. People enter theirs, however many are behind one network."""
    monkeypatch.setattr(texts, "UNANSWERED_OF_NETWORK", 3)
    for number in range(6):
        await subscribe(anyone, twilio, settings, show, f"+4072210{number}000")
    for number in range(3):
        assert await ask(anyone, show, f"+4073310{number}000") == 200
    assert await ask(anyone, show, "+40744100000") == 429
    assert await ask(anyone.at("192.0.2.77"), show, "+40744100000") == 200


async def test_codes_nobody_enters_are_few_for_neighbouring_networks_and_numbers(
    anyone: Client, show: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "UNANSWERED_OF_WIDE_NETWORK", 3)
    monkeypatch.setattr(texts, "UNANSWERED_OF_BLOCK", 3)
    answers = [await ask(anyone.at(f"192.0.2.{n}"), show, f"+40722{n}00000") for n in range(1, 5)]
    assert answers == [200, 200, 200, 429]
    answers = [await ask(anyone.at(f"198.51.{n}.7"), show, f"+4073312000{n}") for n in range(1, 5)]
    assert answers == [200, 200, 200, 429]
    assert await ask(anyone.at("198.51.9.7"), show, "+40733130001") == 200


@pytest.mark.parametrize("cap", ["sms_per_day", "sms_per_account_per_day"])
async def test_a_quarter_of_a_day_s_sms_may_be_codes(
    tmp_path: Path, database_url: str, twilio: TwilioPeer, cap: str
) -> None:
    bounded = settings_for(tmp_path, database_url, **twilio.settings(**{cap: 8}))
    async with running_app(bounded) as anyone:
        owner = await member(anyone)
        show = await channel(owner.client, **OFFERED)
        answers = [await ask(anyone.at(f"10.0.{n}.1"), show, f"+40722{n}00000") for n in range(1, 4)]
        assert answers == [200, 200, 429]
        elsewhere = await channel((await member(anyone)).client, **OFFERED)
        other = await ask(anyone.at("10.0.9.1"), elsewhere, "+40733900000")
        assert other == (429 if cap == "sms_per_day" else 200)


async def test_countries_and_kinds_of_numbers_that_are_sent_none(
    anyone: Client, show: Json, settings: Settings
) -> None:
    refused = {
        ("612345678", "+33"): "is of a country that is sent no SMS from here",  # the sender's number is Romanian
        ("50 123 45 67", "+994"): "is of a country that is sent no SMS from here",
        ("031 234 5678", "+40"): "is not a mobile number: SMS go to no other",
        ("0906 123 456", "+40"): "is not a mobile number: SMS go to no other",
        ("0800 123 456", "+40"): "is not a mobile number: SMS go to no other",
    }
    for (phone, prefix), why in refused.items():
        answer = await anyone.post(
            "events/notification", {"eventId": show["id"], "phone": phone, "phonePrefix": prefix}
        )
        assert answer.status_code == 422
        assert answer.json()["error"]["messages"] == [{"field": "phone", "message": why}]
    assert await execute(settings, "SELECT count(*) FROM text_messages") == [(0,)]


async def test_plans_bound_sms_and_subscribers(
    tmp_path: Path, database_url: str, twilio: TwilioPeer, moving: Clock
) -> None:
    plans = tmp_path / "plans.toml"
    plan = """
        [[plans]]
        identifier = "free"
        name = "Free"
        price = 0
        default = true
        features = [
            { identifier = "smsReminders", name = "{value} SMS", value = 3 },
            { identifier = "subscribers", name = "{value} subscribers", value = 1 },
        ]
    """
    plans.write_text(plan)
    settings = settings_for(
        tmp_path, database_url, plans="enforced", plans_file=plans, **twilio.settings(sms_quiet_hours="")
    )
    async with running_app(settings) as anyone:
        show = await channel((await member(anyone)).client, **OFFERED)
        assert await ask(anyone, show, BEA) == 200  # asked for in time, confirmed too late
        await subscribe(anyone, twilio, settings, show)
        assert await enter(anyone, show, code_in(twilio.to(BEA)[0].body), BEA) == 402
        answer = await anyone.post("events/notification", {"eventId": show["id"], "email": "ana@example.com"})
        assert answer.status_code == 402
        assert answer.json()["error"]["message"] == "This channel takes no more subscribers for now."
        twilio.faults.append(Fault.DOWN)  # over the last one, which is nobody else's by then
        await go_live(anyone, show, settings, moving)
        assert len(twilio.messages) == 2
        await execute(settings, "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
        await do_jobs(settings)
        assert len(twilio.messages) == 3  # the month's are spent
        answer = await anyone.post("events/notification", {"eventId": show["id"], **DIALLED})
        assert answer.json()["error"]["message"] == "This channel sends no reminders by SMS."
        await execute(settings, "UPDATE text_messages SET created_at = created_at - interval '31 days'")
        answer = await anyone.post("events/notification", {"eventId": show["id"], **DIALLED})
        assert answer.json()["error"]["message"] == "This channel takes no more subscribers for now."


async def test_what_is_kept_of_sms_tells_nobody_s_number(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer
) -> None:
    await subscribe(anyone, twilio, settings, show)
    await tell(anyone, twilio.answer(SITE + HOOK, ANA, "توقف"))
    for table in ("text_messages", "stopped_numbers", "heard_texts"):
        rows = await execute(settings, f"SELECT row_to_json({table})::text FROM {table}")
        assert rows
        assert "722000001" not in str(rows), table
    await age(settings, days=3.1)
    async with unit_of_work(process_of(anyone.app)) as unit:
        await unit.texts.forget(unit.now)
    assert await execute(settings, "SELECT number || block || network FROM text_messages") == [("",)]
    await execute(settings, "UPDATE subscriptions SET stopped_at = stopped_at - interval '30 days'")
    async with unit_of_work(process_of(anyone.app)) as unit:
        await unit.subscribers.forget(unit.now)
    assert await execute(settings, "SELECT count(*) FROM subscriptions") == [(0,)]
    assert await execute(settings, "SELECT count(*) FROM stopped_numbers") == [(1,)]  # STOP is for good
