"""Who hears an event of a room, as one text: everybody, who may do an act there (`act:<act>`), or one person, by the
subject of their token (`user:…`, `guest:…`)."""

from collections.abc import Iterable

EVERYBODY = ""


def of_act(act: str) -> str:
    return f"act:{act}"


def heard_by(subject: str, acts: Iterable[str]) -> frozenset[str]:
    """The audiences somebody is in, besides everybody."""
    return frozenset((subject, *map(of_act, acts)))
