"""Asking Twilio to send an SMS, by its library over the HTTP client the others use."""

import logging
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import httpx

from storecast.adapters.sms.errors import Refusal, SmsDown, SmsRefused
from storecast.kit.settings import Settings

if TYPE_CHECKING:  # a third of a second, for the worker alone and when it first sends one
    from twilio.http import AsyncHttpClient
    from twilio.rest.api.v2010.account.message import MessageList

TIMEOUT = httpx.Timeout(10, connect=4)  # seconds
API = "https://api.twilio.com"
STATUS_PATH = "/api/v1/sms/twilio/status"
LOOKED_THROUGH = 20  # newest messages to a number
CLOCKS = timedelta(minutes=1)  # what ours and Twilio's may differ by; its moments are whole seconds
LONGEST_WAIT = 36_000  # seconds, the most Twilio takes

# https://www.twilio.com/docs/api/errors
_REFUSALS = {
    21610: Refusal.STOPPED,
    21211: Refusal.NO_MOBILE,  # no number
    21214: Refusal.NO_MOBILE,  # cannot be reached
    21217: Refusal.NO_MOBILE,
    21614: Refusal.NO_MOBILE,  # no mobile's
    30004: Refusal.OTHER,  # blocked
    30005: Refusal.NO_MOBILE,  # unknown to its carrier
    30006: Refusal.NO_MOBILE,  # a landline's, or its carrier takes none
}
_OURS = {20003, 20005, 20404, 20429, 21606, 21659, 21660, 14107}  # the account's or the sender's: the number is fine


class Twilio:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # Without an address from outside nobody can tell how it went, and Twilio refuses one of this machine.
        self._status_url = f"{settings.public_url}{STATUS_PATH}" if settings.public_url else None

    async def send(self, to: str, body: str, good_for: int, begun_at: datetime | None) -> str:
        """The id of the message; of the one that was sent since `begun_at`, if it was. Raises `SmsDown`, `SmsRefused`.

        Twilio has no idempotency keys: what another began is looked for among what went to the number since.
        """
        from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

        sender = str(self._settings.twilio_from)
        by = {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}
        try:
            if begun_at is not None and (found := await self._sent(to, body, begun_at - CLOCKS)) is not None:
                return found
            more = {"status_callback": self._status_url} if self._status_url else {}
            wait = max(5, min(good_for, LONGEST_WAIT))
            made = await self._messages.create_async(to=to, body=body, validity_period=wait, **by, **more)
        except (TwilioRestException, TwilioServiceException) as error:
            code = int(error.code or 0)
            if error.status >= 500 or error.status == 429 or error.status in (401, 403) or code in _OURS:
                raise SmsDown(f"Twilio says {error.status}, {code}") from error
            raise SmsRefused(refusal_of(code), code) from error
        except (TwilioException, httpx.HTTPError) as error:
            raise SmsDown(type(error).__name__) from error
        return str(made.sid)

    async def close(self) -> None:
        if "_http" in self.__dict__:
            await self._http.aclose()

    async def _sent(self, to: str, body: str, since: datetime) -> str | None:
        for message in await self._messages.list_async(to=to, limit=LOOKED_THROUGH, page_size=LOOKED_THROUGH):
            made = message.date_created
            # A trial account's have a line of Twilio's before them.
            if message.body is not None and message.body.endswith(body) and made and made.astimezone(UTC) >= since:
                return str(message.sid)
        return None

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=TIMEOUT)

    @cached_property
    def _messages(self) -> "MessageList":
        from twilio.rest import Client

        token = self._settings.twilio_auth_token
        client = Client(
            self._settings.twilio_account_sid,
            token.get_secret_value() if token else None,
            http_client=_over(self._http, self._settings.twilio_api_url),
            environment={"": ""},  # none of whoever runs us
        )
        return client.messages


def refusal_of(code: int) -> Refusal:
    """What one of Twilio's errors says of a number."""
    return _REFUSALS.get(code, Refusal.OTHER)


def _over(http: httpx.AsyncClient, api_url: str | None) -> "AsyncHttpClient":
    """What the library asks by. Its own is on aiohttp, which nothing else here needs."""
    from twilio.http import AsyncHttpClient
    from twilio.http.response import Response

    class OverHttpx(AsyncHttpClient):  # type: ignore[misc]  # the library says no types
        async def request(
            self,
            method: str,
            uri: str,
            params: dict[str, object] | None = None,
            data: dict[str, object] | None = None,
            headers: dict[str, str] | None = None,
            auth: tuple[str, str] | None = None,
            timeout: float | None = None,
            allow_redirects: bool = False,
        ) -> Response:
            url = uri.replace(API, api_url, 1) if api_url else uri
            asked = httpx.QueryParams(params) if params else None  # type: ignore[arg-type]
            answer = await http.request(method, url, params=asked, data=data, headers=headers, auth=auth)
            return Response(answer.status_code, answer.text, answer.headers)

    return OverHttpx(logging.getLogger("twilio"), is_async=True)
