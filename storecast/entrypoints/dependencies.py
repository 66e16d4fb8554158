"""What handlers can ask for by name, and how each is put together."""

from collections.abc import Callable
from datetime import datetime, timedelta
from inspect import iscoroutinefunction
from typing import ParamSpec, TypeVar

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

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
from storecast.domains.audience.details import PlaybackDetails
from storecast.domains.channels.access import ChannelAccess, FindWatchable
from storecast.domains.channels.followers.jobs import followers_secret
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
from storecast.domains.products.catalogue import CatalogueService
from storecast.domains.products.service import ShelfService
from storecast.domains.streams.ingest import IngestService
from storecast.domains.streams.routes import StreamEditing
from storecast.domains.streams.service import StreamService
from storecast.entrypoints.services import Services, services_of
from storecast.kit.clock import utcnow
from storecast.kit.errors import Unauthenticated
from storecast.kit.hooks import HEADER, verify
from storecast.kit.http.bearer import bearer_token, cookie_token
from storecast.kit.http.signed import SignedBody
from storecast.kit.http.transactions import open_session
from storecast.kit.languages import Languages
from storecast.kit.languages import languages as known_languages
from storecast.kit.settings import Settings
from storecast.kit.urls import Urls
from storecast.resources.api_token import ApiTokenResources
from storecast.resources.channel import ChannelResources
from storecast.resources.storefront import Storefront
from storecast.resources.stream import StreamResources
from storecast.resources.user import UserResources

LONGEST_USER_AGENT = 500  # characters

AnyRequest = Request[None, None, State]

P = ParamSpec("P")
T = TypeVar("T")

DEPENDENCIES: dict[str, Provide] = {}
"""By the name a handler asks with."""


def provide(function: Callable[P, T]) -> Callable[P, T]:
    """Let handlers ask for what `function` makes, by its name."""
    DEPENDENCIES[function.__name__] = Provide(function, sync_to_thread=None if iscoroutinefunction(function) else False)
    return function


@provide
def services(request: AnyRequest) -> Services:
    return services_of(request.app)


@provide
def now() -> datetime:
    return utcnow()


def _lasting(name: str) -> Provide:
    def lasting(services: NamedDependency[Services]) -> object:
        return getattr(services, name)

    return Provide(lasting, sync_to_thread=False)


for _name in ("settings", "plans", "keyring", "limits", "storage", "directory", "heartbeats"):
    DEPENDENCIES[_name] = _lasting(_name)


@provide
def session(request: AnyRequest, services: NamedDependency[Services]) -> AsyncSession:
    return open_session(request, services.sessions)


@provide
async def signed(request: AnyRequest, services: NamedDependency[Services]) -> SignedBody:
    body = await request.body()
    if not verify(services.hook_secret, body, request.headers.get(HEADER), utcnow().timestamp()):
        raise Unauthenticated("The hook's signature is missing or wrong.")
    return SignedBody(body)


@provide
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


@provide
def caller(bearer: NamedDependency[Caller | None]) -> Caller | None:
    """A user or a guest. A client that speaks for itself sees what nobody sees."""
    return None if isinstance(bearer, ClientCaller) else bearer


@provide
def participant(caller: NamedDependency[Caller | None]) -> Caller:
    if caller is None:
        raise Unauthenticated("Send a user's token, or a guest's from GET /api/v1/jwt.")
    return caller


@provide
def user(caller: NamedDependency[Caller | None]) -> SignedIn:
    if not isinstance(caller, SignedIn):
        raise Unauthenticated("Send an access token: Authorization: Bearer …")
    return caller


@provide
def urls(request: AnyRequest, settings: NamedDependency[Settings]) -> Urls:
    return Urls(settings, request.headers.get("Host"), secure=request.url.scheme == "https")


@provide
def tokens(session: NamedDependency[AsyncSession], services: NamedDependency[Services]) -> TokenService:
    return TokenService(AccountRepository(session), services.keyring)


@provide
def factors(session: NamedDependency[AsyncSession], services: NamedDependency[Services]) -> SecondFactorService:
    return SecondFactorService(session, services.settings, services.seal, services.limits)


@provide
def passkeys(
    session: NamedDependency[AsyncSession],
    factors: NamedDependency[SecondFactorService],
    settings: NamedDependency[Settings],
) -> PasskeyService:
    return PasskeyService(session, factors, RelyingParty.at(settings.web_url))


@provide
def devices(
    session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService], settings: NamedDependency[Settings]
) -> DeviceService:
    return DeviceService(session, settings, tokens)


@provide
def sign_ins(
    session: NamedDependency[AsyncSession],
    tokens: NamedDependency[TokenService],
    devices: NamedDependency[DeviceService],
    factors: NamedDependency[SecondFactorService],
    passkeys: NamedDependency[PasskeyService],
    services: NamedDependency[Services],
) -> SignInService:
    return SignInService(session, tokens, devices, factors, passkeys, services.limits)


@provide
def accounts(
    session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService], services: NamedDependency[Services]
) -> AccountService:
    return AccountService(session, services.settings, tokens, services.bus, services.limits, services.storage)


@provide
def social(
    session: NamedDependency[AsyncSession],
    sign_ins: NamedDependency[SignInService],
    tokens: NamedDependency[TokenService],
    services: NamedDependency[Services],
) -> SocialService:
    providers = services.identity_providers
    return SocialService(session, providers, sign_ins, tokens, services.bus, services.limits)


@provide
def clients(
    session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService], services: NamedDependency[Services]
) -> ClientService:
    return ClientService(session, tokens, services.limits)


@provide
def authorization(
    session: NamedDependency[AsyncSession],
    tokens: NamedDependency[TokenService],
    urls: NamedDependency[Urls],
    services: NamedDependency[Services],
) -> AuthorizationService:
    return AuthorizationService(session, tokens, services.limits, urls.base)


@provide
def granted(session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService]) -> GrantedService:
    return GrantedService(session, tokens)


@provide
def oauth_tokens(
    session: NamedDependency[AsyncSession],
    tokens: NamedDependency[TokenService],
    clients: NamedDependency[ClientService],
    sign_ins: NamedDependency[SignInService],
    urls: NamedDependency[Urls],
    services: NamedDependency[Services],
) -> OAuthTokenService:
    grants = (
        AuthorizationCodeGrant(OAuthRepository(session), tokens),
        RefreshTokenGrant(session, tokens),
        ClientCredentialsGrant(tokens),
        PasswordGrant(sign_ins, tokens),
    )
    return OAuthTokenService(tokens, clients, grants, services.limits, urls.base)


@provide
def privacy(session: NamedDependency[AsyncSession], services: NamedDependency[Services]) -> PrivacyService:
    return PrivacyService(session, services.settings, services.bus, services.limits, services.export_secret)


@provide
def passwords(
    session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService], services: NamedDependency[Services]
) -> PasswordService:
    return PasswordService(session, services.settings, tokens, services.bus, services.limits)


@provide
def api_tokens(
    session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService], services: NamedDependency[Services]
) -> ApiTokenService:
    return ApiTokenService(session, tokens, services.limits)


@provide
def languages(settings: NamedDependency[Settings]) -> Languages:
    return known_languages(settings.languages)


@provide
def locale(request: AnyRequest, languages: NamedDependency[Languages]) -> str:
    """The caller's language as their browser says."""
    return languages.preferred(request.headers.get("Accept-Language", ""))


@provide
def channels(session: NamedDependency[AsyncSession], services: NamedDependency[Services]) -> ChannelService:
    return ChannelService(session, services.plans, services.bus, services.limits, services.pass_secret)


@provide
def channel_access(session: NamedDependency[AsyncSession]) -> ChannelAccess:
    return ChannelAccess(session)


@provide
def find_watchable(request: AnyRequest, services: NamedDependency[Services]) -> FindWatchable:
    """`ChannelAccess.watchable` for the hot path, which rarely needs it: until then nothing is looked up."""

    async def find(ref: str, now: datetime) -> Channel:
        session = open_session(request, services.sessions)
        who = caller(await bearer(request, tokens(session, services), factors(session, services), now))
        return await channel_access(session).watchable(ref, who, now)

    return find


@provide
def follows(
    session: NamedDependency[AsyncSession],
    channel_access: NamedDependency[ChannelAccess],
    services: NamedDependency[Services],
) -> FollowService:
    return FollowService(session, channel_access, services.limits, followers_secret(services.settings))


@provide
def catalogue(
    session: NamedDependency[AsyncSession],
    channels: NamedDependency[ChannelService],
    shelf: NamedDependency[ShelfService],
    services: NamedDependency[Services],
) -> CatalogueService:
    return CatalogueService(session, channels, shelf, services.plans, services.storage)


@provide
def shelf(session: NamedDependency[AsyncSession], services: NamedDependency[Services]) -> ShelfService:
    return ShelfService(session, services.storage, Urls(services.settings))


@provide
def streams(session: NamedDependency[AsyncSession], services: NamedDependency[Services]) -> StreamService:
    return StreamService(session, services.plans, services.seal)


@provide
def ingest(
    session: NamedDependency[AsyncSession],
    accounts: NamedDependency[AccountService],
    channels: NamedDependency[ChannelService],
    streams: NamedDependency[StreamService],
    services: NamedDependency[Services],
) -> IngestService:
    grace = timedelta(seconds=services.settings.session_grace_seconds)
    return IngestService(session, accounts, channels, streams, services.bus, grace)


@provide
def chat(
    session: NamedDependency[AsyncSession],
    channel_access: NamedDependency[ChannelAccess],
    services: NamedDependency[Services],
) -> ChatService:
    return ChatService(session, channel_access, services.limits, Urls(services.settings))


@provide
def stream_editing(
    streams: NamedDependency[StreamService],
    channels: NamedDependency[ChannelService],
    channel_access: NamedDependency[ChannelAccess],
) -> StreamEditing:
    return StreamEditing(streams, channels, channel_access)


@provide
def stream_resources(
    streams: NamedDependency[StreamService],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
    services: NamedDependency[Services],
) -> StreamResources:
    return StreamResources(streams, services.playback_tokens, urls, now)


@provide
def user_resources(
    channels: NamedDependency[ChannelService],
    catalogue: NamedDependency[CatalogueService],
    streams: NamedDependency[StreamService],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
    services: NamedDependency[Services],
) -> UserResources:
    return UserResources(services.plans, channels, catalogue, streams, urls, now)


@provide
def api_token_resources(channels: NamedDependency[ChannelService], urls: NamedDependency[Urls]) -> ApiTokenResources:
    return ApiTokenResources(channels, urls)


@provide
def channel_resources(
    accounts: NamedDependency[AccountService],
    channels: NamedDependency[ChannelService],
    channel_access: NamedDependency[ChannelAccess],
    follows: NamedDependency[FollowService],
    catalogue: NamedDependency[CatalogueService],
    shelf: NamedDependency[ShelfService],
    streams: NamedDependency[StreamService],
    chat: NamedDependency[ChatService],
    stream_resources: NamedDependency[StreamResources],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
    services: NamedDependency[Services],
) -> ChannelResources:
    return ChannelResources(
        accounts=accounts,
        plans=services.plans,
        channels=channels,
        access=channel_access,
        follows=follows,
        catalogue=catalogue,
        shelf=shelf,
        streams=streams,
        chat=chat,
        stream_resources=stream_resources,
        urls=urls,
        now=now,
    )


@provide
def storefront(
    accounts: NamedDependency[AccountService],
    channel_access: NamedDependency[ChannelAccess],
    follows: NamedDependency[FollowService],
    chat: NamedDependency[ChatService],
    streams: NamedDependency[StreamService],
    stream_resources: NamedDependency[StreamResources],
    channel_resources: NamedDependency[ChannelResources],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
) -> Storefront:
    return Storefront(accounts, channel_access, follows, chat, streams, stream_resources, channel_resources, urls, now)


@provide
def playback_details(
    session: NamedDependency[AsyncSession],
    channel_access: NamedDependency[ChannelAccess],
    follows: NamedDependency[FollowService],
    storefront: NamedDependency[Storefront],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
    services: NamedDependency[Services],
) -> PlaybackDetails:
    return PlaybackDetails(session, channel_access, follows, storefront, services.details_cache, urls, now)


@provide
def address(request: AnyRequest) -> str:
    """The caller's address, as the server or a trusted proxy in front of it says."""
    return request.client.host if request.client else "unknown"


@provide
def device(request: AnyRequest, address: NamedDependency[str]) -> Device:
    return Device(address, request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT])


async def _of_cookie(request: AnyRequest, tokens: TokenService, now: datetime) -> Caller | None:
    """A cookie can outlive the sign-in it came of: then it is nobody's."""
    token = cookie_token(request)
    try:
        return await tokens.caller(token, now) if token is not None else None
    except Unauthenticated:
        return None
