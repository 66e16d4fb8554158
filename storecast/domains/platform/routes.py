"""The root of the API, health, keys, and the realtime gateway's hooks."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storecast import __version__
from storecast.kit.envelope import Data
from storecast.kit.keys import Keyring
from storecast.kit.urls import Urls


class Links(Struct):
    api: str
    openapi: str
    health: str


class About(Struct):
    name: str
    version: str
    links: Links


class Ready(Struct):
    status: Annotated[str, Meta(description="`ready`; anything else is an error status.")]


class PlatformController(Controller):
    tags = ("Platform",)

    @get("/", operation_id="about", media_type="application/json")
    async def about(self, urls: NamedDependency[Urls]) -> Data[About]:
        """What answers here."""
        return Data(describe(urls))


class HealthController(Controller):
    path = "/health"
    include_in_schema = False

    @get("/live")
    async def live(self) -> Ready:
        return Ready("live")

    @get("/ready")
    async def ready(self, session: NamedDependency[AsyncSession]) -> Ready:
        await session.execute(text("SELECT 1"))
        return Ready("ready")


@get("/.well-known/jwks.json", include_in_schema=False)
async def jwks(keyring: NamedDependency[Keyring]) -> dict[str, list[dict[str, str | list[str]]]]:
    """The keys that tokens of this installation are verified with (RFC 7517)."""
    return keyring.public_set()


def describe(urls: Urls) -> About:
    base = urls.base
    return About(
        "Storecast", __version__, Links(f"{base}/api/v1", f"{base}/schema/openapi.json", f"{base}/health/ready")
    )
