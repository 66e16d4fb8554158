"""Addresses as the caller should see them: from settings where set, else on the host the caller asked for."""

import re
from functools import lru_cache

from storecast.kit.settings import Settings

_HOST = re.compile(r"^(?P<name>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$")


class Urls:
    """`host` is the request's Host header, or None where no request says (events, mails): then files are relative."""

    def __init__(self, settings: Settings, host: str | None = None, *, secure: bool = False) -> None:
        self._settings = settings
        self._secure = "s" if secure else ""
        self._name, self.base, self.seen_at = _place(settings.public_url, host or "", secure)

    def file(self, key: str) -> str:
        """A public picture by its storage key."""
        return f"{self.base}/files/{key}"

    def video(self, media: str, folder: str, token: str, name: str) -> str:
        """A file of a version of a video; `token` where not everybody may have it."""
        return f"{self.base}/videos/{media}/{folder}/{f'{token}/' if token else ''}{name}"

    def hls(self, playback_id: str, token: str | None) -> str:
        return f"{self._broadcast}/hls/{playback_id}/index.m3u8" + (f"?token={token}" if token else "")

    def replay(self, playback_id: str, session_id: str, run: int, token: str | None) -> str:
        """What a node recorded of a show, as long as nothing else was made of it."""
        inner = f"{token}/" if token else ""
        return f"{self._broadcast}/replays/{playback_id}/{inner}{session_id}/index-{run}.m3u8"

    def realtime(self) -> str:
        return self._settings.realtime_url or f"ws{self._secure}://{self._name}:{self._settings.realtime_port}/"

    def rtmp(self) -> str:
        return self._settings.rtmp_url or f"rtmp://{self._name}:{self._settings.rtmp_port}/live"

    @property
    def _broadcast(self) -> str:
        return self._settings.broadcast_url or f"http{self._secure}://{self._name}:{self._settings.broadcast_port}"


def seen_at(public_url: str | None, host: str, secure: bool) -> str:
    """All that two callers' addresses differ by (`Urls.seen_at`)."""
    return _place(public_url, host, secure)[2]


@lru_cache(1024)
def _place(public_url: str | None, host: str, secure: bool) -> tuple[str, str, str]:
    """The host's name, the address of the pages, and what tells one caller's addresses from another's."""
    match = _HOST.match(host)
    scheme = "https" if secure else "http"
    name = match.group("name") if match else "localhost"
    base = public_url or (f"{scheme}://{host}" if match else "")
    return name, base, f"{scheme}://{name} {base}"
