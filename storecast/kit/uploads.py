"""A file that came with a request."""

from msgspec import Struct


class Upload(Struct, frozen=True):
    filename: str
    content_type: str
    content: bytes
