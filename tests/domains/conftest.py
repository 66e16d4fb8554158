from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from storecast.entrypoints import dependencies
from storecast.entrypoints.hot_paths import work as hot_work
from storecast.kit.clock import utcnow
from storecast.kit.database import Database
from tests.clock import Clock
from tests.factories.accounts import Member, guest, member
from tests.factories.platform import Client, running_app, settings_for


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The API's clock, stopped at noon in the middle of a month. Ask for it before people: tokens are of a time."""
    clock = Clock(utcnow().replace(day=15, hour=12, minute=0, second=0, microsecond=0))
    monkeypatch.setattr(dependencies, "utcnow", clock)
    monkeypatch.setattr(hot_work, "utcnow", clock)
    return clock


@pytest.fixture
async def anyone(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    """The API, called without a token."""
    async with running_app(settings_for(tmp_path, database_url)) as client:
        yield client


@pytest.fixture
async def owner(anyone: Client) -> Member:
    return await member(anyone)


@pytest.fixture
async def stranger(anyone: Client) -> Member:
    return await member(anyone, full_name="Somebody Else")


@pytest.fixture
async def visitor(anyone: Client) -> Client:
    """Somebody with a guest's token."""
    return await guest(anyone)


_counted: ContextVar[list[str] | None] = ContextVar("_counted", default=None)


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_queries() as queries:` collects the statements sent meanwhile by what is called there.

    What goes on beside it, as counting who watches, is not of it.
    """

    @contextmanager
    def counting() -> Iterator[list[str]]:
        queries: list[str] = []

        def note(_: object, __: object, statement: str, *___: object) -> None:
            if _counted.get() is queries:
                queries.append(statement)

        async def note_rows(db: Database, query: str, *values: object) -> object:
            note(None, None, query)
            return await rows(db, query, *values)

        async def note_within(db: Database, query: str, *values: object) -> object:
            note(None, None, query)
            return await within(db, query, *values)

        rows, within = Database.rows, Database.within
        event.listen(Engine, "before_cursor_execute", note)
        Database.rows = note_rows  # type: ignore[method-assign,assignment]
        Database.within = note_within  # type: ignore[method-assign,assignment]
        before = _counted.set(queries)
        try:
            yield queries
        finally:
            _counted.reset(before)
            event.remove(Engine, "before_cursor_execute", note)
            Database.rows = rows  # type: ignore[method-assign]
            Database.within = within  # type: ignore[method-assign]

    return counting
