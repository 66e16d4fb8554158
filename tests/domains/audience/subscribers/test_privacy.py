"""What a person is given of what they subscribed to, and what is erased."""

from storecast.kit.settings import Settings
from tests.domains.privacy.test_export import PROOF, download, linked, ready, records
from tests.factories.accounts import Member, member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, do_jobs
from tests.factories.subscribers import OFFERED, ask, execute, subscribe, verify_everybody


async def test_people_are_given_theirs_and_it_is_erased_with_them(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings
) -> None:
    await verify_everybody(settings)
    await subscribe(anyone, settings, show, stranger.email, minutes_before=[60])
    await subscribe(anyone, settings, show, "ana@example.com")
    another = await channel(owner.client, name="Vases", **OFFERED)
    await ask(anyone, another, email=stranger.email)
    archive = await download(anyone, await linked(stranger, await ready(stranger, settings)))
    [kept] = records(archive, "subscriptions")
    assert (kept["address"], kept["minutes_before"]) == (stranger.email, [60])
    assert "confirmed_by" not in kept
    assert [each["address"] for each in records(archive, "subscription_requests")] == [stranger.email]

    await erase(stranger, settings)
    assert await execute(settings, "SELECT address FROM subscriptions") == [("ana@example.com",)]
    assert await execute(settings, "SELECT count(*) FROM subscription_requests") == [(0,)]


async def test_who_did_not_verify_an_address_is_given_nothing_of_it_and_erases_nothing(
    anyone: Client, show: Json, settings: Settings
) -> None:
    await subscribe(anyone, settings, show, "ana@example.com")
    impostor = await member(anyone, email="ana@example.com")
    archive = await download(anyone, await linked(impostor, await ready(impostor, settings)))
    assert "subscriptions.json" not in archive.namelist()
    await erase(impostor, settings)
    assert await execute(settings, "SELECT address FROM subscriptions") == [("ana@example.com",)]


async def test_a_host_s_subscribers_go_with_them(anyone: Client, owner: Member, show: Json, settings: Settings) -> None:
    await subscribe(anyone, settings, show, "ana@example.com")
    await erase(owner, settings)
    for table in ("subscriptions", "channel_schedules", "reminder_times"):
        assert await execute(settings, f"SELECT count(*) FROM {table}") == [(0,)], table


async def erase(person: Member, settings: Settings) -> None:
    """A week after they asked for it."""
    assert (await person.client.post("profile/erasure", PROOF)).status_code == 200
    await execute(settings, "UPDATE erasures SET due_at = now()")
    due = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' RETURNING id"
    while await execute(settings, due):
        await do_jobs(settings)
    assert await execute(settings, "SELECT id FROM users WHERE email = :email", email=person.email) == []
