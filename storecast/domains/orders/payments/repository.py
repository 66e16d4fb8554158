"""Questions asked of keys and terms."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.accounts.models import User
from storecast.domains.orders.checkout.payments import Terms
from storecast.domains.orders.payments.models import SellerTerms, StripeHeard, StripeKeys
from storecast.kit.database import Database

# `provider` says of which keys it takes payments.
_COUNTER = """
    SELECT EXISTS (
        SELECT FROM stripe_accounts WHERE user_id = $1 AND removed_at IS NULL AND webhook_secret IS NOT NULL
    ), user_id, imprint, terms, returns, eu
    FROM (SELECT) AS seller LEFT JOIN seller_terms ON user_id = $1
"""


class PaymentsRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, keys: StripeKeys) -> None:
        self._db.add(keys)
        await self._db.flush()

    async def by_id(self, account_id: str) -> StripeKeys | None:
        found = await self._db.load(StripeKeys, "SELECT * FROM stripe_accounts WHERE id = $1", account_id)
        return found[0] if found else None

    async def every_of(self, user_id: int) -> list[StripeKeys]:
        """Those in use first, then those taken back last."""
        query = """
            SELECT * FROM stripe_accounts WHERE user_id = $1
            ORDER BY removed_at DESC NULLS FIRST, id
        """
        return await self._db.load(StripeKeys, query, user_id)

    async def was_heard(self, account_id: str, event_id: str) -> bool:
        query = "SELECT true FROM stripe_events WHERE account_id = $1 AND event_id = $2"
        return bool(await self._db.value(query, account_id, event_id))

    async def note_heard(self, account_id: str, event_id: str, now: datetime) -> None:
        """Told twice at once it may be followed twice, and is noted once."""
        values = {"account_id": account_id, "event_id": event_id, "heard_at": now}
        await self._db.execute(insert(StripeHeard).values(values).on_conflict_do_nothing())

    async def counter(self, user_id: int) -> tuple[bool, Terms | None]:
        """Whether this seller takes payments, and what they say to buyers: asked for each look at a cart."""
        [(native, seller, imprint, terms, returns, eu)] = await self._db.rows(_COUNTER, user_id)
        return native, None if seller is None else Terms(imprint or "", terms or "", returns or "", eu)

    async def terms_of(self, user_id: int) -> SellerTerms | None:
        found = await self._db.load(SellerTerms, "SELECT * FROM seller_terms WHERE user_id = $1", user_id)
        return found[0] if found else None

    async def put_terms(self, terms: dict[str, object]) -> None:
        put = insert(SellerTerms).values(terms)
        await self._db.execute(put.on_conflict_do_update(index_elements=[SellerTerms.user_id], set_=terms))

    async def remove_every_of(self, user_id: int, now: datetime, *, but_settle: bool) -> None:
        """Those still needed to settle what was begun with them are taken back, and forgotten with others such."""
        theirs = StripeKeys.user_id == user_id
        if but_settle:
            taken_back = func.coalesce(StripeKeys.removed_at, now)
            await self._db.execute(update(StripeKeys).where(theirs).values(removed_at=taken_back))
        else:
            await self._db.execute(delete(StripeKeys).where(theirs))
        await self._db.execute(delete(SellerTerms).where(SellerTerms.user_id == user_id))

    async def remove_former(self, before: datetime) -> None:
        """Delete the keys that were taken back before then."""
        await self._db.execute(delete(StripeKeys).where(StripeKeys.removed_at < before))

    async def forget_heard(self, before: datetime) -> None:
        await self._db.execute(delete(StripeHeard).where(StripeHeard.heard_at < before))

    async def locked_of(self, user_id: int) -> list[StripeKeys]:
        """As `every_of`, as they are once nobody else changes them."""
        await self._db.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
        query = select(StripeKeys).where(StripeKeys.user_id == user_id)
        query = query.order_by(StripeKeys.removed_at.desc().nulls_first(), StripeKeys.id)
        return list((await self._db.execute(query, execution_options={"populate_existing": True})).scalars())
