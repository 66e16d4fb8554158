"""What the front office takes and answers."""

from typing import Annotated

from msgspec import Meta, Struct, field

Hash = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+(?!\n)$")]


class DetailsRequest(Struct):
    """The path says which channel; `eventId` repeats it, as documented. `code` redeems a pass."""

    channel: Annotated[str, Meta(max_length=40)] | None = field(name="eventId", default=None)
    """The channel's id or slug, as in the path."""
    questions: bool | None = field(name="getQuestions", default=None)
    """Whether the open questions are to come along, as `questions`."""
    code: Annotated[str, Meta(max_length=20)] | int | None = None
    """A pass, nine digits: it is redeemed for the caller."""


class Heartbeat(Struct):
    """Sent every 10 s while watching, at least once in 75 s. The hashes are random texts of the player's own making."""

    channel: Annotated[str, Meta(min_length=1, max_length=40)] = field(name="eventId")
    """The channel's id or slug."""
    viewer: Hash = field(name="viewerHash")
    """Who watches, the same in all their tabs: they count once."""
    view: Hash = field(name="viewHash")
    """This view, another in each tab."""
    date: Annotated[str, Meta(max_length=64, description="The player's clock; the server goes by its own.")]
    media: Annotated[str, Meta(min_length=1, max_length=40)] | None = field(name="mediaId", default=None)
    """Of who watches a video instead of the show: which. Another video is another view."""
    second: Annotated[float, Meta(ge=0, le=1e6)] | None = field(name="mediaTime", default=None)
    """At which second of the video they are."""


class CountersRequest(Struct):
    channel: Annotated[str, Meta(min_length=1, max_length=40)] = field(name="eventId")
    """The channel's id or slug."""


class ViewersView(Struct):
    viewers: Annotated[
        int, Meta(description="Watching now, to the second it was last counted; 1 where the channel does not show it.")
    ]
    counted: bool
    """Whether this view is among them: not one of hundreds from one network, nor one that began as another's."""
