"""What is done one at a time, until the transaction that does it ends. Waiting is in turn."""

from storecast.kit.database import Database

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_TOGETHER = "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))"


async def alone(db: Database, what: str, number: int, who: str = "") -> None:
    """Be the only one who does `what`. What is asked afterwards knows of all that was done before."""
    await db.within(_ALONE, f"{what} {number} {who}")


async def together(db: Database, what: str, number: int) -> None:
    """Beside others who do it together, while nobody does it `alone`."""
    await db.within(_TOGETHER, f"{what} {number} ")
