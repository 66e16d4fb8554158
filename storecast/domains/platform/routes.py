"""The root of the API, health, keys, and the realtime gateway's hooks."""

from litestar import Controller, get
from litestar.di import NamedDependency

from storecast import __version__
from storecast.domains.accounts.callers import Scope, Unscoped
from storecast.domains.platform.schemas import About, Localization, Localizations, PlaceName, PlatformLinks, Ready
from storecast.kit import currencies
from storecast.kit import languages as names
from storecast.kit.envelope import Data
from storecast.kit.settings import Settings
from storecast.kit.urls import Urls
from storecast.resources.user import CurrencyResource, show_currency
from storecast.wiring.unit import Unit


class PlatformController(Controller):
    tags = ("Platform",)
    opt = {"scope": Unscoped.PUBLIC}  # noqa: RUF012

    @get("/", operation_id="about", media_type="application/json")
    async def about(self, unit: NamedDependency[Unit]) -> Data[About]:
        """What answers here."""
        return Data(describe(unit.urls, unit.settings))

    @get("/currencies", operation_id="listCurrencies")
    async def list_currencies(self) -> Data[list[CurrencyResource]]:
        """Every currency in use; `id` is what the profile's `currency_id` takes."""
        return Data([show_currency(code) for code in currencies.in_use()])

    @get("/localizations", operation_id="listLocalizations", opt={"scope": Scope.PROFILE})
    async def list_localizations(self, unit: NamedDependency[Unit]) -> Localizations:
        """The languages and regions people can choose here."""
        return Localizations([_localization(code, regions) for code, regions in unit.languages.regions.items()])


class HealthController(Controller):
    path = "/health"
    include_in_schema = False
    opt = {"scope": Unscoped.PUBLIC}  # noqa: RUF012

    @get("/live")
    async def live(self) -> Ready:
        return Ready("live")

    @get("/ready")
    async def ready(self, unit: NamedDependency[Unit]) -> Ready:
        await unit.db.rows("SELECT 1")
        return Ready("ready")


@get("/.well-known/jwks.json", include_in_schema=False, opt={"scope": Unscoped.PUBLIC})
async def jwks(unit: NamedDependency[Unit]) -> dict[str, list[dict[str, str | list[str]]]]:
    """The keys that tokens of this installation are verified with (RFC 7517)."""
    return unit.process.keyring.public_set()


def describe(urls: Urls, settings: Settings) -> About:
    base = urls.base
    links = PlatformLinks(f"{base}/api/v1", f"{base}/schema/openapi.json", f"{base}/docs", f"{base}/health/ready")
    return About("Storecast", __version__, links, "kept" if settings.smtp_url is None else "sent")


def _localization(code: str, regions: list[str]) -> Localization:
    return Localization(
        code,
        PlaceName(code, names.english_name(code), names.own_name(code)),
        [
            PlaceName(f"{code}-{region}", names.english_region_name(region), names.own_region_name(code, region))
            for region in regions
        ],
    )
