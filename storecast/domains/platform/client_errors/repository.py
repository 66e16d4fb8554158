"""Questions asked of the table of clients' errors."""

from collections.abc import Mapping
from datetime import datetime

from storecast.domains.platform.client_errors.reports import Report
from storecast.kit.database import Database

MOST_KEPT = 1_000

_ALONE = "SELECT pg_advisory_xact_lock(hashtext('client errors'))"
_ADD = """
    INSERT INTO client_errors AS known (
        fingerprint, message, stack, url, version, browser, times, first_at, last_at
    )
    SELECT fingerprint, message, stack, url, version, browser, times, $8, $8
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
        AS report (fingerprint, message, stack, url, version, browser, times)
    ON CONFLICT (fingerprint) DO UPDATE SET
        url = excluded.url, version = excluded.version, browser = excluded.browser,
        times = known.times + excluded.times, last_at = greatest(known.last_at, excluded.last_at)
"""
# Those that came last stay, and a day longer for each time that their number doubles: a flood of made-up errors goes
# before what happens again and again, and what is new is not the first to go.
_TRIM = """
    DELETE FROM client_errors WHERE fingerprint IN (
        SELECT fingerprint FROM client_errors
        ORDER BY last_at + log(2.0, times::numeric) * interval '1 day' DESC, fingerprint OFFSET $1
    )
"""
_KNOWN = "SELECT EXISTS (SELECT FROM client_errors WHERE fingerprint = $1)"
_FORGET = "DELETE FROM client_errors WHERE last_at <= $1"


class ClientErrorRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, reports: Mapping[Report, int], now: datetime) -> None:
        """Each with how often it came. Of all that are kept the least telling go where they are too many."""
        await self._db.within(_ALONE)
        columns = ([getattr(report, name) for report in reports] for name in Report.__struct_fields__)
        await self._db.within(_ADD, *columns, list(reports.values()), now)
        await self._db.within(_TRIM, MOST_KEPT)

    async def knows(self, fingerprint: str) -> bool:
        return bool(await self._db.value(_KNOWN, fingerprint))

    async def forget(self, before: datetime) -> None:
        await self._db.within(_FORGET, before)
