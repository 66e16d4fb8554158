import email
from collections.abc import AsyncIterator
from email import policy
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.contract.recipes import World, build_world
from tests.factories.platform import do_jobs, running_app, settings_for


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    settings = settings_for(tmp_path, database_url)

    async def mailed() -> dict[str, str]:
        await do_jobs(settings)
        [path] = (tmp_path / "mail").glob("*.eml")
        text = email.message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        assert text
        [link] = [word for word in text.get_content().split() if word.startswith("http")]
        return dict(parse_qsl(urlsplit(link).query))

    async with running_app(settings) as anyone:
        yield await build_world(anyone, mailed)
