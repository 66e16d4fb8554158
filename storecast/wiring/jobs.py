"""What the worker does: jobs that were deferred, jobs of the clock, and which of them wait for each other."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar, cast

import msgspec
from msgspec import Struct
from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy.engine import make_url

from storecast.adapters.email.outbox import SendMail, send_mail
from storecast.domains.accounts.audit import forget_events
from storecast.domains.accounts.jobs import SendVerification, send_verification
from storecast.domains.accounts.tokens import forget_grants, forget_refreshes
from storecast.domains.audience.heartbeats import keep_days
from storecast.domains.audience.jobs import ForgetAudiences, forget_audiences
from storecast.domains.audience.subscribers.jobs import (
    BeginTelling,
    ForgetSubscribers,
    Remind,
    RemindRound,
    SendCode,
    SendConfirmation,
    TellLive,
)
from storecast.domains.channels.followers.jobs import TellFollowers, tell_followers
from storecast.domains.channels.repository import forget_former_slugs
from storecast.domains.chat.forgetting import forget_deleted, forget_origins
from storecast.domains.chat.jobs import PurgeAgain
from storecast.domains.media.jobs import MakeLadder, ProcessMedia
from storecast.domains.media.uploads.intake import Intake
from storecast.domains.media.uploads.jobs import RemovePartials, StoreUpload
from storecast.domains.moderation.bans.repository import forget_bans
from storecast.domains.moderation.repository import forget_notes
from storecast.domains.oauth.tokens.service import forget_codes
from storecast.domains.orders.jobs import ExpireCheckout, GiveBack
from storecast.domains.orders.waitlist.jobs import EndOffer, OfferStock
from storecast.domains.platform.client_errors.log import forget_reports
from storecast.domains.privacy.service import BeginErasure, Erase, ExportData
from storecast.domains.products.deals.jobs import TellDealEnded
from storecast.domains.questions.jobs import EndWithShow
from storecast.domains.questions.traces import forget_networks
from storecast.domains.sign_ins.passwords.jobs import SendPasswordLink, forget_password_links, send_password_link
from storecast.domains.sign_ins.second_factors.repository import forget_ended
from storecast.domains.streams.jobs import CutOff, cut_off
from storecast.domains.streams.simulcast.jobs import PushTargets, push_targets
from storecast.domains.webhooks.jobs import Deliver, ForgetWords
from storecast.kit.file_deletion import DeleteFiles
from storecast.kit.http.idempotency import forget_answers
from storecast.kit.jobs import Job
from storecast.kit.keys import remove_retired
from storecast.wiring.process import Process
from storecast.wiring.unit import Unit, unit_of_work

RETRIES = RetryStrategy(max_attempts=8, exponential_wait=5)  # 5 s, 25 s, … a mail server may be away for a day
CLOCK = "clock"  # the queue of what the clock asks for

J = TypeVar("J", bound=Job)


class Lane(Struct, frozen=True):
    """Queues whose jobs share workers, so many at a time. What takes long has a lane of its own."""

    queues: list[str]
    concurrency: int
    stopped_after: float = 86_400.0  # seconds a job may still take when the worker stops; then it is begun anew


LANES = (
    Lane(["streams", "chat", "mail", "files", CLOCK], 4),
    Lane(["reminders"], 4),
    Lane(["orders"], 4),
    Lane(["privacy"], 1),
    Lane(["media"], 1, stopped_after=5.0),
    Lane(["media-ladders"], 1, stopped_after=5.0),
    Lane(["webhooks"], 16),
    Lane(["media-intake"], 2),
)


def create_jobs(process: Process) -> App:
    """The queue and every task in it."""
    url = make_url(process.engine.url).set(drivername="postgresql")
    connector = PsycopgConnector(
        conninfo=url.render_as_string(hide_password=False), min_size=1, max_size=4 + 2 * len(LANES)
    )
    app = App(connector=connector)
    add_jobs(app, process)
    add_clock(app, process)
    return app


def add_jobs(app: App, process: Process) -> None:
    mailer, secret, intake = process.mailer, process.followers_secret, intake_of(process)

    def does(kind: type[J], do: Callable[[J, Unit], Awaitable[None]]) -> None:
        async def run(**arguments: object) -> None:
            job = msgspec.convert(arguments, kind)
            async with unit_of_work(process) as unit:
                await do(job, unit)

        app.task(name=kind.name, queue=kind.queue, retry=RETRIES if kind.retry else False)(run)

    does(SendVerification, lambda job, unit: send_verification(job, unit.settings, mailer, unit.now))
    does(SendPasswordLink, lambda job, unit: send_password_link(job, unit.db, unit.settings, mailer, unit.now))
    does(SendMail, lambda job, unit: send_mail(job, unit.settings, mailer))
    does(TellFollowers, lambda job, unit: tell_followers(job, unit.db, unit.settings, secret, unit.now))
    does(SendConfirmation, lambda job, unit: unit.telling.ask_by_mail(job))
    does(SendCode, lambda job, unit: unit.telling.ask_by_sms(job, unit.now))
    does(BeginTelling, lambda job, unit: unit.reminders.tell_live(job, unit.now))
    does(TellLive, lambda job, unit: unit.telling.tell_live(job, unit.now))
    does(RemindRound, lambda job, unit: unit.reminders.go_on(job, unit.now))
    does(Remind, lambda job, unit: unit.telling.remind(job, unit.now))
    does(ForgetSubscribers, lambda job, unit: unit.subscribers.forget_channel(job.channel_id))
    does(DeleteFiles, lambda job, unit: unit.storage.delete_all(job.keys))
    does(ExpireCheckout, lambda job, unit: unit.checkout.expire(job, unit.now))
    does(OfferStock, lambda job, unit: unit.waitlist.offer(job, unit.now))
    does(EndOffer, lambda job, unit: unit.waitlist.end_offer(job, unit.now))
    does(GiveBack, lambda job, unit: unit.refunds.give_back(job.refund_id, unit.now))
    does(TellDealEnded, lambda job, unit: unit.deals.tell_ended(job, unit.now))
    does(EndWithShow, end_with_show)
    does(PurgeAgain, purge_again)
    does(CutOff, lambda job, _: cut_off(job, process.hook_secret))
    does(PushTargets, lambda job, unit: push_targets(job, unit.simulcast.told_of, process.hook_secret))
    does(ForgetWords, lambda job, unit: unit.webhooks.forget_told(job.message_ids))
    does(Deliver, lambda job, _: process.deliverer.work(job.line_id, at_once=job.at_once))
    does(ProcessMedia, lambda job, _: process.processor.process(job.version_id))
    does(MakeLadder, lambda job, _: process.ladders.make(job.version_id))
    does(StoreUpload, lambda job, _: intake.store(job.upload_id))
    does(RemovePartials, lambda job, _: intake.remove(job.upload_ids))
    does(ExportData, lambda job, unit: unit.privacy.make_export(job.export_id, unit.storage, unit.now))
    does(BeginErasure, lambda job, unit: unit.privacy.begin_erasure(job.user_id, unit.now))
    does(Erase, lambda job, unit: unit.privacy.erase(job.user_id, unit.now))
    does(ForgetAudiences, lambda job, _: forget_audiences(job, process.databases))


async def purge_again(job: PurgeAgain, unit: Unit) -> None:
    for channel in (await unit.channels.by_ids([job.channel_id])).values():
        await unit.removals.purge_again(channel, job, unit.now)


async def end_with_show(job: EndWithShow, unit: Unit) -> None:
    for channel in (await unit.channels.by_ids([job.channel_id])).values():
        await unit.desk.end_answering(channel, unit.now, begun_before=job.ended_at)
        await unit.polls.close_of_show(channel, job.session_id, unit.now)


def intake_of(process: Process) -> Intake:
    return Intake(process.databases, process.storage, process.bus, process.partials)


def add_clock(app: App, process: Process) -> None:
    def at(cron: str, name: str, *forget: Callable[[Unit], Awaitable[None]]) -> None:
        """Minute, hour, day, month, weekday, in UTC, and second. Whoever comes late finds more to forget."""

        async def run(timestamp: int) -> None:
            async with unit_of_work(process, datetime.fromtimestamp(timestamp, UTC)) as unit:
                for each in forget:
                    await each(unit)

        task = app.task(name=name, queue=CLOCK, pass_context=False)(run)
        app.periodic(cron=cron)(cast("Callable[..., object]", task))  # type: ignore[arg-type]

    async def remove_keys(unit: Unit) -> None:
        remove_retired(unit.settings.data_dir / "keys", unit.now)

    at("* * * * * */10", "forget_refreshes", lambda unit: forget_refreshes(unit.db, unit.now))
    at("* * * * * */10", "begin_reminders", lambda unit: unit.reminders.begin_due(unit.now))
    at(
        "22 * * * *",
        "forget_subscribers",
        lambda unit: unit.subscribers.forget(unit.now),
        lambda unit: unit.reminders.forget(unit.now),
        lambda unit: unit.texts.forget(unit.now),
    )
    at("* * * * * 30", "look_after_webhooks", lambda unit: unit.webhooks.look_after(unit.now))
    at("* * * * * 45", "look_after_uploads", lambda unit: intake_of(process).look_after(unit.db, unit.now))
    at("12 * * * *", "forget_uploads", lambda unit: unit.uploads.forget(unit.now))
    at("7 * * * *", "forget_answers", lambda unit: forget_answers(unit.db, unit.now))
    at(
        "17 * * * *",
        "forget_sign_ins",
        lambda unit: forget_ended(unit.db, unit.now),
        lambda unit: forget_events(unit.db, unit.now),
        lambda unit: forget_password_links(unit.db, unit.now),
    )
    at(
        "37 3 * * *",
        "forget_carts",
        lambda unit: unit.carts.forget(unit.now),
        lambda unit: unit.waitlist.forget(unit.now),
        lambda unit: unit.shop_orders.forget(unit.now),
    )
    at(
        "47 * * * *",
        "forget_messages",
        lambda unit: forget_origins(unit.db, unit.now),
        lambda unit: forget_deleted(unit.db, unit.now),
    )
    at(
        "42 * * * *",
        "forget_bans",
        lambda unit: forget_bans(unit.db, unit.now),
        lambda unit: forget_notes(unit.db, unit.now),
    )
    at("27 * * * *", "forget_exports", lambda unit: unit.privacy.forget_exports(unit.now))
    at(
        "27 3 * * *",
        "forget_grants",
        lambda unit: forget_codes(unit.db, unit.now),
        lambda unit: forget_grants(unit.db, unit.now),
        remove_keys,
    )
    at(
        "* * * * * 50",
        "look_after_media",
        lambda unit: unit.media.look_after(unit.now),
        lambda unit: process.ladders.look_after(unit.db),
    )
    at("17 5 * * *", "look_after_old_media", lambda unit: unit.media_expiry.look_after(unit.now))
    at("37 3 * * *", "forget_deliveries", lambda unit: unit.webhooks.forget(unit.now))
    at("7 * * * *", "forget_networks", lambda unit: forget_networks(unit.db, unit.now))
    at("7-57/10 3 * * *", "keep_days", lambda unit: keep_days(process.databases, unit.now))
    at("17 4 * * *", "forget_reports", lambda unit: forget_reports(unit.db, unit.now))
    at("7 4 * * *", "forget_former_keys", lambda unit: unit.payments.forget_former(unit.now))
    at("57 3 * * *", "forget_slugs", lambda unit: forget_former_slugs(unit.db, unit.now))
