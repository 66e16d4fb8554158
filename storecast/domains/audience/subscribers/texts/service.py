"""The rules of SMS: whom they may go to, how many, and each of them once. One call is part of a transaction."""

from datetime import datetime, timedelta

import structlog

from storecast.adapters.sms.errors import Refusal, SmsRefused
from storecast.adapters.sms.messages import code_text
from storecast.adapters.sms.texter import Sms, Texter
from storecast.domains.accounts.models import User
from storecast.domains.audience.subscribers.errors import SmsNotOffered
from storecast.domains.audience.subscribers.jobs import SendCode
from storecast.domains.audience.subscribers.links import Links
from storecast.domains.audience.subscribers.models import SubscriptionRequest, TextMessage, TextPurpose
from storecast.domains.audience.subscribers.repository import SubscriberRepository
from storecast.domains.audience.subscribers.texts.numbers import Numbers
from storecast.domains.audience.subscribers.texts.repository import Sent, TextRepository
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import PlanService
from storecast.kit.database import Database
from storecast.kit.errors import TooManyRequests, Unprocessable
from storecast.kit.jobs import defer
from storecast.kit.settings import Settings

CODES_OF_NUMBER = 4  # in 24 hours, of all channels
CODE_PAUSE = timedelta(minutes=1)  # between two of one channel
OTHERS_OF_NUMBER = 12  # in 24 hours: reminders, of however many channels
# Codes nobody entered, in 24 hours. People enter theirs; who earns by each SMS that is sent has no use for it.
UNANSWERED_OF_NETWORK = 10
UNANSWERED_OF_WIDE_NETWORK = 30
UNANSWERED_OF_BLOCK = 10
CODES_SHARE = 4  # one in so many of all may be a code: who asks for codes uses up nobody's reminders
CODE_GOOD_FOR = timedelta(minutes=10)
RETRY_AFTER = 3_600  # seconds
UNREACHABLE = 3  # SMS in a row that do not arrive end it
NUMBERS_KEPT = timedelta(days=3)
MESSAGES_KEPT = timedelta(days=62)  # plans count by months
HEARD_KEPT = timedelta(days=400)

log = structlog.get_logger()


class TextService:
    def __init__(
        self, db: Database, settings: Settings, plans: PlanService, texter: Texter, links: Links, numbers: Numbers
    ) -> None:
        self._db = db
        self._settings = settings
        self._plans = plans
        self._texter = texter
        self._links = links
        self._numbers = numbers
        self._repository = TextRepository(db)
        self._subscribers = SubscriberRepository(db)

    @property
    def is_answered(self) -> bool:
        """Whether people can answer with STOP."""
        return self._texter.is_answered

    async def has_left(self, owner: User, now: datetime) -> bool:
        """Whether the plan of this account has an SMS left for this month."""
        return (await self._plans.left([owner], Limit.TEXTS, now))[owner.id] > 0

    def require_served(self, number: str) -> None:
        """Raises `Unprocessable` for the number of a country that is sent none."""
        if not self._texter.serves(number):
            raise Unprocessable.field("phone", "is of a country that is sent no SMS from here")

    async def ask(self, request: SubscriptionRequest, owner: User, address: str, now: datetime) -> None:
        """Have a code sent. Nothing is sent, and nothing said, where the number has said STOP or was sent enough.

        Raises `SmsNotOffered` where the owner's plan has none left, and `TooManyRequests` where too many were asked for
        from `address`, or by all.
        """
        hashes = self._numbers.hashes(request.address, address)
        await self._repository.lock()
        if not await self.has_left(owner, now):
            raise SmsNotOffered
        sent = await self._repository.sent(hashes, owner.id, now)
        self._require_room(sent)
        has_enough = sent.codes_to_number >= CODES_OF_NUMBER
        just_asked = request.code_at is not None and now - request.code_at < CODE_PAUSE
        if has_enough or just_asked or await self._repository.is_stopped(hashes.number):
            log.info("no code is sent: the number was sent enough, or has said STOP", request=request.hash_id)
            return
        request.code_number += 1
        request.code_at = now
        request.wrong_codes = 0
        message = TextMessage(
            key=_key(request),
            purpose=TextPurpose.CODE,
            owner_id=owner.id,
            number=hashes.number,
            block=hashes.block,
            network=hashes.network,
            wide_network=hashes.wide_network,
            created_at=now,
        )
        await self._repository.add(message)
        await defer(self._db, SendCode(request.id, message.id))

    async def send_code(self, job: SendCode, site: str, host: str | None, now: datetime) -> None:
        """`site` is what we go by, `host` where the page is that asks for the code. Raises `SmsDown`."""
        request = await self._subscribers.request_by_id(job.request_id)
        message = await self._repository.by_id(job.message_id)
        if request is None or message is None or request.code_at is None or message.key != _key(request):
            return  # confirmed or forgotten meanwhile, or another code was asked for
        left = request.code_at + CODE_GOOD_FOR - now
        if left <= timedelta():
            return
        code = self._links.code(request.hash_id, request.code_number)
        await self.send(message, request.address, code_text(request.locale, site, code, host), left, now)

    async def book(
        self, key: str, purpose: TextPurpose, number: str, owner: User, subscription_id: int, now: datetime
    ) -> TextMessage | None:
        """The SMS with this key, to be sent; None where the number has said STOP, or a cap is reached."""
        await self._repository.lock()
        if (known := await self._repository.by_key(key)) is not None:
            return known
        hashes = self._numbers.hashes(number)
        sent = await self._repository.sent(hashes, owner.id, now)
        stopped = await self._repository.is_stopped(hashes.number)
        full = self._is_full(sent) or not await self.has_left(owner, now)
        if stopped or full or sent.others_to_number >= OTHERS_OF_NUMBER:
            log.warning("an SMS is not sent", key=key, stopped=stopped, cap_reached=full)
            return None
        message = TextMessage(
            key=key,
            purpose=purpose,
            owner_id=owner.id,
            subscription_id=subscription_id,
            number=hashes.number,
            block=hashes.block,
            created_at=now,
        )
        await self._repository.add(message)
        return message

    async def send(self, message: TextMessage, number: str, body: str, good_for: timedelta, now: datetime) -> None:
        """Send it once, however often a worker dies over it. Commits that it is begun. Raises `SmsDown`.

        Who cannot be sent any is subscribed no more.
        """
        if message.sent_at is not None or message.failure is not None:
            return
        begun_at, message.begun_at = message.begun_at, message.begun_at or now
        await self._db.flush()
        await self._db.settle()  # from now on it may have been sent, whatever becomes of us
        sms = Sms(message.key, number, body, int(good_for.total_seconds()))
        try:
            message.carrier_id = await self._texter.send(sms, begun_at)
            message.sent_at = now
        except SmsRefused as refused:
            message.failure = refused.code
            log.warning("an SMS was refused", why=refused.refusal, code=refused.code, key=message.key)
            await self.refused(number, refused.refusal, now)

    async def refused(self, number: str, refusal: Refusal, now: datetime) -> None:
        match refusal:
            case Refusal.STOPPED:
                await self.stop(number, now)
            case Refusal.NO_MOBILE:
                await self._subscribers.remove_number(number)

    async def failed(self, carrier_id: str, code: int, refusal: Refusal, now: datetime) -> None:
        """An SMS that was taken did not arrive."""
        message = await self._repository.by_carrier_id(carrier_id)
        if message is None or message.failure is not None:
            return
        message.failure = code
        subscription = await self._subscribers.by_id(message.subscription_id) if message.subscription_id else None
        if subscription is None:
            return
        subscription.unreachable += 1
        if subscription.unreachable >= UNREACHABLE:
            refusal = Refusal.NO_MOBILE
        await self.refused(subscription.address, refusal, now)

    async def arrived(self, carrier_id: str) -> None:
        message = await self._repository.by_carrier_id(carrier_id)
        subscription = (
            await self._subscribers.by_id(message.subscription_id) if message and message.subscription_id else None
        )
        if subscription is not None and subscription.unreachable:
            subscription.unreachable = 0

    async def code_entered(self, number: str, now: datetime) -> None:
        await self._repository.answered(self._numbers.hash(number), now - timedelta(days=1), now)

    async def stop(self, number: str, now: datetime) -> None:
        """Whoever has the number is sent no more."""
        await self._repository.stop(self._numbers.hash(number), now)
        await self._subscribers.stop_number(number, now)

    async def restart(self, number: str) -> None:
        await self._repository.restart(self._numbers.hash(number))
        await self._subscribers.restart_number(number)

    async def heard_before(self, carrier_id: str, now: datetime) -> bool:
        return not await self._repository.hear(carrier_id, now)

    async def forget(self, now: datetime) -> None:
        await self._repository.forget(now - NUMBERS_KEPT, now - MESSAGES_KEPT, now - HEARD_KEPT)

    def _require_room(self, sent: Sent) -> None:
        """Raises `TooManyRequests`."""
        codes, codes_of_account = (
            self._settings.sms_per_day // CODES_SHARE,
            self._settings.sms_per_account_per_day // CODES_SHARE,
        )
        if (
            sent.unanswered_of_network >= UNANSWERED_OF_NETWORK
            or sent.unanswered_of_wide_network >= UNANSWERED_OF_WIDE_NETWORK
            or sent.unanswered_of_block >= UNANSWERED_OF_BLOCK
            or sent.codes >= codes
            or sent.codes_of_account >= codes_of_account
            or self._is_full(sent)
        ):
            log.warning("no code is sent: a cap is reached", sent_today=sent.all, codes_today=sent.codes)
            raise TooManyRequests(RETRY_AFTER)

    def _is_full(self, sent: Sent) -> bool:
        settings = self._settings
        return sent.all >= settings.sms_per_day or sent.of_account >= settings.sms_per_account_per_day


def _key(request: SubscriptionRequest) -> str:
    return f"code:{request.hash_id}:{request.code_number}"
