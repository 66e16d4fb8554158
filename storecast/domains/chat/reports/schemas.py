"""Reports, and the queue of what waits for a decision, as the API takes and shows them."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from storecast.domains.chat.schemas import MessageView
from storecast.kit.envelope import Data
from storecast.kit.names import Worded, line

Reason = Literal["spam", "abuse", "hate", "scam", "other"]
Decision = Literal["keep", "remove", "approve", "reject"]

MOST_NOTES = 5  # that are shown of one message


class NewReport(Worded):
    reason: Reason
    """What is wrong with it."""
    note: Annotated[str, line(200, description="What the moderators should know.")] | None = None


class ReportView(Struct):
    id: str
    """The message's."""
    reason: Reason
    """What the caller says is wrong with it."""


class QueueEntry(Struct):
    id: str
    """The message's."""
    kind: Literal["reported", "held"]
    """Whether people reported it, or it waits to be shown."""
    message: Data[MessageView]
    reports: Annotated[int, Meta(description="How many people reported it since somebody last decided on it.")]
    reasons: dict[str, int]
    """How many of them for what."""
    notes: list[str]
    """What they say, the newest first, five at most."""
    created_at: str
    """Since when it waits."""


class Review(Struct):
    decision: Decision
    """Of a reported message `keep` or `remove`, of a held one `approve` or `reject`."""
