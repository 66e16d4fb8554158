"""One-time codes of authenticator apps (RFC 6238) and recovery codes, as plain functions."""

import base64
import hmac
import io
import secrets
from datetime import datetime

import pyotp
import segno

ISSUER = "Storecast"
TOTP_DIGITS = 6
DRIFT_STEPS = 1  # a code of the step before or after is good, too (RFC 6238, 5.2)
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_GROUP = 4  # characters between two dashes of a recovery code


def new_totp_secret() -> str:
    """160 random bits in base32, as RFC 4226 recommends."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, email: str) -> str:
    """What an authenticator app reads: `otpauth://totp/…`."""
    return pyotp.TOTP(secret, name=email, issuer=ISSUER).provisioning_uri()


def qr_svg(text: str) -> str:
    """`text` as a QR code: an SVG element that grows with its container."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", xmldecl=False, omitsize=True, border=2)
    return out.getvalue().decode()


def matching_step(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step whose code this is, if it is near `now` and later than step `after`."""
    totp = pyotp.TOTP(secret, digits=TOTP_DIGITS)
    current = totp.timecode(now)
    found = None
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()) and step > after:
            found = step
    return found


def new_recovery_code() -> str:
    """80 random bits: `abcd-efgh-ijkl-mnop`."""
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def normalised(code: str) -> str:
    """A code without the spaces and dashes people type."""
    return code.replace(" ", "").replace("-", "").lower()
