"""Who is reminded when: rounds, each begun once and gone through once. One call is one transaction."""

from datetime import datetime, timedelta

from storecast.domains.accounts.service import AccountService
from storecast.domains.audience.subscribers.announced import is_to_start, start_of
from storecast.domains.audience.subscribers.jobs import BeginTelling, Remind, RemindRound, TellLive
from storecast.domains.audience.subscribers.models import Medium, Schedule
from storecast.domains.audience.subscribers.reminders.repository import ReminderRepository
from storecast.domains.audience.subscribers.schemas import LONGEST_LEAD
from storecast.domains.channels.followers.service import FollowService
from storecast.domains.channels.models import Channel, Privacy
from storecast.domains.channels.service import ChannelService
from storecast.domains.streams.service import StreamService
from storecast.kit.database import Database
from storecast.kit.jobs import defer

BATCH = 200
ROUNDS_AT_ONCE = 1_000
MOST_STARTS = 3  # of one channel in a day
QUIET = timedelta(hours=6)  # a host who starts over and over is heard of once
EARLY = timedelta(hours=1)  # before an announced start: a show then is that one, whatever there was before
ROUNDS_KEPT = timedelta(days=2)


class ReminderService:
    def __init__(
        self,
        db: Database,
        channels: ChannelService,
        accounts: AccountService,
        streams: StreamService,
        follows: FollowService,
    ) -> None:
        self._db = db
        self._channels = channels
        self._accounts = accounts
        self._streams = streams
        self._follows = follows
        self._repository = ReminderRepository(db)

    async def follow_schedule(self, channel: Channel, now: datetime) -> None:
        """Note when the channel's next show is announced to begin, if that has changed."""
        starts_at, known = start_of(channel), await self._repository.schedule(channel.id)
        if known is None:
            if starts_at is not None:
                first = {"starts_at": starts_at, "announced": True, "sequence": 0, "changed_at": now}
                await self._repository.add_schedule(Schedule(channel_id=channel.id, **first))
            return
        if starts_at == (known.starts_at if known.announced else None):
            return
        known.starts_at = starts_at or known.starts_at
        known.announced = starts_at is not None
        known.sequence += 1
        known.changed_at = now

    async def schedule(self, channel: Channel) -> Schedule | None:
        """What calendars are told; None where no show was ever announced."""
        return await self._repository.schedule(channel.id)

    async def begin_due(self, now: datetime) -> None:
        """Begin the rounds whose time has come."""
        ahead = timedelta(minutes=LONGEST_LEAD)
        for channel_id, starts_at, minutes in await self._repository.begin_rounds(
            now, ahead, MOST_STARTS, ROUNDS_AT_ONCE
        ):
            await defer(self._db, RemindRound(channel_id, starts_at, minutes))

    async def go_on(self, job: RemindRound, now: datetime) -> None:
        """Have one batch of a round reminded, and leave the others to another job."""
        round_ = await self._repository.round(job.channel_id, job.starts_at, job.minutes)
        if round_ is None or round_.done_at is not None:
            return
        channel = (await self._channels.by_ids([job.channel_id])).get(job.channel_id)
        if channel is None or not is_to_start(channel, job.starts_at, now) or await self.is_live(channel):
            round_.done_at = now
            return
        batch = await self._repository.due_in(round_, BATCH)
        for subscription_id in batch:
            await defer(self._db, Remind(subscription_id, job.starts_at, job.minutes))
        if batch:
            round_.last_id = batch[-1]
        if len(batch) == BATCH:
            await defer(self._db, job)
        else:
            round_.done_at = now

    async def tell_live(self, job: BeginTelling, now: datetime) -> None:
        """Have one batch told that a show has begun, and leave the others to another job.

        Who follows the host as well hears of it once.
        """
        channel = (await self._channels.by_ids([job.channel_id])).get(job.channel_id)
        if channel is None or channel.deleted_at is not None:
            return
        batch = await self._repository.untold(channel.id, self._since(await self.schedule(channel), job.at), BATCH)
        mailed = [each.address for each in batch if each.medium == Medium.EMAIL]
        told = await self._told_as_followers(channel, mailed, job.at, now)
        for each in batch:
            each.told_at = now
            if each.medium != Medium.EMAIL or each.address not in told:
                await defer(self._db, TellLive(each.id, job.at))
        if len(batch) == BATCH:
            await defer(self._db, job)

    async def is_live(self, channel: Channel) -> bool:
        session = (await self._streams.open_sessions([channel.id])).get(channel.id)
        return session is not None and session.started_at is not None

    async def forget(self, now: datetime) -> None:
        await self._repository.forget_rounds(now - ROUNDS_KEPT)

    def _since(self, schedule: Schedule | None, at: datetime) -> datetime:
        """Who was told since then hears nothing of a show that began at `at`."""
        since = at - QUIET
        if schedule is not None and schedule.announced and schedule.starts_at - EARLY <= at:
            since = max(since, schedule.starts_at - EARLY)
        return since

    async def _told_as_followers(self, channel: Channel, emails: list[str], at: datetime, now: datetime) -> set[str]:
        """Which of these addresses have the mail that followers get; the others' get none."""
        owner = (await self._accounts.by_ids([channel.owner_id]))[channel.owner_id]
        if channel.privacy != Privacy.PUBLIC or owner.verified_at is None:
            return set()  # followers are told of no such show
        return await self._follows.tell_instead(channel.owner_id, emails, at, now)
