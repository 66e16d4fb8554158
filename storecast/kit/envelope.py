"""The shapes around every answer: `{"data": …}`, paging under `meta`, errors under `error`."""

from typing import Generic, Literal, TypeVar

from msgspec import Struct, field

from storecast.kit.errors import ErrorBody

T = TypeVar("T")


class Data(Struct, Generic[T]):
    """One resource, or a bounded collection: `{"data": …}`."""

    data: T
    """What was asked for."""


class Absent(Struct):
    """A nested resource that is not there: `{"data": []}`, as documented."""

    data: list[Literal[""]] = field(default_factory=list)
    """Always empty."""


class Pagination(Struct):
    """Counts of a paged collection; `links` has `previous` and `next` where they exist."""

    total: int
    """How many there are in all."""
    count: int
    """How many are on this page."""
    per_page: int
    """How many a page has at most."""
    current_page: int
    """The number of this page, from 1."""
    total_pages: int
    """How many pages there are."""
    links: dict[str, str]
    """Addresses of the pages beside this one, `previous` and `next`, where there are any."""


class PageMeta(Struct):
    pagination: Pagination
    """Where in the collection the page is."""


class Page(Struct, Generic[T]):
    """One page of a collection."""

    data: list[T]
    """What is on this page."""
    meta: PageMeta
    """Counts, and the pages beside this one."""


class ErrorEnvelope(Struct):
    error: ErrorBody
    """What went wrong."""
