"""The database: one engine a process, one session and one transaction a request."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import DateTime, MetaData
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from storecast.kit.settings import Settings

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


SessionMaker = async_sessionmaker[AsyncSession]


def create_engine(settings: Settings) -> AsyncEngine:
    """An engine for `settings.database_url`. Raises ValueError when it is not set."""
    if settings.database_url is None:
        raise ValueError("STORECAST_DATABASE_URL is not set; `storecast run` starts a database when it is not")
    url = make_url(settings.database_url.get_secret_value()).set(drivername="postgresql+asyncpg")
    return create_async_engine(
        url,
        pool_size=settings.database_pool,
        max_overflow=0,
        pool_timeout=10,
        hide_parameters=True,  # errors are logged, and parameters are passwords' hashes, addresses, messages
        pool_pre_ping=True,  # a database that came back from a crash costs no request
        connect_args={"server_settings": {"application_name": "storecast", "jit": "off"}, "timeout": 10},
    )


def create_sessions(engine: AsyncEngine) -> SessionMaker:
    return async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def transaction(sessions: SessionMaker) -> AsyncGenerator[AsyncSession, None]:
    """A session whose work is committed when the block ends well, else rolled back."""
    async with sessions() as session, session.begin():
        yield session
