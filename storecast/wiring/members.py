"""Who is more than a passer-by on a channel, as moderation asks."""

from storecast.domains.accounts.callers import Caller
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.models import Channel
from storecast.domains.orders.repository import OrderRepository


class Members:
    def __init__(self, access: ChannelAccess, orders: OrderRepository) -> None:
        self._access = access
        self._orders = orders

    async def belongs(self, channel: Channel, by: Caller) -> bool:
        """Whether they hold a pass of the channel, or paid for an order there."""
        return await self._access.holds_pass(channel, by) or await self._orders.has_paid(channel.id, by.subject)
