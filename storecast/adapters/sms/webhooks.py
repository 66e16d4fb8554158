"""What Twilio tells: answers to SMS, and how SMS fared. Signed with the account's token, over the address it called."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from msgspec import Struct

SIGNATURE = "X-Twilio-Signature"  # the header
LONGEST_SIGNATURE = 100
MOST_FIELDS = 200


class Forged(Exception):
    """The signature is missing or wrong, or nothing that Twilio says is signed. Its text says which."""


class Heard(Struct, frozen=True):
    """An SMS that came in."""

    id: str
    sender: str
    """E.164."""
    body: str
    opt_out: str
    """STOP, START or HELP, where Twilio saw to it by itself (Advanced Opt-Out); else empty."""


class Fared(Struct, frozen=True):
    id: str
    status: str
    code: int
    """Twilio's, of what went wrong; else 0."""


def verify(body: bytes, signature: str, urls: Iterable[str], token: str) -> dict[str, str]:
    """The fields of a form that Twilio sent to one of these addresses of ours. Raises `Forged`.

    What proxies did to the address on its way must be undone in `urls`: the one that was called is signed, too.
    https://www.twilio.com/docs/usage/security#validating-requests
    """
    from twilio.request_validator import RequestValidator

    if not signature.isascii() or not 0 < len(signature) <= LONGEST_SIGNATURE:
        raise Forged("The X-Twilio-Signature is missing or malformed.")
    try:
        # With the empty ones, which are signed as well.
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Forged("The body is no form.") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Forged("A field is given twice.")
    validator = RequestValidator(token)
    if not any(validator.validate(url, fields, signature) for url in urls):
        raise Forged("The X-Twilio-Signature is not of this address and body.")
    if "\0" in body.decode() + "".join(fields.values()):
        raise Forged("No field of Twilio's has a NUL.")
    return fields


def heard(fields: dict[str, str]) -> Heard:
    """Raises `Forged` where it is no SMS that came in."""
    if not fields.get("MessageSid") or not fields.get("From"):
        raise Forged("No SMS is told of.")
    return Heard(
        fields["MessageSid"][:64], fields["From"], fields.get("Body", ""), fields.get("OptOutType", "").upper()
    )


def fared(fields: dict[str, str]) -> Fared:
    """Raises `Forged` where no SMS is told of."""
    code = fields.get("ErrorCode", "")
    if not fields.get("MessageSid"):
        raise Forged("No SMS is told of.")
    known = code.isascii() and code.isdigit() and len(code) < 9
    return Fared(fields["MessageSid"], fields.get("MessageStatus", ""), int(code) if known else 0)


def answered(text: str | None) -> str:
    """What Twilio is told to do about an SMS: answer it with `text`, or nothing."""
    from twilio.twiml.messaging_response import MessagingResponse

    answer = MessagingResponse()
    if text is not None:
        answer.message(text)
    return str(answer)
