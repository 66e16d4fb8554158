"""npm oauth2-mock-server as an issuer of ID tokens: somebody else's code and cryptography."""

import base64
import hashlib
import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "oauth2-mock-server"
REDIRECT = "https://shop.test/callback"


class MockServer:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        self._process = process
        self.port = int(process.stdout.readline())
        self._base = f"http://127.0.0.1:{self.port}"

    def add_key(self) -> None:
        """Tokens are signed with its keys in turn from now on."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "added\n"

    async def id_token(self, client_id: str, nonce: str, **claims: object) -> str:
        """By the authorization code flow with PKCE, as a client gets it."""
        verifier = secrets.token_urlsafe(32)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": REDIRECT,
            "scope": "openid email",
            "state": "state",
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        async with httpx.AsyncClient(base_url=self._base, trust_env=False) as client:
            sent_back = await client.get("/authorize", params=asked)
            [code] = parse_qs(urlsplit(sent_back.headers["Location"]).query)["code"]
            form = {
                "grant_type": "authorization_code",
                "code": code,
                "client_id": client_id,
                "redirect_uri": REDIRECT,
                "code_verifier": verifier,
                "claims": json.dumps(claims),
            }
            answer = await client.post("/token", data=form)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["id_token"]
        return token


@contextmanager
def mock_server(issuer: str, keys_path: str) -> Iterator[MockServer]:
    """Skips the test where Node or the package is missing."""
    if not (FOLDER / "node_modules" / "oauth2-mock-server").is_dir():
        pytest.skip("oauth2-mock-server is not installed: `make peers`")
    found = subprocess.run([sys.executable, ROOT / "scripts" / "node_path.py"], capture_output=True, text=True)
    node = shutil.which("node", path=found.stdout)
    if node is None:
        pytest.skip("Node is missing")
    command = [node, FOLDER / "issuer.mjs", issuer, keys_path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield MockServer(process)
        finally:
            process.terminate()
