"""One transaction's services: what handlers, jobs, subscriptions and commands work with."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from storecast.domains.accounts.api_tokens.service import ApiTokenService
from storecast.domains.accounts.callers import (
    TOKEN_OF,
    Caller,
    ClientCaller,
    Device,
    Need,
    Scope,
    SignedIn,
    Who,
    permit,
)
from storecast.domains.accounts.models import DEFAULT_CURRENCY, Newcomer, User
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.service import AccountService
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.access import Act, ChannelAccess, Seat
from storecast.domains.channels.followers.service import FollowService
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.chat.service import ChatService
from storecast.domains.oauth.authorization.service import AuthorizationService
from storecast.domains.oauth.clients.service import ClientService
from storecast.domains.oauth.granted.service import GrantedService
from storecast.domains.oauth.grants.authorization_code import AuthorizationCodeGrant
from storecast.domains.oauth.grants.client_credentials import ClientCredentialsGrant
from storecast.domains.oauth.grants.password import PasswordGrant
from storecast.domains.oauth.grants.refresh_token import RefreshTokenGrant
from storecast.domains.oauth.repository import OAuthRepository
from storecast.domains.oauth.tokens.service import OAuthTokenService
from storecast.domains.orders.carts.service import CartService
from storecast.domains.orders.checkout.service import CheckoutService
from storecast.domains.orders.checkout.settlement import Settlement
from storecast.domains.orders.coupons.service import CouponService
from storecast.domains.orders.evidence import EvidenceService
from storecast.domains.orders.journal import Journal
from storecast.domains.orders.mails import OrderMails
from storecast.domains.orders.payments.hearing import StripeHearing
from storecast.domains.orders.payments.service import PaymentService
from storecast.domains.orders.refunds import RefundService
from storecast.domains.orders.repository import OrderRepository
from storecast.domains.orders.sales.service import SalesService
from storecast.domains.orders.service import OrderService
from storecast.domains.orders.shops.service import ShopOrderService
from storecast.domains.orders.waitlist.service import WaitlistService
from storecast.domains.privacy.service import PrivacyService
from storecast.domains.products.articles import ArticleService
from storecast.domains.products.catalogue import CatalogueService
from storecast.domains.products.deals.service import DealService
from storecast.domains.products.promotions.service import PromotionService
from storecast.domains.products.service import ShelfService
from storecast.domains.products.sheets.service import SheetService
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock_news import StockNews
from storecast.domains.sign_ins.devices.service import DeviceService
from storecast.domains.sign_ins.passwords.service import PasswordService
from storecast.domains.sign_ins.second_factors.passkeys import PasskeyService
from storecast.domains.sign_ins.second_factors.service import SecondFactorService
from storecast.domains.sign_ins.second_factors.webauthn import RelyingParty
from storecast.domains.sign_ins.service import SignInService
from storecast.domains.sign_ins.social.service import SocialService
from storecast.domains.streams.ingest import IngestService
from storecast.domains.streams.service import StreamService
from storecast.domains.webhooks.service import WebhookService
from storecast.kit import currencies
from storecast.kit.clock import utcnow
from storecast.kit.database import Database, transaction
from storecast.kit.errors import TokenNeeded
from storecast.kit.events import Events
from storecast.kit.http.signed import SignedBody
from storecast.kit.languages import Languages, languages
from storecast.kit.lazy import cached_property
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from storecast.kit.urls import Urls
from storecast.wiring.origin import Origin
from storecast.wiring.process import COUNTERS, Process
from storecast.wiring.selling import Watching

NOWHERE = Origin()


class Unit:
    """Services are made when they are first asked for, and share the transaction `db`.

    `now` is the moment of all that is done with it.
    """

    def __init__(self, process: Process, db: Database, now: datetime, origin: Origin = NOWHERE) -> None:
        self.process = process
        self.db = db
        self.now = now
        self.origin = origin
        self.caller: Caller | None = None
        self.signed = SignedBody(b"null")

    # Who asks.

    async def authenticate(self, token: str | None, need: Need, who: Who) -> None:
        """Take for the caller whoever holds `token`. Raises `TokenNeeded` where `who` asks for more, `Forbidden`.

        A client that speaks for itself sees what nobody sees.
        """
        if token is not None:
            found = await self.tokens.caller(token, self.now)
            permit(found, need)
            await self.factors.require_set_up(found, need)
            self.caller = None if isinstance(found, ClientCaller) else found
        if who is Who.USER and not isinstance(self.caller, SignedIn):
            raise TokenNeeded(TOKEN_OF[Who.USER])
        if who is Who.GUEST and self.caller is None:
            raise TokenNeeded(TOKEN_OF[Who.GUEST])

    @property
    def user(self) -> SignedIn:
        """Of an operation for users. Raises `TokenNeeded`."""
        if not isinstance(self.caller, SignedIn):
            raise TokenNeeded(TOKEN_OF[Who.USER])
        return self.caller

    def is_meant_for(self, scope: Scope) -> bool:
        """Whether the caller's token may be used for this, too: an answer shows no more than its operation would."""
        return isinstance(self.caller, SignedIn) and scope in self.caller.scopes

    @property
    def account(self) -> User:
        """The user's row."""
        return self.user.user

    @property
    def participant(self) -> Caller:
        """A user or a guest. Raises `TokenNeeded`."""
        if self.caller is None:
            raise TokenNeeded(TOKEN_OF[Who.GUEST])
        return self.caller

    async def seat(self, ref: str, act: Act) -> Seat:
        """As `ChannelAccess.seat`, of the caller."""
        return await self.access.seat(ref, act, self.user, self.now)

    @property
    def address(self) -> str:
        return self.origin.address

    @cached_property
    def network(self) -> str:
        """What limits go by: whoever has one address of it has them all."""
        return network(self.origin.address)

    @cached_property
    def device(self) -> Device:
        return Device(self.origin.address, self.origin.user_agent)

    @cached_property
    def urls(self) -> Urls:
        """Addresses as the caller should see them."""
        return Urls(self.settings, self.origin.host or None, secure=self.origin.secure)

    @cached_property
    def locale(self) -> str:
        """The caller's language as their browser says."""
        return self.languages.preferred(self.origin.accept_language)

    @property
    def newcomer(self) -> Newcomer:
        """What the caller goes by, should they be new here."""
        return Newcomer(self.locale, currencies.of_reader(self.origin.accept_language) or DEFAULT_CURRENCY)

    # What lasts longer.

    @property
    def settings(self) -> Settings:
        return self.process.settings

    @property
    def limits(self) -> RateLimits:
        return self.process.limits

    @property
    def storage(self) -> Storage:
        return self.process.storage

    @property
    def languages(self) -> Languages:
        return languages(self.settings.languages)

    @cached_property
    def events(self) -> Events:
        return Events(self.db, self.process.bus)

    # Accounts.

    @cached_property
    def tokens(self) -> TokenService:
        return TokenService(AccountRepository(self.db), self.process.keyring, self.events)

    @cached_property
    def factors(self) -> SecondFactorService:
        return SecondFactorService(self.db, self.settings, self.process.seal, self.limits)

    @cached_property
    def passkeys(self) -> PasskeyService:
        return PasskeyService(self.db, self.factors, RelyingParty.at(self.settings.web_url))

    @cached_property
    def devices(self) -> DeviceService:
        return DeviceService(self.db, self.settings, self.tokens)

    @cached_property
    def sign_ins(self) -> SignInService:
        return SignInService(self.db, self.tokens, self.devices, self.factors, self.passkeys, self.limits)

    @cached_property
    def accounts(self) -> AccountService:
        mailer = self.process.mailer
        return AccountService(self.db, self.settings, self.tokens, self.events, self.limits, self.storage, mailer)

    @cached_property
    def passwords(self) -> PasswordService:
        mailer = self.process.mailer
        return PasswordService(self.db, self.settings, self.tokens, self.events, self.limits, mailer)

    @cached_property
    def social(self) -> SocialService:
        providers = self.process.identity_providers
        return SocialService(self.db, providers, self.sign_ins, self.tokens, self.events, self.limits)

    @cached_property
    def privacy(self) -> PrivacyService:
        secret = self.process.export_secret
        return PrivacyService(self.db, self.settings, self.accounts, self.tokens, self.events, self.limits, secret)

    @cached_property
    def api_tokens(self) -> ApiTokenService:
        return ApiTokenService(self.db, self.tokens, self.limits)

    # OAuth2.

    @cached_property
    def clients(self) -> ClientService:
        return ClientService(self.db, self.tokens, self.limits)

    @cached_property
    def authorization(self) -> AuthorizationService:
        return AuthorizationService(self.db, self.tokens, self.factors, self.limits, self.urls.base)

    @cached_property
    def granted(self) -> GrantedService:
        return GrantedService(self.db, self.tokens)

    @cached_property
    def oauth_tokens(self) -> OAuthTokenService:
        grants = (
            AuthorizationCodeGrant(OAuthRepository(self.db), self.tokens),
            RefreshTokenGrant(self.db, self.tokens),
            ClientCredentialsGrant(self.tokens),
            PasswordGrant(self.sign_ins, self.tokens),
        )
        return OAuthTokenService(self.tokens, self.clients, grants, self.limits, self.urls.base)

    # Channels and shows.

    @cached_property
    def plans(self) -> PlanService:
        enforced = self.settings.plans == "enforced"
        return PlanService(self.db, self.process.catalogue, COUNTERS, enforced=enforced)

    @cached_property
    def access(self) -> ChannelAccess:
        return ChannelAccess(self.db)

    @cached_property
    def channels(self) -> ChannelService:
        return ChannelService(self.db, self.plans, self.events, self.limits, self.process.pass_secret)

    @cached_property
    def follows(self) -> FollowService:
        return FollowService(self.db, self.access, self.limits, self.process.followers_secret)

    @cached_property
    def stock(self) -> StockService:
        return StockService(self.db)

    @cached_property
    def shelf(self) -> ShelfService:
        return ShelfService(self.db, self.events, self.storage, Urls(self.settings), self.promotions)

    @cached_property
    def promotions(self) -> PromotionService:
        return PromotionService(self.db, self.events, Urls(self.settings))

    @cached_property
    def deals(self) -> DealService:
        return DealService(self.db, self.channels, self.events)

    @cached_property
    def sheets(self) -> SheetService:
        return SheetService(self.db, self.channels, self.stock, self.deals, self.plans, self.events)

    @cached_property
    def stock_news(self) -> StockNews:
        return StockNews(self.db, self.channels, self.stock, self.deals, self.events)

    @cached_property
    def catalogue(self) -> CatalogueService:
        parts = (self.channels, self.access, self.shelf, self.deals, self.stock, self.plans, self.storage)
        return CatalogueService(self.db, *parts)

    @cached_property
    def streams(self) -> StreamService:
        return StreamService(self.db, self.events, self.promotions, self.process.seal)

    @cached_property
    def ingest(self) -> IngestService:
        grace = timedelta(seconds=self.settings.session_grace_seconds)
        return IngestService(self.db, self.accounts, self.channels, self.plans, self.events, self.promotions, grace)

    # Selling.

    @cached_property
    def articles(self) -> ArticleService:
        return ArticleService(self.db)

    @cached_property
    def carts(self) -> CartService:
        return CartService(self.db, self.articles, self.stock, self.waitlist, self.limits)

    @cached_property
    def waitlist(self) -> WaitlistService:
        parts = (self.articles, self.stock, self.channels, self.accounts, self.events, self.limits)
        return WaitlistService(self.db, self.settings, *parts)

    @cached_property
    def coupons(self) -> CouponService:
        return CouponService(self.db, self.events, self.limits)

    @cached_property
    def payments(self) -> PaymentService:
        return PaymentService(self.db, self.process.stripe, self.process.seal, self.limits)

    @cached_property
    def stripe_hearing(self) -> StripeHearing:
        return StripeHearing(self.db, self.payments, self.checkout, self.refunds)

    @cached_property
    def order_mails(self) -> OrderMails:
        return OrderMails(self.db, self.settings, self.process.orders_secret, self.limits)

    @cached_property
    def journal(self) -> Journal:
        return Journal(OrderRepository(self.db), self.channels, self.accounts, self.events, self.order_mails)

    @cached_property
    def settlement(self) -> Settlement:
        return Settlement(self.db, self.stock, self.coupons, self.journal)

    @cached_property
    def checkout(self) -> CheckoutService:
        parts = (self.articles, self.stock, self.coupons, self.payments, self.evidence, self.journal, self.settlement)
        return CheckoutService(self.db, *parts, self.limits, self.urls)

    @cached_property
    def evidence(self) -> EvidenceService:
        return EvidenceService(self.db, self.streams, Watching())

    @cached_property
    def shop_orders(self) -> ShopOrderService:
        parts = (self.articles, self.stock, self.evidence, self.journal, self.refunds)
        return ShopOrderService(self.db, self.access, *parts)

    @cached_property
    def orders(self) -> OrderService:
        return OrderService(self.db, self.stock, self.checkout, self.journal)

    @cached_property
    def sales(self) -> SalesService:
        return SalesService(self.db, self.stock)

    @cached_property
    def refunds(self) -> RefundService:
        return RefundService(self.db, self.stock, self.payments, self.journal)

    async def currency_of(self, channel: Channel) -> str:
        """Its owner's: what a channel has is theirs."""
        return (await self.accounts.by_ids([channel.owner_id]))[channel.owner_id].currency

    @cached_property
    def chat(self) -> ChatService:
        return ChatService(
            self.db, self.access, self.events, self.limits, self.process.guest_reads, Urls(self.settings)
        )

    @cached_property
    def webhooks(self) -> WebhookService:
        return WebhookService(self.db, self.process.seal, self.limits, private=self.settings.webhooks_private)


@asynccontextmanager
async def unit_of_work(
    process: Process, now: datetime | None = None, origin: Origin = NOWHERE
) -> AsyncGenerator[Unit, None]:
    """A unit outside the framework's requests, whose work is committed when the block ends well, else undone."""
    async with transaction(process.databases) as db:
        yield Unit(process, db, now or utcnow(), origin)
