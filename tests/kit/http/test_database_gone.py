import asyncio
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


async def test_database_that_is_starting_up_is_said_so(tmp_path: Path) -> None:
    """As it does for a moment after a crash."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # may it be encrypted?
        writer.write(b"N")
        await reader.read(1)
        said = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
        writer.write(b"E" + (len(said) + 4).to_bytes(4, "big") + said)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = settings_for(tmp_path, f"postgresql://nobody@127.0.0.1:{port}/none")
    async with running_app(settings) as anyone:
        answered = await anyone.post("auth/login", {"email": "mara@example.com", "password": "any password"})
        assert answered.status_code == 503, answered.text
    server.close()
    await server.wait_closed()
