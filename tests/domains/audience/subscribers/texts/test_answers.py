"""What people answer to SMS, and how SMS fared: believed by its signature, and done once."""

from datetime import timedelta
from pathlib import Path

import pytest

from storecast.domains.audience.subscribers.texts import hearing
from storecast.kit.settings import Settings
from tests.clock import Clock
from tests.domains.audience.subscribers.test_reminders import announce, go_live
from tests.factories.accounts import Member
from tests.factories.channels import Json
from tests.factories.platform import Client, do_jobs, running_app, settings_for
from tests.factories.sms import ANA, BEA, HOOK, SITE, STATUS, age, ask, subscribe, subscribed, tell
from tests.factories.subscribers import execute, remind
from tests.peers.twilio.peer import TwilioPeer, Webhook


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
    told = twilio.answer(f"https://api.shop.test{HOOK}", ANA, "STOP")  # at another of our names
    assert (await tell(anyone, told, **{"Host": "api.shop.test", "X-Forwarded-Proto": "https"}))[0] == 200
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
