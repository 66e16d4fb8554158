"""Who hears what on the bus inside a process. Handlers run in the transaction that publishes, in this order."""

from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.events import (
    AccountHandedOver,
    DataCollected,
    LeavingBegun,
    PersonErased,
    ProfileChanged,
)
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.billing.catalogue import load_catalogue
from storecast.domains.billing.service import PlanService
from storecast.domains.channels import privacy as channels_privacy
from storecast.domains.channels.events import ChannelDeleted
from storecast.domains.channels.followers.jobs import request_telling
from storecast.domains.channels.service import ChannelService
from storecast.domains.chat import privacy as chat_privacy
from storecast.domains.oauth import privacy as oauth_privacy
from storecast.domains.oauth.clients.service import ClientService
from storecast.domains.products import privacy as products_privacy
from storecast.domains.streams import privacy as streams_privacy
from storecast.domains.streams.events import WentLive
from storecast.domains.streams.service import StreamService
from storecast.kit.bus import Bus
from storecast.kit.clock import utcnow
from storecast.kit.keys import Keyring
from storecast.kit.rate_limits import RateLimits
from storecast.kit.seals import Seal
from storecast.kit.secrets import stored_secret
from storecast.kit.settings import Settings

# Higher domains first: what they hold hangs on the rows of lower ones.
PERSONAL = (chat_privacy, streams_privacy, products_privacy, channels_privacy)


def create_bus(settings: Settings, limits: RateLimits) -> Bus:
    bus = Bus()
    plans = PlanService(load_catalogue(settings), enforced=settings.plans == "enforced")
    seal = Seal(stored_secret(settings.data_dir, "seal").encode())
    passes = stored_secret(settings.data_dir, "passes").encode()
    keyring = Keyring(settings.data_dir / "keys")

    async def stop_deleted(event: ChannelDeleted, session: AsyncSession) -> None:
        await StreamService(session, plans, seal).complete_deleted(event, utcnow())

    def channels(session: AsyncSession) -> ChannelService:
        return ChannelService(session, plans, bus, limits, passes)

    async def end_channels(event: LeavingBegun, session: AsyncSession) -> None:
        await channels_privacy.end(event, channels(session), utcnow())

    async def show_owner_anew(event: ProfileChanged, session: AsyncSession) -> None:
        await channels(session).owner_changed(event.user)

    async def end_what_the_former_holder_knows(event: AccountHandedOver, session: AsyncSession) -> None:
        now = utcnow()
        theirs = await channels(session).every_of(event.user)
        await StreamService(session, plans, seal).drop_keys(theirs, now)
        await channels(session).end_passes(theirs)
        tokens = TokenService(AccountRepository(session), keyring)
        await ClientService(session, tokens, limits).delete_all(event.user.id, now)

    async def tell_followers(event: WentLive, session: AsyncSession) -> None:
        await request_telling(session, event.channel_id)

    bus.subscribe(ChannelDeleted, stop_deleted)
    bus.subscribe(WentLive, tell_followers)
    bus.subscribe(ProfileChanged, show_owner_anew)
    bus.subscribe(ProfileChanged, chat_privacy.replace_avatar)
    bus.subscribe(LeavingBegun, end_channels)
    bus.subscribe(AccountHandedOver, end_what_the_former_holder_knows)
    bus.subscribe(DataCollected, oauth_privacy.collect)
    for domain in PERSONAL:
        bus.subscribe(DataCollected, domain.collect)
        bus.subscribe(PersonErased, domain.erase)
    return bus
