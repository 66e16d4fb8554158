"""The command line: own clients, and keys that rotate under a running API."""

import subprocess
import sys
from pathlib import Path

from storecast.kit.settings import Settings
from tests.factories.accounts import PASSWORD, Member
from tests.factories.platform import Client


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert settings.database_url is not None
    environment = {
        "STORECAST_DATA_DIR": str(settings.data_dir),
        "STORECAST_DATABASE_URL": settings.database_url.get_secret_value(),
    }
    command = [sys.executable, "-m", "storecast.entrypoints.cli", *arguments]
    return subprocess.run(command, env=environment, cwd=Path(__file__).parents[3], capture_output=True, text=True)


async def test_client_of_the_installations_own_is_made(anyone: Client, owner: Member, settings: Settings) -> None:
    made = run(settings, "client", "create", "--name", "Own app", "--redirect", "https://app.example/back")
    assert made.returncode == 0, made.stderr
    said = dict(line.rsplit(" ", 1) for line in made.stdout.splitlines())
    answer = await anyone.post(
        "oauth/token",
        {
            "grant_type": "password",
            "client_id": said["client id"],
            "client_secret": said["client secret"],
            "username": owner.email,
            "password": PASSWORD,
        },
    )
    assert answer.status_code == 200, answer.text
    refused = run(settings, "client", "create", "--name", "Own app", "--redirect", "http://app.example/back")
    assert (refused.returncode, "--redirect must be https" in refused.stderr) == (1, True)


async def test_keys_rotate_under_a_running_api(anyone: Client, owner: Member, settings: Settings) -> None:
    rotated = run(settings, "keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    published = (await anyone.get("/.well-known/jwks.json")).json()["keys"]
    assert [key["kid"] for key in published][1:] == rotated.stdout.split()[-1:]
    assert (await owner.client.get("profile")).status_code == 200
    fresh = (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).json()
    assert (await anyone.with_token(fresh["access_token"]).get("profile")).status_code == 200
