"""The migrations lead to the tables the code expects."""

import importlib
import pkgutil

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

import storecast
from storecast.kit.database import Base
from storecast.kit.migrations import config, newest
from storecast.kit.partitions import PART


def import_everything() -> None:
    """So that no table is left out because nobody imported it."""
    for module in pkgutil.walk_packages(storecast.__path__, "storecast."):
        importlib.import_module(module.name)


def _of_others(name: str) -> bool:
    """The queue's, and days of tables that have a part for each."""
    return name.startswith("procrastinate_") or PART.search(name) is not None


def test_migrated_database_has_every_table_as_the_models_say(database_url: str) -> None:
    import_everything()
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, *_: not _of_others(name or "")}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    engine.dispose()
    assert found == []


def test_the_newest_migration_is_told_by_its_number() -> None:
    assert ScriptDirectory.from_config(config("postgresql://nobody@localhost/none")).get_heads() == [newest()]
