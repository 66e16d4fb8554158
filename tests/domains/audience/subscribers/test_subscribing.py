"""Subscribing by mail: asked for by anybody, confirmed by who has the address, ended by a link."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from storecast.domains.audience.subscribers import service
from storecast.domains.audience.subscribers.links import LinkTo
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member, member
from tests.factories.channels import Json, channel
from tests.factories.mails import mails_in, text_of
from tests.factories.platform import Client, do_jobs
from tests.factories.subscribers import (
    CONFIRM,
    OFFERED,
    UNSUBSCRIBE,
    ask,
    confirmation,
    execute,
    subscribe,
    verify_everybody,
)

ANA = "ana@example.com"


def forget_mails(settings: Settings) -> None:
    for path in (settings.data_dir / "mail").glob("*.eml"):
        path.unlink()


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of people who ask more than once in a minute, for once."""
    monkeypatch.setattr(service, "MAILS", "100/minute")


async def subscribers(owner: Member, show: Json) -> int:
    return int((await owner.client.get(f"events/{show['id']}")).json()["data"]["subscribers"])


async def mine(person: Member) -> list[Json]:
    answer = await person.client.get("subscriptions")
    assert answer.status_code == 200, answer.text
    data: list[Json] = answer.json()["data"]
    return data


async def test_whoever_has_the_address_confirms_it(
    anyone: Client, owner: Member, show: Json, settings: Settings
) -> None:
    await ask(anyone, show, email=" ANA@example.com ", locale="de", timezone="Europe/Berlin")
    await do_jobs(settings)
    [mail] = mails_in(settings.data_dir, ANA)
    assert mail["Subject"] == "Möchten Sie erinnert werden?"
    assert "Lamp night" in text_of(mail)
    assert mail["List-Unsubscribe"] is None  # there is nothing to end yet
    link = confirmation(settings, ANA)

    page = await anyone.get(link, headers={"Accept-Language": "ar"})
    assert page.status_code == 200
    assert 'dir="rtl"' in page.text
    assert '<form method="post">' in page.text
    assert await subscribers(owner, show) == 0  # mail scanners follow links, and subscribe nobody
    for _ in range(2):
        done = await anyone.post(link, headers={"Accept-Language": "de"})
        assert done.status_code == 200
        assert "Sie werden erinnert" in done.text
    assert await subscribers(owner, show) == 1


async def test_the_answer_says_nothing_of_who_is_subscribed(
    anyone: Client, owner: Member, show: Json, settings: Settings
) -> None:
    await subscribe(anyone, settings, show, ANA, minutes_before=[60])
    answers = [
        await anyone.post("events/notification", {"eventId": show["slug"], "email": email})
        for email in (ANA, "nobody@example.com")
    ]
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b'{"data":{"pending":true}}')] * 2
    # Nor does whoever typed it change anything, before it is confirmed anew.
    assert await subscribers(owner, show) == 1
    assert await execute(settings, "SELECT minutes_before FROM subscriptions") == [([60],)]


@pytest.mark.usefixtures("often")
async def test_who_confirms_again_has_what_they_chose_last(
    anyone: Client, owner: Member, show: Json, settings: Settings
) -> None:
    await subscribe(anyone, settings, show, ANA, minutes_before=[60])
    first = confirmation(settings, ANA)
    forget_mails(settings)
    await subscribe(anyone, settings, show, ANA, minutes_before=[10, 1440, 10], locale="fr")
    assert await execute(settings, "SELECT minutes_before, locale FROM subscriptions") == [([1440, 10], "fr")]
    assert (await anyone.post(first)).status_code == 404  # the link of what was confirmed before is over
    assert await subscribers(owner, show) == 1


async def test_confirmations_mailed_to_an_address_are_few(anyone: Client, show: Json, settings: Settings) -> None:
    """knadh/listmonk 3229: a form that mails as often as it is sent floods somebody else's mailbox."""
    for tag in range(8):
        await ask(anyone, show, email=f"ana+{tag}@example.com")
    await do_jobs(settings)
    assert [mail["To"] for mail in mails_in(settings.data_dir) if "ana" in mail["To"]] == ["ana+0@example.com"]
    await ask(anyone, show, email="bea@example.com")
    await do_jobs(settings)
    assert len(mails_in(settings.data_dir, "bea@example.com")) == 1


async def test_one_network_asks_for_so_many(anyone: Client, show: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "ASKED", "3/hour")
    for number in range(3):
        await ask(anyone, show, email=f"p{number}@example.com")
    refused = await anyone.post("events/notification", {"eventId": show["id"], "email": "p9@example.com"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    await ask(anyone.at("192.0.2.9"), show, email="p9@example.com")


async def test_what_nobody_confirms_is_forgotten(anyone: Client, owner: Member, show: Json, settings: Settings) -> None:
    await ask(anyone, show, email=ANA)
    await do_jobs(settings)
    link = confirmation(settings, ANA)
    await execute(settings, "UPDATE subscription_requests SET asked_at = asked_at - interval '3 days'")
    over = await anyone.post(link)
    assert over.status_code == 404
    assert "Ask again" in over.text
    assert await execute(settings, "SELECT count(*) FROM subscription_requests") == [(1,)]
    async with unit_of_work(process_of(anyone.app)) as unit:
        await unit.subscribers.forget(unit.now)
    assert await execute(settings, "SELECT count(*) FROM subscription_requests") == [(0,)]
    assert (await anyone.post(link)).status_code == 404
    assert await subscribers(owner, show) == 0


@pytest.mark.parametrize("path", [CONFIRM, UNSUBSCRIBE])
async def test_forged_links_lead_nowhere(anyone: Client, show: Json, settings: Settings, path: str) -> None:
    await ask(anyone, show, email=ANA)
    await do_jobs(settings)
    token = confirmation(settings, ANA).partition("token=")[2]
    for forged in (token[:-1] + ("0" if token[-1] != "0" else "1"), "0" * 64, "é" * 64):
        assert (await anyone.post(path, params={"token": forged})).status_code == 404
    for short in ("", "abc", token + "0"):
        assert (await anyone.post(path, params={"token": short})).status_code == 422
    assert (await anyone.post(path)).status_code == 422
    if path == UNSUBSCRIBE:
        assert (await anyone.post(path, params={"token": token})).status_code == 404  # made to confirm


async def test_one_click_ends_it_and_looking_does_not(
    anyone: Client, owner: Member, show: Json, settings: Settings
) -> None:
    """useSend 412, emailflare 190, Rock 7034: security gateways GET each link of a mail, and unsubscribed everybody."""
    await subscribe(anyone, settings, show, ANA)
    async with unit_of_work(process_of(anyone.app)) as unit:
        [[hash_id]] = await execute(settings, "SELECT hash_id FROM subscriptions")  # type: ignore[misc]
        token = unit.subscription_links.to(LinkTo.UNSUBSCRIBE, str(hash_id)).partition("token=")[2]
    for method in ("GET", "HEAD", "OPTIONS"):
        await anyone.call(method, UNSUBSCRIBE, params={"token": token})
    assert await subscribers(owner, show) == 1
    form = {"content": "List-Unsubscribe=One-Click", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    for _ in range(2):
        ended = await anyone.post(UNSUBSCRIBE, params={"token": token}, **form)
        assert ended.status_code == 200
        assert ended.headers["Cache-Control"] == "no-store"
    assert await subscribers(owner, show) == 0


async def test_a_provider_s_one_clicks_are_never_too_many(anyone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail programs send them for thousands from one network; who guesses is held up."""
    from storecast.domains.audience.subscribers import service

    monkeypatch.setattr(service, "WRONG_LINKS", "2/hour")
    async with unit_of_work(process_of(anyone.app)) as unit:
        token = unit.subscription_links.to(LinkTo.UNSUBSCRIBE, "x" * 32).partition("token=")[2]
    for _ in range(5):
        assert (await anyone.post(UNSUBSCRIBE, params={"token": token})).status_code == 200
    tries = [(await anyone.post(UNSUBSCRIBE, params={"token": "0" * 64})).status_code for _ in range(3)]
    assert tries == [404, 404, 429]
    assert (await anyone.post(UNSUBSCRIBE, params={"token": token})).status_code == 200


BAD: list[tuple[Json, str]] = [
    ({}, "email"),
    ({"email": ""}, "email"),
    ({"email": "ana"}, "email"),
    ({"email": "ana@"}, "email"),
    ({"email": "a,b@example.com"}, "email"),
    ({"email": "\u200b@example.com"}, "email"),
    ({"email": "ana@" + "x" * 260 + ".com"}, "email"),
    ({"phone": "0722000000"}, "phonePrefix"),
    ({"phone": "0722000000", "phonePrefix": ""}, "phonePrefix"),
    ({"phone": "0722000000", "phonePrefix": "+999"}, "phonePrefix"),
    ({"phone": "0722000000", "phonePrefix": "naane"}, "phonePrefix"),
    ({"phone": "12", "phonePrefix": "+40"}, "phone"),
    ({"phone": "qt", "phonePrefix": "+40"}, "phone"),
    ({"phone": "+33612345678", "phonePrefix": "+40"}, "phone"),
    ({"phone": "0312345678", "phonePrefix": "+40"}, "phone"),  # a landline's
    ({"phone": "0906123456", "phonePrefix": "+40"}, "phone"),  # a premium one
    ({"phone": "800123456", "phonePrefix": "+33"}, "phone"),  # free for who calls
    ({"phone": "0" * 40, "phonePrefix": "+40"}, "phone"),
    ({"email": ANA, "minutes_before": [60, 30, 10, 5]}, "minutes_before"),
    ({"email": ANA, "minutes_before": [-1]}, "minutes_before"),
    ({"email": ANA, "minutes_before": [10_081]}, "minutes_before"),
    ({"email": ANA, "minutes_before": ["x"]}, "minutes_before"),
    ({"email": ANA, "minutes_before": [1] * 21}, "minutes_before"),
    ({"email": ANA, "timezone": "Mars/Olympus"}, "timezone"),
    ({"email": ANA, "timezone": "../../etc/passwd"}, "timezone"),
    ({"email": ANA, "locale": "x" * 21}, "locale"),
    ({"email": ANA, "eventId": None}, "eventId"),
    ({"email": ANA, "eventId": ""}, "eventId"),
]


async def test_bad_input_is_refused_and_its_field_named(anyone: Client, show: Json, settings: Settings) -> None:
    for body, field in BAD:
        answer = await anyone.post("events/notification", {"eventId": show["id"], **body})
        assert answer.status_code == 422, (body, answer.text)
        assert field in {entry["field"].partition(".")[0] for entry in answer.json()["error"]["messages"]}, answer.text
    assert await execute(settings, "SELECT count(*) FROM subscription_requests") == [(0,)]


async def test_forms_and_duplicates_and_unknown_languages_are_taken(
    anyone: Client, show: Json, settings: Settings
) -> None:
    form = {"eventId": show["id"], "email": ANA, "phone": "", "phonePrefix": "+40", "minutes_before[]": "60"}
    assert (await anyone.post("events/notification", data=form)).status_code == 200
    chosen = "SELECT minutes_before, locale FROM subscription_requests"
    assert await execute(settings, chosen) == [([60], "en")]
    await ask(anyone, show, email=ANA, phonePrefix="", minutes_before=[60, 0, 60, 10, 60], locale="de-AT")
    assert await execute(settings, chosen) == [([60, 10], "de")]
    await ask(anyone, show, email=ANA, minutes_before=[], locale="tlh")
    assert await execute(settings, chosen) == [([], "en")]


async def test_402_where_the_host_has_it_off(anyone: Client, owner: Member, settings: Settings) -> None:
    phone = {"phone": "0722000000", "phonePrefix": "+40"}
    show = await channel(owner.client, attributes={"userEmailNotifications": True})
    refused = await anyone.post("events/notification", {"eventId": show["id"], **phone})
    assert (refused.status_code, refused.json()["error"]["message"]) == (402, "This channel sends no reminders by SMS.")
    await ask(anyone, show, email=ANA)
    silent = await channel(owner.client)
    refused = await anyone.post("events/notification", {"eventId": silent["id"], "email": ANA})
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        402,
        "This channel sends no reminders by mail.",
    )
    # Of both, what is not offered refuses the whole.
    refused = await anyone.post("events/notification", {"eventId": show["id"], "email": "bea@example.com", **phone})
    assert refused.status_code == 402
    assert await execute(settings, "SELECT address FROM subscription_requests") == [(ANA,)]


async def test_private_channels_are_for_who_may_see_them(
    anyone: Client, owner: Member, stranger: Member, visitor: Client
) -> None:
    hidden = await channel(owner.client, privacy=2, **OFFERED)
    for caller in (anyone, visitor, stranger.client):
        for ref in (hidden["id"], hidden["slug"], hidden["thread_id"]):
            answer = await caller.post("events/notification", {"eventId": str(ref), "email": ANA})
            assert answer.status_code == 404
    await ask(owner.client, hidden, email=ANA)
    code = (await owner.client.post(f"events/{hidden['id']}/generate-code")).json()["code"]
    await visitor.post(f"events/playback/{hidden['id']}", {"code": code})
    await ask(visitor, hidden, email="bea@example.com")
    unlisted = await channel(owner.client, privacy=1, **OFFERED)
    await ask(anyone, unlisted, email="cleo@example.com")
    by_number = await anyone.post("events/notification", {"eventId": str(unlisted["thread_id"]), "email": ANA})
    assert by_number.status_code == 404
    assert (await anyone.post("events/notification", {"eventId": "nothing", "email": ANA})).status_code == 404


async def test_people_list_and_end_their_own(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    await verify_everybody(settings)
    await subscribe(anyone, settings, show, stranger.email, minutes_before=[60], timezone="Europe/Paris")
    with count_queries() as one:
        [own] = await mine(stranger)
    assert {key: own[key] for key in ("channel", "medium", "address", "minutes_before", "timezone")} == {
        "channel": {"id": show["id"], "name": "Lamp night", "slug": "lamps"},
        "medium": "email",
        "address": stranger.email,
        "minutes_before": [60],
        "timezone": "Europe/Paris",
    }
    assert await mine(owner) == []
    forget_mails(settings)
    another = await channel(owner.client, name="Vases", **OFFERED)
    await subscribe(anyone, settings, another, stranger.email)
    with count_queries() as two:
        assert [each["channel"]["name"] for each in await mine(stranger)] == ["Vases", "Lamp night"]
    assert len(one) == len(two)

    assert (await owner.client.delete(f"subscriptions/{own['id']}")).status_code == 404
    assert (await anyone.delete(f"subscriptions/{own['id']}")).status_code == 401
    assert (await anyone.get("subscriptions")).status_code == 401
    assert (await stranger.client.delete(f"subscriptions/{own['id']}")).json() == {"data": {"id": own["id"]}}
    assert (await stranger.client.delete(f"subscriptions/{own['id']}")).status_code == 404
    assert [each["channel"]["name"] for each in await mine(stranger)] == ["Vases"]


async def test_an_address_nobody_verified_is_nobody_s(
    anyone: Client, stranger: Member, show: Json, settings: Settings
) -> None:
    """Whoever signs up with somebody's address does not see what that one is subscribed to."""
    await subscribe(anyone, settings, show, ANA)
    impostor = await member(anyone, email=ANA)
    assert await mine(impostor) == []
    [[hash_id]] = await execute(settings, "SELECT hash_id FROM subscriptions")  # type: ignore[misc]
    assert (await impostor.client.delete(f"subscriptions/{hash_id}")).status_code == 404


async def test_how_many_there_are_is_told_to_editors_alone(
    anyone: Client, owner: Member, show: Json, settings: Settings
) -> None:
    await subscribe(anyone, settings, show, ANA)
    assert await subscribers(owner, show) == 1
    listed = (await owner.client.get("events")).json()["data"]
    assert [each["subscribers"] for each in listed] == [1]
    products = (await anyone.get(f"events/products/{show['id']}")).json()["data"]
    assert products["subscribers"] == 0


async def test_a_host_nobody_knows_has_no_word_in_it(anyone: Client, owner: Member, settings: Settings) -> None:
    """Neither the show's name, nor its address, which is made of it."""
    shady = await channel(owner.client, name="Cheap pills", **OFFERED)
    await ask(anyone, shady, email=ANA)
    await do_jobs(settings)
    [mail] = mails_in(settings.data_dir, ANA)
    assert "pills" not in mail.as_string().lower()
    assert "A show you asked for" in text_of(mail)


async def test_subscriptions_end_with_the_channel(
    anyone: Client, owner: Member, show: Json, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FORGOTTEN_AT_ONCE", 1)
    for email in (ANA, "bea@example.com"):
        await subscribe(anyone, settings, show, email)
    await ask(anyone, show, email="cleo@example.com")
    await do_jobs(settings)
    link = confirmation(settings, "cleo@example.com")
    await owner.client.delete(f"events/{show['id']}")
    assert (await anyone.post(link)).status_code == 404
    await do_jobs(settings)
    for table in ("subscriptions", "subscription_requests", "reminder_times"):
        assert await execute(settings, f"SELECT count(*) FROM {table}") == [(0,)], table


async def test_who_confirms_at_once_twice_is_one(anyone: Client, owner: Member, show: Json, settings: Settings) -> None:
    await ask(anyone, show, email=ANA)
    await do_jobs(settings)
    link = confirmation(settings, ANA)
    answers = await asyncio.gather(*(anyone.post(link) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert await subscribers(owner, show) == 1
