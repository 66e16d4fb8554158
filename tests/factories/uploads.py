"""Uploads: announced through the API, and sent to a server by a client that knows tus and no more."""

import base64
import hashlib
from typing import Any

import httpx

from tests.factories.platform import BASE, Client

Json = dict[str, Any]
TUS = {"Tus-Resumable": "1.0.0"}


def announced(size: int, **more: Any) -> Json:
    """The body that announces a file."""
    return {"extension": "video/mp4", "filename": "Evening show.mp4", "size": size, **more}


async def begin(editor: Client, channel_id: str, content: bytes, **more: Any) -> Json:
    """`{"id", "upload"}` of a new video whose bytes are to be `content`."""
    answer = await editor.post(f"events/{channel_id}/media/add", announced(len(content), **more))
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


def path_of(begun: Json) -> str:
    """The upload's address without the host."""
    url: str = begun["upload"]["url"]
    return url.removeprefix(BASE)


class TusClient:
    """Speaks to the upload at `path` of a server."""

    def __init__(self, http: httpx.AsyncClient, path: str) -> None:
        self._http = http
        self.path = path

    async def call(self, method: str, headers: dict[str, str], content: Any = None) -> httpx.Response:
        return await self._http.request(method, self.path, headers=headers, content=content)

    async def head(self) -> httpx.Response:
        return await self.call("HEAD", TUS)

    async def offset(self) -> int:
        return int((await self.head()).headers["Upload-Offset"])

    async def patch(self, offset: int, content: Any, **headers: str) -> httpx.Response:
        told = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.call("PATCH", told, content)

    async def put(self, content: bytes, content_range: str | None = None) -> httpx.Response:
        return await self.call("PUT", {} if content_range is None else {"Content-Range": content_range}, content)

    async def delete(self) -> httpx.Response:
        return await self.call("DELETE", TUS)


def checksum(content: bytes, algorithm: str = "sha256") -> str:
    """As the header Upload-Checksum has it."""
    digest = hashlib.new(algorithm, content).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"
