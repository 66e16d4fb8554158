"""What operations on webhooks take and answer."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from storecast.adapters.webhooks.address import LONGEST
from storecast.adapters.webhooks.courier import Failure
from storecast.domains.webhooks.models import DeliveryState, OffReason, WebhookDelivery, WebhookEndpoint
from storecast.kit.clock import iso
from storecast.kit.names import Worded, line

Url = Annotated[str, Meta(min_length=1, max_length=LONGEST)]
EventNames = Annotated[list[Annotated[str, Meta(min_length=1, max_length=60)]], Meta(max_length=50)]
Description = Annotated[str, line(100, shortest=0)]


class NewEndpoint(Worded):
    url: Url
    """Where events are sent, by POST; `https://`."""
    events: EventNames = field(default_factory=list)
    """Which: names as `stream.started`, groups as `order.*`; empty for all."""
    description: Description = ""
    """What it is for, to tell it from others."""
    enabled: bool = True
    """Whether anything is sent."""


class EndpointChanges(Worded):
    """What is left out stays as it is."""

    url: Url | UnsetType = UNSET
    """Where events are sent, by POST; `https://`."""
    events: EventNames | UnsetType = UNSET
    """Which: names as `stream.started`, groups as `order.*`; empty for all."""
    description: Description | UnsetType = UNSET
    """What it is for, to tell it from others."""
    enabled: bool | UnsetType = UNSET
    """Whether anything is sent. What waited when it was switched off is sent when it is switched on."""
    rotate: bool = False
    """True makes a new key, which the answer shows. The one before it signs as well, for 24 hours."""


class EndpointView(Struct):
    id: str
    """Its id."""
    url: str
    """Where events are sent."""
    events: list[str]
    """Which: names and groups; empty for all."""
    description: str
    """What it is for."""
    enabled: bool
    """Whether anything is sent."""
    off: OffReason | None
    """Why nothing is: `owner` switched it off, `gone` for it answered 410, `failing` for it took nothing for days."""
    failing_since: str | None
    """The first failure since it last took something; null where there was none."""
    former_secret_until: str | None
    """Until when the key before this one signs as well; null where there is none."""
    created_at: str
    """When it was made."""
    updated_at: str
    """When it was changed last."""
    secret: str | UnsetType = UNSET
    """Its key, `whsec_…`, shown this once."""


class DeliveryView(Struct):
    id: str
    """The event's, sent as `webhook-id` with every try."""
    event: str
    """What happened."""
    state: DeliveryState
    """`waiting` until it is `delivered`, or given up as `failed`."""
    attempts: int
    """How often it was sent."""
    payload: str
    """What is sent: JSON."""
    created_at: str
    """When it happened."""
    attempted_at: str | None
    """When it was last sent."""
    next_attempt_at: str | None
    """When it is sent again; null where it is not, and for what waits behind another of its channel."""
    failure: Failure | None
    """Why the last try failed: `status` for an answer other than 2xx, or what there was instead of one."""
    status: int | None
    """The answer's status; null where there was none."""
    answer: str
    """The answer's first 1,024 characters."""
    milliseconds: int | None
    """How long the last try took."""


def show_endpoint(endpoint: WebhookEndpoint, now: datetime, secret: str | None = None) -> EndpointView:
    rotating = endpoint.former_until is not None and endpoint.former_until > now
    return EndpointView(
        id=endpoint.hash_id,
        url=endpoint.url,
        events=endpoint.events,
        description=endpoint.description,
        enabled=endpoint.off is None,
        off=endpoint.off,
        failing_since=_moment(endpoint.failing_since),
        former_secret_until=_moment(endpoint.former_until) if rotating else None,
        created_at=iso(endpoint.created_at),
        updated_at=iso(endpoint.updated_at),
        secret=UNSET if secret is None else secret,
    )


def show_delivery(delivery: WebhookDelivery, due_at: datetime | None) -> DeliveryView:
    """`due_at` is when somebody looks at its line next."""
    first_in_line = delivery.state is DeliveryState.WAITING and delivery.attempts > 0
    return DeliveryView(
        id=delivery.hash_id,
        event=delivery.event,
        state=delivery.state,
        attempts=delivery.attempts,
        payload=delivery.payload,
        created_at=iso(delivery.created_at),
        attempted_at=_moment(delivery.attempted_at),
        next_attempt_at=_moment(due_at) if first_in_line else None,
        failure=delivery.failure,
        status=delivery.status,
        answer=delivery.answer,
        milliseconds=delivery.milliseconds,
    )


def _moment(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
