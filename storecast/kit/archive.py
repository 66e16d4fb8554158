"""What a person is given of their data: tables as JSON and files, in one zip."""

import asyncio
import zipfile
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import inspect

from storecast.kit.database import Base
from storecast.kit.storage import FileMissing, Storage

README = """\
Your data from {site}, as of {at} (UTC).

Each .json file is a list of records; times are in UTC, prices in minor units of their currency.
The folder files/ holds the pictures that the records name. Recordings are listed, not included:
ask whoever runs the site for them.
"""


class Archive:
    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, object]]] = {}
        self.files: set[str] = set()  # storage keys

    def add(self, name: str, rows: Iterable[Base], *, without: Collection[str] = ()) -> None:
        """Put `rows` into `name`.json; `without` names columns that are secrets or nobody's business."""
        table = self.tables.setdefault(name, [])
        for row in rows:
            columns = inspect(row).mapper.column_attrs.keys()
            table.append({column: getattr(row, column) for column in columns if column not in without})

    def attach(self, *keys: str | None) -> None:
        self.files.update(key for key in keys if key is not None)

    async def write(self, target: Path, storage: Storage, site: str, at: datetime) -> None:
        """Write the zip. A file that is gone from storage is left out. Raises OSError, `Unavailable`."""
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
            await asyncio.to_thread(self._write_tables, zipped, site, at)
            for key in sorted(self.files):
                try:
                    attached, chunks = await storage.read(key)
                except FileMissing:
                    continue
                entry = zipfile.ZipInfo(
                    f"files/{key}", attached.modified.timetuple()[:6]
                )  # stored: it is compressed already
                entry.file_size = attached.size
                with zipped.open(entry, "w") as written:
                    async for chunk in chunks:
                        await asyncio.to_thread(written.write, chunk)

    def _write_tables(self, zipped: zipfile.ZipFile, site: str, at: datetime) -> None:
        zipped.writestr("README.txt", README.format(site=site, at=at.strftime("%Y-%m-%d %H:%M")))
        for name, rows in sorted(self.tables.items()):
            zipped.writestr(f"{name}.json", msgspec.json.format(msgspec.json.encode(rows), indent=2))
