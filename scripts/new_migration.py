"""Starts a migration: `make new-migration NAME='Questions and votes'`.

Compares the models with what the migrations so far lead to, on a database of its own that is thrown away, and writes
the difference to `migrations/versions`. What Alembic guesses is to be read and mended by hand.
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import ScriptDirectory

from storecast.kit.migrations import config, upgrade
from storecast.kit.postgres import bundled_database


async def main() -> None:
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if not name:
        sys.exit("Say what the migration does: make new-migration NAME='Questions and votes'")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with bundled_database(Path(folder)) as url:
            await asyncio.to_thread(upgrade, url)
            settings = config(url)
            newest = ScriptDirectory.from_config(settings).get_current_head() or "0000"
            number = f"{int(newest) + 1:04}"
            await asyncio.to_thread(command.revision, settings, name, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    asyncio.run(main())
