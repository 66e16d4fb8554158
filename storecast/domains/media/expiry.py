"""Videos past what their owner's plan keeps: their owners are told in time, and some weeks later they go."""

from datetime import datetime, timedelta

from storecast.adapters.email.messages import MailKind
from storecast.adapters.email.outbox import request_mail
from storecast.domains.accounts.models import User
from storecast.domains.accounts.service import AccountService
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.media.models import Media
from storecast.domains.media.repository import MediaRepository
from storecast.domains.media.service import MediaService
from storecast.kit.database import Database
from storecast.kit.pagination import PageRequest, Slice
from storecast.kit.settings import Settings

WARNED_BEFORE = timedelta(days=14)
MONTH = timedelta(days=30)
MOST_NAMED = 10  # titles in a mail


class ExpiryService:
    def __init__(
        self,
        db: Database,
        accounts: AccountService,
        channels: ChannelService,
        plans: PlanService,
        media: MediaService,
        settings: Settings,
    ) -> None:
        self._repository = MediaRepository(db)
        self._db = db
        self._accounts = accounts
        self._channels = channels
        self._plans = plans
        self._media = media
        self._settings = settings

    async def expired(
        self, page: PageRequest, now: datetime
    ) -> tuple[list[tuple[Media, Channel, User, int, datetime]], Slice]:
        """Videos past their time, the oldest first: with channel, owner, bytes, and when their time was over."""
        owners = await self._owners(timedelta(), now)
        limits = {owner.id: now - kept for owner, kept in owners}
        found, total = await self._repository.made_before(limits, page)
        channels = await self._channels.by_ids({media.channel_id for media, _ in found})
        people = {owner.id: (owner, kept) for owner, kept in owners}
        shown = []
        for media, size in found:
            channel = channels[media.channel_id]
            owner, kept = people[channel.owner_id]
            shown.append((media, channel, owner, size, media.created_at + kept))
        return shown, Slice(total, page)

    async def look_after(self, now: datetime) -> None:
        """Tell owners of what is to go, and let go of what they were told of in time."""
        for owner, kept in await self._owners(WARNED_BEFORE, now):
            aging = await self._repository.aging(owner.id, now - kept + WARNED_BEFORE)
            fresh = [media for media in aging if media.warned_at is None]
            if fresh:
                for media in fresh:
                    media.warned_at = now
                titles = list(dict.fromkeys(media.name for media in fresh))
                named = ", ".join(titles[:MOST_NAMED]) + (", …" if len(titles) > MOST_NAMED else "")
                await request_mail(
                    self._db,
                    MailKind.MEDIA_EXPIRING,
                    owner.email,
                    owner.locale,
                    link=f"{self._settings.web_url}/studio",
                    name=owner.greeting,
                    months=str(kept // MONTH),
                    time=now + WARNED_BEFORE,
                    titles=named,
                )
            over = [media for media in aging if media.warned_at and media.warned_at <= now - WARNED_BEFORE]
            over = [media for media in over if media.created_at <= now - kept]
            channels = await self._channels.by_ids({media.channel_id for media in over})
            for media in over:
                await self._media.delete(media, channels[media.channel_id], now)

    async def _owners(self, before: timedelta, now: datetime) -> list[tuple[User, timedelta]]:
        """Accounts with a video past its time, or so long `before`, and how long their plan keeps one."""
        people = await self._accounts.by_ids(await self._repository.owners(now + before - MONTH))
        kept = await self._plans.media_kept(people.values())
        return [(people[owner_id], months * MONTH) for owner_id, months in kept.items()]
