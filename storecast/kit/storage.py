"""Files an installation keeps: images and recordings, under keys like `products/<id>.jpg`. On local disk."""

from pathlib import Path, PurePosixPath

import obstore
from obstore.store import LocalStore


class Storage:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._store = LocalStore(folder)

    async def put(self, key: str, content: bytes) -> None:
        """Store `content` whole or not at all."""
        await obstore.put_async(self._store, key, content)

    async def delete(self, key: str) -> None:
        """Remove `key`; one that is not there is fine."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return

    def path(self, key: str) -> Path:
        """Where `key` lies on this disk. Raises ValueError for a key that would leave the folder."""
        if PurePosixPath(key).is_absolute() or ".." in PurePosixPath(key).parts:
            raise ValueError(f"not a storage key: {key!r}")
        return self._folder / key
