"""What a person is given of their data: tables as JSON and files, in one zip."""

import zipfile
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import inspect

from storecast.kit.database import Base

README = """\
Your data from {site}, as of {at} (UTC).

Each .json file is a list of records; times are in UTC, prices in minor units of their currency.
The folder files/ holds the pictures that the records name. Recordings are listed, not included:
download them in the studio.
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

    def write(self, target: Path, path_of: Callable[[str], Path], site: str, at: datetime) -> None:
        """Write the zip whole or not at all. A file that is gone from storage is left out. Raises OSError."""
        draft = target.with_name(f"{target.name}.new")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as zipped:
            zipped.writestr("README.txt", README.format(site=site, at=at.strftime("%Y-%m-%d %H:%M")))
            for name, rows in sorted(self.tables.items()):
                zipped.writestr(f"{name}.json", msgspec.json.format(msgspec.json.encode(rows), indent=2))
            for key in sorted(self.files):
                if (path := path_of(key)).is_file():
                    zipped.write(path, f"files/{key}", zipfile.ZIP_STORED)  # pictures are compressed already
        draft.replace(target)
