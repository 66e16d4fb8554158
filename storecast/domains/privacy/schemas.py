"""What is said about a person's data over HTTP."""

from typing import Literal

from msgspec import Struct


class DataExportView(Struct):
    """While `status` is `ready`, the zip can be had by a link to be asked for."""

    id: str
    """Names the export."""
    status: Literal["waiting", "ready", "failed"]
    """`waiting` until it is made."""
    requested_at: str
    """When it was asked for."""
    ready_at: str | None
    """When it was made."""
    expires_at: str | None
    """When it is deleted."""
    size: int | None  # bytes
    """Bytes."""


class ExportLink(Struct):
    """`url` downloads the zip, for an hour and without a token."""

    url: str
    """Downloads the zip, for an hour and without a token."""


class ErasureView(Struct):
    """`due_at`: when the account and all that belongs to it are erased, unless it is called off before."""

    scheduled: bool
    """Whether the account is to be erased."""
    requested_at: str | None = None
    """When that was asked for."""
    due_at: str | None = None
    """When it is erased, unless that is called off before."""
