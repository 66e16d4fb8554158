"""Shapes of videos."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from storecast.kit.names import Worded, line

LONGEST_NAME = 200
MOST_SPANS = 20
Seconds = Annotated[float, Meta(ge=0, le=1e6)]


class MediaChanges(Worded):
    """What of a video is to be otherwise; what is left out stays."""

    name: Annotated[str, line(LONGEST_NAME)] | UnsetType = UNSET
    """What it is called."""
    order: Annotated[int, Meta(ge=0, le=10_000)] | UnsetType = UNSET
    """Its place among the channel's videos, from 0; the others move on."""
    in_playlist: bool | UnsetType = UNSET
    """Whether viewers see it."""


class MediaOrder(Struct):
    """How a channel's videos are to stand."""

    order: Annotated[list[str], Meta(max_length=1000)]
    """Videos by their ids; those that are left out follow as they stand."""


class Span(Struct):
    """A stretch of a video, exact to a frame."""

    start: Seconds
    """Its first moment, in seconds of the video as it is now; it is kept."""
    end: Seconds
    """The moment after its last, in seconds; it is not kept."""


class Trim(Struct):
    """What is to be left of a video: `start` and `end`, or several stretches."""

    start: Seconds | UnsetType = UNSET
    """The first moment that is kept, in seconds."""
    end: Seconds | UnsetType = UNSET
    """The moment after the last, in seconds."""
    keep: Annotated[list[Span], Meta(min_length=1, max_length=MOST_SPANS)] | UnsetType = UNSET
    """Instead of these two: several stretches in order, which do not overlap."""


class NewClip(Worded):
    start: Seconds
    """The first moment that is in it, in seconds of the video."""
    end: Seconds
    """The moment after the last; 15 to 90 seconds later."""
    name: Annotated[str, line(LONGEST_NAME)] | UnsetType = UNSET
    """What the clip is called; else as the video."""


class UploadProgress(Struct):
    """How far an upload is."""

    offset: int
    """Bytes that are here."""
    length: int
    """Bytes that were announced."""
    url: str
    """Where to send the rest."""
    expires_at: str
    """When what is here goes, unless more comes."""


class MediaLink(Struct):
    """Where a video can be downloaded."""

    url: str
    """Good for an hour."""
    filename: str
    """What it is called."""
    size: int
    """Bytes."""
    expires_at: str
    """Until when."""


class ExpiredMedia(Struct):
    """A video past what its owner's plan keeps."""

    id: str
    """Names the video."""
    name: str
    """What it is called."""
    event_id: str
    """The channel's id."""
    owner: str
    """The owner's id."""
    size: int
    """Bytes."""
    created_at: str
    """When it came."""
    expired_at: str
    """When its time was over."""
    warned_at: str | None
    """When its owner was told."""


class Chapter(Struct):
    """From when until when a product was pinned, in seconds of the video."""

    at: float
    """From."""
    until: float
    """To."""
    product_id: int
    """Which product."""
    name: str
    """What it is called."""
    size: str
    """`large` or `small`."""
