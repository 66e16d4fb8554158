"""The rules of having webhooks. One call is one transaction."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET, Struct

from storecast.adapters.webhooks.address import AddressFault, normal
from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import SignedIn
from storecast.domains.webhooks.errors import DeliveryNotFound, EndpointNotFound, EndpointOff
from storecast.domains.webhooks.events import TEST, is_known, is_wanted, name_of
from storecast.domains.webhooks.jobs import Deliver, ForgetWords
from storecast.domains.webhooks.models import DeliveryState, OffReason, WebhookDelivery, WebhookEndpoint
from storecast.domains.webhooks.repository import WebhookRepository
from storecast.domains.webhooks.schemas import EndpointChanges, NewEndpoint
from storecast.kit.bus import Occasion
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.errors import Conflict, Unprocessable
from storecast.kit.events import RoomEvent
from storecast.kit.jobs import defer
from storecast.kit.pagination import PageRequest, Slice
from storecast.kit.rate_limits import RateLimits
from storecast.kit.seals import Seal

MOST_ENDPOINTS = 20  # of one person
BY_HAND = "60/hour"  # test events, and deliveries sent again, of one person
FORMER_SIGNS = timedelta(hours=24)
SECRET_BYTES = 32
HAND_LINE = "by hand"  # where what somebody asked for waits for nothing else
OVERDUE = timedelta(seconds=60)
MOST_OVERDUE = 1_000
MOST_WAITING = 100_000  # of one endpoint
KEPT = timedelta(days=30)


class ShownEndpoint(Struct, frozen=True):
    endpoint: WebhookEndpoint
    secret: str | None  # where it was just made


class WebhookService:
    """`private` lets endpoints be in networks of ours."""

    def __init__(self, db: Database, seal: Seal, limits: RateLimits, *, private: bool) -> None:
        self._db = db
        self._repository = WebhookRepository(db)
        self._seal = seal
        self._limits = limits
        self._private = private

    # Endpoints.

    async def list(self, user_id: int) -> Sequence[WebhookEndpoint]:
        return await self._repository.endpoints_of(user_id)

    async def create(self, data: NewEndpoint, by: SignedIn, address: str, now: datetime) -> ShownEndpoint:
        """Raises `Unprocessable`, `Conflict`."""
        url, events = self._url(data.url), _events(data.events)
        await self._repository.lock_owner(by.id)
        if len(await self._repository.endpoints_of(by.id)) >= MOST_ENDPOINTS:
            raise Conflict(f"You have {MOST_ENDPOINTS} webhooks, which is all there can be. Delete one first.")
        secret = _new_secret()
        endpoint = WebhookEndpoint(
            user_id=by.id,
            url=url,
            description=data.description,
            events=events,
            sealed_secret=self._seal.close(secret),
            off=None if data.enabled else OffReason.OWNER,
            created_at=now,
            updated_at=now,
        )
        await self._repository.add(endpoint)
        await self._record(SecurityEventKind.WEBHOOK_MADE, endpoint, address, now)
        return ShownEndpoint(endpoint, secret)

    async def update(
        self, hash_id: str, data: EndpointChanges, by: SignedIn, address: str, now: datetime
    ) -> ShownEndpoint:
        """Raises `EndpointNotFound`, `Unprocessable`."""
        url = UNSET if data.url is UNSET else self._url(data.url)
        events = UNSET if data.events is UNSET else _events(data.events)
        endpoint = await self._repository.endpoint(by.id, hash_id, lock=True)
        if endpoint is None:
            raise EndpointNotFound
        if url is not UNSET:
            endpoint.url = url
        if events is not UNSET:
            endpoint.events = events
        if data.description is not UNSET:
            endpoint.description = data.description
        if data.enabled is not UNSET:
            await self._switch(endpoint, on=data.enabled)
        secret = self._rotate(endpoint, now) if data.rotate else None
        endpoint.updated_at = now
        await self._record(SecurityEventKind.WEBHOOK_CHANGED, endpoint, address, now)
        return ShownEndpoint(endpoint, secret)

    async def delete(self, hash_id: str, by: SignedIn, address: str, now: datetime) -> None:
        """With all that waits for it. Raises `EndpointNotFound`."""
        endpoint = await self._repository.endpoint(by.id, hash_id)
        if endpoint is None:
            raise EndpointNotFound
        await self._repository.delete(endpoint)
        await self._record(SecurityEventKind.WEBHOOK_DELETED, endpoint, address, now)

    async def delete_all(self, user_id: int) -> None:
        await self._repository.delete_all(user_id)

    # What happened.

    async def happened(self, events: Sequence[RoomEvent], at: Occasion) -> None:
        """Have a channel's events, all of one class, sent to its owner's endpoints.

        For owners without any it costs one query, however many events.
        """
        name, channel = name_of(type(events[0])), at.channel
        if name is None or channel is None:
            return
        listening = await self._repository.listening(channel.id)
        wanted = {endpoint_id for endpoint_id, asked, _ in listening if is_wanted(name, asked)}
        if not wanted:
            return
        # All of them, at its first event: a later one of this transaction then waits for none that is being deleted.
        held = await self._repository.hold([endpoint_id for endpoint_id, _, _ in listening])
        about = {"channel": {"id": channel.hash_id, "slug": listening[0][2]}}
        told = [endpoint_id for endpoint_id in held if endpoint_id in wanted]
        lines = await self._repository.stand(told, f"channel:{channel.hash_id}")
        deliveries = []
        for event in events:
            payload = _payload(name, at.now, {**msgspec.to_builtins(event), **about})
            deliveries += [
                _delivery(line, endpoint, name, payload, at.now, carries=event.carries) for line, endpoint, _ in lines
            ]
        await self._repository.tell(deliveries)
        await self._wake([line for line, _, due_at in lines if due_at is None], at.now)

    async def forget_words(self, message_ids: Sequence[str], at: Occasion) -> None:
        """Keep nothing that was told of these messages, nor send what waits; soon, for that locks what others need."""
        if at.channel is not None and await self._repository.has_endpoints(at.channel.id):
            await defer(self._db, ForgetWords(list(message_ids)))

    async def _wake(self, line_ids: Sequence[int], now: datetime) -> None:
        """Of lines that are locked."""
        await self._repository.due(line_ids, now)
        for line_id in line_ids:
            await defer(self._db, Deliver(line_id))

    # Deliveries.

    async def deliveries(
        self, hash_id: str, by: SignedIn, page: PageRequest
    ) -> tuple[Sequence[tuple[WebhookDelivery, datetime | None]], Slice]:
        """Newest first, each with when somebody looks at its line next. Raises `EndpointNotFound`."""
        endpoint = await self._repository.endpoint(by.id, hash_id)
        if endpoint is None:
            raise EndpointNotFound
        return await self._repository.deliveries(endpoint, page)

    async def test(self, hash_id: str, by: SignedIn, now: datetime) -> WebhookDelivery:
        """Send an event of no meaning, once. Raises `EndpointNotFound`, `EndpointOff`."""
        await self._limits.hit(BY_HAND, "webhook", by.user.hash_id)
        endpoint = await self._repository.endpoint(by.id, hash_id)
        if endpoint is None:
            raise EndpointNotFound
        line_id = await self._hand_line(endpoint)
        delivery = _delivery(line_id, endpoint.id, TEST, _payload(TEST, now, {}), now, once=True)
        await self._repository.tell([delivery])
        await self._wake([line_id], now)
        return delivery

    async def replay(self, hash_id: str, by: SignedIn, now: datetime) -> tuple[WebhookDelivery, datetime]:
        """Send it again, once and under its own id; one that waits is sent at once, where its turn has come.

        With when somebody looks. Raises `DeliveryNotFound`, `EndpointOff`.
        """
        await self._limits.hit(BY_HAND, "webhook", by.user.hash_id)
        found = await self._repository.delivery_of(by.id, hash_id)
        if found is None:
            raise DeliveryNotFound
        delivery, endpoint, line = found
        if endpoint.off is not None:
            raise EndpointOff
        if delivery.state is DeliveryState.WAITING:
            await defer(self._db, Deliver(line.id, at_once=True))
            return delivery, now
        line_id = await self._hand_line(endpoint)
        delivery.line_id, delivery.state, delivery.once = line_id, DeliveryState.WAITING, True
        await self._wake([line_id], now)
        return delivery, now

    async def _hand_line(self, endpoint: WebhookEndpoint) -> int:
        """Raises `EndpointOff`."""
        held = await self._repository.hold([endpoint.id])
        if not held:
            raise EndpointOff
        [(line_id, _, _)] = await self._repository.stand(held, HAND_LINE)
        return line_id

    # The clock.

    async def look_after(self, now: datetime) -> None:
        """Make up for jobs that were lost, and bound what waits."""
        await self._repository.give_up_oldest(MOST_WAITING)
        for line_id in await self._repository.overdue(now - OVERDUE, now, MOST_OVERDUE):
            await defer(self._db, Deliver(line_id))

    async def forget_told(self, message_ids: Sequence[str]) -> None:
        await self._repository.forget_words(message_ids)

    async def forget(self, now: datetime) -> None:
        await self._repository.forget(now - KEPT)

    def _url(self, given: str) -> str:
        url = normal(given, private=self._private)
        match url:
            case AddressFault.NO_ADDRESS:
                raise Unprocessable.field("url", "is not a web address")
            case AddressFault.NOT_HTTPS:
                raise Unprocessable.field("url", "must begin with https://")
            case AddressFault.PASSWORD:
                raise Unprocessable.field("url", "must not have a name or password in it")
            case AddressFault.PRIVATE:
                raise Unprocessable.field("url", "must not lead into a private network")
            case str():
                return url

    async def _switch(self, endpoint: WebhookEndpoint, *, on: bool) -> None:
        if on and endpoint.off is not None:
            endpoint.off = endpoint.failing_since = endpoint.paused_until = None
            for line_id in await self._repository.put_off(endpoint.id):
                await defer(self._db, Deliver(line_id, at_once=True))
        elif not on:
            endpoint.off = endpoint.off or OffReason.OWNER

    def _rotate(self, endpoint: WebhookEndpoint, now: datetime) -> str:
        secret = _new_secret()
        endpoint.sealed_former, endpoint.former_until = endpoint.sealed_secret, now + FORMER_SIGNS
        endpoint.sealed_secret = self._seal.close(secret)
        return secret

    async def _record(self, kind: SecurityEventKind, endpoint: WebhookEndpoint, address: str, now: datetime) -> None:
        await record(self._db, kind, user_id=endpoint.user_id, address=address, now=now, detail=endpoint.url)


def _events(given: Sequence[str]) -> list[str]:
    events = list(dict.fromkeys(given))
    if not all(map(is_known, events)):
        raise Unprocessable.field("events", "must be names of events, or groups of them like order.*")
    return events


def _new_secret() -> str:
    """As Standard Webhooks writes them: 24 to 64 random bytes in base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def _payload(name: str, at: datetime, data: object) -> str:
    return msgspec.json.encode({"type": name, "timestamp": iso(at), "data": data}).decode()


def _delivery(
    line_id: int,
    endpoint_id: int,
    name: str,
    payload: str,
    now: datetime,
    *,
    once: bool = False,
    carries: Sequence[str] = (),
) -> WebhookDelivery:
    return WebhookDelivery(
        line_id=line_id,
        endpoint_id=endpoint_id,
        event=name,
        payload=payload,
        carries=list(carries) or None,
        once=once,
        created_at=now,
    )
