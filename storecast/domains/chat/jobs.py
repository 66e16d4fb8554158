"""What is done to chats a little later."""

from datetime import datetime

from storecast.kit.jobs import Job


class PurgeAgain(Job, frozen=True):
    """Take away what was being said while somebody was banned, and was there only once they were."""

    name = "chat.purge_again"
    queue = "chat"

    channel_id: int
    subject: str
    origin: str | None
    hidden: bool
    banned_at: datetime
