"""`storecast check stock`: whether the numbers of the ledger follow from its rows."""

from storecast.kit.settings import Settings
from storecast.wiring.assembly import command


async def stock_differences(settings: Settings) -> list[str]:
    """A line for each number that differs; none where all is right."""
    async with command(settings) as unit:
        found = await unit.stock.differences()
        coupons = await unit.coupons.differences()
    return [
        f"stock {each.stock_id} of product {each.product_id}: {each.what} is {each.kept}, by its rows {each.reckoned}"
        for each in found
    ] + [f"coupon {code}: used is {kept}, by its rows {reckoned}" for code, kept, reckoned in coupons]
