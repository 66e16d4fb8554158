from pathlib import Path

from tests.factories.platform import running_app, settings_for
from tests.ports import free_port


async def test_database_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    for host in ("127.0.0.1", "localhost"):
        settings = settings_for(tmp_path, f"postgresql://nobody@{host}:{free_port()}/none")
        async with running_app(settings) as anyone:
            answer = await anyone.post("auth/login", {"email": "mara@example.com", "password": "any password"})
            assert answer.status_code == 503, answer.text
            assert answer.json()["error"]["message"] == "The database does not answer. Try again in a moment."
            assert answer.headers["Retry-After"] == "2"
