"""A publisher by WHIP: aiortc, which sends a film to the real server."""

import asyncio
import math
import random
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from fractions import Fraction

import av
import httpx
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtp import is_rtcp
from msgspec import Struct

RATE = 30  # pictures a second
SOUNDS = 50  # frames a second
SDP = {"content-type": "application/sdp"}


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


class Film(Struct):
    """A second: dark, with a flash and a beep in its middle."""

    pictures: list[av.VideoFrame]
    sounds: list[av.AudioFrame]

    @classmethod
    def made(cls) -> "Film":
        film = cls([], [])
        for number in range(RATE):
            level = 235 if RATE // 2 <= number < RATE // 2 + 3 else 16
            picture = av.VideoFrame(320, 180, "yuv420p")
            for plane, value in zip(picture.planes, (level, 128, 128), strict=True):
                plane.update(bytes((value,)) * plane.buffer_size)
            film.pictures.append(picture)
        for number in range(SOUNDS):
            loud = SOUNDS // 2 <= number < SOUNDS // 2 + 5
            sound = av.AudioFrame("s16", "stereo", 960)
            sound.sample_rate = 48_000
            tone = (round(12_000 * math.sin(math.tau * at / 48)) if loud else 0 for at in range(960))
            sound.planes[0].update(array("h", (level for each in tone for level in (each, each))).tobytes())
            film.sounds.append(sound)
        return film


class _Track(MediaStreamTrack):
    """Frames at their pace, over and over."""

    def __init__(
        self, kind: str, frames: Sequence[av.VideoFrame | av.AudioFrame], seconds: float, began: float
    ) -> None:
        super().__init__()
        self.kind = kind
        self._frames = frames
        self._each = seconds
        self._began = began
        self._count = 0

    async def recv(self) -> av.VideoFrame | av.AudioFrame:
        frame = self._frames[self._count % len(self._frames)]
        await asyncio.sleep(self._began + self._count * self._each - asyncio.get_running_loop().time())
        rate = 90_000 if self.kind == "video" else 48_000
        frame.pts = round(self._count * self._each * rate)
        frame.time_base = Fraction(1, rate)
        self._count += 1
        return frame


class WhipClient(Struct):
    http: httpx.AsyncClient
    peer: RTCPeerConnection
    key: str
    location: str = ""

    async def offer(self) -> str:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return self.peer.localDescription.sdp

    async def post(self) -> httpx.Response:
        return await self.http.post("/whip", content=await self.offer(), headers=SDP | bearer(self.key))

    async def go_live(self) -> None:
        answer = await self.post()
        assert answer.status_code == 201, answer.text
        self.location = answer.headers["location"]
        await self.peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))

    async def delete(self) -> httpx.Response:
        return await self.http.delete(self.location, headers=bearer(self.key))


def _lose(transport: RTCDtlsTransport, share: float) -> None:
    """So many of the packets of media that are sent, the same each time."""
    send, chance = transport._send_rtp, random.Random(1)

    async def sometimes(data: bytes) -> None:
        if is_rtcp(data) or chance.random() >= share:
            await send(data)

    transport._send_rtp = sometimes  # type: ignore[method-assign]


@asynccontextmanager
async def publisher(
    http: httpx.AsyncClient, film: Film, key: str = "right", *, loss: float = 0
) -> AsyncIterator[WhipClient]:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    began = asyncio.get_running_loop().time()
    peer.addTrack(_Track("audio", film.sounds, 1 / SOUNDS, began))
    peer.addTrack(_Track("video", film.pictures, 1 / RATE, began))
    wanted = [
        each for each in RTCRtpSender.getCapabilities("video").codecs if each.mimeType in ("video/H264", "video/rtx")
    ]
    peer.getTransceivers()[-1].setCodecPreferences(wanted)
    for transceiver in peer.getTransceivers():
        transceiver.direction = "sendonly"
    for transport in {sender.transport for sender in peer.getSenders()} if loss else ():
        _lose(transport, loss)
    try:
        yield WhipClient(http, peer, key)
    finally:
        await peer.close()
