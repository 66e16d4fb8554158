"""Addresses as the caller should see them: from settings where set, else on the host the caller asked for."""

import re

from storecast.kit.settings import Settings

_HOST = re.compile(r"^(?P<name>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$")


class Urls:
    """`host` is the request's Host header, or None where no request says (events, mails): then files are relative."""

    def __init__(self, settings: Settings, host: str | None = None, *, secure: bool = False) -> None:
        match = _HOST.match(host or "")
        self._settings = settings
        self._name = match.group("name") if match else "localhost"
        self._secure = "s" if secure else ""
        self.base = settings.public_url or (f"http{self._secure}://{host}" if match else "")
        self.seen_at = f"http{self._secure}://{self._name} {self.base}"  # all that two callers' addresses differ by

    def file(self, key: str) -> str:
        """A public picture by its storage key."""
        return f"{self.base}/files/{key}"

    def hls(self, playback_id: str, token: str | None) -> str:
        base = self._settings.broadcast_url or f"http{self._secure}://{self._name}:{self._settings.broadcast_port}"
        return f"{base}/hls/{playback_id}/index.m3u8" + (f"?token={token}" if token else "")

    def realtime(self) -> str:
        return self._settings.realtime_url or f"ws{self._secure}://{self._name}:{self._settings.realtime_port}/"

    def rtmp(self) -> str:
        return self._settings.rtmp_url or f"rtmp://{self._name}:{self._settings.rtmp_port}/live"
