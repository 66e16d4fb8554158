"""Who hears an event of a room, as one text: everybody, who may do an act there (`act:<act>`), one person, by the
subject of their token (`user:…`, `guest:…`), or everybody but some (`but:<subject> <subject>`)."""

from collections.abc import Collection, Iterable

EVERYBODY = ""
_BUT = "but:"


def of_act(act: str) -> str:
    return f"act:{act}"


def all_but(subjects: Collection[str]) -> str:
    return _BUT + " ".join(sorted(subjects)) if subjects else EVERYBODY


def decided_by(audience: str) -> list[str]:
    """The audiences of somebody that say whether they hear what is meant for `audience`."""
    if audience == EVERYBODY:
        return []
    return audience.removeprefix(_BUT).split(" ") if audience.startswith(_BUT) else [audience]


def is_for(audience: str, hears: frozenset[str]) -> bool:
    """Whether what is meant for `audience` is told to who is in the audiences of `hears`."""
    if audience.startswith(_BUT):
        return hears.isdisjoint(decided_by(audience))
    return audience == EVERYBODY or audience in hears


def heard_by(subject: str, acts: Iterable[str]) -> frozenset[str]:
    """The audiences somebody is in, besides everybody."""
    return frozenset((subject, *map(of_act, acts)))
