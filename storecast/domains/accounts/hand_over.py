"""Giving an account to who has shown that its email is theirs, where whoever made it never did."""

from datetime import datetime

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.events import AccountHandedOver
from storecast.domains.accounts.models import User
from storecast.domains.accounts.tokens import TokenService
from storecast.kit.database import Database
from storecast.kit.events import Events


async def hand_over(
    db: Database, tokens: TokenService, events: Events, user: User, address: str, now: datetime, detail: str
) -> None:
    """Leave nothing that lets its maker in, who may have made it to wait inside for the other; nor that erases it."""
    user.password_hash, user.verified_at = None, now
    await db.flush()  # before the grants are ended: sign-ins under way wait for it, and fail
    await tokens.revoke_all(user.id, now)
    await events.happened(None, AccountHandedOver(user), now)
    kind = SecurityEventKind.ACCOUNT_HANDED_OVER
    await record(db, kind, user_id=user.id, address=address, now=now, detail=detail)
