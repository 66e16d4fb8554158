"""Who hears what on the bus inside a process. Handlers run in the transaction it happened in, in this order."""

from collections.abc import Callable, Sequence

from storecast.domains.accounts import privacy as accounts_privacy
from storecast.domains.accounts.events import (
    AccountHandedOver,
    DataCollected,
    LeavingBegun,
    PersonErased,
    ProfileChanged,
)
from storecast.domains.audience import privacy as audience_privacy
from storecast.domains.audience.subscribers import privacy as subscribers_privacy
from storecast.domains.audience.subscribers.jobs import BeginTelling, ForgetSubscribers
from storecast.domains.billing import privacy as billing_privacy
from storecast.domains.channels import privacy as channels_privacy
from storecast.domains.channels.events import ChannelCreated, ChannelDeleted, ChannelUpdated, SimulcastSwitched
from storecast.domains.channels.followers.jobs import TellFollowers
from storecast.domains.channels.models import Channel
from storecast.domains.chat import privacy as chat_privacy
from storecast.domains.chat.events import WordsGone
from storecast.domains.media import privacy as media_privacy
from storecast.domains.media.events import UploadComplete
from storecast.domains.media.uploads import privacy as uploads_privacy
from storecast.domains.moderation import privacy as moderation_privacy
from storecast.domains.moderation.events import BanLifted, PersonBanned
from storecast.domains.oauth import privacy as oauth_privacy
from storecast.domains.orders import privacy as orders_privacy
from storecast.domains.orders.payments import privacy as payments_privacy
from storecast.domains.orders.repository import OrderRepository
from storecast.domains.products import privacy as products_privacy
from storecast.domains.products.events import ProductStock
from storecast.domains.questions import privacy as questions_privacy
from storecast.domains.questions.jobs import EndWithShow
from storecast.domains.sign_ins import privacy as sign_ins_privacy
from storecast.domains.streams import privacy as streams_privacy
from storecast.domains.streams.events import SessionFilesStored, SessionOver, StreamEnded, WentLive
from storecast.domains.webhooks import privacy as webhooks_privacy
from storecast.kit.bus import Bus, Occasion, Outlet
from storecast.kit.events import RoomEvent
from storecast.kit.jobs import defer
from storecast.wiring.process import Process
from storecast.wiring.unit import Unit

# What goes with the account's row.
OWN = (accounts_privacy, oauth_privacy, billing_privacy, payments_privacy)
# Higher domains first: what they hold hangs on the rows of lower ones.
PERSONAL = (
    webhooks_privacy,
    orders_privacy,
    audience_privacy,
    chat_privacy,
    questions_privacy,
    moderation_privacy,
    subscribers_privacy,
    media_privacy,
    uploads_privacy,
    streams_privacy,
    products_privacy,
    channels_privacy,
    sign_ins_privacy,
)


def create_bus(process: Callable[[], Process], outlet: Outlet | None) -> Bus:
    bus = Bus(outlet)

    def unit(at: Occasion) -> Unit:
        return Unit(process(), at.db, at.now)

    async def give_stream(event: ChannelCreated, at: Occasion) -> None:
        await unit(at).streams.create(event.channel_id, at.now)

    async def stop_deleted(event: ChannelDeleted, at: Occasion) -> None:
        await unit(at).streams.complete_deleted(event, at.now)

    async def follow_schedule(_: ChannelUpdated, at: Occasion) -> None:
        if isinstance(at.channel, Channel):
            await unit(at).streams.follow_schedule(at.channel, at.now)

    async def switch_simulcast(event: SimulcastSwitched, at: Occasion) -> None:
        here = unit(at)
        await here.simulcast.switched((await here.channels.by_ids([event.channel_id]))[event.channel_id], at.now)

    async def end_channels(event: LeavingBegun, at: Occasion) -> None:
        await channels_privacy.end(event, unit(at).channels, at.now)

    async def show_owner_anew(event: ProfileChanged, at: Occasion) -> None:
        await unit(at).channels.owner_changed(event.user)

    async def end_what_the_former_holder_knows(event: AccountHandedOver, at: Occasion) -> None:
        here = unit(at)
        await here.factors.forget(event.user.id)
        await here.privacy.withdraw(event.user)
        theirs = await here.channels.every_of(event.user)
        await here.streams.drop_keys(theirs, here.now)
        await here.simulcast.drop_all(theirs, here.now)
        await here.channels.end_passes(theirs)
        await here.clients.delete_all(event.user.id, here.now)
        unsettled = await OrderRepository(at.db).anything_unsettled_of(event.user.id)
        await here.payments.forget(event.user, here.now, but_settle=unsettled)
        await here.webhooks.delete_all(event.user.id)

    async def show_replay(event: SessionOver, at: Occasion) -> None:
        here = unit(at)
        [channel] = (await here.channels.by_ids([event.channel_id])).values()
        await here.shows.over(event.session_id, channel, event.runs, at.now)

    async def process_show(event: SessionFilesStored, at: Occasion) -> None:
        here = unit(at)
        [channel] = (await here.channels.by_ids([event.channel_id])).values()
        await here.shows.stored(event.session_id, channel, event.files, at.now)

    async def process_upload(event: UploadComplete, at: Occasion) -> None:
        here = unit(at)
        await here.media.uploaded(event, at.now)

    async def tell_followers(event: WentLive, at: Occasion) -> None:
        await defer(at.db, TellFollowers(event.channel_id))
        await defer(at.db, BeginTelling(event.channel_id, at.now))

    async def remind_by_schedule(_: ChannelCreated | ChannelUpdated, at: Occasion) -> None:
        if isinstance(at.channel, Channel) and at.channel.deleted_at is None:
            await unit(at).reminders.follow_schedule(at.channel, at.now)

    async def forget_subscribers(event: ChannelDeleted, at: Occasion) -> None:
        await defer(at.db, ForgetSubscribers(event.channel_id))

    async def end_what_goes_with_it(event: StreamEnded, at: Occasion) -> None:
        if at.channel is not None:
            await defer(at.db, EndWithShow(at.channel.id, event.session_id, at.now))

    async def purge_questions(event: PersonBanned, at: Occasion) -> None:
        if isinstance(at.channel, Channel) and event.purge:
            await unit(at).desk.purge(at.channel, event, at.now)

    async def bring_back_questions(event: BanLifted, at: Occasion) -> None:
        if isinstance(at.channel, Channel):
            await unit(at).desk.bring_back(at.channel, event, at.now)

    async def tell_endpoints(events: Sequence[RoomEvent], at: Occasion) -> None:
        await unit(at).webhooks.happened(events, at)

    async def purge_messages(event: PersonBanned, at: Occasion) -> None:
        if isinstance(at.channel, Channel):
            await unit(at).removals.purge(at.channel, event, at.now)

    async def bring_back_messages(event: BanLifted, at: Occasion) -> None:
        if isinstance(at.channel, Channel):
            await unit(at).removals.bring_back(at.channel, event, at.now)

    async def forget_words(event: WordsGone, at: Occasion) -> None:
        await unit(at).webhooks.forget_words(event.message_ids, at)

    async def forget_their_words(event: PersonErased, at: Occasion) -> None:
        here = unit(at)
        await here.webhooks.forget_told(await here.threads.ids_of(f"user:{event.user.hash_id}"))

    bus.subscribe_to_many(RoomEvent, tell_endpoints)
    bus.subscribe(WordsGone, forget_words)

    async def offer_stock(event: ProductStock, at: Occasion) -> None:
        if at.channel is not None:
            await unit(at).waitlist.stock_changed(at.channel.id, event.product_id)

    bus.subscribe(ProductStock, offer_stock)
    bus.subscribe(StreamEnded, end_what_goes_with_it)
    bus.subscribe(PersonBanned, purge_questions)  # before the chat's: it waits for the desk, then for the room
    bus.subscribe(ChannelCreated, give_stream)
    bus.subscribe(ChannelDeleted, stop_deleted)
    bus.subscribe(ChannelUpdated, follow_schedule)
    bus.subscribe(SimulcastSwitched, switch_simulcast)
    bus.subscribe(ChannelCreated, remind_by_schedule)
    bus.subscribe(ChannelUpdated, remind_by_schedule)
    bus.subscribe(ChannelDeleted, forget_subscribers)
    bus.subscribe(WentLive, tell_followers)
    bus.subscribe(PersonBanned, purge_messages)
    bus.subscribe(BanLifted, bring_back_questions)  # likewise
    bus.subscribe(BanLifted, bring_back_messages)
    bus.subscribe(SessionOver, show_replay)
    bus.subscribe(SessionFilesStored, process_show)
    bus.subscribe(UploadComplete, process_upload)
    bus.subscribe(ProfileChanged, show_owner_anew)
    bus.subscribe(ProfileChanged, chat_privacy.follow_profile)
    bus.subscribe(ProfileChanged, questions_privacy.replace_avatar)
    bus.subscribe(LeavingBegun, orders_privacy.end)
    bus.subscribe(LeavingBegun, end_channels)
    bus.subscribe(AccountHandedOver, orders_privacy.hand_over)
    bus.subscribe(AccountHandedOver, questions_privacy.hand_over)
    bus.subscribe(AccountHandedOver, end_what_the_former_holder_knows)
    for domain in OWN:
        bus.subscribe(DataCollected, domain.collect)
    bus.subscribe(PersonErased, forget_their_words)  # while it is known what they said
    for domain in PERSONAL:
        bus.subscribe(DataCollected, domain.collect)
        bus.subscribe(PersonErased, domain.erase)
    return bus
