from pathlib import Path

import httpx
import pytest
from litestar import Litestar, Request, get
from litestar.types import HTTPScope, Receive, Send

from storecast.kit.http.forwarded import correct
from storecast.kit.networks import TrustedProxies
from tests.factories.accounts import PASSWORD, member
from tests.factories.platform import Client, running_app, settings_for

FOR = "X-Forwarded-For"
PROTO = "X-Forwarded-Proto"


@get("/")
async def whoami(request: Request[None, None, object]) -> list[str]:
    return [request.client.host if request.client else "nobody", request.url.scheme]


ROUTES, PROXIES = Litestar([whoami]), TrustedProxies("127.0.0.1,10.1.0.0/24")


async def app(scope: HTTPScope, receive: Receive, send: Send) -> None:
    correct(scope, PROXIES)
    await ROUTES(scope, receive, send)


@pytest.mark.parametrize(
    ("peer", "headers", "seen"),
    [
        ("127.0.0.1", [], ["127.0.0.1", "http"]),
        ("127.0.0.1", [(FOR, "198.51.100.1"), (PROTO, "https")], ["198.51.100.1", "https"]),
        ("127.0.0.1", [(PROTO, "https")], ["127.0.0.1", "https"]),
        ("192.0.2.1", [(FOR, "198.51.100.1"), (PROTO, "https")], ["192.0.2.1", "http"]),
        ("::ffff:192.0.2.1", [(FOR, "198.51.100.1")], ["192.0.2.1", "http"]),
        # A caller's own line stands before the proxy's.
        ("127.0.0.1", [(FOR, "203.0.113.9"), (FOR, "198.51.100.1")], ["198.51.100.1", "http"]),
        ("127.0.0.1", [(FOR, "203.0.113.9, 10.1.0.1"), (FOR, "198.51.100.1, 10.1.0.7")], ["198.51.100.1", "http"]),
        ("127.0.0.1", [(PROTO, "http"), (PROTO, "https")], ["127.0.0.1", "https"]),
        # No schemes of ours.
        ("127.0.0.1", [(PROTO, "javascript")], ["127.0.0.1", "http"]),
        ("127.0.0.1", [(PROTO, "https, http")], ["127.0.0.1", "http"]),
        ("127.0.0.1", [(PROTO, "")], ["127.0.0.1", "http"]),
        # Nothing is read that is not written in these two.
        ("127.0.0.1", [("X-Real-IP", "198.51.100.1"), ("Forwarded", "for=198.51.100.1")], ["127.0.0.1", "http"]),
        ("127.0.0.1", [(b"X-Forwarded-For", b"\xff\xfe\x00")], ["127.0.0.1", "http"]),
    ],
)
async def test_only_a_trusted_proxy_says_who_calls_and_how(
    peer: str, headers: list[tuple[str, str]], seen: list[str]
) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(peer, 50_000))) as http:
        assert (await http.get("http://shop.test/", headers=headers)).json() == seen


async def test_a_server_that_knows_no_peer_is_left_alone() -> None:
    async def without_peer(scope: dict[str, object], receive: object, send: object) -> None:
        await app({**scope, "client": None}, receive, send)  # type: ignore[arg-type]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(without_peer)) as http:
        assert (await http.get("http://shop.test/", headers={FOR: "198.51.100.1"})).json() == ["nobody", "http"]


async def signed_in_from(anyone: Client, forwarded: dict[str, str]) -> str:
    """The address a sign-in is listed with."""
    owner = await member(anyone)
    await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD}, headers=forwarded)
    devices = (await owner.client.get("profile/sessions")).json()["data"]
    return str(next(device["address"] for device in devices if not device["current"]))


async def test_the_api_sees_callers_behind_the_proxies_of_its_setting(tmp_path: Path, database_url: str) -> None:
    forwarded = {FOR: "203.0.113.9, 198.51.100.1"}
    async with running_app(settings_for(tmp_path, database_url)) as anyone:
        assert await signed_in_from(anyone, forwarded) == "198.51.100.1"
    async with running_app(settings_for(tmp_path, database_url, trusted_proxies="10.1.0.7")) as anyone:
        assert await signed_in_from(anyone, forwarded) == "127.0.0.1"
        assert await signed_in_from(anyone.at("10.1.0.7"), forwarded) == "198.51.100.1"


async def test_one_caller_is_limited_whatever_they_say(tmp_path: Path, database_url: str) -> None:
    async with running_app(settings_for(tmp_path, database_url)) as anyone:
        body = {"email": "nobody@example.com", "password": "a wrong password"}
        answers = [
            await anyone.post("auth/login", body, headers={FOR: f"203.0.113.{number}, 198.51.100.1"})
            for number in range(6)
        ]
        assert [answer.status_code for answer in answers][-2:] == [401, 429]
        other = await anyone.post("auth/login", body, headers={FOR: "198.51.100.2"})
        assert other.status_code == 401


async def test_links_are_secure_behind_a_secure_proxy(tmp_path: Path, database_url: str) -> None:
    async with running_app(settings_for(tmp_path, database_url)) as anyone:
        paths = "/.well-known/oauth-authorization-server"
        assert (await anyone.get(paths, headers={PROTO: "https"})).json()["issuer"].startswith("https://shop.test")
        assert (await anyone.at("192.0.2.1").get(paths, headers={PROTO: "https"})).json()["issuer"].startswith("http:")
