"""The gateway's process: a WebSocket server with a few plain answers beside it, and one connection to the bus."""

import asyncio
import logging
import random
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import structlog
from picows import WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener, ws_create_server

from storecast.kit.hooks import HookClient
from storecast.kit.listener import listener_of
from storecast.kit.secrets import hook_secret
from storecast.kit.serving import serve_until_stopped
from storecast.kit.settings import Settings
from storecast.kit.tasks import supervise
from storecast.realtime.admission import Admission
from storecast.realtime.gateway import Gateway
from storecast.realtime.protocol import MAX_FRAME
from storecast.realtime.session import Session

HANDSHAKE_SECONDS = 5.0
PING_SECONDS = 25.0  # below the minute after which proxies cut idle connections
PONG_SECONDS = 20.0
BACKLOG = 1024
STOP_SECONDS = 4.0
CLOSED_AT_ONCE = 500
FIRST_BACK = 0.5  # seconds after which the first of those sent away come back
BACK_A_SECOND = 500  # how many come back in a second, each to be let in and told what they missed
LAST_BACK = 60.0

log = structlog.get_logger()


class RealtimeServer:
    def __init__(self, settings: Settings) -> None:
        self._host, self._port = settings.host, settings.realtime_port
        self._client = HookClient(settings.api_hooks_url, hook_secret(settings))
        admission = Admission(settings.realtime_connections, settings.realtime_connections_per_address)
        self._gateway = Gateway(self._client, admission, settings.proxies)
        self._listener = listener_of(settings, self._gateway.hear, self._gateway.bus_connected)
        self._looks = settings.valkey_url is not None
        self._server: asyncio.Server | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> int:
        """Answers the port it listens on."""
        self._tasks = [
            supervise(self._listener.run, "hearing the bus"),
            supervise(self._gateway.sweep, "forgetting idle rooms"),
        ]
        if self._looks:
            self._tasks.append(supervise(self._gateway.look, "looking what rooms have missed"))
        picows_log = logging.getLogger("picows.server")
        picows_log.setLevel(logging.ERROR)  # it has a line for each connection
        picows_log.addFilter(_is_no_clients_fault)
        self._server = await ws_create_server(
            self._answer,
            self._host,
            self._port,
            websocket_handshake_timeout=HANDSHAKE_SECONDS,
            logger_name=logging.LoggerAdapter(picows_log),
            enable_auto_ping=True,
            auto_ping_idle_timeout=PING_SECONDS,
            auto_ping_reply_timeout=PONG_SECONDS,
            enable_auto_pong=False,  # pings count as frames, which are limited
            max_frame_size=MAX_FRAME,
            read_buffer_init_size=2048,
            backlog=BACKLOG,
        )
        port: int = self._server.sockets[0].getsockname()[1]
        log.info("realtime gateway listens", host=self._host, port=port)
        return port

    async def stop(self) -> None:
        """Take no more clients, send those here elsewhere, then let go of the bus and the API."""
        if self._server:
            self._server.close()
        leaving = list(self._gateway.sessions)
        random.shuffle(leaving)  # who came first does not come back first each time
        for count, session in enumerate(leaving):
            session.send_away(min(FIRST_BACK + count / BACK_A_SECOND, LAST_BACK))
            if count % CLOSED_AT_ONCE == 0:
                await asyncio.sleep(0)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._gateway.emptied(), STOP_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._gateway.close()
        await self._client.close()

    def _answer(self, request: WSUpgradeRequest) -> Session | WSUpgradeResponseWithListener:
        target = urlsplit(request.path.decode("ascii", "replace"))
        if target.path == "/health/live":
            return _plain(200, b"ok\n")
        if target.path == "/health/ready":
            return _plain(200, b"ready\n") if self._gateway.listening else _plain(503, b"the bus is out of reach\n")
        if target.path == "/metrics":
            return _plain(200, self._gateway.metrics.text())
        if target.path not in ("/", "/ws"):
            return _plain(404, b"not found\n")
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return _plain(426, b"this is a WebSocket\n")
        if self._gateway.admission.full:
            log.warning("no room for another connection; see STORECAST_REALTIME_CONNECTIONS")
            return _plain(503, b"full\n")
        options = {option.strip().lower() for option in request.headers.get("Connection", "").split(",")}
        if "upgrade" in options:
            request.headers["Connection"] = "upgrade"  # Firefox says "keep-alive, Upgrade", which picows refuses
        return Session(self._gateway, parse_qs(target.query).get("token", [""])[0])


async def serve(settings: Settings) -> None:
    """Run the gateway until it is told to stop."""
    await serve_until_stopped(RealtimeServer(settings))


def _is_no_clients_fault(record: logging.LogRecord) -> bool:
    """Whoever sends frames against the rules is told so; a line for each would let anybody fill the log."""
    return not str(record.msg).startswith("WS parser error")


def _plain(status: int, body: bytes) -> WSUpgradeResponseWithListener:
    if status == 200:
        response = WSUpgradeResponse.create_ok_response(body)
    else:
        response = WSUpgradeResponse.create_error_response(status, body)
    return WSUpgradeResponseWithListener(response, None)
