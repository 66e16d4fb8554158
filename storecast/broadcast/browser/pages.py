"""Which pages may go live here: those of the installation. A key is needed all the same."""

from urllib.parse import urlsplit


def is_ours(origin: str | None, host: str, public_url: str | None) -> bool:
    """By the `Origin` a browser says, which programs need not.

    `host` is whom it asked: where no setting says where the pages are, they are on the same machine, at whatever port.
    """
    if origin is None:
        return True
    try:
        asking, asked = urlsplit(origin), urlsplit(f"//{host}")
        if public_url is not None:
            ours = urlsplit(public_url)
            return (asking.scheme, asking.netloc.lower()) == (ours.scheme, ours.netloc.lower())
        return asking.scheme in ("http", "https") and asking.hostname is not None and asking.hostname == asked.hostname
    except ValueError:
        return False
