"""The PostgreSQL of one test session: started by the first test that needs it, ended when the session has ended.

Run as a process of its own, because no pytest-xdist worker lives as long as the session.
"""

import asyncio
import os
import select
import shutil
import sys
from pathlib import Path

import psycopg

from storecast.kit.migrations import upgrade
from storecast.kit.postgres import BundledPostgres

TEMPLATE = "template_storecast"
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


async def serve(folder: Path, session: int) -> None:
    """Serve until process `session` ends; `folder`/url appears when the template is ready."""
    ended = os.pidfd_open(session)
    postgres = BundledPostgres(folder, QUICK)
    try:
        url = await postgres.start()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        await asyncio.to_thread(upgrade, database(url, TEMPLATE))
        (folder / "url.new").write_text(url)
        (folder / "url.new").rename(folder / "url")
        await asyncio.to_thread(select.select, [ended], [], [])
    finally:
        await postgres.stop()
        shutil.rmtree(folder)


def database(url: str, name: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/{name}"


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
