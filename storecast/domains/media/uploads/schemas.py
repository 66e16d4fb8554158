"""Shapes of uploads."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from storecast.kit.errors import FieldMessage, Unprocessable

LARGEST = 50 * 1024**3  # bytes
SHORTEST_NAME, LONGEST_NAME = 3, 200


class VideoType(StrEnum):
    MP4 = "video/mp4"
    MPEG = "video/mpeg"
    WEBM = "video/webm"
    QUICKTIME = "video/quicktime"
    MATROSKA = "video/x-matroska"


class NewFile(Struct):
    extension: VideoType
    """Its media type."""
    filename: Annotated[str, Meta(min_length=SHORTEST_NAME, max_length=LONGEST_NAME)]
    """What it is called, without a path."""
    size: Annotated[int, Meta(ge=1, le=LARGEST)]
    """Bytes, 50 GiB at most."""
    checksum: Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{64}(?!\n)$")] | UnsetType = UNSET
    """SHA-256 of all of it in hex, to be compared once it is here."""


class NewUpload(Struct):
    """A video that is to come, described here or in `file`."""

    file: NewFile | UnsetType = UNSET
    """The file, instead of the keys beside."""
    extension: VideoType | UnsetType = UNSET
    """Its media type."""
    filename: Annotated[str, Meta(min_length=SHORTEST_NAME, max_length=LONGEST_NAME)] | UnsetType = UNSET
    """What it is called, without a path."""
    size: Annotated[int, Meta(ge=1, le=LARGEST)] | UnsetType = UNSET
    """Bytes, 50 GiB at most."""
    checksum: Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{64}(?!\n)$")] | UnsetType = UNSET
    """SHA-256 of all of it in hex, to be compared once it is here."""

    def described(self) -> NewFile:
        """Raises `Unprocessable` where something is missing."""
        if self.file is not UNSET:
            return self.file
        if self.extension is UNSET or self.filename is UNSET or self.size is UNSET:
            missing = [name for name in ("extension", "filename", "size") if getattr(self, name) is UNSET]
            messages = [FieldMessage(name, "is required") for name in missing]
            raise Unprocessable("; ".join(f"{name}: is required" for name in missing), messages=messages)
        return NewFile(self.extension, self.filename, self.size, self.checksum)


class UploadTarget(Struct):
    """Where the bytes go: by `method` with `Content-Range`, or by tus 1.0.0."""

    url: str
    """The address; whoever has it may send, so that no token goes along."""
    method: str
    """`PUT`."""
    headers: dict[str, str]
    """Headers that must be sent; none at present."""
    expires_at: str
    """When what is here goes, unless more comes."""


class UploadBegun(Struct):
    id: str
    """Names the video."""
    upload: UploadTarget
    """Where to send it."""
