"""Bringing a database to the shape this version expects (Alembic; one history in `migrations/`)."""

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parents[2] / "migrations"


def upgrade(url: str) -> None:
    """Run every migration not yet run. Two processes at once are fine: an advisory lock lets one at a time.

    Raises `psycopg.OperationalError` where the database cannot be used, as when a newer version has changed it.
    """
    found, expected = _revision(url), newest()
    if found == expected:
        return  # as at nearly every start: Alembic, and the tables of every domain, take a second to load
    if found > expected:
        raise psycopg.OperationalError(f"a newer version has changed it ({found}; this one knows {expected})")
    from alembic import command
    from sqlalchemy.exc import OperationalError

    try:
        command.upgrade(config(url), "head")
    except OperationalError as error:
        raise psycopg.OperationalError(str(error.orig)) from error


def config(url: str) -> "Config":
    from alembic.config import Config
    from sqlalchemy.engine import make_url

    alembic = Config()
    alembic.set_main_option("script_location", str(FOLDER))
    sync = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    alembic.set_main_option("sqlalchemy.url", sync.replace("%", "%%"))
    return alembic


def newest() -> str:
    """The revision this version expects: files are numbered in the order of the history."""
    return max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]


def _revision(url: str) -> str:
    """That of a database; empty where no migration has run. Of several, which Alembic refuses, all."""
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return ""
        return ", ".join(name for (name,) in connection.execute("SELECT version_num FROM alembic_version ORDER BY 1"))
