"""Receives one publisher by WebRTC: an order in at standard input, records out at standard output (see `wire`).

aiortc does ICE, DTLS, SRTP and what is said back; its frames are taken before they would be decoded. It runs as a
process of its own, as packets are decrypted in Python and come from strangers, and ends when its input does.
"""

import asyncio
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

import aiortc.rtcicetransport
import aiortc.rtcpeerconnection
import msgspec
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.codecs import CODECS
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpCodecParameters
from aiortc.rtp import AnyRtcpPacket, RtcpSrPacket
from aiortc.sdp import SessionDescription, parse_h264_profile_level_id

from storecast.broadcast.browser import annexb
from storecast.broadcast.whip.alignment import Alignment
from storecast.broadcast.whip.frames import Frames
from storecast.broadcast.whip.place import NoPort, Place, PlacedConnection
from storecast.broadcast.whip.wire import HEADER, MAX_SIZE, Order, Word, record
from storecast.kit.tasks import watch

KEYFRAME_SECONDS = 2.0  # segments begin with one
ASK_SECONDS = 0.5  # until a keyframe, or a packet, that did not come is asked for again
_LOOK_SECONDS = 0.1
_MEMORY = 512 * 1024 * 1024  # bytes of addresses; 320 MB are libraries' and threads'
_MOST_BACK = 5  # pictures that go back in time: one that is late is none that refers ahead
_IDR = 5

Say = Callable[[bytes], None]


class CannotReceive(Exception):
    """The publisher is told the text. `ours` where it is no fault of theirs."""

    def __init__(self, words: str, *, ours: bool = False) -> None:
        super().__init__(words)
        self.ours = ours


class Reception:
    """What comes of one publisher, from packets to records."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._alignment = Alignment()
        self._configuration = b""
        self._broken = True  # until a keyframe
        self._keyframe_at = 0.0
        self._asked_at: float | None = None  # for a keyframe; the first comes unasked
        self._stamp: int | None = None
        self._back = 0
        self.trouble = ""  # why it cannot go on
        self.receivers: dict[str, Receiver] = {}

    def now(self) -> float:
        """Seconds since it began."""
        return self._loop.time() - self._began

    def hear(self, stamp: int, data: bytes) -> None:
        at = self._alignment.heard(stamp, self.now())
        if self._configuration:  # a show begins with its picture
            self._say(record(Word.SOUND, at, data))

    def see(self, stamp: int, data: bytes) -> None:
        """A picture as its units, each after a start code."""
        units = annexb.units(data)
        keyframe = any(unit[0] & 0x1F == _IDR for unit in units)
        self._look_back(stamp)
        at = self._alignment.seen(stamp, self.now())
        configuration = annexb.configuration(units)
        if configuration is not None and configuration != self._configuration:
            self._configuration = configuration
            self._say(record(Word.CONFIGURATION, at, configuration))
        if keyframe and self._configuration:
            self._broken, self._keyframe_at = False, self.now()
        if not self._broken and (sample := annexb.with_lengths(units)):
            self._say(record(Word.KEY_PICTURE if keyframe else Word.PICTURE, at, sample))

    def miss(self) -> None:
        """Pictures are missing: what follows refers to them."""
        self._broken = True

    def report(self, kind: str, packet: RtcpSrPacket) -> None:
        track = self._alignment.picture if kind == "video" else self._alignment.sound
        track.told(packet.sender_info.ntp_timestamp / (1 << 32), packet.sender_info.rtp_timestamp)

    async def ask(self) -> None:
        """For a keyframe where one is due, and again for packets that are waited for."""
        video = self.receivers.get("video")
        if video is None or not video.frames.ssrc:
            return
        now = self.now()
        if self._asked_at is None:
            self._asked_at = now
        if missing := video.frames.missing():
            await video._send_rtcp_nack(video.frames.ssrc, missing)
        due = self._broken or now - self._keyframe_at >= KEYFRAME_SECONDS
        if due and now - self._asked_at >= ASK_SECONDS:
            self._asked_at = now
            await video._send_rtcp_pli(video.frames.ssrc)

    def _look_back(self, stamp: int) -> None:
        if self._stamp is not None and (stamp - self._stamp) & 0xFFFFFFFF >= 1 << 31:
            self._back += 1
            if self._back > _MOST_BACK:
                self.trouble = "Pictures do not come in the order they are shown: turn B-frames off."
        self._stamp = stamp


class Receiver(RTCRtpReceiver):
    """aiortc's, with frames of ours in place of its jitter buffer; so it never has any to decode."""

    reception: Reception  # of this process

    def __init__(self, kind: str, transport: RTCDtlsTransport) -> None:
        super().__init__(kind, transport)
        reception, pictures = self.reception, kind == "video"
        self.frames = Frames(
            reception.see if pictures else reception.hear,
            reception.miss if pictures else lambda: None,
            reception.now,
            pictures=pictures,
        )
        self._RTCRtpReceiver__jitter_buffer = self.frames  # what aiortc has no place to hand in
        self._kind = kind
        reception.receivers[kind] = self

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpSrPacket) and packet.ssrc == self.frames.ssrc:
            self.reception.report(self._kind, packet)
        await super()._handle_rtcp_packet(packet)


def take_codecs(offer: str) -> None:
    """Take Opus, and H.264 of whatever profile is offered first: no picture is decoded here.

    Raises `CannotReceive`.
    """
    CODECS["audio"] = [RTCRtpCodecParameters(mimeType="audio/opus", clockRate=48_000, channels=2, payloadType=96)]
    for media in SessionDescription.parse(offer).media:
        for codec in media.rtp.codecs if media.kind == "video" else ():
            if codec.mimeType.lower() != "video/h264" or str(codec.parameters.get("packetization-mode")) != "1":
                continue
            profile = str(codec.parameters.get("profile-level-id", "42e01f"))
            with suppress(ValueError):
                parse_h264_profile_level_id(profile)
                CODECS["video"] = _h264(profile)
                return
    raise CannotReceive("It offers no H.264 that can be taken.")


def _h264(profile: str) -> list[RTCRtpCodecParameters]:
    parameters: dict[str, int | str | None] = {
        "level-asymmetry-allowed": "1",
        "packetization-mode": "1",
        "profile-level-id": profile,
    }
    feedback = [RTCRtcpFeedback("nack"), RTCRtcpFeedback("nack", "pli"), RTCRtcpFeedback("goog-remb")]
    return [
        RTCRtpCodecParameters("video/H264", 90_000, payloadType=97, rtcpFeedback=feedback, parameters=parameters),
        RTCRtpCodecParameters("video/rtx", 90_000, payloadType=98, parameters={"apt": 97}),
    ]


async def receive(order: Order, source: asyncio.StreamReader, say: Say) -> None:
    """Until `source` ends, or the publisher is gone. Raises `CannotReceive`."""
    over = asyncio.Event()
    reception = Receiver.reception = Reception(say)
    PlacedConnection.place = Place(order.host, order.announced, order.ports)
    aiortc.rtcicetransport.Connection = PlacedConnection  # type: ignore[attr-defined]
    aiortc.rtcpeerconnection.RTCRtpReceiver = Receiver  # type: ignore[attr-defined]
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    try:
        take_codecs(order.offer)
        await peer.setRemoteDescription(RTCSessionDescription(order.offer, "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
    except CannotReceive:
        raise
    except NoPort as error:
        raise CannotReceive("The server has no port left for it.", ours=True) from error
    except Exception as error:  # aiortc's parser raises what it likes
        raise CannotReceive("Its offer cannot be answered.") from error
    say(record(Word.ANSWER, payload=peer.localDescription.sdp.encode()))

    @peer.on("connectionstatechange")
    def changed() -> None:
        if peer.connectionState == "connected":
            say(record(Word.CONNECTED))
        elif peer.connectionState in ("failed", "closed"):
            over.set()

    async def ends() -> None:
        await source.read()
        over.set()

    ending = watch(ends(), "waiting for the end")
    try:
        while not over.is_set() and not reception.trouble:
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), _LOOK_SECONDS)
            await reception.ask()
    finally:
        ending.cancel()
        await peer.close()
    if reception.trouble:
        raise CannotReceive(reception.trouble)


def say(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.exit(1)


async def run() -> None:
    source = asyncio.StreamReader(2 * MAX_SIZE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(source), sys.stdin)
    try:
        _, _, size = HEADER.unpack(await source.readexactly(HEADER.size))
        order = msgspec.json.decode(await source.readexactly(size), type=Order)
    except asyncio.IncompleteReadError:
        return
    try:
        await receive(order, source, say)
    except CannotReceive as error:
        say(record(Word.CANNOT, int(error.ours), str(error).encode()))


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the show, which ends our input
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asyncio.run(run())


if __name__ == "__main__":
    main()
