"""Where a webhook may go, as far as its address says."""

from enum import Enum, auto

import httpx

from storecast.kit.networks import is_ours

LONGEST = 2_000  # characters


class AddressFault(Enum):
    NO_ADDRESS = auto()
    NOT_HTTPS = auto()
    PASSWORD = auto()
    PRIVATE = auto()


def normal(url: str, *, private: bool) -> str | AddressFault:
    """`url` as it goes over the line, or what is wrong with it; `private` lets it lead into networks of ours.

    What its name stands for is looked at when a connection is made, each time.
    """
    try:
        parsed = httpx.URL(url)
        parsed.host.encode("idna")  # as whoever looks the name up will
    except (httpx.InvalidURL, UnicodeError):
        return AddressFault.NO_ADDRESS
    if parsed.scheme not in ("https", "http") or not parsed.host or "%" in parsed.host or " " in parsed.host:
        return AddressFault.NO_ADDRESS
    if parsed.port is not None and not 0 < parsed.port < 65_536:
        return AddressFault.NO_ADDRESS
    if parsed.scheme == "http" and not private:
        return AddressFault.NOT_HTTPS
    if parsed.userinfo:
        return AddressFault.PASSWORD  # it would be shown to whoever sees the list
    if not private and is_ours(parsed.host):
        return AddressFault.PRIVATE
    normalised = str(parsed.copy_with(fragment=None))
    return normalised if len(normalised) <= LONGEST else AddressFault.NO_ADDRESS
