"""A stored file as an answer, from disk and S3 alike: in chunks, in part, or not at all when the caller has it."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from email.utils import format_datetime
from typing import cast

from litestar import Request, Response
from litestar.connection.base import AuthT, StateT, UserT
from litestar.response import Stream

from storecast.kit.http.trace import HEAD_ASKED
from storecast.kit.storage import Storage, StoredFile, content_type

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


async def stored_file(
    request: Request[UserT, AuthT, StateT], storage: Storage, key: str, headers: Mapping[str, str]
) -> Response[object]:
    """The file, or what was asked of it by Range and If-None-Match (RFC 9110, 13 and 14). Raises `FileMissing`.

    Several ranges at once are answered with the whole, as a server may.
    """
    asked = request.headers
    head = HEAD_ASKED in request.scope["state"]
    if not (head or "If-None-Match" in asked or "Range" in asked):
        return _answer(key, headers, *await storage.read(key))
    file = await storage.stat(key)
    if _has(asked.get("If-None-Match", ""), file):
        return Response(b"", status_code=304, headers={**headers, "ETag": file.etag})
    same = asked.get("If-Range", file.etag) == file.etag
    part = _part(asked.get("Range", ""), file.size) if same else None
    if part is not None and part[0] >= part[1]:
        outside = {"Content-Range": f"bytes */{file.size}", "Cache-Control": "no-store"}
        return Response(b"", status_code=416, media_type=content_type(key), headers=outside)
    chunks = iter(()) if head else (await storage.read(key, *part or ()))[1]
    return _answer(key, headers, file, chunks, part)


def _answer(
    key: str,
    headers: Mapping[str, str],
    file: StoredFile,
    chunks: AsyncIterator[bytes] | Iterator[bytes],
    part: tuple[int, int] | None = None,
) -> Response[object]:
    start, end = part or (0, file.size)
    described = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - start),
        "ETag": file.etag,
        "Last-Modified": format_datetime(file.modified, usegmt=True),
        "X-Content-Type-Options": "nosniff",
    }
    if part is not None:
        described["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    status = 200 if part is None else 206
    answer = Stream(chunks, status_code=status, media_type=content_type(key), headers={**headers, **described})
    return cast("Response[object]", answer)


def _has(known: str, file: StoredFile) -> bool:
    """Whether the caller has this version (weak comparison)."""
    return known.strip() == "*" or file.etag in {etag.strip().removeprefix("W/") for etag in known.split(",")}


def _part(wanted: str, size: int) -> tuple[int, int] | None:
    """Start and end of the part; an empty one lies outside of the file. None when it is no range: then it is all."""
    match = _RANGE.fullmatch(wanted)
    first, last = match.groups() if match else ("", "")
    if first:
        start, end = int(first), int(last) + 1 if last else size
        return (start, min(end, size)) if start < end or not last else None
    return (max(0, size - int(last)), size) if last else None
