"""The broadcast process: RTMP, browsers' recordings and WHIP in, HLS out, hooks to the API."""

import asyncio
import contextlib
import signal
from collections.abc import Generator

import structlog
import uvicorn

from storecast.broadcast.browser.ingest import BrowserIngest
from storecast.broadcast.ladder.ladder import State
from storecast.broadcast.origin import Origin, Scope
from storecast.broadcast.playback_tokens import PlaybackTokens
from storecast.broadcast.responses import Receive, Send
from storecast.broadcast.rtmp.server import RtmpServer
from storecast.broadcast.sessions import Sessions
from storecast.broadcast.whip.endpoint import WhipEndpoint
from storecast.kit.bounded_http import BoundedHttp
from storecast.kit.bounded_websocket import LARGEST_MESSAGE, BoundedWebSocket
from storecast.kit.hooks import HookClient
from storecast.kit.seals import Seal
from storecast.kit.secrets import hook_secret
from storecast.kit.serving import serve_until_stopped
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from storecast.kit.tasks import watch

HTTP_CONNECTIONS_BACKLOG = 1024
STOP_SECONDS = 2  # open HTTP requests get this long

log = structlog.get_logger()


class _HttpServer(uvicorn.Server):
    """Leaves the process's signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class BroadcastServer:
    def __init__(self, settings: Settings) -> None:
        secret = hook_secret(settings)
        self._settings = settings
        self._client = HookClient(settings.api_hooks_url, secret)
        self.sessions = Sessions(settings, self._client, Storage.of(settings), Seal(secret))
        self.rtmp = RtmpServer(self.sessions, max_publishers=settings.max_publishers, max_kbps=settings.max_stream_kbps)
        self.browsers = BrowserIngest(
            self.sessions,
            settings.proxies,
            settings.public_url,
            max_publishers=settings.max_publishers,
            max_kbps=settings.max_stream_kbps,
        )
        self.whip = WhipEndpoint(self.sessions, settings)
        self._origin = Origin(self.sessions, PlaybackTokens(self._client), secret, self._metrics)
        self._http = _HttpServer(
            uvicorn.Config(
                self._answer,
                host=settings.host,
                port=settings.broadcast_port,
                proxy_headers=False,  # who goes live is asked for by rules of our own
                http=BoundedHttp,
                ws=BoundedWebSocket,
                ws_max_size=LARGEST_MESSAGE,
                ws_per_message_deflate=False,  # media is compressed, and what unfolds has no bounds
                lifespan="off",
                interface="asgi3",
                access_log=False,  # it would write tokens
                log_config=None,
                server_header=False,
                backlog=HTTP_CONNECTIONS_BACKLOG,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen on both ports. Raises OSError."""
        self.sessions.start()
        self.browsers.start()
        self.whip.start()
        await self.rtmp.listen(self._settings.host, self._settings.rtmp_port)
        self._serving = watch(self._http.serve(), "serving HTTP")
        while not self._http.started:
            if self._serving.done():
                raise OSError(f"cannot listen on port {self._settings.broadcast_port}")
            await asyncio.sleep(0.01)
        self._serving.add_done_callback(self._end_process)
        log.info("broadcast is ready", rtmp_port=self.rtmp.port, http_port=self._settings.broadcast_port)

    async def stop(self) -> None:
        """Take no more, leave whole recordings, then stop answering."""
        self.sessions.stopping = True
        await self.rtmp.close()
        await self.browsers.close()
        await self.whip.close()
        await self.sessions.stop()
        self._http.should_exit = True
        if self._serving is not None:
            await asyncio.wait([self._serving])
        await self._client.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.browsers(scope, receive, send)
        elif scope["type"] == "http" and self.whip.serves(str(scope["path"])):
            await self.whip(scope, receive, send)
        else:
            await self._origin(scope, receive, send)

    def _end_process(self, _: asyncio.Task[None]) -> None:
        """Without HTTP this process is of no use: a new one is."""
        if not self._http.should_exit:
            signal.raise_signal(signal.SIGTERM)

    def _metrics(self) -> bytes:
        """Figures in Prometheus's text format."""
        figures = (
            ("publishers", "gauge", self.sessions.publishers),
            ("sessions", "gauge", self.sessions.held),
            ("replays", "gauge", self.sessions.replays.held),
            ("window_bytes", "gauge", self.sessions.window_bytes),
            ("rtmp_connections", "gauge", self.rtmp.connections),
            ("rtmp_received_bytes_total", "counter", self.rtmp.received),
            ("browser_connections", "gauge", self.browsers.connections),
            ("browser_received_bytes_total", "counter", self.browsers.received),
            ("whip_publishers", "gauge", self.whip.connections),
            ("whip_received_bytes_total", "counter", self.whip.received),
            ("ladders_running", "gauge", self.sessions.ladders(State.RUNNING)),
            ("ladders_behind", "gauge", self.sessions.ladders(State.BEHIND)),
            ("ladders_refused", "gauge", self.sessions.ladders(State.REFUSED)),
            ("packaging_restarts_total", "counter", self.sessions.takes.total()),
        )
        lines = (
            f"# TYPE storecast_broadcast_{name} {kind}\nstorecast_broadcast_{name} {value}\n"
            for name, kind, value in figures
        )
        return "".join(lines).encode()


async def serve(settings: Settings) -> None:
    """Run the media plane until it is told to stop. Raises OSError when a port is taken."""
    await serve_until_stopped(BroadcastServer(settings))
