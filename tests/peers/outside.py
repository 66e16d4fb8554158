"""The internet as the tests have it: some hosts are answered by peers, no other can be reached."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

Answering = Callable[[httpx.Request], Awaitable[httpx.Response]]


class Outside(httpx.AsyncBaseTransport):
    def __init__(self, hosts: dict[str, Answering]) -> None:
        self.hosts = hosts
        self.asked: Counter[str] = Counter()  # by host and path

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.scheme == "https"
        self.asked[f"{request.url.host}{request.url.path}"] += 1
        if request.url.host not in self.hosts:
            raise httpx.ConnectError("no route to host", request=request)
        answer = await self.hosts[request.url.host](request)
        headers = {name: value for name, value in answer.headers.items() if name == "location"}
        return httpx.Response(answer.status_code, headers=headers, stream=_Pieces(answer.content), request=request)


class _Pieces(httpx.AsyncByteStream):
    """A body as the network brings it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), 4096):
            yield self._body[start : start + 4096]


def forwarded_to(port: int) -> Answering:
    """A host that a server on this machine stands in for."""

    async def forward(request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=port)
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.request(request.method, url, headers=request.headers, content=await request.aread())

    return forward
