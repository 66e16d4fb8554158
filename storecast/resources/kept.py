"""The answers viewers ask for by the thousand: kept as bytes where all see the same, else made for one caller."""

from collections.abc import Awaitable, Callable

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.enums import HttpMethod, MediaType

from storecast.contracts.bus import Kind
from storecast.domains.accounts.callers import Caller, SignedIn
from storecast.domains.channels.access import is_open
from storecast.domains.channels.errors import ChannelNotFound
from storecast.domains.channels.models import Channel
from storecast.domains.products.schemas import show_product
from storecast.kit.envelope import Data
from storecast.kit.kept import Kept, key_of
from storecast.resources.storefront import show_details, show_products
from storecast.wiring.unit import Unit

OWN = {"Cache-Control": "private, no-store"}


async def answer_kept(request: Request[None, None, State], unit: Unit, kind: Kind, ref: str) -> Response[bytes]:
    """The answer of this kind about the channel behind `ref`. Raises `ChannelNotFound`."""
    found = await kept_or_own(unit, kind, ref)
    if not isinstance(found, Kept):
        return answer_own(found)
    headers = {name.decode(): value.decode() for name, value in found.headers}
    if request.method == HttpMethod.GET and found.etag in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(found.body, media_type=MediaType.JSON, headers=headers)


async def kept_or_own(unit: Unit, kind: Kind, ref: str) -> Kept | bytes:
    """What all see alike, else what is made for this caller alone. Raises `ChannelNotFound`."""
    kept = await _shared(unit, kind, ref)
    if kept is not None and await _fits(unit, kept):
        return kept
    return await _encoded(unit, kind, await _find(unit, kind, ref, unit.caller), unit.caller)


async def details_of(unit: Unit, channel: Channel) -> Response[bytes]:
    """The details as the caller sees them now."""
    return answer_own(await _encoded(unit, Kind.DETAILS, channel, unit.caller))


def answer_own(body: bytes) -> Response[bytes]:
    return Response(body, media_type=MediaType.JSON, headers=OWN)


async def _shared(unit: Unit, kind: Kind, ref: str) -> Kept | None:
    """None where nobody sees anything and the caller might."""

    async def find() -> tuple[str, Channel]:
        channel = await _find(unit, kind, ref, None)
        return channel.hash_id, channel

    async def make(channel: Channel) -> Kept:
        body = await _encoded(unit, kind, channel, None)
        return Kept.of(channel.hash_id, channel.owner_id, is_open(channel), body)

    try:
        return await unit.process.keeper.get(key_of(kind, unit.urls.seen_at, ref), find, make, waits=not unit.db.holds)
    except ChannelNotFound:
        if unit.caller is None:
            raise
        return None


async def _find(unit: Unit, kind: Kind, ref: str, caller: Caller | None) -> Channel:
    if kind is Kind.DETAILS:  # its gate says what the show is
        return await unit.access.find(ref, caller, unit.now)
    return await unit.access.watchable(ref, caller, unit.now)


async def _fits(unit: Unit, kept: Kept) -> bool:
    """Whether the caller sees the same as nobody: where anyone may watch, all but the owner and followers do."""
    caller = unit.caller
    if caller is None:
        return True
    if not kept.open or (isinstance(caller, SignedIn) and caller.id == kept.owner_id):
        return False
    return not await unit.follows.followed_since(caller, [kept.owner_id])


async def _encoded(unit: Unit, kind: Kind, channel: Channel, caller: Caller | None) -> bytes:
    return msgspec.json.encode(Data(await _MAKERS[kind](unit, channel, caller)))


async def _shelf(unit: Unit, channel: Channel, _: Caller | None) -> object:
    return [show_product(shown, unit.urls) for shown in await unit.shelf.shelf(channel, unit.now)]


_MAKERS: dict[Kind, Callable[[Unit, Channel, Caller | None], Awaitable[object]]] = {
    Kind.DETAILS: show_details,
    Kind.PRODUCTS: show_products,
    Kind.SHELF: _shelf,
}
