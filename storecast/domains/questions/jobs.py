"""What ends with a show: the question that is being answered, and its poll."""

from datetime import datetime

from storecast.kit.jobs import Job


class EndWithShow(Job, frozen=True):
    """After the show's own end, which has the room to itself."""

    name = "questions.end_with_show"
    queue = "streams"
    priority = 5

    channel_id: int
    session_id: str
    ended_at: datetime
