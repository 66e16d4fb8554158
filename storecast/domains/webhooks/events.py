"""Which events go out, and which an endpoint asks for."""

from collections.abc import Collection

from storecast.kit.events import ONE_PERSON, ROOM_EVENTS, RoomEvent

GROUPS = ("order", "stream", "product", "message")
TEST = "webhook.test"


def name_of(kind: type[RoomEvent]) -> str | None:
    """What its events are called outside; None where they stay inside, as what only one person is told does."""
    declared = ROOM_EVENTS[kind]
    outgoing = declared.to is not ONE_PERSON and declared.name.partition(".")[0] in GROUPS
    return declared.name if outgoing else None


def is_wanted(name: str, wanted: Collection[str]) -> bool:
    return not wanted or name in wanted or f"{name.partition('.')[0]}.*" in wanted


def is_known(wanted: str) -> bool:
    """Whether an endpoint can ask for it: a group, or an event of one."""
    group, _, rest = wanted.partition(".")
    return group in GROUPS and (rest == "*" or any(each.name == wanted for each in ROOM_EVENTS.values()))
