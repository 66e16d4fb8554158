"""Who is calling, and the services of accounts and OAuth2."""

from datetime import datetime

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.access import Access, Caller, ClientCaller, SignedIn, permit
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
from storecast.domains.oauth.authorization.service import AuthorizationService
from storecast.domains.oauth.clients.service import ClientService
from storecast.domains.oauth.granted.service import GrantedService
from storecast.domains.oauth.grants.authorization_code import AuthorizationCodeGrant
from storecast.domains.oauth.grants.client_credentials import ClientCredentialsGrant
from storecast.domains.oauth.grants.password import PasswordGrant
from storecast.domains.oauth.grants.refresh_token import RefreshTokenGrant
from storecast.domains.oauth.repository import OAuthRepository
from storecast.domains.oauth.tokens.service import OAuthTokenService
from storecast.entrypoints.dependencies.provide import AnyRequest, provide
from storecast.entrypoints.services import Services
from storecast.kit.errors import Unauthenticated
from storecast.kit.http.bearer import bearer_token, cookie_token
from storecast.kit.settings import Settings
from storecast.kit.urls import Urls


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


async def _of_cookie(request: AnyRequest, tokens: TokenService, now: datetime) -> Caller | None:
    """A cookie can outlive the sign-in it came of: then it is nobody's."""
    token = cookie_token(request)
    try:
        return await tokens.caller(token, now) if token is not None else None
    except Unauthenticated:
        return None


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
def passwords(
    session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService], services: NamedDependency[Services]
) -> PasswordService:
    return PasswordService(session, services.settings, tokens, services.bus, services.limits)


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
def privacy(session: NamedDependency[AsyncSession], services: NamedDependency[Services]) -> PrivacyService:
    return PrivacyService(session, services.settings, services.bus, services.limits, services.export_secret)


@provide
def api_tokens(
    session: NamedDependency[AsyncSession], tokens: NamedDependency[TokenService], services: NamedDependency[Services]
) -> ApiTokenService:
    return ApiTokenService(session, tokens, services.limits)


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
