"""What people answer to SMS, and how SMS fared, as Twilio tells: believed for being signed, and done once."""

from collections.abc import Collection
from datetime import datetime

import structlog

from storecast.adapters.sms.messages import Answer, is_twilios, read_answer, reply_text
from storecast.adapters.sms.twilio import refusal_of
from storecast.adapters.sms.webhooks import Forged, fared, heard, verify
from storecast.domains.audience.subscribers.errors import TwilioForged, TwilioNotSet
from storecast.domains.audience.subscribers.repository import SubscriberRepository
from storecast.domains.audience.subscribers.texts.service import TextService
from storecast.kit.database import Database
from storecast.kit.errors import TooManyRequests
from storecast.kit.phones import e164
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings

REPLIES = "5/day"  # to one number: whoever answers may be a machine that answers us

ARRIVED = ("delivered", "read")
FAILED = ("failed", "undelivered")

log = structlog.get_logger()


class HearingService:
    def __init__(self, db: Database, settings: Settings, texts: TextService, limits: RateLimits) -> None:
        self._settings = settings
        self._texts = texts
        self._limits = limits
        self._repository = SubscriberRepository(db)

    async def hear(self, body: bytes, signature: str, urls: Collection[str], site: str, now: datetime) -> str | None:
        """Do what somebody asks for by an SMS. Answers what to reply, if anything.

        `urls` are the addresses of ours that Twilio may have called. Raises `TwilioNotSet`, `TwilioForged`.
        """
        try:
            said = heard(self._verified(body, signature, urls))
        except Forged as error:
            raise _forged(error) from error
        number = e164(said.sender)
        if number is None or await self._texts.heard_before(said.id, now):
            return None
        answer, language = read_answer(said.body) or (None, None)
        if said.opt_out in Answer.__members__:
            answer = Answer[said.opt_out]
        match answer:
            case Answer.STOP:
                await self._texts.stop(number, now)
            case Answer.START:
                await self._texts.restart(number)
        if answer is None or said.opt_out or is_twilios(said.body) or not await self._may_reply(number):
            return None  # Twilio replies to its own words
        locale = await self._repository.newest_locale(number) or language
        return reply_text(locale or "", answer, site)

    async def follow(self, body: bytes, signature: str, urls: Collection[str], now: datetime) -> None:
        """Hear how an SMS of ours fared. Raises as `hear`."""
        try:
            told = fared(self._verified(body, signature, urls))
        except Forged as error:
            raise _forged(error) from error
        if told.status in FAILED:
            refusal = refusal_of(told.code)
            log.warning("an SMS did not arrive", carrier_id=told.id, code=told.code)
            await self._texts.failed(told.id, told.code, refusal, now)
        elif told.status in ARRIVED:
            await self._texts.arrived(told.id)

    def _verified(self, body: bytes, signature: str, urls: Collection[str]) -> dict[str, str]:
        """Raises `Forged`, `TwilioNotSet`."""
        token = self._settings.twilio_auth_token
        if token is None:
            raise TwilioNotSet
        fields = verify(body, signature, urls, token.get_secret_value())
        if fields.get("AccountSid") != self._settings.twilio_account_sid:
            raise Forged("It is another account's.")
        return fields

    async def _may_reply(self, number: str) -> bool:
        try:
            await self._limits.hit(REPLIES, "sms-replies", number)
        except TooManyRequests:
            return False
        return True


def _forged(error: Forged) -> TwilioForged:
    log.warning("forged webhook of Twilio's", why=str(error))
    return TwilioForged(str(error))
