import email
from collections.abc import AsyncIterator
from email import policy
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.contract.recipes import World, build_world
from tests.factories.platform import do_jobs, running_app, settings_for
from tests.peers.issuer import Issuer, google_issuer
from tests.peers.outside import Outside

CLIENT_ID = "1234.apps.googleusercontent.com"


@pytest.fixture(scope="session")
def google() -> Issuer:
    return google_issuer(CLIENT_ID)


@pytest.fixture
async def world(tmp_path: Path, database_url: str, google: Issuer) -> AsyncIterator[World]:
    settings = settings_for(tmp_path, database_url, google_client_ids=CLIENT_ID)

    async def mailed() -> dict[str, str]:
        await do_jobs(settings)
        [path] = (tmp_path / "mail").glob("*.eml")
        text = email.message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        assert text
        [link] = [word for word in text.get_content().split() if word.startswith("http")]
        return dict(parse_qsl(urlsplit(link).query))

    async with running_app(settings, Outside({"www.googleapis.com": google})) as anyone:
        yield await build_world(anyone, google, mailed)
