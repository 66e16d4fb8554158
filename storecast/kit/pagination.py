"""Page numbers in, pages out."""

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct

from storecast.kit.envelope import Page, PageMeta, Pagination

T = TypeVar("T")

PER_PAGE = 10
MAX_PAGE = 100_000


class PageRequest(Struct, frozen=True):
    """Which page is asked for; `number` starts at 1."""

    number: int = 1
    size: int = PER_PAGE

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


class Slice(Struct, frozen=True):
    """How a page lies in its whole: what a repository answers besides the rows."""

    total: int
    page: PageRequest


def paged(items: Sequence[T], cut: Slice, path: str, query: str) -> Page[T]:
    """A page of `items` with links that repeat the request's `path` and `query`."""
    pages = max(1, -(-cut.total // cut.page.size))
    number = cut.page.number
    links: dict[str, str] = {}
    if number > 1:
        links["previous"] = _link(path, query, min(number - 1, pages))
    if number < pages:
        links["next"] = _link(path, query, number + 1)
    return Page(
        data=list(items),
        meta=PageMeta(
            Pagination(
                total=cut.total,
                count=len(items),
                per_page=cut.page.size,
                current_page=number,
                total_pages=pages,
                links=links,
            )
        ),
    )


def _link(path: str, query: str, number: int) -> str:
    pairs = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != "page"]
    return f"{path}?{urlencode([*pairs, ('page', str(number))])}"
