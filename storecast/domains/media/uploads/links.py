"""Addresses of uploads: whoever has one may send, so that bytes need no token."""

import hashlib
import hmac
import re
from datetime import UTC, datetime
from email.utils import format_datetime

PREFIX = "/uploads/"
_PATH = re.compile(r"/uploads/([A-Za-z0-9]{32})/([0-9a-f]{64})")


def path_of(upload_id: str, secret: bytes) -> str:
    return f"{PREFIX}{upload_id}/{_signature(upload_id, secret)}"


def upload_at(path: str, secret: bytes) -> str | None:
    """The upload whose address this is; None where it is none."""
    found = _PATH.fullmatch(path)
    if found is None or not hmac.compare_digest(found[2], _signature(found[1], secret)):
        return None
    return found[1]


def http_date(moment: datetime) -> str:
    """As headers have it (RFC 9110, 5.6.7)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _signature(upload_id: str, secret: bytes) -> str:
    return hmac.new(secret, upload_id.encode(), hashlib.sha256).hexdigest()
