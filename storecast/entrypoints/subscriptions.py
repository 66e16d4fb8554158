"""Who hears what on the bus inside a process. Handlers run in the transaction that publishes, in this order."""

from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.events import DataCollected, LeavingBegun, PersonErased
from storecast.domains.billing.service import PlanService
from storecast.domains.channels import privacy as channels_privacy
from storecast.domains.channels.events import ChannelDeleted
from storecast.domains.channels.followers.jobs import request_telling
from storecast.domains.channels.service import ChannelService
from storecast.domains.chat import privacy as chat_privacy
from storecast.domains.oauth import privacy as oauth_privacy
from storecast.domains.products import privacy as products_privacy
from storecast.domains.streams import privacy as streams_privacy
from storecast.domains.streams.events import WentLive
from storecast.domains.streams.service import StreamService
from storecast.kit.bus import Bus
from storecast.kit.clock import utcnow
from storecast.kit.rate_limits import RateLimits
from storecast.kit.seals import Seal

# Higher domains first: what they hold hangs on the rows of lower ones.
PERSONAL = (chat_privacy, streams_privacy, products_privacy, channels_privacy)


def create_bus(plans: PlanService, limits: RateLimits, seal: Seal, hook_secret: bytes, pass_secret: bytes) -> Bus:
    bus = Bus()

    async def stop_deleted(event: ChannelDeleted, session: AsyncSession) -> None:
        await StreamService(session, plans, seal, hook_secret).complete_deleted(event, utcnow())

    async def end_channels(event: LeavingBegun, session: AsyncSession) -> None:
        await channels_privacy.end(event, ChannelService(session, plans, bus, limits, pass_secret), utcnow())

    async def tell_followers(event: WentLive, session: AsyncSession) -> None:
        await request_telling(session, event.channel_id)

    bus.subscribe(ChannelDeleted, stop_deleted)
    bus.subscribe(WentLive, tell_followers)
    bus.subscribe(LeavingBegun, end_channels)
    bus.subscribe(DataCollected, oauth_privacy.collect)
    for domain in PERSONAL:
        bus.subscribe(DataCollected, domain.collect)
        bus.subscribe(PersonErased, domain.erase)
    return bus
