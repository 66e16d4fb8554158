"""The rules of the waitlist: first come, first offered; an offer holds a piece for some minutes."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from storecast.adapters.email.messages import MailKind
from storecast.adapters.email.outbox import request_mail
from storecast.domains.accounts.service import AccountService
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.orders.buyers import Buyer
from storecast.domains.orders.waitlist.errors import LineFull, StillThere
from storecast.domains.orders.waitlist.events import WaitlistOffered
from storecast.domains.orders.waitlist.jobs import EndOffer, OfferStock
from storecast.domains.orders.waitlist.models import Place
from storecast.domains.orders.waitlist.repository import WaitlistRepository
from storecast.domains.orders.waitlist.schemas import PlaceView, Waiting
from storecast.domains.products.articles import Article, ArticleService
from storecast.domains.products.stock.errors import SoldOut, TooManyHeld
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Holder, Want
from storecast.kit import emails
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.ids import MAX_ROW_ID
from storecast.kit.jobs import defer
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings

OFFERED_FOR = timedelta(minutes=10)
LONGEST_LINE = 5_000
OFFERED_AT_ONCE = 50
LOOKED_AT_AT_ONCE = 500
LONGEST_OF_NETWORK = 100  # guests of one network that wait for a thing
JOINS = "20/minute"  # of one person
JOINS_OF_NETWORK = "300/minute"
KEPT = timedelta(days=60)

_OUT = PlaceView(joined=False, position=None, offered_until=None)


class WaitlistService:
    def __init__(
        self,
        db: Database,
        settings: Settings,
        articles: ArticleService,
        stock: StockService,
        channels: ChannelService,
        accounts: AccountService,
        events: Events,
        limits: RateLimits,
    ) -> None:
        self._db = db
        self._settings = settings
        self._repository = WaitlistRepository(db)
        self._articles = articles
        self._stock = stock
        self._channels = channels
        self._accounts = accounts
        self._events = events
        self._limits = limits

    async def place_of(self, product_id: int, variant_id: int | None, buyer: Buyer, now: datetime) -> PlaceView:
        """Somebody's place as it stands. An offer whose time is over is none."""
        place = await self._waiting(product_id, variant_id, buyer)
        return _OUT if place is None or _let_pass(place, now) else await self._shown(place)

    async def join(self, channel: Channel, product_id: int, data: Waiting, buyer: Buyer, now: datetime) -> PlaceView:
        """Wait for what is sold out. Safe to repeat. Raises `StillThere`, `LineFull`, `NotOnShelf`, `VariantNeeded`."""
        await self._limits.hit(JOINS, "waitlist", buyer.subject)
        if buyer.is_guest:
            await self._limits.hit(JOINS_OF_NETWORK, "waitlists", buyer.network)
        email = buyer.email if data.email is None else _spelled(data.email)
        article = await self._articles.one(channel.id, product_id, data.variant, now)
        place = await self._repository.waiting(buyer.subject, *article.key)
        if place is not None and _let_pass(place, now):
            await self.end_offer(EndOffer(place.id), now)
            await self._db.flush()
            place = None
        if email is not None and await self._repository.awaits(email, *article.key):
            email = None  # one mail a mailbox, whoever typed it, and whenever
        if place is not None:
            place.email = email or place.email
            return await self._shown(place)
        level = (await self._stock.levels_for(Holder("", ""), [article.stock_id], now))[article.stock_id]
        if level.covers(1):
            raise StillThere
        network = buyer.network if buyer.is_guest else ""
        if await self._repository.length(*article.key) >= LONGEST_LINE:
            raise LineFull
        if network and await self._repository.length(*article.key, network=network) >= LONGEST_OF_NETWORK:
            raise LineFull
        taken = {
            "channel_id": channel.id,
            "product_id": article.product_id,
            "variant_id": article.variant_id,
            "subject": buyer.subject,
            "network": network,
            "email": email,
            "locale": buyer.locale,
            "joined_at": now,
        }
        return await self._shown(await self._repository.add(taken))

    async def leave(self, product_id: int, variant_id: int | None, buyer: Buyer, now: datetime) -> PlaceView:
        """Wait no longer; what was held is free. Safe to repeat."""
        place = await self._waiting(product_id, variant_id, buyer)
        if place is not None:
            await self._stock.let_go(place.hash_id)
            place.ended_at = now
        return _OUT

    async def stock_changed(self, channel_id: int, product_id: int) -> None:
        """There may be some again, for who waits; offered by a job, whose locks are its own."""
        if await self._repository.anybody(channel_id, product_id):
            await defer(self._db, OfferStock(channel_id, product_id))

    async def offer(self, job: OfferStock, now: datetime) -> None:
        """As much as there is, to who has waited longest."""
        channel = (await self._channels.by_ids([job.channel_id])).get(job.channel_id)
        if channel is None or channel.deleted_at is not None:
            return
        articles = await self._articles.on(channel.id, [job.product_id], now)
        await self._stock.lock({article.stock_id for article in articles.values()})  # all at once: in their order
        offered: list[tuple[Place, Article]] = []
        gone: set[int] = set()
        for place in await self._repository.line(channel.id, job.product_id, LOOKED_AT_AT_ONCE):
            article = articles.get((place.product_id, place.variant_id))
            if article is None or article.stock_id in gone or len(offered) == OFFERED_AT_ONCE:
                continue
            until = now + OFFERED_FOR
            try:
                holder = Holder(place.hash_id, place.subject, place.network)
                await self._stock.hold(holder, {article.stock_id: Want(1)}, now, until=until)
            except SoldOut:
                gone.add(article.stock_id)
                continue
            except TooManyHeld:  # who has all they may, or whose network has, is passed over
                continue
            place.offered_until = until
            offered.append((place, article))
        for place, article in offered:  # rooms are locked after all stock
            await self._tell(channel, place, article, now)

    async def end_offer(self, job: EndOffer, now: datetime) -> None:
        """Let pass: the next in line is offered it."""
        place = await self._repository.by_id(job.place_id)
        if place is None or place.ended_at is not None or place.offered_until is None or place.offered_until > now:
            return
        await self._stock.let_go(place.hash_id)  # stock first, as who offers it and who takes it up
        await self._repository.lock(place)
        if place.ended_at is None:
            place.ended_at = now

    async def redeem(self, subject: str, article: Article, now: datetime) -> bool:
        """What is held for this person by an offer is free, for their cart to take in the same transaction."""
        place = await self._repository.waiting(subject, *article.key)
        if place is None or place.offered_until is None or _let_pass(place, now):
            return False
        await self._stock.let_go(place.hash_id)
        place.ended_at = now
        await self._db.flush()
        return True

    async def forget(self, now: datetime) -> None:
        await self._repository.forget(now - KEPT)

    async def _tell(self, channel: Channel, place: Place, article: Article, now: datetime) -> None:
        until = place.offered_until or now
        name = article.name if article.variant is None else f"{article.name} ({article.variant})"
        heard = WaitlistOffered(article.product_id, article.variant_id, name, iso(until))
        await self._events.happened(channel, heard, now, to=place.subject)
        await defer(self._db, EndOffer(place.id), at=until)
        owner = (await self._accounts.by_ids([channel.owner_id]))[channel.owner_id]
        if place.email is not None and owner.verified_at is not None:
            await request_mail(
                self._db,
                MailKind.WAITLIST_OFFER,
                place.email,
                place.locale,
                link=f"{self._settings.web_url}/watch/{channel.slug}?{_named(article)}",
                product=name,
                show=channel.name,
                time=until,
            )

    async def _waiting(self, product_id: int, variant_id: int | None, buyer: Buyer) -> Place | None:
        """This person's place, whatever number was asked for."""
        known = product_id <= MAX_ROW_ID
        return await self._repository.waiting(buyer.subject, product_id, variant_id) if known else None

    async def _shown(self, place: Place) -> PlaceView:
        if place.offered_until is not None:
            return PlaceView(joined=True, position=None, offered_until=iso(place.offered_until))
        return PlaceView(joined=True, position=await self._repository.position(place), offered_until=None)


def _let_pass(place: Place, now: datetime) -> bool:
    """An offer nobody took up: the job that says so may be late."""
    return place.offered_until is not None and place.offered_until <= now


def _named(article: Article) -> str:
    """As the watch page reads in its address which article somebody comes for."""
    named = {"product": article.product_id, "variant": article.variant_id}
    return urlencode({name: number for name, number in named.items() if number is not None})


def _spelled(email: str) -> str:
    try:
        return emails.normal(email)
    except ValueError as error:
        raise Unprocessable.field("email", str(error)) from error
