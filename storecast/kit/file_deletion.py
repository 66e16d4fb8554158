"""Files that go with the rows that name them. Apart from `storage`, which broadcast uses without a database."""

from collections.abc import Collection

from storecast.kit.database import Database
from storecast.kit.jobs import Job, defer


class DeleteFiles(Job, frozen=True):
    name = "storage.delete_files"
    queue = "files"

    keys: list[str]


async def request_deletion(db: Database, keys: Collection[str]) -> None:
    """Have the worker delete these files if and when this transaction commits, which leaves no row that names them."""
    if keys:
        await defer(db, DeleteFiles(list(keys)))
