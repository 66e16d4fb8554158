"""Who hears what on the bus inside a process. Handlers run in the transaction that publishes, in this order."""

from collections.abc import Callable

from storecast.domains.accounts.events import (
    AccountHandedOver,
    DataCollected,
    LeavingBegun,
    PersonErased,
    ProfileChanged,
)
from storecast.domains.channels import privacy as channels_privacy
from storecast.domains.channels.events import ChannelDeleted
from storecast.domains.channels.followers.jobs import TellFollowers
from storecast.domains.chat import privacy as chat_privacy
from storecast.domains.oauth import privacy as oauth_privacy
from storecast.domains.products import privacy as products_privacy
from storecast.domains.streams import privacy as streams_privacy
from storecast.domains.streams.events import WentLive
from storecast.kit.bus import Bus
from storecast.kit.clock import utcnow
from storecast.kit.database import Database
from storecast.kit.jobs import defer
from storecast.wiring.process import Process
from storecast.wiring.unit import Unit

# Higher domains first: what they hold hangs on the rows of lower ones.
PERSONAL = (chat_privacy, streams_privacy, products_privacy, channels_privacy)


def create_bus(process: Callable[[], Process]) -> Bus:
    bus = Bus()

    def unit(db: Database) -> Unit:
        return Unit(process(), db, utcnow())

    async def stop_deleted(event: ChannelDeleted, db: Database) -> None:
        await unit(db).streams.complete_deleted(event, utcnow())

    async def end_channels(event: LeavingBegun, db: Database) -> None:
        await channels_privacy.end(event, unit(db).channels, utcnow())

    async def show_owner_anew(event: ProfileChanged, db: Database) -> None:
        await unit(db).channels.owner_changed(event.user)

    async def end_what_the_former_holder_knows(event: AccountHandedOver, db: Database) -> None:
        here = unit(db)
        theirs = await here.channels.every_of(event.user)
        await here.streams.drop_keys(theirs, here.now)
        await here.channels.end_passes(theirs)
        await here.clients.delete_all(event.user.id, here.now)

    async def tell_followers(event: WentLive, db: Database) -> None:
        await defer(db, TellFollowers(event.channel_id))

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
