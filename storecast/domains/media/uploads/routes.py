"""Uploads over HTTP, but for their bytes, which pass the framework (`entrypoints/uploads`)."""

import base64
import binascii

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.connection.base import AuthT, StateT, UserT
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.channels.errors import ChannelNotFound, NotAnEditor
from storecast.domains.media.errors import MediaNotFound
from storecast.domains.media.models import Media
from storecast.domains.media.schemas import UploadProgress
from storecast.domains.media.uploads.errors import RequestUnclear
from storecast.domains.media.uploads.links import http_date
from storecast.domains.media.uploads.schemas import NewFile, NewUpload, UploadBegun, UploadTarget
from storecast.domains.media.uploads.service import Progress
from storecast.kit.clock import iso
from storecast.kit.envelope import Data
from storecast.kit.errors import Unprocessable
from storecast.kit.http.failures import struct_messages
from storecast.wiring.unit import Unit

AnyRequest = Request[UserT, AuthT, StateT]


class UploadController(Controller):
    tags = ("Videos",)
    opt = {"scope": Scope.MEDIA, "may": Act.EDIT}  # noqa: RUF012

    @post("/events/{channel_ref:str}/media/add", operation_id="addMedia", status_code=200)
    async def add_media(
        self, data: JSONBody[NewUpload], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[UploadBegun]:
        """Announce a video file and hear where its bytes go.

        `upload.url` takes them by PUT, whole or in pieces with `Content-Range`, and by tus 1.0.0 (HEAD, PATCH, DELETE);
        after a cut they go on where the upload stands.
        """
        media, upload = await unit.uploads.begin(seat, data.described(), unit.now)
        url = unit.urls.base + unit.uploads.path(upload)
        return Data(UploadBegun(media.hash_id, UploadTarget(url, "PUT", {}, iso(upload.expires_at))))

    @get("/media/{id:str}/uploads", operation_id="showUpload")
    async def show_upload(self, id: FromPath[str], unit: NamedDependency[Unit]) -> Data[UploadProgress]:
        """How far a video's upload is, and where to send the rest."""
        media, _ = await _at(unit, id)
        return Data(_show(await unit.uploads.progress(media), unit))

    @post("/media/{id:str}/uploads", operation_id="createUpload", status_code=201)
    async def create_upload(
        self, id: FromPath[str], request: AnyRequest[UserT, AuthT, StateT], unit: NamedDependency[Unit]
    ) -> Response[Data[UploadProgress]]:
        """Begin a video's upload anew (tus 1.0.0, creation), while it waits for its file or that came to nothing.

        `Upload-Length` has the bytes, `Upload-Metadata` the `filename`, the media type (`filetype`) and, where it is
        known, the SHA-256 in hex (`checksum`).
        """
        media, seat = await _at(unit, id)
        upload = await unit.uploads.again(seat, media, _announced(request), unit.now)
        shown = _show(await unit.uploads.progress(media), unit)
        headers = {"Location": shown.url, "Tus-Resumable": "1.0.0", "Upload-Expires": http_date(upload.expires_at)}
        return Response(Data(shown), status_code=201, headers=headers)


async def _at(unit: Unit, hash_id: str) -> tuple[Media, Seat]:
    """A video, for who may edit its channel. Raises `MediaNotFound`."""
    media = await unit.uploads.media(hash_id)
    try:
        return media, await unit.seat(str(media.channel_id), Act.EDIT)
    except (ChannelNotFound, NotAnEditor) as error:
        raise MediaNotFound from error


def _show(progress: Progress, unit: Unit) -> UploadProgress:
    return UploadProgress(progress.offset, progress.length, unit.urls.base + progress.path, iso(progress.expires_at))


def _announced(request: AnyRequest[UserT, AuthT, StateT]) -> NewFile:
    """What tus says in headers. Raises `RequestUnclear`, `Unprocessable`."""
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    length = request.headers.get("Upload-Length", "")
    described: dict[str, object] = {"size": length}
    for name, key in (("filename", "filename"), ("filetype", "extension"), ("checksum", "checksum")):
        if name in told:
            described[key] = told[name]
    if found := struct_messages(described, NewFile):
        raise Unprocessable("; ".join(f"{each.field}: {each.message}" for each in found), messages=found)
    return msgspec.convert(described, NewFile, strict=False)


def _metadata(header: str) -> dict[str, str]:
    """Pairs of a key and a base64 text, separated by commas. Raises `RequestUnclear`."""
    told = {}
    for pair in filter(None, map(str.strip, header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            told[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise RequestUnclear("Upload-Metadata is not as tus has it.") from error
    return told
