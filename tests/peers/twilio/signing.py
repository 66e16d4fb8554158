"""X-Twilio-Signature, written from https://www.twilio.com/docs/usage/security#validating-requests."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def signature(token: str, url: str, fields: Mapping[str, str]) -> str:
    """Over the address as it was called and each field with its value, by the fields' names."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
