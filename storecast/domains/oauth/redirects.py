"""Redirect URIs: which a client may register, and what is sent there."""

import ipaddress
import re
from urllib.parse import urlsplit

from authlib.common.urls import add_params_to_uri

LONGEST = 2000  # characters of one
MOST = 10  # of one client
_PRINTABLE = re.compile(r"^[!-~]+$")  # RFC 3986: ASCII, no space
_PRIVATE_SCHEME = re.compile(r"^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+$")  # RFC 8252, 7.1: a domain name turned round


def fault(uri: str) -> str | None:
    """What keeps `uri` from being registered, or None.

    https; http for this machine alone (RFC 8252, 7.3); an app's own scheme, which must have a dot so that it is
    nobody else's (`javascript:` and `data:` have none). No fragment (RFC 6749, 3.1.2).
    """
    if len(uri) > LONGEST:
        return f"must be at most {LONGEST} characters each"
    if not _PRINTABLE.match(uri) or "\\" in uri:
        return "must be addresses without spaces or letters outside ASCII"
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "must be addresses"
    if "#" in uri:
        return "must not have a fragment"
    if "@" in parts.netloc:
        return "must not have a user name"
    if "*" in uri:
        return "are compared as they stand: a * matches nothing else"
    if _PRIVATE_SCHEME.match(parts.scheme):
        return None
    if parts.scheme not in ("http", "https") or not host:
        return "must be https addresses"
    if parts.scheme == "http" and not _is_this_machine(host):
        return "must be https addresses; http is for 127.0.0.1, [::1] and localhost"
    return None


def with_answer(uri: str, answer: dict[str, str | None]) -> str:
    """`uri` with what is to be told to the client added to its query."""
    return str(add_params_to_uri(uri, [(name, value) for name, value in answer.items() if value is not None]))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
