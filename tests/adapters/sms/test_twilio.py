"""SMS by Twilio, held against its stand-in, and by files."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from storecast.adapters.sms.errors import Refusal, SmsDown, SmsRefused
from storecast.adapters.sms.texter import Sms, Texter
from tests.factories.platform import settings_for
from tests.peers.twilio.peer import Fault, TwilioPeer

ANA = "+40722000000"
SMS = Sms("a", ANA, "Lamp night is live: https://shop.test/w ăț", 1_800)


@pytest.fixture
def peer() -> Iterator[TwilioPeer]:
    with TwilioPeer().running() as running:
        yield running


@pytest.fixture
async def texter(tmp_path: Path, peer: TwilioPeer) -> AsyncIterator[Callable[..., Texter]]:
    made: list[Texter] = []

    def make(**more: object) -> Texter:
        made.append(Texter(settings_for(tmp_path, "postgresql://unused", **peer.settings(**more))))
        return made[-1]

    yield make
    for each in made:
        await each.close()


async def test_an_sms_is_taken_as_it_was_written(peer: TwilioPeer, texter: Callable[..., Texter]) -> None:
    sid = await texter(public_url="https://shop.test").send(SMS)
    [taken] = peer.messages
    assert (taken.sid, taken.to, taken.sender, taken.body) == (sid, ANA, peer.number, SMS.body)
    assert (taken.validity_period, taken.status_callback) == (1_800, "https://shop.test/api/v1/sms/twilio/status")


async def test_senders_are_numbers_services_and_names(peer: TwilioPeer, texter: Callable[..., Texter]) -> None:
    await texter(twilio_from=peer.service, sms_countries="RO").send(SMS)
    await texter(twilio_from="Lamp shop", sms_countries="RO").send(SMS)
    assert [message.sender for message in peer.messages] == [peer.number, "Lamp shop"]
    assert all(message.status_callback is None for message in peer.messages)  # nobody outside reaches us


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.LIMITED, Fault.LOST])
async def test_what_may_help_is_tried_again(peer: TwilioPeer, texter: Callable[..., Texter], fault: Fault) -> None:
    peer.faults.append(fault)
    with pytest.raises(SmsDown):
        await texter().send(SMS)


async def test_what_was_sent_by_who_did_not_live_to_say_so_is_not_sent_again(
    peer: TwilioPeer, texter: Callable[..., Texter]
) -> None:
    begun_at, by = datetime.now(UTC), texter()
    peer.faults.append(Fault.LOST)
    with pytest.raises(SmsDown):
        await by.send(SMS)
    assert await by.send(SMS, begun_at) == peer.messages[0].sid
    assert len(peer.messages) == 1
    peer.messages[0].made_at -= timedelta(hours=7)  # the one of another evening
    assert await by.send(SMS, begun_at) == peer.messages[1].sid
    assert len(peer.messages) == 2


async def test_a_number_that_said_stop_and_one_that_is_no_mobile_s(
    peer: TwilioPeer, texter: Callable[..., Texter]
) -> None:
    peer.opted_out.add(ANA)
    with pytest.raises(SmsRefused) as refused:
        await texter().send(SMS)
    assert (refused.value.refusal, refused.value.code) == (Refusal.STOPPED, 21610)
    peer.opted_out.clear()
    peer.landlines.add(ANA)
    with pytest.raises(SmsRefused) as refused:
        await texter().send(SMS)
    assert (refused.value.refusal, refused.value.code) == (Refusal.NO_MOBILE, 21614)
    with pytest.raises(SmsRefused) as refused:
        await texter().send(Sms("b", "+40722", "Hello", 60))
    assert (refused.value.refusal, refused.value.code) == (Refusal.NO_MOBILE, 21211)


async def test_a_token_that_is_no_good_ends_nobody_s_subscription(
    peer: TwilioPeer, texter: Callable[..., Texter]
) -> None:
    with pytest.raises(SmsDown, match="20003"):
        await texter(twilio_auth_token="another").send(SMS)
    with pytest.raises(SmsDown, match="21606"):
        await texter(twilio_from="+40300000000").send(SMS)


async def test_the_environment_s_twilio_is_not_ours(
    peer: TwilioPeer, texter: Callable[..., Texter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    await texter().send(SMS)
    assert len(peer.messages) == 1


async def test_without_twilio_sms_are_files_and_one_of_a_key_is_one(tmp_path: Path) -> None:
    texter = Texter(settings_for(tmp_path, "postgresql://unused"))
    for _ in range(2):
        assert await texter.send(SMS) is None
    [file] = (tmp_path / "sms").glob("*.json")
    assert json.loads(file.read_text()) == {"to": ANA, "body": SMS.body}
    assert (tmp_path / "sms").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("sender", "countries", "served", "not_served"),
    [
        ("+40312345678", None, ["+40722000000"], ["+33612345678", "+994501234567"]),
        ("+16502530000", None, ["+16502530001"], ["+18764561234", "+12042345678"]),  # +1 is of 25 countries
        ("MG" + "5" * 32, None, [], ["+40722000000"]),
        ("Lamps", "FR,RO", ["+33612345678", "+40722000000"], ["+4915112345678"]),
        ("+40312345678", "*", ["+33612345678", "+994501234567"], []),
        (None, None, ["+33612345678", "+994501234567"], []),
        (None, "FR", ["+33612345678"], ["+994501234567"]),
    ],
)
def test_countries(
    tmp_path: Path, sender: str | None, countries: str | None, served: list[str], not_served: list[str]
) -> None:
    more = {} if sender is None else TwilioPeer.settings_without_server(sender)
    texter = Texter(settings_for(tmp_path, "postgresql://unused", sms_countries=countries, **more))
    assert all(texter.serves(number) for number in served)
    assert not any(texter.serves(number) for number in not_served)


def test_settings_that_say_nothing_are_refused(tmp_path: Path) -> None:
    good = TwilioPeer.settings_without_server("+40312345678")
    for wrong in (
        {"twilio_from": None},
        {"twilio_auth_token": None},
        {"twilio_account_sid": None},
        {"twilio_from": "0312345678"},
        {"twilio_from": "A name too long"},
        {"sms_countries": "Romania"},
        {"sms_quiet_hours": "21:00-8:00"},
        {"sms_quiet_hours": "24-8"},
        {"twilio_api_url": "http://twilio.test/path"},
    ):
        with pytest.raises(ValidationError):
            settings_for(tmp_path, "postgresql://unused", **good | wrong)
    with pytest.raises(ValueError, match="STORECAST_SMS_COUNTRIES: no telephones are known in XX"):
        Texter(settings_for(tmp_path, "postgresql://unused", sms_countries="RO,XX"))


def test_the_log_says_that_nobody_is_sent_any(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for sender, said in (("MG" + "5" * 32, True), ("+40312345678", False)):
        caplog.clear()
        more = TwilioPeer.settings_without_server(sender)
        Texter(settings_for(tmp_path, "postgresql://unused", **more)).say_where()
        assert ("STORECAST_SMS_COUNTRIES" in caplog.text) is said
