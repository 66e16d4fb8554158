"""Files that come and go with the rows that name them. Apart from `storage`, which knows no database."""

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from storecast.kit.database import Database
from storecast.kit.errors import Unavailable
from storecast.kit.jobs import Job, defer
from storecast.kit.storage import Storage


class DeleteFiles(Job, frozen=True):
    name = "storage.delete_files"
    queue = "files"

    keys: list[str]


async def request_deletion(db: Database, keys: Collection[str], *, at: datetime | None = None) -> None:
    """Have the worker delete these files if and when this transaction commits, which leaves no row that names them.

    Not before `at`, where somebody may be storing them still.
    """
    if keys:
        await defer(db, DeleteFiles(list(keys)), at=at)


@asynccontextmanager
async def stored(storage: Storage, files: Mapping[str, bytes]) -> AsyncGenerator[None]:
    """These files, by key, are there for a block that writes the rows naming them; where it fails they go again."""
    try:
        for key, content in files.items():
            await storage.put(key, content)
        yield
    except BaseException:  # cancelled, too: no row will ever name them
        with suppress(Unavailable):  # the log says so; what went wrong first is what the caller is told
            await storage.delete_all(files)
        raise
