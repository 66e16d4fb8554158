"""A viewer: fetches playlists and segments as players do, and looks into what it got."""

import asyncio
import io
import re
from fractions import Fraction

import av
import httpx
from msgspec import Struct


class Listed(Struct, frozen=True):
    """What a media playlist says."""

    text: str

    @property
    def first(self) -> int:
        return int(re.findall(r"#EXT-X-MEDIA-SEQUENCE:(\d+)", self.text)[0])

    @property
    def segments(self) -> list[str]:
        """Addresses of the finished segments."""
        return re.findall(r"#EXTINF:.*\n(.+)", self.text)

    @property
    def newest(self) -> int:
        """Number of the newest finished segment."""
        return self.first + len(self.segments) - 1

    @property
    def parts(self) -> list[str]:
        return re.findall(r'#EXT-X-PART:.*URI="([^"]+)"', self.text)

    @property
    def hint(self) -> str:
        return re.findall(r'#EXT-X-PRELOAD-HINT:.*URI="([^"]+)"', self.text)[0]

    @property
    def init(self) -> str:
        """Address of the newest init segment."""
        return re.findall(r'#EXT-X-MAP:URI="([^"]+)"', self.text)[-1]

    @property
    def breaks(self) -> int:
        """Discontinuities so far, those that have left the list included."""
        left = int(re.findall(r"#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)", self.text)[0])
        return left + self.text.count("#EXT-X-DISCONTINUITY\n")


class Viewer:
    def __init__(self, http: httpx.AsyncClient, playback_id: str, token: str) -> None:
        self._http = http
        self._folder = f"/hls/{playback_id}"
        self._query = f"?token={token}" if token else ""

    async def get(self, name: str) -> httpx.Response:
        """`name` with what the playlist put behind it, or alone with this viewer's token."""
        return await self._http.get(f"{self._folder}/{name}{'' if '?' in name else self._query}")

    async def playlist(self) -> Listed:
        """The media playlist, once there is one."""
        async with asyncio.timeout(30):
            while (answer := await self.get("media.m3u8")).status_code != 200:
                assert answer.status_code == 404, answer.text
                await asyncio.sleep(0.05)
        return Listed(answer.text)

    async def until(self, number: int) -> Listed:
        """The playlist once it lists segment `number` whole, asked for as players do."""
        async with asyncio.timeout(60):
            found = await self.playlist()
            while found.newest < number:
                separator = "&" if self._query else "?"
                answer = await self.get(f"media.m3u8{self._query}{separator}_HLS_msn={found.newest + 1}")
                assert answer.status_code == 200, answer.text
                found = Listed(answer.text)
        return found

    async def film(self, listed: Listed, first: int | None = None) -> bytes:
        """The listed segments from number `first` on as one file."""
        names = [listed.init, *listed.segments[max(0, (first or 0) - listed.first) :]]
        answers = [await self.get(name) for name in names]
        assert all(answer.status_code == 200 for answer in answers)
        return b"".join(answer.content for answer in answers)


class Stamps(Struct):
    """Seconds at which a track's pictures or sounds are decoded, in order, and the earliest time one is shown."""

    decoded: list[Fraction]
    shown: Fraction

    @property
    def longest_gap(self) -> float:
        return float(max(after - before for before, after in zip(self.decoded, self.decoded[1:], strict=False)))


def stamps_of(film: bytes) -> dict[str, Stamps]:
    """By "video" and "audio"."""
    found: dict[str, Stamps] = {}
    with av.open(io.BytesIO(film)) as container:
        for packet in container.demux():
            if packet.dts is None or packet.pts is None:
                continue
            decoded, shown = packet.dts * packet.time_base, packet.pts * packet.time_base
            track = found.setdefault(packet.stream.type, Stamps([], shown))
            track.decoded.append(decoded)
            track.shown = min(track.shown, shown)
    return found


async def complaints(ffmpeg: str, film: bytes) -> str:
    """What ffmpeg has to say about `film` when it decodes all of it; empty when it is whole."""
    process = await asyncio.create_subprocess_exec(
        *(ffmpeg, "-v", "warning", "-nostdin", "-f", "mp4", "-i", "pipe:0", "-f", "null", "-"),
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate(film)
    return said.decode()
