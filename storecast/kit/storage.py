"""Files an installation keeps: pictures, recordings, copies of data; by keys like `images/products/<id>.webp`.

They lie on this disk or in S3, and nobody but this module knows where: what comes out are bytes and links.
"""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import obstore
import structlog
from msgspec import Struct
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from storecast.kit.errors import NotFound, Unavailable
from storecast.kit.s3 import link_signer, s3_store
from storecast.kit.settings import Settings

if TYPE_CHECKING:  # obstore has them in its stubs alone
    from obstore import Attributes, GetOptions, GetResult, ObjectMeta


CHUNK = 256 * 1024  # bytes read at a time
PART = 8 * 1024 * 1024  # bytes of an upload's part; S3 takes 5 MiB to 5 GiB each
MOST_PARTS = 10_000  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
PARTS_AT_ONCE = 4
NOT_A_DIRECTORY = "(os error 20)"  # a file lies where a folder of the key would be

# Letters of which no file system, address or signature makes something else; no name hidden, none that leads upwards.
_KEY = re.compile(r"(?=.{1,200}\Z)[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_TYPES = {
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".m4s": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".vtt": "text/vtt",
    ".zip": "application/zip",
}

Answer = TypeVar("Answer")
_CANNOT_BE_HAD = "The file cannot be had now. Try again later."
log = structlog.get_logger()


class FileMissing(NotFound):
    title = "File not found"


class StoredFile(Struct, frozen=True):
    size: int  # bytes
    etag: str  # as in the header, with its quotes
    modified: datetime


class Storage:
    """Every method raises `Unavailable` where disk or S3 does not do what it should, and logs why.

    A key that could not be one raises ValueError where something is to be done with it, `FileMissing` where it is read.
    """

    def __init__(self, store: LocalStore | S3Store, folder: Path | None = None, signer: S3Store | None = None) -> None:
        """`folder` is where a `LocalStore` keeps its files; `signer` makes links that lead to an `S3Store`."""
        self._store = store
        self._folder = folder
        self._signer = signer

    @classmethod
    def of(cls, settings: Settings) -> "Storage":
        """Asks nobody: S3 may be away, and come back."""
        if settings.storage_url is not None:
            return cls(s3_store(settings), signer=link_signer(settings))
        folder = settings.data_dir / "storage"
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(folder), folder)

    async def put(self, key: str, content: bytes) -> None:
        """Store `content` whole or not at all."""
        putting = obstore.put_async(
            self._store, _checked(key), content, attributes=self._attributes(key), use_multipart=False
        )
        await _stored_whole(key, putting)

    async def put_file(self, key: str, path: Path, *, filename: str | None = None) -> None:
        """Store the file at `path` whole or not at all, however large; `path` is not to be written any more.

        Who follows a `link` to it saves it as `filename`. Raises OSError where `path` cannot be read.
        """
        size = (await asyncio.to_thread(path.stat)).st_size
        if self._folder is not None:
            await _stored_whole(key, asyncio.to_thread(_place, path, self._folder / _checked(key)))
            return
        putting = obstore.put_async(
            *(self._store, _checked(key), path),
            attributes=self._attributes(key, filename),
            chunk_size=max(PART, -(-size // MOST_PARTS)),
            max_concurrency=PARTS_AT_ONCE,
        )
        await _stored_whole(key, putting)

    async def fetch(self, key: str, path: Path) -> None:
        """Have the file at `path`, to be read: it may be the stored one. Raises `FileMissing`, OSError."""
        if self._folder is not None:
            stored = self._folder / _findable(key)
            try:
                await asyncio.to_thread(_place, stored, path)
            except FileNotFoundError as error:
                raise FileMissing from error
            return
        _, chunks = await self.read(key)
        with path.open("wb") as file:
            async for chunk in chunks:
                await asyncio.to_thread(file.write, chunk)

    async def stat(self, key: str) -> StoredFile:
        """Raises `FileMissing`."""
        return _told(await _found(key, obstore.head_async(self._store, _findable(key))))

    async def read(self, key: str, start: int = 0, end: int | None = None) -> tuple[StoredFile, AsyncIterator[bytes]]:
        """The file, and its bytes from `start`, which lies in it, up to and without `end`. Raises `FileMissing`."""
        if self._folder is not None:
            told = await self.stat(key)
            stop = told.size if end is None else min(end, told.size)
            return told, _pieces(key, self._folder / key, start, stop)
        options: GetOptions = {}
        if end is not None:
            options["range"] = (start, end)
        elif start:
            options["range"] = {"offset": start}
        found = await _found(key, obstore.get_async(self._store, _findable(key), options=options))
        return _told(found.meta), _chunks(key, found)

    async def link(self, key: str, lifetime: timedelta) -> str | None:
        """An address at S3 that anybody can download the file from for so long; None where it must pass through us."""
        if self._signer is None:
            return None
        return await _found(key, obstore.sign_async(self._signer, "GET", _checked(key), lifetime))

    async def delete(self, key: str) -> None:
        """Remove `key`; one that is not there is fine."""
        try:
            await _found(key, obstore.delete_async(self._store, _checked(key)))
        except FileMissing:
            return

    async def delete_all(self, keys: Collection[str]) -> None:
        for key in keys:
            await self.delete(key)

    def _attributes(self, key: str, filename: str | None = None) -> "Attributes | None":
        """What S3 says of the file to who follows a link; a disk keeps no such thing."""
        if self._folder is not None:
            return None
        attributes: Attributes = {"Content-Type": content_type(key)}
        if filename is not None:
            attributes["Content-Disposition"] = f'attachment; filename="{filename}"'
        return attributes


def content_type(key: str) -> str:
    """By the key alone: a copied or restored file need not bring its type along."""
    return _TYPES.get(Path(key).suffix, "application/octet-stream")


def _checked(key: str) -> str:
    if _KEY.fullmatch(key) is None:
        raise ValueError(f"not a storage key: {key!r}")
    return key


def _findable(key: str) -> str:
    if _KEY.fullmatch(key) is None:
        raise FileMissing
    return key


def _told(meta: "ObjectMeta") -> StoredFile:
    etag = meta["e_tag"] or f'"{meta["last_modified"].timestamp()}-{meta["size"]}"'
    return StoredFile(meta["size"], etag, meta["last_modified"])


async def _chunks(key: str, found: "GetResult") -> AsyncIterator[bytes]:
    stream = found.stream(min_chunk_size=CHUNK)
    while (chunk := await _found(key, anext(stream, None))) is not None:
        yield bytes(chunk)


async def _pieces(key: str, path: Path, start: int, end: int) -> AsyncIterator[bytes]:
    """The bytes of a file on this disk: obstore copies each several times, at ten times the cost."""
    try:
        file = await asyncio.to_thread(os.open, path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise _unavailable(key, error, _CANNOT_BE_HAD) from error
    try:
        while start < end:
            read = await asyncio.to_thread(os.pread, file, min(CHUNK, end - start), start)
            if not read:
                raise _unavailable(key, OSError(f"ends at {start}, before {end}"), _CANNOT_BE_HAD)
            yield read
            start += len(read)
    except OSError as error:
        raise _unavailable(key, error, _CANNOT_BE_HAD) from error
    finally:
        os.close(file)


async def _stored_whole(key: str, asked: Awaitable[object]) -> None:
    """Raises `Unavailable`."""
    try:
        await asked
    except (BaseError, OSError) as error:
        message = "The file could not be stored; nothing was changed. Try again later."
        raise _unavailable(key, error, message) from error


async def _found(key: str, asked: Awaitable[Answer]) -> Answer:
    """What the backend answers. Raises `FileMissing`, `Unavailable`."""
    try:
        return await asked
    except (BaseError, OSError) as error:
        missing = isinstance(error, FileNotFoundError) or NOT_A_DIRECTORY in str(error)
        if missing and _code(error) in (None, "NoSuchKey"):  # and not NoSuchBucket
            raise FileMissing from error
        raise _unavailable(key, error, _CANNOT_BE_HAD) from error


def _unavailable(key: str, error: Exception, message: str) -> Unavailable:
    log.error("storage fails", key=key, error=str(error).partition("\n")[0], code=_code(error))
    return Unavailable(message)


def _code(error: Exception) -> str | None:
    """S3's word for what is wrong."""
    code = re.search(r"<Code>(\w+)</Code>", str(error))
    return code[1] if code else None


def _place(path: Path, target: Path) -> None:
    """Copy without copying, where both are on one file system; the target is there when it is whole."""
    draft = target.with_name(f".{target.name}.new")  # no key's
    target.parent.mkdir(parents=True, exist_ok=True)
    draft.unlink(missing_ok=True)
    try:
        draft.hardlink_to(path)
    except OSError:
        shutil.copy(path, draft)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    draft.unlink(missing_ok=True)  # where the target was this file already, replacing it does nothing
