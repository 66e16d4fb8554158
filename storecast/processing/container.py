"""Which kind of file a film is, by its first bytes, and how it is opened as that and nothing else.

ffmpeg's own guess is never asked: among what it knows are playlists, which name other files and addresses.
"""

from pathlib import Path
from typing import BinaryIO

from storecast.processing.facts import Refused

KINDS = "MP4, MOV, WebM, MKV, MPEG-TS, MPEG or FLV"
CUT_SHORT = "This video is not whole: the file ends before the video does."
_LOOKED_AT = 4096  # bytes of a file's beginning

DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "webm": "matroska",
    "matroska": "matroska",
    "mpegts": "mpegts",
    "mpeg": "mpeg",
    "flv": "flv",
}
_QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # begin files older than `ftyp`
_PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"crx ")
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_TS_PACKETS = (188, 192, 204)  # bytes; plain, with a time before, with parity behind
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_OTHERS = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"ID3", "sound only"),
    (b"fLaC", "sound only"),
    (b"#EXTM3U", "a playlist, which names videos elsewhere"),
    (b"ffconcat", "a playlist, which names videos elsewhere"),
    (b"v=0", "a playlist, which names videos elsewhere"),
    (b"<", "a text"),
)


def sniff(path: Path) -> str:
    """The container of `Facts`. Raises `Refused`."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if not head:
        raise Refused("This file is empty.")
    box, brand = head[4:8], head[8:12]
    if box == b"ftyp" and brand in _PICTURE_BRANDS:
        raise Refused("This is not a video: it is a picture.")
    if box == b"ftyp" and brand not in _SOUND_BRANDS:
        return "mov" if brand == b"qt  " else "mp4"
    if box in _QUICKTIME_BOXES:
        return "mov"
    if head.startswith(_EBML):
        return "webm" if b"webm" in head[:64] else "matroska"
    if any(_is_ts(head, size, size - 188 if size == 192 else 0) for size in _TS_PACKETS):
        return "mpegts"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "mpeg"
    if head.startswith(b"FLV\x01"):
        return "flv"
    raise Refused(_what_instead(head))


def _is_ts(head: bytes, size: int, at: int) -> bool:
    """Whether synchronisation bytes stand as far apart as packets are long: ISO/IEC 13818-1, clause 2.4.3.2."""
    marks = head[at::size]
    return len(marks) > 1 and all(mark == 0x47 for mark in marks)


def _what_instead(head: bytes) -> str:
    for beginning, name in _OTHERS:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(beginning):
            return f"This is not a video: it is {name}."
    if head[4:8] == b"ftyp" or head[8:12] == b"WAVE" or head.startswith(b"OggS"):
        return "This is not a video: it is sound only."
    return f"This is not a video of a kind that is taken: {KINDS}."


def input_options(path: Path, container: str) -> list[str]:
    """ffmpeg's, for the one input there is."""
    return ["-protocol_whitelist", "file,pipe", "-f", DEMUXERS[container], "-i", f"file:{path}"]


def not_whole(path: Path, container: str) -> str | None:
    """Words where the file ends before what its own structure says must be in it; None where it does not."""
    with path.open("rb") as file:
        if container in ("mp4", "mov"):
            return _boxes_not_whole(file, path.stat().st_size)
        if container in ("webm", "matroska"):
            return _segment_not_whole(file.read(_LOOKED_AT), path.stat().st_size)
    return None


def _boxes_not_whole(file: BinaryIO, size: int) -> str | None:
    """By the lengths of the outermost boxes: ISO/IEC 14496-12, clause 4.2. A fragment cut short is no loss."""
    at, seen = 0, set[bytes]()
    while at + 8 <= size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[8:16]) if head[:4] == b"\x00\x00\x00\x01" else int.from_bytes(head[:4])
        seen.add(head[4:8])
        at = size if length == 0 else at + max(length, 8)
    if b"moov" not in seen:
        return "This video is not whole: its index is missing, as where a recording was not finished."
    return CUT_SHORT if at > size and b"moof" not in seen else None


def _segment_not_whole(head: bytes, size: int) -> str | None:
    length, start = _ebml_number(head, len(_EBML))
    at = start + (length or 0)
    if head[at : at + 4] == _SEGMENT:
        length, start = _ebml_number(head, at + 4)
        if length is not None and start + length > size:
            return CUT_SHORT
    return None


def _ebml_number(head: bytes, at: int) -> tuple[int | None, int]:
    """An element's size, None where it is not said, and where its content begins: RFC 8794, section 4."""
    if at >= len(head) or not head[at]:
        return None, at
    length = 9 - head[at].bit_length()
    value = int.from_bytes(head[at : at + length]) & (1 << 7 * length) - 1
    return (None if value == (1 << 7 * length) - 1 else value), at + length
