"""What operations on simulcast targets take and answer."""

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from storecast.domains.channels.models import Channel
from storecast.domains.streams.simulcast.address import LONGEST
from storecast.domains.streams.simulcast.events import TargetStatus
from storecast.domains.streams.simulcast.models import SimulcastTarget
from storecast.kit.clock import iso
from storecast.kit.names import Worded, line

HIDDEN = "••••"

Name = Annotated[str, line(60)]
Url = Annotated[str, Meta(min_length=1, max_length=LONGEST)]
Key = Annotated[str, Meta(min_length=1, max_length=500)]
Status = Literal["off", "idle", "connecting", "sending", "behind", "refused", "unreachable"]


class NewTarget(Worded):
    name: Name
    """What it is called here."""
    url: Url
    """Its RTMP server, without the key: `rtmp://…` or `rtmps://…`."""
    key: Key
    """Its stream key. It is kept encrypted, and never shown again but for its end."""


class TargetChanges(Worded):
    name: Name
    """What it is called here."""
    url: Url
    """Its RTMP server, without the key. Where it changes, the key must be given."""
    key: Annotated[str, Meta(max_length=500)]
    """Another stream key; empty, or as it is shown, the one there is stays."""


class Toggle(Struct):
    status: bool
    """Whether shows go there."""
    id: str | None = None
    """The target; without one simulcast as a whole is switched."""


class TargetView(Struct):
    id: str
    """Names the target; empty for simulcast as a whole."""
    url: str | None
    """Its RTMP server."""
    name: str | None
    """What it is called here."""
    status: Status
    """`off`; `idle` while no show is on; else how it goes: `connecting`, `sending`, `behind` where it takes less than
    comes, `refused` where it says no, `unreachable`. What fails is tried again, ever more seldom."""
    key: Annotated[str | None, Meta(description="Its end, behind dots.")]
    enabled: bool
    """Whether it is switched on; shows go there while simulcast as a whole is, too."""
    code: str = ""
    """Why nothing is sent, for programs; empty where all is well."""
    reason: str = ""
    """The same in words."""
    since: str | None = None
    """Since when it goes like that; null where nothing goes on."""


class SimulcastView(Struct):
    enabled: bool
    """Whether simulcast as a whole is switched on."""
    targets: list[TargetView] = field(default_factory=list)
    """Where shows go, in the order they were added."""


def status_of(channel: Channel, target: SimulcastTarget) -> Status:
    if not channel.simulcast_enabled or not target.enabled:
        return "off"
    return target.state or "idle"  # type: ignore[return-value]  # a `RelayState`


def show_target(channel: Channel, target: SimulcastTarget) -> TargetView:
    status = status_of(channel, target)
    at_work = status not in ("off", "idle")
    return TargetView(
        id=target.hash_id,
        url=target.url,
        name=target.name,
        status=status,
        key=HIDDEN + target.key_shown,
        enabled=target.enabled,
        code=target.code if at_work else "",
        reason=target.reason if at_work else "",
        since=iso(target.since) if at_work and target.since else None,
    )


def show_targets(channel: Channel, targets: Iterable[SimulcastTarget]) -> SimulcastView:
    return SimulcastView(channel.simulcast_enabled, [show_target(channel, target) for target in targets])


def show_whole(channel: Channel) -> TargetView:
    """Simulcast as a whole, as documented: a target without anything."""
    on = channel.simulcast_enabled
    return TargetView("", None, None, "idle" if on else "off", None, on)


def told_of(channel: Channel, target: SimulcastTarget) -> TargetStatus:
    """A target as rooms hear of it."""
    shown = show_target(channel, target)
    return TargetStatus(shown.id, shown.enabled, shown.status, shown.code, shown.reason, shown.since)
