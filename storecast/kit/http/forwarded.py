"""The caller's address and scheme behind a proxy, for everything that asks the request."""

from litestar.types import HTTPScope

from storecast.kit.networks import TrustedProxies


def correct(scope: HTTPScope, proxies: TrustedProxies) -> None:
    """Have `scope` say who calls and how, as far as trusted proxies say so."""
    if not scope["client"]:
        return
    peer, hops, scheme = scope["client"][0], b"", b""
    for name, value in scope["headers"]:
        if name == b"x-forwarded-for":  # a proxy may add a line
            hops = hops + b"," + value if hops else value
        elif name == b"x-forwarded-proto":
            scheme = value
    scope["client"] = (proxies.caller(peer, hops.decode("latin-1")), 0)
    if scheme in (b"http", b"https") and proxies.is_trusted(peer):
        scope["scheme"] = scheme.decode()
