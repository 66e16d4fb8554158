"""One SMS, sent by Twilio or written down."""

import json
from collections.abc import Collection
from datetime import datetime

import structlog
from msgspec import Struct

from storecast.adapters.sms.twilio import Twilio
from storecast.kit.ids import digest
from storecast.kit.phones import home_of, is_region
from storecast.kit.settings import Settings

log = structlog.get_logger()

ANYWHERE = "*"
NUMBER, MESSAGING_SERVICE = "+", "MG"  # how senders begin that can be answered; a Messaging Service has numbers


class Sms(Struct, frozen=True):
    key: str
    """Names it: however often it is written down, it is one."""
    to: str
    """E.164."""
    body: str
    good_for: int
    """Seconds it may wait at the carrier's."""


class Texter:
    def __init__(self, settings: Settings) -> None:
        """Raises ValueError where `STORECAST_SMS_COUNTRIES` names what is no country."""
        sender = settings.twilio_from
        self._folder = settings.data_dir / "sms"
        self._countries = _countries(settings)
        self._twilio = None if sender is None else Twilio(settings)
        self.is_answered = sender is None or sender.startswith((NUMBER, MESSAGING_SERVICE))
        """Whether whoever gets one can answer, with STOP."""

    def say_where(self) -> None:
        """Log where SMS go if that is to nobody."""
        if self._twilio is not None and self._countries is not None and not self._countries:
            log.warning("no SMS are sent: nothing says to which countries", set="STORECAST_SMS_COUNTRIES")

    def serves(self, number: str) -> bool:
        """Whether numbers of this one's country are sent any."""
        return self._countries is None or home_of(number) in self._countries

    async def send(self, sms: Sms, begun_at: datetime | None = None) -> str | None:
        """Send it, or write it to `DATA/sms/*.json`. Answers Twilio's id of it.

        `begun_at` is when it was begun before, by who did not live to say how that ended: what was sent then is not
        sent again. Raises `SmsDown`, `SmsRefused`.
        """
        if self._twilio is not None:
            return await self._twilio.send(sms.to, sms.body, sms.good_for, begun_at)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # codes stand in them
        said = json.dumps({"to": sms.to, "body": sms.body}, ensure_ascii=False, indent=1)
        (self._folder / f"{digest(sms.key)[:16]}.json").write_text(said)
        return None

    async def close(self) -> None:
        if self._twilio is not None:
            await self._twilio.close()


def _countries(settings: Settings) -> Collection[str] | None:
    """Whose numbers are sent SMS; None: everybody's, as files cost nothing."""
    sender = settings.twilio_from
    if settings.sms_countries is None:
        home = home_of(sender) if sender is not None and sender.startswith(NUMBER) else None
        return None if sender is None else {home} - {None}  # type: ignore[return-value]
    if settings.sms_countries == ANYWHERE:
        return None
    wanted = set(settings.sms_countries.split(","))
    if unknown := sorted(code for code in wanted if not is_region(code)):
        raise ValueError(f"STORECAST_SMS_COUNTRIES: no telephones are known in {', '.join(unknown)}")
    return wanted
