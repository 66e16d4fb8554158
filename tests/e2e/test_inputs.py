"""Servers before broadcast, by the configurations of `deploy/`: what they hand on is a show like any other."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storecast.kit.settings import Settings
from tests.e2e.installation import H264, Merchant
from tests.ports import free_port
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

DEPLOY = Path(__file__).parents[2] / "deploy"
NGINX = Path("/usr/sbin/nginx")
MODULES = Path("/usr/lib/nginx/modules")


def needs(module: str) -> None:
    if not (NGINX.exists() and (MODULES / module).exists()):
        pytest.skip(f"no nginx with {module}: `apt-get install nginx libnginx-mod-rtmp libnginx-mod-stream`")


@asynccontextmanager
async def nginx(folder: Path, configuration: str) -> AsyncGenerator[None]:
    (folder / "nginx.conf").write_text(configuration.replace("modules/ngx", f"{MODULES}/ngx"))
    process = await asyncio.create_subprocess_exec(
        *(str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")),
        *("-g", f"daemon off; pid {folder}/pid; user root;"),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 20)


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def sending(target: str, trusted: Path | None = None) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A real encoder that says what it was told; it trusts this certificate besides those it knows."""
    process = await asyncio.create_subprocess_exec(
        *(Settings().ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-re"),
        *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine=frequency=440"),
        *(*H264, "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "flv", target),
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | ({"SSL_CERT_FILE": str(trusted)} if trusted else {}),
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), 20)


async def is_off(merchant: Merchant) -> bool:
    return not await merchant.is_live()


async def test_nginx_rtmp_hands_a_show_on_and_its_key_is_kept(merchant: Merchant, tmp_path: Path) -> None:
    needs("ngx_rtmp_module.so")
    port = free_port()
    shipped = (DEPLOY / "nginx-rtmp/nginx.conf").read_text()
    given = shipped.replace("listen 1936", f"listen 127.0.0.1:{port}")
    given = given.replace("127.0.0.1:1935", f"127.0.0.1:{merchant.installation.rtmp_port}")
    async with nginx(tmp_path, given):
        await eventually(lambda: listens(port), 20)
        async with sending(f"rtmp://127.0.0.1:{port}/live/{merchant.stream['stream_key']}"):
            await eventually(merchant.is_live, 40)
        await eventually(lambda: is_off(merchant), 60)


async def test_rtmps_hands_on_what_is_said_both_ways(merchant: Merchant, tmp_path: Path) -> None:
    needs("ngx_stream_module.so")
    trusted = certificate(tmp_path)
    port = free_port()
    shipped = (DEPLOY / "rtmps/nginx.conf").read_text()
    given = shipped.replace("listen 1443", f"listen 127.0.0.1:{port}").replace("/etc/ssl/storecast", str(tmp_path))
    given = given.replace("127.0.0.1:1935", f"127.0.0.1:{merchant.installation.rtmp_port}")
    async with nginx(tmp_path, given):
        await eventually(lambda: listens(port), 20)
        async with sending(f"rtmps://127.0.0.1:{port}/live/no-key-of-anybody", trusted) as refused:
            _, told = await asyncio.wait_for(refused.communicate(), 30)
            assert b"There is no such stream key." in told
        async with sending(f"rtmps://127.0.0.1:{port}/live/{merchant.stream['stream_key']}", trusted):
            await eventually(merchant.is_live, 40)
        await eventually(lambda: is_off(merchant), 10)  # its goodbye came through


def certificate(folder: Path) -> Path:
    """Of this machine, made and signed here."""
    made = folder / "fullchain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "privkey.pem"), "-out", str(made)],
        check=True, capture_output=True,
    )  # fmt: skip
    return made
