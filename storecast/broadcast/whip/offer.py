"""What publishers offer (SDP, RFC 8866): whether we can take it, before a process is begun for it."""

import re
from collections.abc import Sequence
from itertools import pairwise

LARGEST = 64 * 1024  # bytes; Chromium offers 6 kB
_MOST_LINES = 2_000
_CREDENTIALS = ("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:")
_CANDIDATES = ("a=candidate:", "a=end-of-candidates")
_RTPMAP = re.compile(r"a=rtpmap:(\d{1,3}) ([A-Za-z0-9-]+)/(\d+)", re.IGNORECASE)
_FMTP = re.compile(r"a=fmtp:(\d{1,3}) ")


class BadOffer(ValueError):
    """`status` is the HTTP answer's."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def checked(body: bytes) -> str:
    """The offer, without its candidates. Raises `BadOffer`.

    Nothing is sent where nothing came from: whoever publishes calls us, and is answered there. So an offer leads to no
    address of its choice, and to no look-up of the names browsers hide theirs behind (`….local`).
    """
    try:
        lines = body.decode().splitlines()
    except UnicodeDecodeError:
        raise BadOffer(400, "The offer is no text.") from None
    if lines[:1] != ["v=0"] or len(lines) > _MOST_LINES:
        raise BadOffer(400, "The offer is no SDP.")
    lines = [line for line in lines if line and not line.startswith(_CANDIDATES)]
    starts = [at for at, line in enumerate(lines) if line.startswith("m=")]
    sections = [lines[start:end] for start, end in pairwise([*starts, len(lines)])]
    kinds = [section[0][2:].split(" ")[0] for section in sections]
    if kinds.count("video") != 1 or kinds.count("audio") > 1 or set(kinds) - {"video", "audio"}:
        raise BadOffer(422, "Offer one video track, and one audio track at most.")
    if any(not any(line.startswith(needed) for line in lines) for needed in _CREDENTIALS):
        raise BadOffer(400, "The offer lacks ICE credentials or a fingerprint.")
    if len(kinds) > 1 and not any(line.startswith("a=group:BUNDLE ") for line in lines[: starts[0]]):
        raise BadOffer(422, "Offer both tracks as one bundle.")
    for kind, section in zip(kinds, sections, strict=True):
        if {"a=recvonly", "a=inactive"} & set(section):
            raise BadOffer(422, "Offer what you send: sendonly.")
        if "a=rtcp-mux" not in section:
            raise BadOffer(422, "Offer rtcp-mux.")
        if kind == "video" and not _has_h264(section):
            raise BadOffer(422, "Offer H.264 with packetization-mode 1: viewers' browsers play no VP8 in HLS.")
        if kind == "audio" and "opus" not in _codecs(section).values():
            raise BadOffer(422, "Offer Opus.")
    return "\r\n".join(lines) + "\r\n"


def _codecs(section: Sequence[str]) -> dict[str, str]:
    found = (_RTPMAP.match(line) for line in section)
    return {each[1]: each[2].lower() for each in found if each}


def _has_h264(section: Sequence[str]) -> bool:
    codecs = _codecs(section)
    found = (_FMTP.match(line) for line in section if "packetization-mode=1" in line)
    return any(codecs.get(each[1]) == "h264" for each in found if each)
