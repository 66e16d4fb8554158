"""Requests straight into an app, so that no HTTP server's time hides what is measured."""

from litestar import Litestar

Headers = list[tuple[bytes, bytes]]


async def ask(
    app: Litestar, path: str, headers: Headers, method: str = "GET", body: bytes = b"", host: bytes = b"shop.test:8000"
) -> None:
    """Make one request, which must be answered with 200."""
    status = 0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = int(str(message["status"]))

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", host), *headers],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    await app(scope, receive, send)  # type: ignore[arg-type]
    assert status == 200, f"{path} answered {status}"
