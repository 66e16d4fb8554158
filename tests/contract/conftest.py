from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.recipes import World, build_world
from tests.factories.mails import link_in, mails_in, query_of
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
        [mail] = mails_in(tmp_path)
        for path in (tmp_path / "mail").glob("*.eml"):
            path.unlink()
        return query_of(link_in(mail))

    async with running_app(settings, Outside({"www.googleapis.com": google})) as anyone:
        yield await build_world(anyone, google, mailed)
