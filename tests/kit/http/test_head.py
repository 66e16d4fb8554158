from pathlib import Path

from tests.factories.platform import running_app, settings_for


async def test_head_answers_as_get_without_the_body(tmp_path: Path, database_url: str) -> None:
    async with running_app(settings_for(tmp_path, database_url)) as anyone:
        for path in ("/api/v1", "/health/live", "/schema/openapi.json", "/api/v1/nowhere"):
            got, headed = await anyone.get(path), await anyone.call("HEAD", path)
            assert headed.status_code == got.status_code
            assert headed.content == b""
            assert headed.headers["content-length"] == got.headers["content-length"]
            assert headed.headers["x-request-id"]
        assert (await anyone.call("HEAD", "auth/login")).status_code == 405
