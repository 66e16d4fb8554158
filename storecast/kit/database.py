"""The database: one engine a process, one connection and one transaction a unit of work."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Any, Generic, Literal, TypeVar, cast

import asyncpg
from sqlalchemy import JSON, Connection, DateTime, Enum, MetaData, event
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session, class_mapper
from sqlalchemy.orm.attributes import instance_state

from storecast.kit.settings import Settings

# What the driver says where the server has gone away.
_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # it has said so, and not yet closed
)
_SAID = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table's model derives from. Moments are stored with their zone, in UTC."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 - SQLAlchemy's own attribute


M = TypeVar("M", bound=Base)
Identity = tuple[type[Any], tuple[Any, ...], Any | None]  # SQLAlchemy's name for a row


class Database(AsyncSession):
    """The database as one unit of work sees it: one connection, one transaction, each begun when it is needed.

    `rows` and `load` ask by the driver itself, which takes a quarter of the time that the ORM does. They begin no
    transaction, so that what only reads commits nothing: they are for plain reads, whose locks need not last.
    """

    _engine: AsyncEngine | None = None
    _own: AsyncConnection | None = None
    _raw: "asyncpg.Connection[asyncpg.Record] | None" = None  # the driver's, of `_own`
    settled = False
    """Whether something was committed already: what is undone from now on is the rest."""
    _afterwards: tuple[Callable[[], None], ...] = ()

    async def rows(self, query: str, *values: object) -> "Sequence[asyncpg.Record]":
        """The rows of `query`, whose placeholders are `$1`, `$2`, …"""
        try:
            return await (await self._driver()).fetch(query, *values)
        except _SAID as error:
            if self._begun or not is_gone(error):
                raise _as_the_orm_would(query, error) from error
        await self._part()
        try:
            return await (await self._driver()).fetch(query, *values)
        except _SAID as error:
            raise _as_the_orm_would(query, error) from error

    async def within(self, statement: str, *values: object) -> "Sequence[asyncpg.Record]":
        """As `rows`, in the transaction, which begins with it where none has: for what writes, or locks."""
        raw = await self._driver()
        if self.in_nested_transaction():
            await self.connection()  # a savepoint is there once the ORM takes part
        try:
            if not raw.is_in_transaction():
                # The ORM is not asked: it takes part in what its driver has begun, should it have anything to do.
                await _begin(self._own or await self.connection())
            return await raw.fetch(statement, *values)
        except _SAID as error:
            raise _as_the_orm_would(statement, error) from error

    async def value(self, query: str, *values: object) -> object:
        """The first column of the first row; None where there is none."""
        found = await self.rows(query, *values)
        return found[0][0] if found else None

    async def load(self, model: type[M], query: str, *values: object) -> list[M]:
        """The rows of `query`, which has all columns of `model`, as the ORM would load them."""
        return [self.known(model, row) for row in await self.rows(query, *values)]

    def known(self, model: type[M], row: "asyncpg.Record", prefix: str = "") -> M:
        """`row`, whose columns are those of `model` behind `prefix`, as an object of this transaction.

        One that was loaded before stays as it is, as with the ORM.
        """
        plan: _Plan[M] = _plan(model, prefix)
        key = plan.key(row)
        return cast("M | None", self.sync_session.identity_map.get(key)) or plan.made(self.sync_session, key, row)

    @property
    def holds(self) -> bool:
        """Whether it has taken a connection that others may wait for."""
        return self._own is not None or self.in_transaction()

    def held(self, model: type[M], *key: object) -> M | None:
        """The object with this primary key, if this transaction has loaded it."""
        return cast("M | None", self.identity_map.get(class_mapper(model).identity_key_from_primary_key(key)))

    async def settle(self) -> None:
        """Commit what was written, if anything was."""
        if not self.sync_session._is_clean() or self._begun:
            try:
                if self.sync_session._is_clean() and self._own is not None and not self._own.in_transaction():
                    await _ended(self._own, "commit")
                else:
                    await self.commit()
            except DBAPIError as error:
                if error.connection_invalidated:  # it may be committed all the same: nobody could say so any more
                    self._do_afterwards()
                raise
            self.settled = True
        self._do_afterwards()

    def afterwards(self, do: Callable[[], None]) -> None:
        """Have this done once `settle` has committed, or cannot know whether it has."""
        self._afterwards = (*self._afterwards, do)

    def _do_afterwards(self) -> None:
        afterwards, self._afterwards = self._afterwards, ()
        for do in afterwards:
            do()

    async def rollback(self) -> None:
        self._afterwards = ()
        await super().rollback()
        if self._own is None or self._raw is None:
            return
        if self._own.invalidated or self._raw.is_closed():
            await self._part()  # what was begun went with it
        elif self._begun:
            await _ended(self._own, "rollback")

    async def close(self) -> None:
        begun = self._begun
        own, self._own, self._raw = self._own, None, None
        if own is None or begun or own.sync_connection is None:
            await super().close()
            if own is not None:
                await own.close()
        else:  # nothing is to be rolled back: it goes without a word to the server, and without a greenlet
            self.sync_session.close()
            own.sync_connection.close()

    @property
    def _begun(self) -> bool:
        """Whether a transaction has begun, be it the ORM's, or that of `within` alone."""
        if self._own is None:
            return self.in_transaction()
        if self._own.in_transaction():
            return True
        if self._own.sync_connection is None or self._own.invalidated:
            return False
        return _adapter(self._own)._transaction is not None

    async def _part(self) -> None:
        """Leave a connection that broke, on which nothing is left of a transaction, to be taken by none."""
        own, self._own, self._raw = self._own, None, None
        if own is not None:
            self.bind = self._engine
            await own.invalidate()
            await own.close()

    async def _driver(self) -> "asyncpg.Connection[asyncpg.Record]":
        if not self.sync_session._is_clean():
            await self.flush()
        if self._raw is not None:
            return self._raw
        if self._own is None and not self.in_transaction():
            self._engine = self._engine or cast("AsyncEngine", self.bind)
            self._own = await self._engine.connect()
            self.bind = self._own  # a transaction, if there is to be one, goes over it
            self._raw = _fairy(self._own).driver_connection
            return cast("asyncpg.Connection[asyncpg.Record]", self._raw)
        raw = _fairy(self._own or await self.connection()).driver_connection
        return cast("asyncpg.Connection[asyncpg.Record]", raw)


def is_gone(said: BaseException | None) -> bool:
    """Whether the driver says that the server does not answer any more."""
    return isinstance(said, _GONE) and not is_unfit(said)


def is_unfit(said: BaseException | None) -> bool:
    """Whether it says that a value is none a column, or a parameter, can have."""
    # The driver finds some unfit itself: its word for that is an `InterfaceError`, and a `ValueError`.
    return isinstance(said, asyncpg.DataError) or (
        isinstance(said, asyncpg.InterfaceError) and isinstance(said, ValueError)
    )


def said_of(error: DBAPIError) -> BaseException | None:
    """The error in the driver's words, whoever asked it, the ORM or we."""
    return error.orig if isinstance(error.orig, _SAID) else getattr(error.orig, "__cause__", None)


def _as_the_orm_would(statement: str, said: Exception) -> DBAPIError:
    """One kind of error, however a statement came to the driver."""
    match said:
        case _ if is_unfit(said):
            kind: type[DBAPIError] = DataError
        case asyncpg.IntegrityConstraintViolationError():
            kind = IntegrityError
        case asyncpg.SyntaxOrAccessError():
            kind = ProgrammingError
        case _:
            kind = OperationalError
    return kind(statement, None, said, connection_invalidated=is_gone(said))


def _fairy(connection: AsyncConnection) -> Any:
    """A connection as the pool knows it."""
    return cast("Connection", connection.sync_connection).connection


def _adapter(connection: AsyncConnection) -> Any:
    """SQLAlchemy's own of the driver's connection, which knows whether a transaction has begun on it."""
    return _fairy(connection).dbapi_connection


async def _begin(connection: AsyncConnection) -> None:
    """Begin a transaction as the adapter does, which alone knows of it, to end it. Raises the driver's errors."""
    adapter = _adapter(connection)
    begun = adapter._connection.transaction()
    await _whole(adapter, begun.start())
    adapter._transaction = begun


async def _ended(connection: AsyncConnection, how: Literal["commit", "rollback"]) -> None:
    """End a transaction that the adapter knows of and nobody else, as the adapter does."""
    adapter = _adapter(connection)
    try:
        await _whole(adapter, adapter._call_and_discard(getattr(adapter._transaction, how)))
    except _SAID as error:
        raise _as_the_orm_would(how, error) from error


async def _whole(adapter: Any, step: Awaitable[None]) -> None:
    """A transaction's begin or end. Whatever cuts it off, nobody knows how its connection stands: it is closed.

    The next one would find itself in what is left of this, and what it writes would never be committed.
    """
    try:
        await step
    except BaseException:
        adapter._connection.terminate()
        raise


DatabaseMaker = async_sessionmaker[Database]


def create_engine(settings: Settings) -> AsyncEngine:
    """An engine for `settings.database_url`. Raises ValueError when it is not set."""
    if settings.database_url is None:
        raise ValueError("STORECAST_DATABASE_URL is not set; `storecast run` starts a database when it is not")
    url = make_url(settings.database_url.get_secret_value()).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(
        url,
        pool_size=settings.database_pool,
        max_overflow=0,
        pool_timeout=10,
        hide_parameters=True,  # errors are logged, and parameters are passwords' hashes, addresses, messages
        connect_args={"server_settings": {"application_name": "storecast", "jit": "off"}, "timeout": 10},
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def create_databases(engine: AsyncEngine) -> DatabaseMaker:
    return async_sessionmaker(engine, class_=Database, expire_on_commit=False)


@asynccontextmanager
async def transaction(databases: DatabaseMaker) -> AsyncGenerator[Database, None]:
    """A transaction whose work is committed when the block ends well, else rolled back.

    What the block settles itself is committed by then, as in a request.
    """
    async with databases() as db:
        try:
            yield db
        except BaseException:
            await db.rollback()
            raise
        await db.settle()


def _refuse_closed(connection: object, _: object, __: object) -> None:
    """A database that came back from a crash costs no request: the pool connects anew.

    The driver knows of a connection's end at once; asking the server each time (`pool_pre_ping`) took a round trip.
    """
    if getattr(connection, "driver_connection").is_closed():  # noqa: B009 - the adapter's, unknown to its base
        raise DisconnectionError


@cache
def columns(model: type[Base], prefix: str = "") -> str:
    """The columns of `model` for a query's list, each by its name behind `prefix`."""
    table = model.__tablename__
    return ", ".join(f'{table}.{column.key} AS "{prefix}{column.key}"' for column in class_mapper(model).columns)


class _Plan(Generic[M]):
    """How rows become objects of one model, whose columns stand behind `prefix`."""

    def __init__(self, model: type[M], prefix: str) -> None:
        mapper = class_mapper(model)
        dialect = asyncpg_dialect()  # type: ignore[no-untyped-call]
        self._mapper = mapper
        self._keys = [f"{prefix}{column.key}" for column in mapper.primary_key]
        self._columns = [
            (mapper.get_property_by_column(column).key, f"{prefix}{column.key}") for column in mapper.columns
        ]
        self._conversions: list[tuple[str, Callable[[object], object]]] = [
            (mapper.get_property_by_column(column).key, convert)
            for column in mapper.columns
            if isinstance(column.type, JSON | Enum)  # of others the driver's own values are what is wanted
            and (convert := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]

    def key(self, row: "asyncpg.Record") -> Identity:
        return self._mapper.identity_key_from_primary_key(tuple(row[name] for name in self._keys))

    def made(self, session: Session, key: Identity, row: "asyncpg.Record") -> M:
        """A new object that belongs to the session as one does that the ORM has loaded, by the same steps."""
        made: M = self._mapper.class_manager.new_instance()
        state = instance_state(made)
        values = state.dict
        for attribute, column in self._columns:
            values[attribute] = row[column]
        for attribute, convert in self._conversions:
            if values[attribute] is not None:
                values[attribute] = convert(values[attribute])
        state.key = key
        state.session_id = session.hash_key
        session.identity_map.add(state)
        return made


@cache
def _plan(model: type[M], prefix: str) -> _Plan[M]:
    return _Plan(model, prefix)
