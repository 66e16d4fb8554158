"""Who is told before a show and when it begins: each once, whatever moves, and whoever dies over it."""

from datetime import datetime, timedelta

import pytest

from storecast.adapters.email.mailer import Mail, Mailer
from storecast.domains.audience.subscribers.reminders import service
from storecast.kit.database import Database
from storecast.kit.jobs import Job
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.domains.channels.test_followers import follow
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.mails import mails_to, text_of
from tests.factories.nodes import Node
from tests.factories.platform import Client, do_jobs
from tests.factories.subscribers import (
    OFFERED,
    UNSUBSCRIBE,
    crowd,
    execute,
    path_of,
    remind,
    subscribe,
    verify_everybody,
)

ANA = "ana@example.com"


async def announce(owner: Member, show: Json, starts_at: datetime | None, **changes: object) -> None:
    body = {"starts_at": starts_at.isoformat() if starts_at else None, "starts_at_status": True, **changes}
    answer = await owner.client.put(f"events/{show['id']}", body)
    assert answer.status_code == 200, answer.text


async def publisher(anyone: Client, show: Json, settings: Settings, clock: Clock) -> tuple[Node, Json]:
    """A show that has begun; nobody has been told of it yet."""
    node = Node(anyone, settings, clock=clock)
    [[sealed]] = await execute(
        settings, "SELECT key_sealed FROM streams WHERE channel_id = :channel", channel=show["thread_id"]
    )
    grant: Json = (await node.publish(process_of(anyone.app).seal.open(str(sealed)))).json()
    await node.start(grant)
    return node, grant


async def go_live(anyone: Client, show: Json, settings: Settings, clock: Clock) -> tuple[Node, Json]:
    begun = await publisher(anyone, show, settings, clock)
    await do_jobs(settings)
    return begun


def reminders(settings: Settings, to: str = ANA) -> list[str]:
    """Subjects of what somebody was sent, but for the question whether they want to."""
    mails = [mail for mail in mails_to(settings, to) if mail["List-Unsubscribe"]]
    return sorted(str(mail["Subject"]) for mail in mails)


async def test_people_are_reminded_at_the_times_they_chose_and_when_it_begins(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    await subscribe(anyone, settings, show, ANA, minutes_before=[60, 10], timezone="Asia/Tokyo", locale="en")
    await announce(owner, show, moving() + timedelta(minutes=90), notifications_msg="Bring a <lamp>\nand friends")
    await remind(anyone, settings)
    assert reminders(settings) == []
    moving.move(minutes=31)
    for _ in range(2):
        await remind(anyone, settings)
    [mail] = [mail for mail in mails_to(settings, ANA) if "Lamp night:" in mail["Subject"]]
    assert "Japan" in mail["Subject"] or "JST" in mail["Subject"]
    assert "/watch/lamps" in text_of(mail)
    assert "Bring a <lamp>\n\nand friends" in text_of(mail).replace("\r", "")
    assert "<lamp>" not in text_of(mail, "html")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    moving.move(minutes=50)
    await remind(anyone, settings)
    assert len(reminders(settings)) == 2
    moving.move(minutes=9)
    await go_live(anyone, show, settings, moving)
    await remind(anyone, settings)
    assert len(reminders(settings)) == 3
    assert reminders(settings)[0] == "Lamp night is live"

    link = path_of(str(mail["List-Unsubscribe"]).strip("<>"))
    assert link.startswith(UNSUBSCRIBE)
    assert (await anyone.post(link)).status_code == 200
    assert await execute(settings, "SELECT count(*) FROM subscriptions") == [(0,)]


async def test_a_show_nobody_announced_is_told_of_when_it_begins(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    await subscribe(anyone, settings, show, ANA, minutes_before=[60])
    await remind(anyone, settings)
    assert reminders(settings) == []
    await go_live(anyone, show, settings, moving)
    assert reminders(settings) == ["Lamp night is live"]


async def test_a_host_who_starts_over_is_heard_of_once_but_for_the_announced_show(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    await subscribe(anyone, settings, show, ANA)
    await announce(owner, show, moving() + timedelta(hours=3))
    for _ in range(2):
        node, grant = await go_live(anyone, show, settings, moving)
        await node.end(grant)
    assert len(reminders(settings)) == 1
    moving.move(hours=2.9)
    for _ in range(2):
        node, grant = await go_live(anyone, show, settings, moving)
        await node.end(grant)
    assert len(reminders(settings)) == 2  # that one they had asked for


async def test_reminders_follow_a_show_that_moves(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    await subscribe(anyone, settings, show, ANA, minutes_before=[10], timezone="UTC", locale="de")
    now = moving()

    async def starts_in(minutes: int) -> None:
        await announce(owner, show, now + timedelta(minutes=minutes))

    await starts_in(11)
    await starts_in(31)
    moving.move(minutes=2)
    await remind(anyone, settings)
    assert reminders(settings) == []
    moving.move(minutes=20)
    await remind(anyone, settings)
    [subject] = reminders(settings)
    assert f"{now + timedelta(minutes=31):%H:%M}" in subject
    # Sooner by a minute, when the time to remind is over: they have heard, and hear when it begins.
    await starts_in(30)
    await remind(anyone, settings)
    assert len(reminders(settings)) == 1
    # Later, so that it is still to come: they hear of that.
    await starts_in(50)
    moving.move(minutes=19)
    await remind(anyone, settings)
    assert len(reminders(settings)) == 2


@pytest.mark.parametrize("how", ["cleared", "not shown", "deleted", "begun already", "reminders off", "stopped"])
async def test_what_is_called_off_is_reminded_of_by_nobody(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock, how: str
) -> None:
    """Be it before the round, or while one goes on."""
    await subscribe(anyone, settings, show, ANA, minutes_before=[60])
    await announce(owner, show, moving() + timedelta(minutes=61))
    moving.move(minutes=2)
    async with unit_of_work(process_of(anyone.app)) as unit:
        await unit.reminders.begin_due(unit.now)
    match how:
        case "cleared":
            await announce(owner, show, None)
        case "not shown":
            await owner.client.put(f"events/{show['id']}", {"starts_at_status": False})
        case "deleted":
            await owner.client.delete(f"events/{show['id']}")
        case "begun already":
            await go_live(anyone, show, settings, moving)
        case "reminders off":
            await owner.client.put(f"events/{show['id']}", {"attributes": {"userEmailNotifications": False}})
        case "stopped":
            await execute(settings, "UPDATE subscriptions SET stopped_at = now()")
    await remind(anyone, settings)
    assert [subject for subject in reminders(settings) if "live" not in subject] == []


async def test_a_schedule_that_moves_on_and_on_wears_nobody_out(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    await subscribe(anyone, settings, show, ANA, minutes_before=[60])
    for _ in range(5):
        await announce(owner, show, moving() + timedelta(minutes=61))
        moving.move(minutes=2)
        await remind(anyone, settings)
    assert len(reminders(settings)) == service.MOST_STARTS


async def test_who_subscribes_after_a_time_has_missed_it(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    await announce(owner, show, moving() + timedelta(minutes=30))
    await subscribe(anyone, settings, show, ANA, minutes_before=[60, 1440, 10])
    await remind(anyone, settings)
    assert reminders(settings) == []
    moving.move(minutes=21)
    await remind(anyone, settings)
    assert len(reminders(settings)) == 1


async def test_a_worker_that_was_away_reminds_late_and_not_too_late(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    await subscribe(anyone, settings, show, ANA, minutes_before=[60, 30])
    await announce(owner, show, moving() + timedelta(minutes=90))
    moving.move(minutes=55)  # down when the first was due
    await remind(anyone, settings)
    assert len(reminders(settings)) == 1
    moving.move(minutes=36)
    await remind(anyone, settings)
    assert len(reminders(settings)) == 1  # it has begun, whether the host is there or not


async def test_many_are_reminded_in_batches_each_once(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 4)
    await crowd(settings, show, 10)
    await announce(owner, show, moving() + timedelta(minutes=61))
    moving.move(minutes=2)
    await remind(anyone, settings)
    assert [len(reminders(settings, f"p{number}@example.com")) for number in range(1, 11)] == [1] * 10
    await go_live(anyone, show, settings, moving)
    assert [len(reminders(settings, f"p{number}@example.com")) for number in range(1, 11)] == [2] * 10


async def test_a_job_that_fails_anywhere_reminds_each_once(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """staytus 216, nextcloud 29434: a job that fails half way begins anew, and mails everybody again."""
    await do_jobs(settings)
    monkeypatch.setattr(service, "BATCH", 3)
    await crowd(settings, show, 8)
    await announce(owner, show, moving() + timedelta(minutes=61))
    moving.move(minutes=2)
    send_on, defer_on = Mailer.send, service.defer
    sent, deferred = 0, 0

    async def send(mailer: Mailer, mail: Mail) -> None:
        nonlocal sent
        sent += 1
        await send_on(mailer, mail)
        if sent in (2, 5, 9):
            raise RuntimeError("the mail is out, and nobody has noted it")

    async def defer(db: Database, job: Job) -> None:
        nonlocal deferred
        deferred += 1
        await defer_on(db, job)
        if deferred in (3, 6):
            raise RuntimeError("in the midst of a batch")

    monkeypatch.setattr(Mailer, "send", send)
    monkeypatch.setattr(service, "defer", defer)
    await remind(anyone, settings)
    again = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' RETURNING id"
    while await execute(settings, again):
        await do_jobs(settings)
    assert sent == 8 + 3
    mails = [mails_to(settings, f"p{number}@example.com") for number in range(1, 9)]
    assert [len(each) for each in mails] == [1] * 8  # what went out twice has the id it had
    assert len({str(each[0]["Message-ID"]) for each in mails}) == 8


async def test_who_follows_and_subscribes_has_one_mail(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    await verify_everybody(settings)
    await follow(stranger, show)
    await subscribe(anyone, settings, show, stranger.email)
    await subscribe(anyone, settings, show, ANA)
    await go_live(anyone, show, settings, moving)
    live = [mail for mail in mails_to(settings, stranger.email) if "is live" in mail["Subject"]]
    assert len(live) == 1
    assert reminders(settings) == ["Lamp night is live"]


@pytest.mark.parametrize("first", ["followers", "subscribers"])
async def test_whichever_mail_is_first_it_is_the_only_one(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings, moving: Clock, first: str
) -> None:
    await verify_everybody(settings)
    await follow(stranger, show)
    await subscribe(anyone, settings, show, stranger.email)
    name = {"followers": "channels.tell_followers", "subscribers": "subscribers.begin_telling"}[first]
    await publisher(anyone, show, settings, moving)
    later = "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour' WHERE task_name <> :name"
    await execute(settings, later, name=name)
    await do_jobs(settings)
    await execute(settings, "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    await do_jobs(settings)
    [mail] = [mail for mail in mails_to(settings, stranger.email) if "is live" in mail["Subject"]]
    assert ("Mara Ionescu" in mail["Subject"]) is (first == "followers")


async def test_who_was_told_of_another_show_of_the_host_hears_of_the_one_they_asked_for(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    await verify_everybody(settings)
    await follow(stranger, show)
    await subscribe(anyone, settings, show, stranger.email)
    other = await channel(owner.client, name="Vases", **OFFERED)
    await go_live(anyone, other, settings, moving)
    moving.move(minutes=1)
    await go_live(anyone, show, settings, moving)
    live = sorted(str(mail["Subject"]) for mail in mails_to(settings, stranger.email) if "is live" in mail["Subject"])
    assert live == ["Lamp night is live", "Mara Ionescu is live: Vases"]


async def test_followers_are_told_of_no_private_show_and_its_subscribers_are(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    await verify_everybody(settings)
    await follow(stranger, show)
    await subscribe(anyone, settings, show, stranger.email)
    await owner.client.put(f"events/{show['id']}", {"privacy": 1})
    await go_live(anyone, show, settings, moving)
    assert [str(mail["Subject"]) for mail in mails_to(settings, stranger.email) if "is live" in mail["Subject"]] == [
        "Lamp night is live"
    ]


async def test_a_show_that_is_over_is_told_to_nobody(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    """Where mail had to wait."""
    await subscribe(anyone, settings, show, ANA)
    node, grant = await publisher(anyone, show, settings, moving)
    await node.end(grant)
    await do_jobs(settings)
    assert reminders(settings) == []


async def test_a_host_nobody_knows_reminds_without_a_word_of_theirs(
    anyone: Client, owner: Member, settings: Settings, moving: Clock
) -> None:
    shady = await channel(owner.client, name="Cheap pills", notifications_msg="Click my link", **OFFERED)
    await subscribe(anyone, settings, shady, ANA, minutes_before=[60])
    await announce(owner, shady, moving() + timedelta(minutes=61))
    moving.move(minutes=2)
    await remind(anyone, settings)
    await go_live(anyone, shady, settings, moving)
    assert len(reminders(settings)) == 2
    for mail in mails_to(settings, ANA):
        assert "pills" not in mail.as_string().lower()
        assert "click" not in mail.as_string().lower().replace("list-unsubscribe=one-click", "")
