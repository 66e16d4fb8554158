"""What is said about a person's data over HTTP."""

from typing import Literal

from msgspec import Struct


class DataExportView(Struct):
    """`url` downloads the zip, for an hour from when it was shown; only while `status` is `ready`."""

    id: str
    status: Literal["waiting", "ready", "failed"]
    requested_at: str
    ready_at: str | None
    expires_at: str | None
    size: int | None  # bytes
    url: str | None


class ErasureView(Struct):
    """`due_at`: when the account and all that belongs to it are erased, unless it is called off before."""

    scheduled: bool
    requested_at: str | None = None
    due_at: str | None = None
