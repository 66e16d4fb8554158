"""Addresses where products are sold."""

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from storecast.kit.errors import Unprocessable

_HOST = re.compile(r"^(?!-)[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$")


def checked(link: str) -> str:
    """`link`, where a browser can go there. Raises `Unprocessable` naming `link`."""
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port  # a port past all raises, as a broken IPv6 address does
        if ":" in host:
            IPv6Address(host)
        elif not _HOST.match(host.encode("idna").decode()):
            raise ValueError(host)
    except ValueError as error:  # Unicode's own is one
        raise Unprocessable.field("link", "is not in the right format") from error
    if port == 0:
        raise Unprocessable.field("link", "is not in the right format")
    if parts.username is not None:
        raise Unprocessable.field("link", "must not have a user name")
    return link
