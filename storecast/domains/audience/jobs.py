"""What is done with the audience's rows later."""

from storecast.domains.audience.models import AudienceMember, AudienceMinute, ViewDay
from storecast.kit.database import DatabaseMaker, transaction
from storecast.kit.jobs import Job
from storecast.kit.partitions import parts_of


class ForgetAudiences(Job, frozen=True):
    """Delete what no foreign key took along with channels that are gone. Beginning anew does no harm."""

    name = "audience.forget"
    queue = "privacy"

    channel_ids: list[int]
    audience_ids: list[int]


async def forget_audiences(job: ForgetAudiences, databases: DatabaseMaker) -> None:
    """A day at a time: a transaction that went through them all would hold a lock on each."""
    for table, column, gone in (
        (ViewDay.__tablename__, "channel_id", job.channel_ids),
        (AudienceMember.__tablename__, "audience_id", job.audience_ids),
        (AudienceMinute.__tablename__, "audience_id", job.audience_ids),
    ):
        async with transaction(databases) as db:
            parts = await parts_of(db, table)
        for part in parts:
            async with transaction(databases) as db:
                await db.within(f"DELETE FROM {part} WHERE {column} = ANY($1::bigint[])", gone)  # noqa: S608
