"""The rules of signing in by a provider's word. One call is one transaction."""

from collections.abc import Mapping
from datetime import datetime

import structlog

from storecast.adapters.identity.provider import (
    IdentityProvider,
    Person,
    Presented,
    ProviderName,
    ProviderUnavailable,
    TokenRefused,
)
from storecast.adapters.identity.shopify import is_shop
from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import Device
from storecast.domains.accounts.hand_over import hand_over
from storecast.domains.accounts.models import Newcomer, User
from storecast.domains.accounts.tokens import TokenPair, TokenService
from storecast.domains.sign_ins.service import SignInService
from storecast.domains.sign_ins.social.errors import (
    ProviderDown,
    TokenNotConfirmed,
    email_not_verified,
    not_configured,
)
from storecast.domains.sign_ins.social.repository import IdentityRepository
from storecast.domains.sign_ins.social.schemas import SocialCredentials, SocialProvider, sent_names
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits

SIGN_IN_ATTEMPTS = "60/minute"  # from one network

log = structlog.get_logger()


class SocialService:
    def __init__(
        self,
        db: Database,
        providers: Mapping[ProviderName, IdentityProvider],
        sign_ins: SignInService,
        tokens: TokenService,
        events: Events,
        limits: RateLimits,
    ) -> None:
        self._db = db
        self._providers = providers
        self._repository = IdentityRepository(db)
        self._sign_ins = sign_ins
        self._tokens = tokens
        self._events = events
        self._limits = limits

    def providers(self) -> list[SocialProvider]:
        return [SocialProvider(name, provider.client_id) for name, provider in self._providers.items()]

    async def sign_in(self, data: SocialCredentials, newcomer: Newcomer, device: Device, now: datetime) -> TokenPair:
        """Raises `TokenNotConfirmed`, `ProviderDown`; `Unprocessable` where there is no verified email to go by.

        A provider's word stands for the password, not for a second factor: then `SecondFactorNeeded`, `WrongCode`.
        """
        await self._limits.hit(SIGN_IN_ATTEMPTS, "social-sign-in", network(device.address))
        names = sent_names(data.user)
        person = await self._identify(data, device, now)
        user = await self._repository.owner(data.provider, person.subject)
        if user is None:
            user = await self._join(data.provider, person, names, newcomer, device, now)
        how = await self._sign_ins.check_second_factor(user, data.provider, data.code, device, now)
        return await self._sign_ins.open(user, how, device, now)

    async def _identify(self, data: SocialCredentials, device: Device, now: datetime) -> Person:
        provider = self._providers.get(data.provider)
        if provider is None:
            raise not_configured()
        shop = (data.shop or "").strip().lower()
        if data.provider is ProviderName.SHOPIFY and not is_shop(shop):
            raise Unprocessable.field("shop", "must be the shop's ….myshopify.com domain")
        try:
            return await provider.identify(Presented(data.access_token, data.nonce, shop), now)
        except TokenRefused as error:
            log.info("social sign-in refused", provider=data.provider.value, reason=str(error))
            await self._note(SecurityEventKind.SIGN_IN_FAILED, None, data.provider, device, now)
            raise TokenNotConfirmed(data.provider) from error
        except ProviderUnavailable as error:
            log.warning("identity provider unavailable", provider=data.provider.value, reason=str(error))
            raise ProviderDown(data.provider) from error

    async def _join(
        self,
        provider: ProviderName,
        person: Person,
        names: tuple[str, str],
        newcomer: Newcomer,
        device: Device,
        now: datetime,
    ) -> User:
        """Make the account of somebody new here, or link the one that has their email."""
        if person.email is None or not person.email_verified:
            raise email_not_verified(provider)
        user, made = await self._repository.claim_email(person.email, newcomer, now)
        if made:
            known = (person.first_name, person.last_name)
            user.first_name, user.last_name = known if any(known) else names
            await self._note(SecurityEventKind.REGISTERED, user.id, provider, device, now)
        elif user.verified_at is None:
            await hand_over(self._db, self._tokens, self._events, user, device.address, now, provider.value)
        user.verified_at = user.verified_at or now
        await self._repository.link(provider, person.subject, user, person.email, now)
        await self._note(SecurityEventKind.IDENTITY_LINKED, user.id, provider, device, now)
        return user

    async def _note(
        self, kind: SecurityEventKind, user_id: int | None, provider: ProviderName, device: Device, now: datetime
    ) -> None:
        await record(self._db, kind, user_id=user_id, address=device.address, now=now, detail=provider.value)
