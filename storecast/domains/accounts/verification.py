"""Proof that a mail was read: what the link to confirm an address carries."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from storecast.kit.secrets import stored_secret
from storecast.kit.settings import Settings

LINK_LIFETIME = timedelta(days=3)


def verification_hash(settings: Settings, email: str, end: datetime) -> str:
    """`<end in Unix seconds>.<HMAC-SHA256 in hex>`, with a secret of this installation."""
    return _signed(settings, email, str(int(end.timestamp())))


def end_of(settings: Settings, email: str, proof: str) -> datetime | None:
    """When a hash that was mailed to `email` ends; None for any other."""
    end, _, _ = proof.partition(".")
    if not hmac.compare_digest(_signed(settings, email, end).encode(), proof.encode()):
        return None
    return datetime.fromtimestamp(int(end), UTC)


def _signed(settings: Settings, email: str, end: str) -> str:
    secret = stored_secret(settings.data_dir, "verification").encode()
    return f"{end}.{hmac.new(secret, f'{end} {email}'.encode(), hashlib.sha256).hexdigest()}"
