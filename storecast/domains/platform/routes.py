"""The root of the API, health, keys, and the realtime gateway's hooks."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from storecast import __version__
from storecast.domains.accounts.callers import Scope, SignedIn, Unscoped, Who
from storecast.domains.platform.schemas import (
    About,
    Health,
    Localization,
    Localizations,
    PlaceName,
    PlatformLinks,
    Reading,
    Ready,
)
from storecast.kit import currencies
from storecast.kit import languages as names
from storecast.kit.envelope import Data
from storecast.kit.settings import Settings
from storecast.kit.urls import Urls
from storecast.resources.user import CurrencyResource, show_currency
from storecast.wiring.unit import Unit

NOT_OK = {503: ResponseSpec(Data[Health], description="Something is not there.", generate_examples=False)}


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

    @get("/stress", operation_id="readForLoad")
    async def read_for_load(self, unit: NamedDependency[Unit]) -> Data[Reading]:
        """For load tests: one read of the database by an index, whenever it is asked for."""
        return Data(await unit.process.load_reads.read(unit.db, unit.network, unit.now))

    @get("/stress-cached", operation_id="readKeptForLoad")
    async def read_kept_for_load(self, unit: NamedDependency[Unit]) -> Data[Reading]:
        """For load tests: the same from memory, read anew every 10 seconds."""
        return Data(await unit.process.load_reads.kept(unit.db, unit.network, unit.now))

    @get(
        "/test",
        operation_id="checkInstallation",
        opt={"scope": Unscoped.ANY_SCOPE, "who": Who.ANYONE},
        responses=NOT_OK,
    )
    async def check_installation(self, unit: NamedDependency[Unit]) -> Response[Data[Health]]:
        """Whether everything this installation is made of is there, tried anew every 10 seconds.

        Operators see each part: database, bus, worker, storage, mail, broadcast and realtime.
        """
        checked = await unit.process.self_check.outcome()
        by_operator = isinstance(unit.caller, SignedIn) and unit.caller.user.is_operator
        told = by_operator and unit.is_meant_for(Scope.OPERATOR)
        health = Health(checked.ok, checked.parts) if told else Health(checked.ok)
        return Response(Data(health), status_code=200 if checked.ok else 503, headers={"Cache-Control": "no-store"})


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
