"""Clients that others wrote get through every grant, unchanged, against a real server."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient
from requests_oauthlib import OAuth2Session

from tests.factories.accounts import PASSWORD
from tests.factories.oauth import REDIRECT, VERIFIER, OAuthClient, first_party_client
from tests.factories.platform import settings_for
from tests.ports import free_port
from tests.waiting import eventually

ROOT = Path(__file__).parents[3]
PACKAGES = ROOT / "tests" / "peers" / "oauth-clients"
EMAIL = "mara@example.com"
SECONDS = 60


@dataclass
class Served:
    """A server that runs, somebody signed in to it, a client with a secret, one without, and one of our own."""

    url: str
    person: httpx.AsyncClient
    app: OAuthClient
    phone: OAuthClient
    own: OAuthClient

    @property
    def token_url(self) -> str:
        return f"{self.url}/api/v1/oauth/token"

    @property
    def profile_url(self) -> str:
        return f"{self.url}/api/v1/profile"

    async def browse(self, address: str) -> str:
        """What the consent page does when the person says yes: where the browser ends up."""
        assert address.startswith(f"{self.url}/oauth/authorize?")
        asked = dict(parse_qsl(urlsplit(address).query))
        assert (await self.person.get("oauth/authorize", params=asked)).status_code == 200
        answer = await self.person.post("oauth/authorize", json={**asked, "approve": True})
        assert answer.status_code == 200, answer.text
        redirect: str = answer.json()["data"]["redirect"]
        return redirect


@pytest.fixture(scope="module")
async def served(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    settings = settings_for(folder, module_database_url)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "STORECAST_DATA_DIR": str(folder),
        "STORECAST_DATABASE_URL": module_database_url,
        "STORECAST_PORT": str(port),
    }
    own = await first_party_client(settings)
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "storecast.entrypoints.cli", "api"), env=environment, stdout=log, stderr=log
        )
    try:
        async with httpx.AsyncClient(base_url=f"{url}/api/v1/", timeout=30, trust_env=False) as person:

            async def answers() -> bool:
                assert process.returncode is None, (folder / "log").read_text()[-4000:]
                try:
                    return (await person.get(f"{url}/health/ready")).is_success
                except httpx.TransportError:
                    return False

            await eventually(answers, SECONDS)
            who = {"email": EMAIL, "password": PASSWORD}
            await person.post("auth/register", json=who)
            token = (await person.post("auth/login", json=who)).json()["access_token"]
            person.headers["Authorization"] = f"Bearer {token}"
            made = [
                (await person.post("oauth/clients", json={"name": "T", "redirect": REDIRECT, "confidential": secret}))
                for secret in (True, False)
            ]
            app, phone = [OAuthClient(one.json()["id"], one.json().get("plainSecret")) for one in made]
            yield Served(url, person, app, phone, own)
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), SECONDS)


async def test_requests_oauthlib(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # it refuses http, even to this machine
    session = OAuth2Session(served.app.id, redirect_uri=REDIRECT, scope=["profile"], pkce="S256")
    address, _ = session.authorization_url(f"{served.url}/oauth/authorize")
    back = await served.browse(address)

    def through_the_grants() -> list[str]:
        def email(of: OAuth2Session) -> str:
            return str(of.get(served.profile_url).json()["data"]["email"])

        session.fetch_token(served.token_url, authorization_response=back, client_secret=served.app.secret)
        emails = [email(session)]
        session.refresh_token(served.token_url, auth=(served.app.id, served.app.secret))
        emails.append(email(session))
        machine = OAuth2Session(client=BackendApplicationClient(served.app.id, scope=["stats"]))
        machine.fetch_token(served.token_url, client_secret=served.app.secret)
        assert machine.get(served.profile_url).status_code == 403  # no person's, and without the scope
        legacy = OAuth2Session(client=LegacyApplicationClient(served.own.id, scope=["profile"]))
        legacy.fetch_token(
            served.token_url,
            username=EMAIL,
            password=PASSWORD,
            client_id=served.own.id,
            client_secret=served.own.secret,
        )
        return [*emails, email(legacy)]

    assert await asyncio.to_thread(through_the_grants) == [EMAIL] * 3


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
async def test_authlib(served: Served, method: str) -> None:
    asking = served.phone if method == "none" else served.app
    how: dict[str, Any] = {"token_endpoint_auth_method": method, "trust_env": False}
    async with AsyncOAuth2Client(
        asking.id, asking.secret, scope="profile", redirect_uri=REDIRECT, code_challenge_method="S256", **how
    ) as client:
        address, state = client.create_authorization_url(f"{served.url}/oauth/authorize", code_verifier=VERIFIER)
        back = await served.browse(address)
        await client.fetch_token(served.token_url, authorization_response=back, state=state, code_verifier=VERIFIER)
        assert (await client.get(served.profile_url)).json()["data"]["email"] == EMAIL
        await client.refresh_token(served.token_url)
        assert (await client.get(served.profile_url)).json()["data"]["email"] == EMAIL
        if method != "none":
            said = await client.introspect_token(f"{served.url}/api/v1/oauth/introspect", client.token["access_token"])
            assert said.json()["active"] is True
        await client.revoke_token(f"{served.url}/api/v1/oauth/revoke", client.token["refresh_token"])
        assert (await client.get(served.profile_url)).status_code == 401
    if method != "none":
        async with AsyncOAuth2Client(asking.id, asking.secret, scope="stats", **how) as client:
            assert (await client.fetch_token(served.token_url))["token_type"] == "Bearer"
        async with AsyncOAuth2Client(served.own.id, served.own.secret, **how) as client:
            await client.fetch_token(served.token_url, username=EMAIL, password=PASSWORD)
            assert (await client.get(served.profile_url)).json()["data"]["email"] == EMAIL


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (
            "openid-client",
            {
                "by_code": EMAIL,
                "introspected": True,
                "revoked": True,
                "for_itself": "bearer",
                "publicly": EMAIL,
                "by_password": EMAIL,
            },
        ),
        ("simple-oauth2", {"by_code": EMAIL, "revoked": True, "for_itself": "Bearer", "by_password": EMAIL}),
    ],
)
async def test_npm_clients(served: Served, program: str, expected: dict[str, object]) -> None:
    process = await start(program, served)
    assert process.stdin
    assert process.stdout
    try:
        while (line := (await process.stdout.readline()).decode().strip()).startswith("http"):
            process.stdin.write(f"{await served.browse(line)}\n".encode())
            await process.stdin.drain()
        assert line, (await process.communicate())[1].decode()
        assert json.loads(line) == expected
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def start(program: str, served: Served) -> asyncio.subprocess.Process:
    """Skips where Node or the package is missing."""
    if not (PACKAGES / "node_modules" / program).is_dir():
        pytest.skip(f"{program} is not installed: `make peers`")
    found = subprocess.run([sys.executable, ROOT / "scripts" / "node_path.py"], capture_output=True, text=True)
    node = shutil.which("node", path=found.stdout)
    if node is None:
        pytest.skip("Node is missing")
    argument = {
        "issuer": served.url,
        "redirect": REDIRECT,
        "person": {"email": EMAIL, "password": PASSWORD},
        **{
            name: {"id": of.id, "secret": of.secret} for name, of in vars(served).items() if isinstance(of, OAuthClient)
        },
    }
    pipe = asyncio.subprocess.PIPE
    script = PACKAGES / f"{program}.mjs"
    return await asyncio.create_subprocess_exec(
        node, script, json.dumps(argument), stdin=pipe, stdout=pipe, stderr=pipe
    )
