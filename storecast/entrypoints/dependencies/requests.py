"""What every request has: its session, its moment, where it came from and what the process keeps."""

from datetime import datetime

from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.access import Device
from storecast.entrypoints.dependencies.provide import DEPENDENCIES, AnyRequest, provide
from storecast.entrypoints.services import Services, services_of
from storecast.kit.clock import utcnow
from storecast.kit.errors import Unauthenticated
from storecast.kit.hooks import HEADER, verify
from storecast.kit.http.signed import SignedBody
from storecast.kit.http.transactions import open_session
from storecast.kit.languages import Languages
from storecast.kit.languages import languages as known_languages
from storecast.kit.settings import Settings
from storecast.kit.urls import Urls

LONGEST_USER_AGENT = 500  # characters


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
def urls(request: AnyRequest, settings: NamedDependency[Settings]) -> Urls:
    return Urls(settings, request.headers.get("Host"), secure=request.url.scheme == "https")


@provide
def languages(settings: NamedDependency[Settings]) -> Languages:
    return known_languages(settings.languages)


@provide
def locale(request: AnyRequest, languages: NamedDependency[Languages]) -> str:
    """The caller's language as their browser says."""
    return languages.preferred(request.headers.get("Accept-Language", ""))


@provide
def address(request: AnyRequest) -> str:
    """The caller's address, as the server or a trusted proxy in front of it says."""
    return request.client.host if request.client else "unknown"


@provide
def device(request: AnyRequest, address: NamedDependency[str]) -> Device:
    return Device(address, request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT])
