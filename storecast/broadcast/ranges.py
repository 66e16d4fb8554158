"""Byte ranges of files (RFC 9110, 14)."""

import re
from pathlib import Path

from storecast.broadcast.responses import Answer, FileAnswer, refused

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def answer_of_range(
    path: Path, size: int, byte_range: str | None, content_type: bytes, cache_control: bytes
) -> Answer | FileAnswer:
    """The part of the file's first `size` bytes that the Range header asks for; all of it where it asks for none.

    A header that is none of a single range is passed over, as the standard allows.
    """
    found = _RANGE.fullmatch(byte_range) if byte_range is not None else None
    if found is None or not (found[1] or found[2]):
        return FileAnswer(200, path, 0, size, size, content_type, cache_control)
    if found[1]:
        start, end = int(found[1]), min(int(found[2] or size - 1) + 1, size)
        if found[2] and int(found[2]) < start:
            return FileAnswer(200, path, 0, size, size, content_type, cache_control)
    else:
        start, end = max(size - int(found[2]), 0), size
    if start >= end:
        answer = refused(416, "Range Not Satisfiable", f"There are {size} bytes.")
        return Answer(416, answer.body, answer.content_type, content_range=f"bytes */{size}".encode())
    return FileAnswer(206, path, start, end, size, content_type, cache_control)
