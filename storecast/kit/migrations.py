"""Bringing a database to the shape this version expects (Alembic; one history in `migrations/`)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

FOLDER = Path(__file__).parents[2] / "migrations"


def upgrade(url: str) -> None:
    """Run every migration not yet run. Two processes at once are fine: an advisory lock lets one at a time."""
    command.upgrade(config(url), "head")


def config(url: str) -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(FOLDER))
    sync = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    alembic.set_main_option("sqlalchemy.url", sync.replace("%", "%%"))
    return alembic
