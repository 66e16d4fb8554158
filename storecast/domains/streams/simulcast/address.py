"""Where a show may be passed on to, as far as its address says.

What its name stands for is looked at at each connection (`storecast.broadcast.relay.address`).
"""

import re
from urllib.parse import urlsplit

from storecast.kit.errors import Unprocessable
from storecast.kit.networks import is_ours

LONGEST = 500  # characters
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def normal(given: str, *, private: bool) -> str:
    """`given` in one form; `private` lets it lead into networks of ours. Raises `Unprocessable`."""
    url = given.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        named = host.encode("idna").decode()
    except (UnicodeError, ValueError) as error:
        raise Unprocessable.field("url", "is not an RTMP address") from error
    if parts.scheme not in ("rtmp", "rtmps"):
        raise Unprocessable.field("url", "must begin with rtmp:// or rtmps://")
    if not url.isprintable() or " " in url:
        raise Unprocessable.field("url", "is not an RTMP address")  # `urlsplit` leaves out what breaks lines
    if not named or "%" in named or port == 0 or not _PRINTABLE.fullmatch(parts.path or "/"):
        raise Unprocessable.field("url", "is not an RTMP address")
    if "@" in parts.netloc:
        raise Unprocessable.field("url", "must have no user name or password in it")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise Unprocessable.field("url", "must end before the question mark: what follows belongs to the key")
    path = parts.path.strip("/")
    if not path:
        raise Unprocessable.field("url", "lacks what stands behind the host, as /live")
    if not private and is_ours(named):
        raise Unprocessable.field("url", "must not lead into this installation's own network")
    shown = f"[{named}]" if ":" in named else named
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}/{path}"
