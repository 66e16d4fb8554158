"""Sending what waits: one delivery of a line after the other, and lines side by side.

No transaction is open while a receiver thinks. Whoever takes a line writes down until when; what comes of it is
written only by who still has it. Nobody locks a second line: who has many looked at leaves each to a job of its own.
"""

from datetime import datetime, timedelta

import structlog
from msgspec import Struct
from standardwebhooks import Webhook

from storecast.adapters.email.messages import MailKind
from storecast.adapters.email.outbox import request_mail
from storecast.adapters.webhooks.courier import TIMEOUT, Answer, Courier
from storecast.domains.accounts.models import User
from storecast.domains.webhooks.jobs import Deliver
from storecast.domains.webhooks.models import DeliveryState, OffReason, WebhookDelivery, WebhookEndpoint, WebhookLine
from storecast.domains.webhooks.repository import WebhookRepository
from storecast.domains.webhooks.retries import OFF_AFTER, next_try
from storecast.kit.clock import utcnow
from storecast.kit.database import Database, DatabaseMaker, transaction
from storecast.kit.jobs import defer
from storecast.kit.seals import Seal
from storecast.kit.settings import Settings

TAKEN_FOR = timedelta(seconds=4 * TIMEOUT)  # then whoever took a line is dead
MOST_LINES = 4  # of one endpoint at once: one that is slow holds up no others
LATER = timedelta(seconds=5)
TURN = timedelta(seconds=5)
GONE = 410
DEVELOPER_PAGE = "/account/developer"
USER_AGENT = "Storecast-Webhooks"

log = structlog.get_logger()


class Parcel(Struct, frozen=True):
    line_id: int
    delivery_id: int
    taken_until: datetime
    message_id: str
    url: str
    payload: str
    secrets: tuple[str, ...]  # all of them sign


class Deliverer:
    def __init__(self, databases: DatabaseMaker, courier: Courier, seal: Seal, settings: Settings) -> None:
        self._databases = databases
        self._courier = courier
        self._seal = seal
        self._settings = settings

    async def work(self, line_id: int, *, at_once: bool = False) -> None:
        """Send what waits in a line, for a while: then it is others' turn."""
        until = utcnow() + TURN
        if at_once:
            await self.call_up(line_id, utcnow())
        while await self.step(line_id, utcnow()):
            if utcnow() >= until:
                async with transaction(self._databases) as db:
                    await defer(db, Deliver(line_id))
                return

    async def call_up(self, line_id: int, now: datetime) -> None:
        """Something in the line that was put off is due now."""
        async with transaction(self._databases) as db:
            found = await WebhookRepository(db).lock(line_id)
            if found is not None and found[0].due_at is not None:
                found[0].due_at = min(found[0].due_at, now)

    async def step(self, line_id: int, now: datetime) -> bool:
        """Send the first of a line, if it is due. Answers whether the next may be sent at once."""
        parcel = await self._take(line_id, now)
        if parcel is None:
            return False
        answer = await self._courier.post(parcel.url, parcel.payload.encode(), _headers(parcel, now), now)
        return await self._settle(parcel, answer, now)

    async def _take(self, line_id: int, now: datetime) -> Parcel | None:
        async with transaction(self._databases) as db:
            repository = WebhookRepository(db)
            found = await repository.lock(line_id)
            if found is None:
                return None
            line, endpoint = found
            is_taken = line.taken_until is not None and line.taken_until > now
            if is_taken or endpoint.off is not None or line.due_at is None or line.due_at > now:
                return None
            delivery = await repository.first_waiting(line.id)
            if delivery is None:
                line.due_at = line.taken_until = None
                return None
            if endpoint.paused_until is not None and endpoint.paused_until > now and not delivery.once:
                await _put_off(db, line, endpoint.paused_until)
                return None
            if await repository.taken(endpoint.id, now) >= MOST_LINES:
                await _put_off(db, line, now + LATER)
                return None
            line.taken_until = now + TAKEN_FOR
            return Parcel(
                line.id,
                delivery.id,
                line.taken_until,
                delivery.hash_id,
                endpoint.url,
                delivery.payload,
                self._secrets(endpoint, now),
            )

    async def _settle(self, parcel: Parcel, answer: Answer, now: datetime) -> bool:
        async with transaction(self._databases) as db:
            repository = WebhookRepository(db)
            found = await repository.lock(parcel.line_id)
            if found is None or found[0].taken_until != parcel.taken_until:
                return False
            line, endpoint = found
            line.taken_until = None
            delivery = await repository.delivery(parcel.delivery_id)
            if delivery is None:
                return True
            delivery.attempts += 1
            delivery.attempted_at = now
            delivery.failure, delivery.status = answer.failure, answer.status
            delivery.answer, delivery.milliseconds = answer.text, answer.milliseconds
            if answer.failure is None:
                delivery.state = DeliveryState.DELIVERED
                await self._taken(db, repository, line, endpoint)
                return True
            return await self._refused(db, line, endpoint, delivery, answer, now)

    async def _taken(
        self, db: Database, repository: WebhookRepository, line: WebhookLine, endpoint: WebhookEndpoint
    ) -> None:
        """A receiver that is back gets at once what waits for it."""
        line.failures = 0
        if endpoint.failing_since is not None:
            endpoint.failing_since = endpoint.paused_until = None
            for line_id in await repository.put_off(endpoint.id):
                await defer(db, Deliver(line_id, at_once=True))

    async def _refused(
        self,
        db: Database,
        line: WebhookLine,
        endpoint: WebhookEndpoint,
        delivery: WebhookDelivery,
        answer: Answer,
        now: datetime,
    ) -> bool:
        if answer.status == GONE:
            delivery.state, endpoint.off = DeliveryState.FAILED, OffReason.GONE
            log.info("webhook switched off: it is gone", endpoint=endpoint.hash_id)
            return False
        if delivery.once:
            delivery.state = DeliveryState.FAILED
            return True
        line.failures += 1
        endpoint.failing_since = endpoint.failing_since or now
        if answer.retry_after is not None:
            endpoint.paused_until = now + answer.retry_after
        again = next_try(delivery.created_at, line.failures, delivery.hash_id, now)
        if again is None:
            delivery.state = DeliveryState.FAILED
        elif answer.retry_after is not None:
            again = max(again, now + answer.retry_after)
        if now - endpoint.failing_since >= OFF_AFTER:
            await self._give_up(db, endpoint)
            return False
        if again is not None:
            await _put_off(db, line, again)
        return again is None

    async def _give_up(self, db: Database, endpoint: WebhookEndpoint) -> None:
        endpoint.off = OffReason.FAILING
        log.info("webhook switched off: it took nothing for days", endpoint=endpoint.hash_id)
        owner = await db.get_one(User, endpoint.user_id)
        if owner.verified_at is not None:
            link = f"{self._settings.web_url}{DEVELOPER_PAGE}"
            words = {"name": owner.greeting, "url": endpoint.url, "days": str(OFF_AFTER.days)}
            await request_mail(db, MailKind.WEBHOOK_OFF, owner.email, owner.locale, link=link, **words)

    def _secrets(self, endpoint: WebhookEndpoint, now: datetime) -> tuple[str, ...]:
        sealed = [endpoint.sealed_secret]
        if endpoint.sealed_former is not None and endpoint.former_until is not None and endpoint.former_until > now:
            sealed.append(endpoint.sealed_former)
        return tuple(map(self._seal.open, sealed))


async def _put_off(db: Database, line: WebhookLine, until: datetime) -> None:
    line.due_at = until
    await defer(db, Deliver(line.id), at=until)


def _headers(parcel: Parcel, now: datetime) -> dict[bytes | str, bytes | str]:
    """As Standard Webhooks has them: signed anew for each try, for receivers refuse old ones."""
    signatures = [Webhook(secret).sign(parcel.message_id, now, parcel.payload) for secret in parcel.secrets]
    return {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": parcel.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
