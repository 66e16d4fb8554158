"""The shapes around every answer: `{"data": …}`, paging under `meta`, errors under `error`."""

from typing import Generic, Literal, TypeVar

from msgspec import Struct, field

from storecast.kit.errors import ErrorBody

T = TypeVar("T")


class Data(Struct, Generic[T]):
    """One resource, or a bounded collection: `{"data": …}`."""

    data: T


class Absent(Struct):
    """A nested resource that is not there: `{"data": []}`, as documented."""

    data: list[Literal[""]] = field(default_factory=list)


class Pagination(Struct):
    """Counts of a paged collection; `links` has `previous` and `next` where they exist."""

    total: int
    count: int
    per_page: int
    current_page: int
    total_pages: int
    links: dict[str, str]


class PageMeta(Struct):
    pagination: Pagination


class Page(Struct, Generic[T]):
    """One page of a collection."""

    data: list[T]
    meta: PageMeta


class ErrorEnvelope(Struct):
    error: ErrorBody
