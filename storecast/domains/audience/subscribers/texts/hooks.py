"""Where Twilio tells of answers to SMS, and of how SMS fared."""

from email.utils import parseaddr

from litestar import Controller, Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType

from storecast.adapters.sms.webhooks import SIGNATURE, answered
from storecast.domains.accounts.callers import Unscoped
from storecast.wiring.unit import Unit

AnyRequest = Request[None, None, State]
LARGEST = 64 * 1024  # bytes


class TwilioHooks(Controller):
    path = "/sms/twilio"
    tags = ("Reminders",)
    opt = {"scope": Unscoped.PUBLIC}  # noqa: RUF012

    @post("/", operation_id="hearSms", status_code=200, media_type=MediaType.XML, request_max_body_size=LARGEST)
    async def hear_sms(self, request: AnyRequest, unit: NamedDependency[Unit]) -> Response[str]:
        """Twilio's webhook of SMS that come in, signed by Twilio (`X-Twilio-Signature`): STOP, START and HELP.

        Each is heard once, in the words of every language we write in, and answered in TwiML.
        """
        site = parseaddr(unit.settings.mail_from)[0] or "Storecast"
        reply = await unit.sms_hearing.hear(*await _signed(request, unit), site, unit.now)
        return Response(answered(reply), media_type=MediaType.XML)

    @post("/status", operation_id="hearSmsStatus", status_code=204, request_max_body_size=LARGEST)
    async def hear_sms_status(self, request: AnyRequest, unit: NamedDependency[Unit]) -> None:
        """Twilio's callback about an SMS of ours, signed likewise: who cannot be reached is reminded no more."""
        await unit.sms_hearing.follow(*await _signed(request, unit), unit.now)


async def _signed(request: AnyRequest, unit: Unit) -> tuple[bytes, str, list[str]]:
    """The body, its signature, and the addresses that may be signed with it.

    A proxy in front changes scheme and host on the way: what everybody sees is the operator's to say.
    """
    query = f"?{request.url.query}" if request.url.query else ""
    asked_at = f"http{'s' if unit.origin.secure else ''}://{unit.origin.host}"
    bases = [unit.settings.public_url, asked_at]
    urls = [f"{base}{request.url.path}{query}" for base in dict.fromkeys(bases) if base]
    return await request.body(), request.headers.get(SIGNATURE, ""), urls
