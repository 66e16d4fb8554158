"""One transaction's services; those of what is sold stand in `wiring/selling.py`, of what is said in `talking.py`."""

from datetime import datetime, timedelta

from storecast.domains.accounts.api_tokens.service import ApiTokenService
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.service import AccountService
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.audience.subscribers.links import Links
from storecast.domains.audience.subscribers.reminders.service import ReminderService
from storecast.domains.audience.subscribers.reminders.telling import TellingService
from storecast.domains.audience.subscribers.service import SubscriberService
from storecast.domains.audience.subscribers.texts.hearing import HearingService
from storecast.domains.audience.subscribers.texts.numbers import Numbers
from storecast.domains.audience.subscribers.texts.service import TextService
from storecast.domains.billing.minutes.service import MinuteWarningService
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.followers.service import FollowService
from storecast.domains.channels.models import Channel
from storecast.domains.channels.pictures.service import ChannelPictureService
from storecast.domains.channels.service import ChannelService
from storecast.domains.media.expiry import ExpiryService
from storecast.domains.media.service import MediaService
from storecast.domains.media.shows import ShowService
from storecast.domains.media.uploads.service import UploadService
from storecast.domains.media.versions import VersionService
from storecast.domains.oauth.authorization.service import AuthorizationService
from storecast.domains.oauth.clients.service import ClientService
from storecast.domains.oauth.granted.service import GrantedService
from storecast.domains.oauth.grants.authorization_code import AuthorizationCodeGrant
from storecast.domains.oauth.grants.client_credentials import ClientCredentialsGrant
from storecast.domains.oauth.grants.password import PasswordGrant
from storecast.domains.oauth.grants.refresh_token import RefreshTokenGrant
from storecast.domains.oauth.repository import OAuthRepository
from storecast.domains.oauth.tokens.service import OAuthTokenService
from storecast.domains.privacy.service import PrivacyService
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
from storecast.domains.streams.playouts.service import PlayoutService
from storecast.domains.streams.service import StreamService
from storecast.domains.streams.simulcast.service import SimulcastService
from storecast.domains.webhooks.service import WebhookService
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.languages import Languages, languages
from storecast.kit.lazy import cached_property
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from storecast.kit.urls import Urls
from storecast.wiring.origin import Origin
from storecast.wiring.process import Process, plans_of

NOWHERE = Origin()


class Services:
    """Each is made when it is first asked for, and they share the transaction `db`.

    `now` is the moment of all that is done with them.
    """

    def __init__(self, process: Process, db: Database, now: datetime, origin: Origin = NOWHERE) -> None:
        self.process = process
        self.db = db
        self.now = now
        self.origin = origin

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

    @cached_property
    def urls(self) -> Urls:
        """Addresses as the caller should see them."""
        return Urls(self.settings, self.origin.host or None, secure=self.origin.secure)

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
        return plans_of(self.db, self.process.catalogue, self.settings)

    @cached_property
    def access(self) -> ChannelAccess:
        return ChannelAccess(self.db)

    @cached_property
    def channels(self) -> ChannelService:
        return ChannelService(self.db, self.plans, self.events, self.limits, self.process.pass_secret)

    @cached_property
    def channel_pictures(self) -> ChannelPictureService:
        return ChannelPictureService(self.db, self.events, self.storage)

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
        return StreamService(self.db, self.events, self.promotions, self.playouts, self.process.seal)

    @cached_property
    def playouts(self) -> PlayoutService:
        return PlayoutService(self.db, self.events, self.process.seal)

    @cached_property
    def ingest(self) -> IngestService:
        grace = timedelta(seconds=self.settings.session_grace_seconds)
        parts = (self.accounts, self.channels, self.plans, self.events, self.promotions)
        warnings = MinuteWarningService(self.db, self.settings.web_url)
        return IngestService(self.db, *parts, warnings, self.simulcast, self.playouts, grace)

    @cached_property
    def media(self) -> MediaService:
        return MediaService(self.db, self.plans, self.channels, self.events)

    @cached_property
    def media_versions(self) -> VersionService:
        return VersionService(self.db, self.events, self.media)

    @cached_property
    def media_expiry(self) -> ExpiryService:
        return ExpiryService(self.db, self.accounts, self.channels, self.plans, self.media, self.settings)

    @cached_property
    def shows(self) -> ShowService:
        return ShowService(self.db, self.events)

    @cached_property
    def simulcast(self) -> SimulcastService:
        seals, private = (self.process.seal, self.process.hook_seal), self.settings.simulcast_private
        return SimulcastService(self.db, self.channels, self.events, *seals, private=private)

    @cached_property
    def uploads(self) -> UploadService:
        process = self.process
        return UploadService(self.db, self.plans, self.media, self.events, process.partials, process.upload_secret)

    async def currency_of(self, channel: Channel) -> str:
        """Its owner's: what a channel has is theirs."""
        return (await self.accounts.by_ids([channel.owner_id]))[channel.owner_id].currency

    # Subscribers.

    @cached_property
    def subscription_links(self) -> Links:
        return Links(self.process.subscribers_secret, self.settings.web_url)

    @cached_property
    def subscribers(self) -> SubscriberService:
        parts = (self.access, self.channels, self.accounts, self.plans, self.texts, self.subscription_links)
        return SubscriberService(self.db, *parts, self.process.mailer, self.languages, self.limits)

    @cached_property
    def reminders(self) -> ReminderService:
        return ReminderService(self.db, self.channels, self.accounts, self.streams, self.follows)

    @cached_property
    def telling(self) -> TellingService:
        parts = (self.channels, self.accounts, self.reminders, self.texts, self.subscription_links)
        return TellingService(self.db, self.settings, *parts, self.process.mailer)

    @cached_property
    def texts(self) -> TextService:
        parts = (self.process.texter, self.subscription_links, Numbers(self.process.subscribers_secret))
        return TextService(self.db, self.settings, self.plans, *parts)

    @cached_property
    def sms_hearing(self) -> HearingService:
        return HearingService(self.db, self.settings, self.texts, self.limits)

    @cached_property
    def webhooks(self) -> WebhookService:
        return WebhookService(self.db, self.process.seal, self.limits, private=self.settings.webhooks_private)
