"""What handlers can ask for by name, and how each is put together."""

import inspect
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.adapters.identity.provider import IdentityProvider, ProviderName
from storecast.adapters.identity.web import Web
from storecast.domains.accounts.access import Access, Caller, ClientCaller, Device, SignedIn, permit
from storecast.domains.accounts.api_tokens.service import ApiTokenService
from storecast.domains.accounts.devices.service import DeviceService
from storecast.domains.accounts.passwords.service import PasswordService
from storecast.domains.accounts.privacy.service import PrivacyService
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.second_factors.passkeys import PasskeyService
from storecast.domains.accounts.second_factors.service import SecondFactorService
from storecast.domains.accounts.second_factors.webauthn import RelyingParty
from storecast.domains.accounts.service import AccountService
from storecast.domains.accounts.sign_ins.service import SignInService
from storecast.domains.accounts.social.service import SocialService
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.audience.cache import DetailsCache
from storecast.domains.audience.directory import ChannelDirectory
from storecast.domains.audience.heartbeats import HeartbeatBuffer
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.followers.jobs import followers_secret
from storecast.domains.channels.followers.service import FollowService
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
from storecast.domains.products.catalogue import CatalogueService
from storecast.domains.products.service import ShelfService
from storecast.domains.streams.ingest import IngestService
from storecast.domains.streams.routes import StreamEditing
from storecast.domains.streams.service import StreamService
from storecast.kit.bus import Bus
from storecast.kit.clock import utcnow
from storecast.kit.database import SessionMaker
from storecast.kit.errors import Unauthenticated
from storecast.kit.hooks import HEADER, verify
from storecast.kit.http.bearer import bearer_token, cookie_token
from storecast.kit.http.signed import SignedBody
from storecast.kit.http.transactions import open_session
from storecast.kit.keys import Keyring
from storecast.kit.languages import languages
from storecast.kit.rate_limits import RateLimits
from storecast.kit.seals import Seal
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from storecast.kit.urls import Urls
from storecast.resources.api_token import ApiTokenResources
from storecast.resources.channel import ChannelResources
from storecast.resources.storefront import Storefront
from storecast.resources.stream import StreamResources
from storecast.resources.user import UserResources

LONGEST_USER_AGENT = 500  # characters

AnyRequest = Request[None, None, State]


class Services(Struct, frozen=True):
    """What lives as long as the process."""

    settings: Settings
    sessions: SessionMaker
    keyring: Keyring
    storage: Storage
    plans: PlanService
    limits: RateLimits
    web: Web
    identity_providers: Mapping[ProviderName, IdentityProvider]
    bus: Bus
    seal: Seal
    hook_secret: bytes
    pass_secret: bytes
    export_secret: bytes
    details_cache: DetailsCache
    directory: ChannelDirectory
    heartbeats: HeartbeatBuffer


def dependencies(services: Services) -> dict[str, Provide]:
    """Every name a handler can ask for."""
    settings = services.settings

    def session(request: AnyRequest) -> AsyncSession:
        return open_session(request, services.sessions)

    async def signed(request: AnyRequest) -> SignedBody:
        body = await request.body()
        if not verify(services.hook_secret, body, request.headers.get(HEADER), utcnow().timestamp()):
            raise Unauthenticated("The hook's signature is missing or wrong.")
        return SignedBody(body)

    async def bearer(
        request: AnyRequest,
        tokens: NamedDependency[TokenService],
        factors: NamedDependency[SecondFactorService],
        now: NamedDependency[datetime],
    ) -> Caller | None:
        """Whoever sent a token, if one was sent. One that is not good, or not meant for this, is an error."""
        need = request.route_handler.opt.get("scope", Access.SIGN_IN)
        token = bearer_token(request)
        found = await (tokens.caller(token, now) if token is not None else _of_cookie(request, tokens, now))
        if found is None:
            return None
        permit(found, need)
        await factors.require_set_up(found, need)
        return found

    def caller(bearer: NamedDependency[Caller | None]) -> Caller | None:
        """A user or a guest. A client that speaks for itself sees what nobody sees."""
        return None if isinstance(bearer, ClientCaller) else bearer

    def participant(caller: NamedDependency[Caller | None]) -> Caller:
        if caller is None:
            raise Unauthenticated("Send a user's token, or a guest's from GET /api/v1/jwt.")
        return caller

    def user(caller: NamedDependency[Caller | None]) -> SignedIn:
        if not isinstance(caller, SignedIn):
            raise Unauthenticated("Send an access token: Authorization: Bearer …")
        return caller

    def urls(request: AnyRequest) -> Urls:
        return Urls(settings, request.headers.get("Host"), secure=request.url.scheme == "https")

    def tokens(session: NamedDependency[AsyncSession]) -> TokenService:
        return TokenService(AccountRepository(session), services.keyring)

    def factors(session: NamedDependency[AsyncSession]) -> SecondFactorService:
        return SecondFactorService(session, settings, services.seal, services.limits)

    def passkeys(
        session: NamedDependency[AsyncSession], factors: NamedDependency[SecondFactorService]
    ) -> PasskeyService:
        return PasskeyService(session, factors, RelyingParty.at(settings.web_url))

    def devices(session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService]) -> DeviceService:
        return DeviceService(session, settings, tokens)

    def sign_ins(
        session: NamedDependency[AsyncSession],
        tokens: NamedDependency[TokenService],
        devices: NamedDependency[DeviceService],
        factors: NamedDependency[SecondFactorService],
        passkeys: NamedDependency[PasskeyService],
    ) -> SignInService:
        return SignInService(session, tokens, devices, factors, passkeys, services.limits)

    def accounts(session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService]) -> AccountService:
        return AccountService(session, settings, tokens, services.limits, services.storage)

    def social(
        session: NamedDependency[AsyncSession],
        sign_ins: NamedDependency[SignInService],
        tokens: NamedDependency[TokenService],
    ) -> SocialService:
        return SocialService(session, services.identity_providers, sign_ins, tokens, services.limits)

    def clients(session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService]) -> ClientService:
        return ClientService(session, tokens, services.limits)

    def authorization(
        session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService], urls: NamedDependency[Urls]
    ) -> AuthorizationService:
        return AuthorizationService(session, tokens, services.limits, urls.base)

    def granted(session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService]) -> GrantedService:
        return GrantedService(session, tokens)

    def oauth_tokens(
        session: NamedDependency[AsyncSession],
        tokens: NamedDependency[TokenService],
        clients: NamedDependency[ClientService],
        sign_ins: NamedDependency[SignInService],
        urls: NamedDependency[Urls],
    ) -> OAuthTokenService:
        grants = (
            AuthorizationCodeGrant(OAuthRepository(session), tokens),
            RefreshTokenGrant(session, tokens),
            ClientCredentialsGrant(tokens),
            PasswordGrant(sign_ins, tokens),
        )
        return OAuthTokenService(tokens, clients, grants, services.limits, urls.base)

    def privacy(session: NamedDependency[AsyncSession]) -> PrivacyService:
        return PrivacyService(session, settings, services.bus, services.limits, services.export_secret)

    def passwords(session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService]) -> PasswordService:
        return PasswordService(session, settings, tokens, services.limits)

    def api_tokens(session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService]) -> ApiTokenService:
        return ApiTokenService(session, tokens, services.limits)

    def locale(request: AnyRequest) -> str:
        """The caller's language as their browser says."""
        return languages(settings.languages).preferred(request.headers.get("Accept-Language", ""))

    def channels(session: NamedDependency[AsyncSession]) -> ChannelService:
        return ChannelService(session, services.plans, services.bus, services.limits, services.pass_secret)

    def channel_access(session: NamedDependency[AsyncSession]) -> ChannelAccess:
        return ChannelAccess(session)

    def follows(
        session: NamedDependency[AsyncSession], channel_access: NamedDependency[ChannelAccess]
    ) -> FollowService:
        return FollowService(session, channel_access, services.limits, followers_secret(settings))

    def catalogue(
        session: NamedDependency[AsyncSession], channels: NamedDependency[ChannelService]
    ) -> CatalogueService:
        return CatalogueService(session, channels, services.plans, services.storage)

    def shelf(session: NamedDependency[AsyncSession]) -> ShelfService:
        return ShelfService(session, services.storage, Urls(settings))

    def streams(session: NamedDependency[AsyncSession]) -> StreamService:
        return StreamService(session, services.plans, services.seal, services.hook_secret)

    def ingest(
        session: NamedDependency[AsyncSession],
        accounts: NamedDependency[AccountService],
        channels: NamedDependency[ChannelService],
        streams: NamedDependency[StreamService],
    ) -> IngestService:
        grace = timedelta(seconds=settings.session_grace_seconds)
        return IngestService(session, accounts, channels, streams, services.bus, grace)

    def chat(session: NamedDependency[AsyncSession], channel_access: NamedDependency[ChannelAccess]) -> ChatService:
        return ChatService(session, channel_access, services.limits, Urls(settings))

    def stream_editing(
        streams: NamedDependency[StreamService],
        channels: NamedDependency[ChannelService],
        channel_access: NamedDependency[ChannelAccess],
    ) -> StreamEditing:
        return StreamEditing(streams, channels, channel_access)

    def stream_resources(
        streams: NamedDependency[StreamService], urls: NamedDependency[Urls], now: NamedDependency[datetime]
    ) -> StreamResources:
        return StreamResources(streams, services.keyring, urls, now)

    def user_resources(
        channels: NamedDependency[ChannelService],
        catalogue: NamedDependency[CatalogueService],
        streams: NamedDependency[StreamService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> UserResources:
        return UserResources(services.plans, channels, catalogue, streams, urls, now)

    def api_token_resources(
        channels: NamedDependency[ChannelService], urls: NamedDependency[Urls]
    ) -> ApiTokenResources:
        return ApiTokenResources(channels, urls)

    def channel_resources(
        accounts: NamedDependency[AccountService],
        channels: NamedDependency[ChannelService],
        channel_access: NamedDependency[ChannelAccess],
        catalogue: NamedDependency[CatalogueService],
        shelf: NamedDependency[ShelfService],
        streams: NamedDependency[StreamService],
        chat: NamedDependency[ChatService],
        stream_resources: NamedDependency[StreamResources],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> ChannelResources:
        return ChannelResources(
            accounts=accounts,
            plans=services.plans,
            channels=channels,
            access=channel_access,
            catalogue=catalogue,
            shelf=shelf,
            streams=streams,
            chat=chat,
            stream_resources=stream_resources,
            urls=urls,
            now=now,
        )

    def storefront(
        accounts: NamedDependency[AccountService],
        channel_access: NamedDependency[ChannelAccess],
        chat: NamedDependency[ChatService],
        streams: NamedDependency[StreamService],
        stream_resources: NamedDependency[StreamResources],
        channel_resources: NamedDependency[ChannelResources],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Storefront:
        return Storefront(accounts, channel_access, chat, streams, stream_resources, channel_resources, urls, now)

    providers = (
        bearer, caller, participant, user, session, signed, urls, tokens, factors, passkeys, devices,
        sign_ins, accounts, passwords, api_tokens, locale, social, privacy, clients, authorization, granted,
        oauth_tokens, channels, channel_access, follows, catalogue, shelf, streams, ingest, chat, stream_editing,
        stream_resources, user_resources, api_token_resources, channel_resources, storefront,
    )  # fmt: skip
    return {
        "now": _provide(utcnow),
        "address": _provide(client_address),
        "device": _provide(device),
        "plans": _provide(lambda: services.plans),
        "languages": _provide(lambda: languages(settings.languages)),
        "keyring": _provide(lambda: services.keyring),
        "limits": _provide(lambda: services.limits),
        "storage": _provide(lambda: services.storage),
        "details_cache": _provide(lambda: services.details_cache),
        "directory": _provide(lambda: services.directory),
        "heartbeats": _provide(lambda: services.heartbeats),
        **{provider.__name__: _provide(provider) for provider in providers},
    }


async def _of_cookie(request: AnyRequest, tokens: TokenService, now: datetime) -> Caller | None:
    """A cookie can outlive the sign-in it came of: then it is nobody's."""
    token = cookie_token(request)
    try:
        return await tokens.caller(token, now) if token is not None else None
    except Unauthenticated:
        return None


def client_address(request: AnyRequest) -> str:
    """The caller's address, as the server or a trusted proxy in front of it says."""
    return request.client.host if request.client else "unknown"


def device(request: AnyRequest) -> Device:
    return Device(client_address(request), request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT])


def _provide(function: Callable[..., object]) -> Provide:
    return Provide(function, sync_to_thread=None if inspect.iscoroutinefunction(function) else False)
