"""Which stream key a publisher means: cameras and people write it in more places than one.

A key is taken as it is sent, never unescaped: encoders escape nothing, and ours hold nothing to be escaped.
"""

import re

from storecast.broadcast.rtmp.commands import APP

_BLANK = " \t\r\n\v\f\0\u00a0\u200b\ufeff"  # what is pasted or padded around a key, and what nobody sees
_INSTANCE = "_definst_"  # an application's only instance, as Flash calls it
_ADDRESS = re.compile(r"rtmps?://[^/]*", re.IGNORECASE)  # some cameras name a stream by its whole address
_CONTAINER = re.compile("(?:flv|mp4):", re.IGNORECASE)  # Flash's encoder says what the server is to record in


def is_served(app: str) -> bool:
    """Whether `connect` may name this application: ours, with whatever behind it, or none."""
    return _parts(app)[:1] in ([], [APP])


def stream_key(app: str, name: str) -> str:
    """The key in a stream's name or, where that says none, behind the application; empty where neither does."""
    return _key(name) or _key(app)


def _key(text: str) -> str:
    parts = _parts(text)
    return "/".join(parts[1:] if parts[:1] == [APP] else parts)


def _parts(text: str) -> list[str]:
    path = _ADDRESS.sub("", text.strip(_BLANK).split("?")[0], count=1)
    parts = (_CONTAINER.sub("", part.strip(_BLANK), count=1).strip(_BLANK) for part in path.split("/"))
    return [part for part in parts if part and part != _INSTANCE]
