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
from storecast.domains.questions.schemas import QuestionsMeta, QuestionsPage, Which
from storecast.domains.questions.service import FOR_MODERATORS
from storecast.kit.envelope import Data
from storecast.kit.kept import Kept, Key, key_of
from storecast.kit.pagination import paged
from storecast.resources.storefront import show_details, show_products
from storecast.wiring.unit import Unit

OWN = {"Cache-Control": "private, no-store"}
NO_QUESTIONS = QuestionsPage([], QuestionsMeta(None, None, None, False))

AnyRequest = Request[None, None, State]
Maker = Callable[[Unit, Channel, Caller | None], Awaitable[object]]
"""Makes an answer of a channel, as somebody sees it."""


async def answer_kept(request: AnyRequest, unit: Unit, kind: Kind, ref: str) -> Response[bytes]:
    """The answer of this kind about the channel behind `ref`. Raises `ChannelNotFound`."""
    found = await kept_or_own(unit, kind, ref)
    return answer_own(found) if isinstance(found, bytes) else _sent(request, found)


async def answer_with_questions(request: AnyRequest, unit: Unit, ref: str) -> Response[bytes]:
    """The channel's details, and its questions for who may watch it. Raises `ChannelNotFound`.

    Each is kept by itself: what somebody asks does not make the details anew.
    """
    details = await kept_or_own(unit, Kind.DETAILS, ref)
    try:
        questions = await _own_or_shared(unit, Kind.QUESTIONS, ref, _questions(Which.OPEN, None), Which.OPEN)
    except ChannelNotFound:
        questions = msgspec.json.encode(NO_QUESTIONS)
    if isinstance(details, Kept) and isinstance(questions, Kept):
        return _sent(request, with_questions(details, questions))
    parts = (part.body if isinstance(part, Kept) else part for part in (details, questions))
    return answer_own(_joined(*parts))


async def answer_questions(
    request: AnyRequest, unit: Unit, ref: str, which: Which, cursor: str | None
) -> Response[bytes]:
    """A page of the channel's questions. Raises `ChannelNotFound`, `NotAnEditor`."""
    make = _questions(which, cursor)
    if cursor is not None or which in FOR_MODERATORS:
        channel = await unit.access.watchable(ref, unit.caller, unit.now)
        return answer_own(await _encoded(unit, make, channel, unit.caller))
    found = await _own_or_shared(unit, Kind.QUESTIONS, ref, make, which)
    return answer_own(found) if isinstance(found, bytes) else _sent(request, found)


async def answer_polls(request: AnyRequest, unit: Unit, ref: str, number: int) -> Response[bytes]:
    """A page of the channel's polls. Raises `ChannelNotFound`."""
    make = _polls(number)
    if number > 1:
        channel = await unit.access.watchable(ref, unit.caller, unit.now)
        return answer_own(await _encoded(unit, make, channel, unit.caller))
    found = await _own_or_shared(unit, Kind.POLLS, ref, make, "")
    return answer_own(found) if isinstance(found, bytes) else _sent(request, found)


async def details_of(unit: Unit, channel: Channel, *, with_questions: bool) -> Response[bytes]:
    """The details as the caller sees them now."""
    body = await _encoded(unit, _details, channel, unit.caller)
    if with_questions:
        seen = await unit.access.watches(channel, unit.caller)
        make = _questions(Which.OPEN, None) if seen else _no_questions
        body = _joined(body, await _encoded(unit, make, channel, unit.caller))
    return answer_own(body)


def answer_own(body: bytes) -> Response[bytes]:
    return Response(body, media_type=MediaType.JSON, headers=OWN)


def _sent(request: AnyRequest, kept: Kept) -> Response[bytes]:
    headers = {name.decode(): value.decode() for name, value in kept.headers}
    if request.method == HttpMethod.GET and kept.etag in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(kept.body, media_type=MediaType.JSON, headers=headers)


async def kept_or_own(unit: Unit, kind: Kind, ref: str) -> Kept | bytes:
    """What all who see the same are served, else what the caller sees. Raises `ChannelNotFound`."""
    make = _MAKERS[kind]
    kept = await _shared(unit, key_of(kind, unit.urls.seen_at, ref), ref, make)
    if kept is not None and await _fits(unit, kept):
        return kept
    channel = await _find(unit, kind, ref, unit.caller)
    return await _encoded(unit, make, channel, unit.caller)


async def _own_or_shared(unit: Unit, kind: Kind, ref: str, make: Maker, which: str) -> Kept | bytes:
    """Of what is everybody's own, as it says what they voted: the shared one is for who sends no token."""
    if unit.caller is None:
        kept = await _shared(unit, key_of(kind, unit.urls.seen_at, ref, which), ref, make)
        if kept is not None:
            return kept
    channel = await _find(unit, kind, ref, unit.caller)
    return await _encoded(unit, make, channel, unit.caller)


async def _shared(unit: Unit, key: Key, ref: str, make: Maker) -> Kept | None:
    """None where nobody sees anything and the caller might."""

    async def find() -> tuple[str, Channel]:
        channel = await _find(unit, key[0], ref, None)
        return channel.hash_id, channel

    async def kept(channel: Channel) -> Kept:
        body = await _encoded(unit, make, channel, None)
        return Kept.of(channel.hash_id, channel.owner_id, is_open(channel), body)

    try:
        return await unit.process.keeper.get(key, find, kept, waits=not unit.db.holds)
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


async def _encoded(unit: Unit, make: Maker, channel: Channel, caller: Caller | None) -> bytes:
    return msgspec.json.encode(await make(unit, channel, caller))


def with_questions(details: Kept, questions: Kept) -> Kept:
    return Kept.of(details.room_id, details.owner_id, details.open, _joined(details.body, questions.body))


def _joined(details: bytes, questions: bytes) -> bytes:
    """`{"data":{…}}` with the questions as its last key."""
    return b'%b,"questions":%b}}' % (details[: -len(b"}}")], questions)


async def _details(unit: Unit, channel: Channel, caller: Caller | None) -> object:
    return Data(await show_details(unit, channel, caller))


async def _products(unit: Unit, channel: Channel, caller: Caller | None) -> object:
    return Data(await show_products(unit, channel, caller))


async def _shelf(unit: Unit, channel: Channel, _: Caller | None) -> object:
    return Data([show_product(shown, unit.urls) for shown in await unit.shelf.shelf(channel, unit.now)])


def _questions(which: Which, cursor: str | None) -> Maker:
    async def make(unit: Unit, channel: Channel, caller: Caller | None) -> object:
        return await unit.questions.read(channel, which, cursor, caller, unit.urls)

    return make


def _polls(number: int) -> Maker:
    async def make(unit: Unit, channel: Channel, caller: Caller | None) -> object:
        shown, cut = await unit.polls.page(channel, number, caller, unit.now)
        return paged(shown, cut, f"/api/v1/events/{channel.hash_id}/polls", "")

    return make


async def _no_questions(_: Unit, __: Channel, ___: Caller | None) -> object:
    return NO_QUESTIONS


_MAKERS: dict[Kind, Maker] = {Kind.DETAILS: _details, Kind.PRODUCTS: _products, Kind.SHELF: _shelf}
