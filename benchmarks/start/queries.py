"""How many queries an installation's PostgreSQL is sent, as its own log has them."""

import re
from pathlib import Path

import psycopg

from storecast.kit.postgres import running_url

_SENT = re.compile(rb"LOG:  (?:statement|execute [^:]*): *(?=\S)(?!BEGIN|COMMIT|ROLLBACK|;|DISCARD)")


class Queries:
    """Counted from when it is made."""

    def __init__(self, data: Path) -> None:
        url = running_url(data)
        assert url is not None, f"no database runs on {data}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET log_statement = 'all'")
            connection.execute("SELECT pg_reload_conf()")
        self._log = data / "postgres.log"
        self._read = self._log.stat().st_size

    def since(self) -> list[str]:
        """What was sent since it was last asked."""
        with self._log.open("rb") as log:
            log.seek(self._read)
            content = log.read()
        self._read += len(content)
        return [line.decode(errors="replace") for line in content.splitlines() if _SENT.search(line)]
