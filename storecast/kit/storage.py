"""Files an installation keeps: images and recordings, under keys like `products/<id>.jpg`. On local disk."""

from collections.abc import Collection
from pathlib import Path, PurePosixPath

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from storecast.kit.database import Database
from storecast.kit.errors import Unavailable
from storecast.kit.jobs import Job, defer

log = structlog.get_logger()


class DeleteFiles(Job, frozen=True):
    name = "storage.delete_files"
    queue = "files"

    keys: list[str]


class Storage:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._store = LocalStore(folder)

    async def put(self, key: str, content: bytes) -> None:
        """Store `content` whole or not at all. Raises `Unavailable` where the disk does not take it."""
        try:
            await obstore.put_async(self._store, key, content)
        except (BaseError, OSError) as error:
            log.exception("storage does not take a file", key=key)
            raise Unavailable("The file could not be stored; nothing was changed. Try again later.") from error

    async def delete(self, key: str) -> None:
        """Remove `key`; one that is not there is fine."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return

    async def delete_all(self, keys: Collection[str]) -> None:
        for key in keys:
            await self.delete(key)

    def path(self, key: str) -> Path:
        """Where `key` lies on this disk. Raises ValueError for a key that would leave the folder."""
        if PurePosixPath(key).is_absolute() or ".." in PurePosixPath(key).parts:
            raise ValueError(f"not a storage key: {key!r}")
        return self._folder / key


async def request_deletion(db: Database, keys: Collection[str]) -> None:
    """Have the worker delete these files if and when this transaction commits, which leaves no row that names them."""
    if keys:
        await defer(db, DeleteFiles(list(keys)))
