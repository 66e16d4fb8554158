"""An S3 to store in: moto's, on a port of its own, with every request kept and any of them made to fail.

moto checks no signatures, presigned ones included.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx
import msgspec
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

ACCESS_KEY = "AKIDSTORECASTTESTS"
SECRET_KEY = "s3cr3t-of-the-storecast-tests"

_numbers = count(1)


class S3Request(msgspec.Struct):
    method: str
    path: str
    query: str
    headers: dict[str, str]  # names in lower case
    size: int  # bytes of the body

    def is_part(self, number: int) -> bool:
        return self.method == "PUT" and f"partNumber={number}&" in f"{self.query}&"


class S3Peer:
    """`refuse` may answer a request with a status and S3's word for it, or hold it up."""

    def __init__(self) -> None:
        self.requests: list[S3Request] = []
        self.refuse: Callable[[S3Request], tuple[int, str] | None] = _nothing
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, self._answer, True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def bucket(self) -> str:
        """A new one."""
        name = f"shop-{next(_numbers)}"
        self._call("PUT", f"/{name}")
        return name

    def uploads_left(self, bucket: str) -> int:
        """Uploads in parts that were begun, and neither completed nor aborted."""
        return self._call("GET", f"/{bucket}?uploads").count(b"<UploadId>")

    def keys(self, bucket: str) -> set[str]:
        return set(re.findall(r"<Key>(.*?)</Key>", self._call("GET", f"/{bucket}?list-type=2").decode()))

    def settings(self, bucket: str, **more: str) -> dict[str, str]:
        """What an operator sets to store there."""
        return {
            "storage_url": f"s3://{bucket}/show",
            "storage_endpoint": self.url,
            "storage_access_key": ACCESS_KEY,
            "storage_secret_key": SECRET_KEY,
            **more,
        }

    @contextmanager
    def running(self) -> Iterator["S3Peer"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    @contextmanager
    def refusing(self, refuse: Callable[[S3Request], tuple[int, str] | None]) -> Iterator[None]:
        self.refuse = refuse
        try:
            yield
        finally:
            self.refuse = _nothing

    def _answer(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        size = int(environ.get("CONTENT_LENGTH") or 0)
        request = S3Request(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], headers, size)
        self.requests.append(request)
        refused = self.refuse(request)
        if refused is None:
            return self._moto(environ, start)
        environ["wsgi.input"].read(size)
        body = f"<?xml version='1.0'?>\n<Error><Code>{refused[1]}</Code></Error>".encode()
        start(f"{refused[0]} Refused", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
        return [body]

    def _call(self, method: str, path: str) -> bytes:
        return httpx.request(method, f"{self.url}{path}").raise_for_status().content


class _Quiet(MotoRequestHandler):
    def log_request(self, *_: Any) -> None:
        pass


def _nothing(_: S3Request) -> None:
    return None
