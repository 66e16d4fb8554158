"""What the clock takes out of chats: where messages came from after a day, and deleted ones after a month."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from storecast.domains.chat.models import Message, MessageState
from storecast.kit.database import Database

ORIGINS_KEPT = timedelta(hours=24)  # whoever has the network tomorrow is another
DELETED_KEPT = timedelta(days=30)  # so long they can be restored


async def forget_origins(db: Database, now: datetime) -> None:
    """Which network messages came from."""
    known = update(Message).where(Message.origin.is_not(None), Message.created_at <= now - ORIGINS_KEPT)
    await db.execute(known.values(origin=None).execution_options(synchronize_session=False))


async def forget_deleted(db: Database, now: datetime) -> None:
    """Messages that were deleted long ago, with all that hangs on them. The room's log lost their content then."""
    gone = delete(Message).where(Message.removed_at <= now - DELETED_KEPT, Message.state == MessageState.DELETED)
    await db.execute(gone.execution_options(synchronize_session=False))
