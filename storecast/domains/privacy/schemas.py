"""What is said about a person's data over HTTP."""

from typing import Literal

from msgspec import Struct


class DataExportView(Struct):
    """While `status` is `ready`, the zip can be had by a link to be asked for."""

    id: str
    status: Literal["waiting", "ready", "failed"]
    requested_at: str
    ready_at: str | None
    expires_at: str | None
    size: int | None  # bytes


class ExportLink(Struct):
    """`url` downloads the zip, for an hour and without a token."""

    url: str


class ErasureView(Struct):
    """`due_at`: when the account and all that belongs to it are erased, unless it is called off before."""

    scheduled: bool
    requested_at: str | None = None
    due_at: str | None = None
