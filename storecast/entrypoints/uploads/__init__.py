"""Where uploads' bytes come in: past the framework, which would hold a connection to the database meanwhile.

By tus 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation (`POST media/{id}/uploads`), termination,
expiration, checksum; and by PUT, whole or in pieces with `Content-Range`.
"""

import asyncio

import msgspec
import structlog
from litestar.types import HTTPScope, Receive, Send
from structlog.contextvars import bound_contextvars

from storecast.domains.media.uploads.errors import (
    MethodRefused,
    OffsetWrong,
    TooMuchSent,
    UploadIsComplete,
    UploadNotFound,
)
from storecast.domains.media.uploads.jobs import StoreUpload
from storecast.domains.media.uploads.links import http_date, upload_at
from storecast.domains.media.uploads.repository import UploadPlace
from storecast.domains.media.uploads.schemas import LARGEST
from storecast.entrypoints.uploads.asked import ALGORITHMS, VERSION, Sent, check_version, method_of, patched, put
from storecast.entrypoints.uploads.bodies import Gone, receive_into
from storecast.entrypoints.uploads.writers import Displaced, Writers
from storecast.kit.clock import utcnow
from storecast.kit.envelope import Data, ErrorEnvelope
from storecast.kit.errors import ApiError, ErrorBody
from storecast.kit.http.failures import database_failure
from storecast.kit.http.trace import REQUEST_ID, request_id
from storecast.kit.jobs import defer
from storecast.kit.networks import network
from storecast.wiring.process import Process
from storecast.wiring.unit import unit_of_work

METHODS = "DELETE, HEAD, OPTIONS, PATCH, POST, PUT"
EXTENSIONS = "creation,termination,expiration,checksum"
EXPOSED = (
    "Location, Range, Tus-Checksum-Algorithm, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Expires, "
    "Upload-Length, Upload-Offset, X-Request-Id, Retry-After"
)
TAKEN = (
    "Authorization, Content-Range, Content-Type, Tus-Resumable, Upload-Checksum, Upload-Length, Upload-Metadata, "
    "Upload-Offset, X-HTTP-Method-Override, X-Request-Id, X-Requested-With"
)
PREFLIGHT_SECONDS = 7200  # how long browsers remember what they may send; Chromium's most
Headers = dict[str, str]

log = structlog.get_logger()


class Progress(msgspec.Struct):
    offset: int
    length: int


class UploadDoor:
    def __init__(self, process: Process) -> None:
        self._process = process
        self._writers = Writers(process.partials, process.machine)
        self._asked: set[str] = set()  # uploads this process had stored

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        name = request_id(headers.get(REQUEST_ID.decode(), "").encode())
        answer = _Answer(send, name, across="origin" in headers)
        with bound_contextvars(request_id=name.decode()):
            try:
                await self._answer(scope, headers, receive, answer)
            except (Gone, Displaced) as end:
                await answer.end(end)
            except ApiError as error:
                await answer.refuse(error)
            except Exception as error:
                failure = database_failure(error, scope["path"])
                if failure is not None:
                    await answer.refuse(failure)
                    return
                log.exception("upload failed", method=scope["method"])
                await answer.refuse(ApiError("Something went wrong on our side. It has been logged."))

    async def _answer(self, scope: HTTPScope, headers: Headers, receive: Receive, answer: "_Answer") -> None:
        method = method_of(scope["method"], headers)
        if method == "OPTIONS":
            await answer.send(204, _preflight(headers))
            return
        check_version(headers)
        upload_id = upload_at(scope["path"], self._process.upload_secret)
        if upload_id is None:
            raise UploadNotFound
        match method:
            case "HEAD":
                place = await self._place(upload_id)
                offset = await self._offset(place)
                await answer.send(200, _standing(place, offset) | {"Upload-Length": str(place.length)})
            case "DELETE":
                await self._cancel(upload_id)
                await answer.send(204, {})
            case "PATCH" | "PUT":
                place = await self._place(upload_id)
                sent = patched(headers) if method == "PATCH" else put(headers, place.length)
                if sent is None:
                    offset = await self._offset(place)
                else:
                    address = scope["client"][0] if scope["client"] else "unknown"
                    offset = await self._take(place, sent, receive, network(address))
                await answer.took(method, place, offset)
            case _:
                refusal = MethodRefused("This address does not take that method.")
                refusal.headers = {"Allow": METHODS}
                raise refusal

    async def _place(self, upload_id: str) -> UploadPlace:
        async with unit_of_work(self._process, utcnow()) as unit:
            return await unit.uploads.place(upload_id)

    async def _offset(self, place: UploadPlace) -> int:
        """How many bytes are here. Whole ones are stored, should a process have ended before it asked for that."""
        size = None if place.complete_at else self._process.partials.size(place.id)
        if size is None:  # or it was stored just now
            again = await self._place(place.id)
            return again.length if again.complete_at else 0
        if size >= place.length and place.id not in self._asked:
            await self._settle(place, size)
        return size

    async def _cancel(self, upload_id: str) -> None:
        async with unit_of_work(self._process, utcnow()) as unit:
            await unit.uploads.cancel(upload_id, unit.now)
        await self._writers.stop(upload_id)
        await asyncio.to_thread(self._process.partials.remove, upload_id)  # a large file takes its time to go

    async def _take(self, place: UploadPlace, sent: Sent, receive: Receive, caller: str) -> int:
        """What came, appended. Answers how many bytes are here then."""
        if place.complete_at is not None:
            if sent.offset == place.length:
                return place.length
            raise OffsetWrong(place.length) if sent.tus else UploadIsComplete
        async with self._writers.writing(place.id, caller) as writer:
            before = writer.partial.offset
            if sent.offset != before:
                raise OffsetWrong(before)
            if sent.length is not None and before + sent.length > place.length:
                raise TooMuchSent(f"The upload is {place.length} bytes, and {before} of them are here.")
            await receive_into(writer, sent, place.length, receive)
            after = writer.partial.offset
        await self._settle(place, after)
        return after

    async def _settle(self, place: UploadPlace, offset: int) -> None:
        """Keep it for longer, and have it stored once it is whole."""
        async with unit_of_work(self._process, utcnow()) as unit:
            await unit.uploads.extend(place.id, unit.now)
            if offset >= place.length:
                await defer(unit.db, StoreUpload(place.id))
        if offset >= place.length:
            self._asked.add(place.id)


class _Answer:
    def __init__(self, send: Send, name: bytes, *, across: bool) -> None:
        self._send = send
        self._name = name
        self._across = across  # asked by a page of another origin

    async def took(self, method: str, place: UploadPlace, offset: int) -> None:
        """As tus has it for PATCH; a PUT in pieces hears as of other resumable uploads: 308 until it is whole."""
        standing = _standing(place, offset)
        if method == "PATCH":
            await self.send(204, standing)
        elif offset < place.length:
            await self.send(308, standing | ({"Range": f"bytes=0-{offset - 1}"} if offset else {}))
        else:
            await self.send(200, standing, Data(Progress(offset, place.length)))

    async def refuse(self, error: ApiError) -> None:
        await self.send(error.status, error.headers, ErrorEnvelope(error.body()))

    async def end(self, end: Exception) -> None:
        """Nobody hears it, unless somebody else goes on with their upload."""
        if isinstance(end, Displaced):
            body = ErrorBody(423, "Locked", "This upload is being sent by another page or program.")
            await self.send(423, {"Connection": "close"}, ErrorEnvelope(body))

    async def send(self, status: int, headers: Headers, content: object = None) -> None:
        body = b"" if content is None else msgspec.json.encode(content)
        told = {"Tus-Resumable": VERSION, "Cache-Control": "no-store", **headers}
        if content is not None:
            told["Content-Type"] = "application/json"
        if status != 204:
            told["Content-Length"] = str(len(body))
        if self._across:
            told |= {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
        encoded = [(key.lower().encode(), value.encode()) for key, value in told.items()]
        await self._send(
            {"type": "http.response.start", "status": status, "headers": [(REQUEST_ID, self._name), *encoded]}
        )
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def _standing(place: UploadPlace, offset: int) -> Headers:
    told = {"Upload-Offset": str(offset)}
    return told if place.complete_at else told | {"Upload-Expires": http_date(place.expires_at)}


def _preflight(headers: Headers) -> Headers:
    told = {
        "Allow": METHODS,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(LARGEST),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    if "access-control-request-method" in headers:
        told |= {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": TAKEN,
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        }
    return told
