"""Stream keys: what an encoder shows to go live on a channel."""

import hashlib
import secrets

KEY_HEX_DIGITS = 32


def new_key() -> str:
    """A key in five groups, 128 random bits: `ffe8860b-1d46-3c7b-204f-9bc0ca12caec`."""
    digits = secrets.token_hex(KEY_HEX_DIGITS // 2)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def key_digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
