"""Subscribing by SMS: a code that few can have sent, reminders that go out once, and words that end them."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storecast.domains.audience.subscribers import service
from storecast.domains.audience.subscribers.texts import hearing
from storecast.domains.audience.subscribers.texts import service as texts
from storecast.kit.settings import Settings
from storecast.wiring.jobs import create_jobs
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.domains.audience.subscribers.test_reminders import announce, go_live, publisher
from tests.factories.accounts import Member, member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, do_jobs, process_for, running_app, settings_for
from tests.factories.subscribers import OFFERED, code_in, execute, remind, texts_in, verify_everybody
from tests.peers.twilio.peer import Fault, TwilioPeer, Webhook

ROOT = Path(__file__).parents[4]
SITE = "https://live.shop.test"
HOOK, STATUS = "/api/v1/sms/twilio", "/api/v1/sms/twilio/status"
ANA, BEA = "+40722000001", "+40733500002"
DIALLED = {"phone": "0722 000 001", "phonePrefix": "+40"}


@pytest.fixture
def twilio() -> Iterator[TwilioPeer]:
    with TwilioPeer().running() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, database_url: str, twilio: TwilioPeer) -> Settings:
    more = twilio.settings(public_url=SITE, sms_quiet_hours="", mail_from="Lamp shop <no-reply@shop.test>")
    return settings_for(tmp_path, database_url, **more)


@pytest.fixture
async def anyone(settings: Settings) -> AsyncIterator[Client]:
    async with running_app(settings) as client:
        yield client


async def ask(anyone: Client, show: Json, number: str = ANA, **how: object) -> int:
    """Answers the status."""
    body = {"eventId": show["id"], "phone": number, "phonePrefix": "+40", **how}
    return (await anyone.post("events/notification", body)).status_code


async def enter(anyone: Client, show: Json, code: str, number: str = ANA) -> int:
    body = {"eventId": show["id"], "phone": number, "phonePrefix": "40", "code": code}
    return (await anyone.post("events/notification/confirm", body)).status_code


async def subscribe(
    anyone: Client, twilio: TwilioPeer, settings: Settings, show: Json, number: str = ANA, **how: object
) -> None:
    assert await ask(anyone, show, number, **how) == 200
    await do_jobs(settings)
    assert await enter(anyone, show, code_in(twilio.to(number)[-1].body), number) == 200


async def tell(anyone: Client, told: Webhook, path: str = HOOK, **headers: str) -> tuple[int, str]:
    how = told.how
    answer = await anyone.post(path, content=how["content"], headers={**how["headers"], **headers})  # type: ignore[dict-item]
    return answer.status_code, answer.text


async def subscribed(settings: Settings) -> list[str]:
    rows = await execute(settings, "SELECT address FROM subscriptions WHERE stopped_at IS NULL ORDER BY address")
    return [str(row[0]) for row in rows]


async def age(settings: Settings, **by: float) -> None:
    """As if all SMS had been sent so much earlier."""
    seconds = timedelta(**by).total_seconds()
    older = "UPDATE text_messages SET created_at = created_at - make_interval(secs => :seconds)"
    await execute(settings, older, seconds=seconds)


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
    for _ in range(4):
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


async def test_stop_in_any_language_ends_it_and_start_brings_it_back(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer, moving: Clock
) -> None:
    await subscribe(anyone, twilio, settings, show, ANA, locale="de")
    await subscribe(anyone, twilio, settings, show, BEA)
    status, reply = await tell(anyone, twilio.answer(SITE + HOOK, ANA, "Stopp!"))
    assert status == 200
    assert "<Message>Lamp shop: Sie bekommen keine SMS mehr." in reply
    assert await subscribed(settings) == [BEA]
    await go_live(anyone, show, settings, moving)
    assert [message.to for message in twilio.messages if " live" in message.body] == [BEA]
    # Nor is a code sent there, whoever asks for one; they are told nothing else.
    await age(settings, minutes=5)
    assert await ask(anyone, show, ANA) == 200
    await do_jobs(settings)
    assert len(twilio.to(ANA)) == 1
    status, reply = await tell(anyone, twilio.answer(SITE + HOOK, ANA, "weiter"))
    assert "wieder per SMS" in reply
    assert await subscribed(settings) == [ANA, BEA]


@pytest.mark.parametrize("word", ["STOP", "unsubscribe", "ARRÊT", "alto", "STOPP", "توقف", "退订", "opt out"])
async def test_every_language_s_word_is_heard(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer, word: str
) -> None:
    await subscribe(anyone, twilio, settings, show)
    status, reply = await tell(anyone, twilio.answer(SITE + HOOK, ANA, word))
    assert status == 200
    assert await subscribed(settings) == []
    assert ("<Message>" in reply) is (word.upper() not in ("STOP", "UNSUBSCRIBE"))  # Twilio answers those


async def test_what_twilio_saw_to_by_itself_is_done_and_not_answered(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer
) -> None:
    """With Advanced Opt-Out the words are the operator's own."""
    await subscribe(anyone, twilio, settings, show)
    told = twilio.answer(SITE + HOOK, ANA, "basta!", OptOutType="STOP")
    assert await tell(anyone, told) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response />')
    assert await subscribed(settings) == []
    await tell(anyone, twilio.answer(SITE + HOOK, ANA, "ok", OptOutType="START"))
    assert await subscribed(settings) == [ANA]


async def test_a_replayed_start_brings_nobody_back(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer
) -> None:
    """A signature of Twilio's is good for ever: whoever has a request of hers may send it again."""
    await subscribe(anyone, twilio, settings, show)
    await tell(anyone, twilio.answer(SITE + HOOK, ANA, "توقف"))
    start = twilio.answer(SITE + HOOK, ANA, "START")
    await tell(anyone, start)
    assert await subscribed(settings) == [ANA]
    await tell(anyone, twilio.answer(SITE + HOOK, ANA, "STOP"))
    assert await tell(anyone, start) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response />')
    assert await subscribed(settings) == []


async def test_machines_that_answer_are_answered_a_few_times(
    anyone: Client, twilio: TwilioPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "REPLIES", "2/day")
    replies = [(await tell(anyone, twilio.answer(SITE + HOOK, ANA, "Hilfe")))[1] for _ in range(3)]
    assert ["<Message>" in reply for reply in replies] == [True, True, False]
    _, reply = await tell(anyone, twilio.answer(SITE + HOOK, BEA, "Thank you for your message!"))
    assert "<Message>" not in reply


async def test_what_twilio_did_not_sign_is_nobody_s_stop(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer
) -> None:
    await subscribe(anyone, twilio, settings, show)
    told = twilio.answer(SITE + HOOK, ANA, "arrêt")
    for forged in (
        Webhook(told.url, told.fields, ""),
        Webhook(told.url, told.fields, "AAAA"),
        Webhook(told.url, told.fields | {"From": BEA}, told.signed),
        Webhook(told.url, told.fields | {"More": "x"}, told.signed),
        twilio.sign("https://elsewhere.test" + HOOK, told.fields),
        twilio.sign(SITE + STATUS, told.fields),
        twilio.sign(SITE + HOOK, told.fields | {"AccountSid": "AC" + "0" * 32}),
        twilio.sign(SITE + HOOK, {}),
        TwilioPeer(account_sid=twilio.account_sid).sign(SITE + HOOK, told.fields),
    ):
        status, _ = await tell(anyone, forged)
        assert status == 403
    assert (await anyone.post(HOOK)).status_code == 403
    assert await subscribed(settings) == [ANA]
    assert (await tell(anyone, told))[0] == 200
    assert await subscribed(settings) == []


async def test_behind_a_proxy_the_public_address_is_what_is_signed(
    anyone: Client, tmp_path: Path, database_url: str, twilio: TwilioPeer
) -> None:
    """django-twilio 196, twilio-node 321: TLS ends at the proxy, and nothing of Twilio's was believed behind it."""
    told = twilio.answer(f"{SITE}{HOOK}?from=twilio", ANA, "STOP")
    path = f"{HOOK}?from=twilio"
    assert (await tell(anyone, told, path, Host="127.0.0.1:8000"))[
        0
    ] == 200  # as nginx does where nobody says otherwise
    open_settings = settings_for(tmp_path / "open", database_url, **twilio.settings())
    async with running_app(open_settings) as unset:  # it goes by what the proxy says
        told = twilio.answer(SITE + HOOK, ANA, "STOP")
        proxied = {"Host": "live.shop.test", "X-Forwarded-Proto": "https"}
        assert (await tell(unset, told, **proxied))[0] == 200
        told = twilio.answer(SITE + HOOK, ANA, "STOP")
        assert (await tell(unset.at("203.0.113.5"), told, **proxied))[0] == 403  # whom nobody trusts to say so


async def test_without_twilio_nobody_is_heard(tmp_path: Path, database_url: str, twilio: TwilioPeer) -> None:
    async with running_app(settings_for(tmp_path, database_url)) as anyone:
        for path in (HOOK, STATUS):
            assert (await tell(anyone, twilio.answer(f"http://shop.test:8000{path}", ANA, "STOP"), path))[0] == 404


@pytest.mark.parametrize("when", ["code", "live"])
async def test_who_told_twilio_stop_is_subscribed_no_more(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer, moving: Clock, when: str
) -> None:
    """21610, of a STOP that we never heard of. It is not tried again, as START would bring them back."""
    if when == "live":
        await subscribe(anyone, twilio, settings, show)
    twilio.opted_out.add(ANA)
    if when == "live":
        await go_live(anyone, show, settings, moving)
    else:
        assert await ask(anyone, show) == 200
        await do_jobs(settings)
    assert twilio.refusals == [21610]
    assert await subscribed(settings) == []
    assert await execute(settings, "SELECT count(*) FROM subscription_requests") == [(0,)]
    assert await execute(settings, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'") == [(0,)]
    await tell(anyone, twilio.answer(SITE + HOOK, ANA, "START"))
    assert await subscribed(settings) == ([ANA] if when == "live" else [])


async def test_a_number_that_is_no_mobile_s_is_forgotten(
    anyone: Client, show: Json, settings: Settings, twilio: TwilioPeer, moving: Clock
) -> None:
    await subscribe(anyone, twilio, settings, show)
    twilio.landlines.add(ANA)
    await go_live(anyone, show, settings, moving)
    assert twilio.refusals == [21614]
    assert await execute(settings, "SELECT count(*) FROM subscriptions") == [(0,)]


async def test_who_cannot_be_reached_three_times_is_reminded_no_more(
    anyone: Client, owner: Member, show: Json, settings: Settings, twilio: TwilioPeer, moving: Clock
) -> None:
    """30003 comes after the SMS was taken, by a callback."""
    await subscribe(anyone, twilio, settings, show, minutes_before=[40, 30, 20])
    await announce(owner, show, moving() + timedelta(minutes=41))
    for number, status in enumerate(["undelivered", "undelivered", "delivered"]):
        moving.move(minutes=2 if not number else 10)
        await remind(anyone, settings)
        sms = twilio.messages[-1]
        assert sms.status_callback == SITE + STATUS
        for _ in range(2):  # told twice it is once
            code = 30003 if status == "undelivered" else None
            assert (await tell(anyone, twilio.report(SITE + STATUS, sms, status, code), STATUS))[0] == 204
    assert await execute(settings, "SELECT unreachable FROM subscriptions") == [(0,)]
    assert await execute(settings, "SELECT count(*) FROM text_messages WHERE failure = 30003") == [(2,)]
    await execute(settings, "UPDATE subscriptions SET unreachable = 2")
    await go_live(anyone, show, settings, moving)
    await tell(anyone, twilio.report(SITE + STATUS, twilio.messages[-1], "undelivered", 30003), STATUS)
    assert await subscribed(settings) == []
    unknown = twilio.report(SITE + STATUS, twilio.messages[0], "failed", 30003)
    unknown.fields["MessageSid"] = "SM0"
    assert (await tell(anyone, twilio.sign(SITE + STATUS, unknown.fields), STATUS))[0] == 204
    assert (await tell(anyone, Webhook(SITE + STATUS, unknown.fields, "no"), STATUS))[0] == 403


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
            { identifier = "smsReminders", name = "{value} SMS", value = 2 },
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
        answer = await anyone.post("events/notification", {"eventId": show["id"], **DIALLED})
        assert answer.json()["error"]["message"] == "This channel sends no reminders by SMS."
        await go_live(anyone, show, settings, moving)
        assert len(twilio.messages) == 2  # the month's are spent
        await execute(settings, "UPDATE text_messages SET created_at = created_at - interval '31 days'")
        answer = await anyone.post("events/notification", {"eventId": show["id"], **DIALLED})
        assert answer.json()["error"]["message"] == "This channel takes no more subscribers for now."


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
        *(sys.executable, "-m", "tests.domains.audience.subscribers.killed", json.dumps(values), "1"), cwd=ROOT
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
