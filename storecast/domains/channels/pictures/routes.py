"""A channel's pictures over HTTP. The reference has them among its media, though `id` is a channel there."""

from litestar import Controller, delete, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.channels.pictures.schemas import NewPicture
from storecast.domains.channels.pictures.service import Place
from storecast.kit.envelope import Data
from storecast.kit.images import MAX_BYTES
from storecast.resources.channel import ChannelResource, show_channel
from storecast.wiring.unit import Unit

MAX_UPLOAD = MAX_BYTES + 64 * 1024


class ChannelPictureController(Controller):
    path = "/events/media/{channel_ref:str}"
    tags = ("Channels",)
    opt = {"scope": Scope.MEDIA, "may": Act.EDIT}  # noqa: RUF012

    @post("/banners", operation_id="changeCover", status_code=200, request_max_body_size=MAX_UPLOAD)
    async def change_cover(
        self, data: JSONBody[NewPicture], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[ChannelResource]:
        """Give a channel a cover: in lists, before and after its shows, and where links to it are shared."""
        changed = await unit.channel_pictures.replace(seat.channel, Place.COVER, data, unit.now)
        return Data(await show_channel(unit, changed))

    @delete("/banners/clear", operation_id="clearCover", status_code=200)
    async def clear_cover(self, seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> Data[ChannelResource]:
        """Take a channel's cover away. Safe to repeat."""
        return Data(await show_channel(unit, await unit.channel_pictures.clear(seat.channel, Place.COVER, unit.now)))

    @post("/change-background", operation_id="changeBackground", status_code=200, request_max_body_size=MAX_UPLOAD)
    async def change_background(
        self, data: JSONBody[NewPicture], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[ChannelResource]:
        """Give a channel a background: what lies behind the player on wide screens."""
        changed = await unit.channel_pictures.replace(seat.channel, Place.BACKGROUND, data, unit.now)
        return Data(await show_channel(unit, changed))

    @delete("/background/clear", operation_id="clearBackground", status_code=200)
    async def clear_background(self, seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> Data[ChannelResource]:
        """Take a channel's background away. Safe to repeat."""
        cleared = await unit.channel_pictures.clear(seat.channel, Place.BACKGROUND, unit.now)
        return Data(await show_channel(unit, cleared))
