"""What a room hears of its audience."""

from storecast.kit.events import EVERYBODY, RoomFigure


class ViewersCounted(RoomFigure, name="viewers.counted", to=EVERYBODY, stands=True):
    """How many watch now; told to few where the channel does not show its viewers how many they are."""

    viewers: int
