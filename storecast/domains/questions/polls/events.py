"""What a room hears of polls."""

from storecast.contracts.bus import Kind
from storecast.domains.questions.polls.schemas import PollShown
from storecast.kit.events import EVERYBODY, RoomEvent, RoomFigure

KEPT = (Kind.POLLS,)


class PollOpened(PollShown, RoomEvent, name="poll.opened", to=EVERYBODY, stale=KEPT):
    """Viewers may choose."""


class PollClosed(PollShown, RoomEvent, name="poll.closed", to=EVERYBODY, stale=KEPT):
    """The poll is over, with its result."""


class PollCounted(RoomFigure, name="poll.counted", to=EVERYBODY, stale=KEPT):
    """How many chose each answer so far, in the order of the answers."""

    id: str
    votes: list[int]
