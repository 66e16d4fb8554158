"""What shops' adapters report, signed as every hook of the installation is."""

from litestar import post
from litestar.di import NamedDependency

from storecast.domains.accounts.callers import Unscoped
from storecast.domains.orders.shops.schemas import ShopAnswer, ShopEvent
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


@post(
    "/apps/order",
    operation_id="reportShopOrder",
    tags=["Orders"],
    status_code=200,
    opt={"signed": True, "scope": Unscoped.PUBLIC},
)
async def report_shop_order(unit: NamedDependency[Unit]) -> Data[ShopAnswer]:
    """A shop tells of an order: paid, cancelled or refunded. Told twice it changes nothing.

    For adapters that the operator runs: signed with the installation's hook secret (`X-Storecast-Signature`).
    """
    return Data(await unit.shop_orders.hear(unit.signed.decode(ShopEvent), unit.now))
