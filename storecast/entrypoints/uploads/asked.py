"""What a request that brings bytes says of them in its headers."""

import base64
import binascii
import re
from collections.abc import Mapping

from msgspec import Struct

from storecast.domains.media.uploads.errors import FormatUnknown, RequestUnclear, TooMuchSent, VersionUnknown

VERSION = "1.0.0"
ALGORITHMS = {"sha1": 20, "sha256": 32}  # bytes of a digest
LARGEST_CHUNK = 64 * 1024 * 1024  # bytes, of one whose checksum is told: it lies beside until that is known
OFFSET_STREAM = "application/offset+octet-stream"
_RANGE = re.compile(r"bytes (?:(?P<first>\d{1,19})-(?P<last>\d{1,19})|\*)/(?P<total>\d{1,19}|\*)")
_NUMBER = re.compile(r"\d{1,19}")

Headers = Mapping[str, str]


class Checksum(Struct, frozen=True):
    algorithm: str
    digest: bytes


class Sent(Struct, frozen=True):
    offset: int  # where it goes
    length: int | None  # bytes that come; None where nobody says
    tus: bool
    checksum: Checksum | None = None


def method_of(method: str, headers: Headers) -> str:
    """Where a network lets no other methods through, POST says which is meant (tus 1.0.0)."""
    return headers.get("x-http-method-override", method).upper() if method == "POST" else method


def check_version(headers: Headers) -> None:
    """Who does not speak tus says none. Raises `VersionUnknown`."""
    if headers.get("tus-resumable", VERSION) != VERSION:
        refusal = VersionUnknown(f"Only version {VERSION} of tus is spoken here.")
        refusal.headers = {"Tus-Version": VERSION}
        raise refusal


def patched(headers: Headers) -> Sent:
    """Raises `RequestUnclear`, `FormatUnknown`, `TooMuchSent`."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != OFFSET_STREAM:
        raise FormatUnknown(f"The Content-Type must be {OFFSET_STREAM}.")
    offset = headers.get("upload-offset", "")
    if _NUMBER.fullmatch(offset) is None:
        raise RequestUnclear("The header Upload-Offset must say where the bytes go.")
    length, checksum = _length(headers), _checksum(headers)
    if checksum is not None and (length or 0) > LARGEST_CHUNK:
        raise TooMuchSent(f"A chunk with a checksum must be at most {LARGEST_CHUNK} bytes.")
    return Sent(int(offset), length, tus=True, checksum=checksum)


def put(headers: Headers, total: int) -> Sent | None:
    """None where it only asks how far the upload is. Raises `RequestUnclear`."""
    length, said = _length(headers), headers.get("content-range")
    if said is None:
        return Sent(0, length, tus=False)
    found = _RANGE.fullmatch(said.strip())
    if found is None or found["total"] not in ("*", str(total)):
        raise RequestUnclear(f"The Content-Range must be like bytes 0-99/{total}.")
    if found["first"] is None:
        return None
    first, spans = int(found["first"]), int(found["last"]) - int(found["first"]) + 1
    if spans < 1 or int(found["last"]) >= total or length not in (None, spans):
        raise RequestUnclear("The Content-Range does not fit what is sent.")
    return Sent(first, spans, tus=False)


def _length(headers: Headers) -> int | None:
    length = headers.get("content-length")
    return None if length is None else int(length)


def _checksum(headers: Headers) -> Checksum | None:
    """Raises `RequestUnclear`."""
    said = headers.get("upload-checksum")
    if said is None:
        return None
    algorithm, _, encoded = said.partition(" ")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        digest = b""
    if len(digest) != ALGORITHMS.get(algorithm, -1):
        raise RequestUnclear(f"The Upload-Checksum must be by {' or '.join(ALGORITHMS)}, in base64.")
    return Checksum(algorithm, digest)
