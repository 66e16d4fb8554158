"""Questions asked of the accounts tables."""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from storecast.domains.accounts.audit import PLACES
from storecast.domains.accounts.models import Grant, GrantKind, LiveGrant, RefreshToken, User
from storecast.kit.database import Database, columns

_BY_IDS = "SELECT * FROM users WHERE id = ANY($1)"
_NOTE_USE = """
    UPDATE grants SET last_used_at = $2
    WHERE id = (SELECT id FROM grants WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED)
"""
_ADDRESSES = f"""
    SELECT address FROM grants WHERE user_id = $1 AND (
        kind = 'sign_in' OR client_id IN (SELECT id FROM oauth_clients WHERE first_party)
    )
    UNION
    SELECT address FROM security_events WHERE user_id = $1 AND kind IN {PLACES}
"""  # noqa: S608 - names of kinds


class AccountRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def by_email(self, email: str) -> User | None:
        return (await self._db.execute(select(User).where(User.email == email))).scalar_one_or_none()

    async def hold_password(self, user_id: int) -> str | None:
        """The hash as it is now; until this transaction ends nobody can change it."""
        query = select(User.password_hash).where(User.id == user_id).with_for_update(read=True)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def by_hash_id(self, hash_id: str) -> User | None:
        return (await self._db.execute(select(User).where(User.hash_id == hash_id))).scalar_one_or_none()

    async def by_ids(self, ids: Collection[int]) -> list[User]:
        held = [user for id in ids if (user := self._db.held(User, id)) is not None]
        missing = set(ids) - {user.id for user in held}
        return held + (await self._db.load(User, _BY_IDS, list(missing)) if missing else [])

    async def live_grant(self, grant_id: str, now: datetime) -> tuple[LiveGrant, User | None] | None:
        """A grant that is neither revoked nor over, and whose it is; a client's own is nobody's."""
        return await self._held(_live_grant("grants.id = $1"), grant_id, now)

    async def live_grant_of_api_token(self, digest: str, now: datetime) -> tuple[LiveGrant, User | None] | None:
        return await self._held(
            _live_grant("grants.id = (SELECT grant_id FROM api_tokens WHERE digest = $1)"), digest, now
        )

    async def note_use(self, grant_id: str, now: datetime) -> None:
        """Nobody waits for it: where another request holds the row, that one notes the use."""
        await self._db.rows(_NOTE_USE, grant_id, now)

    async def refresh_token(self, digest: str) -> tuple[RefreshToken, Grant] | None:
        """The token and its grant, locked, so that of two uses at once one is the second."""
        query = select(RefreshToken, Grant).join(Grant, Grant.id == RefreshToken.grant_id)
        found = (await self._db.execute(query.where(RefreshToken.digest == digest).with_for_update())).first()
        return None if found is None else (found[0], found[1])

    async def known_refresh_token(self, digest: str) -> RefreshToken | None:
        """Not locked, for who has locked its grant."""
        return (await self._db.execute(select(RefreshToken).where(RefreshToken.digest == digest))).scalar_one_or_none()

    async def forget_answers(self, before: datetime) -> None:
        """Of the refresh tokens used by then."""
        answered = update(RefreshToken).where(RefreshToken.sealed_answer.is_not(None), RefreshToken.used_at < before)
        await self._db.execute(answered.values(sealed_answer=None))

    async def grants_of(self, user_id: int, kind: GrantKind, now: datetime, most: int) -> list[Grant]:
        """The user's live grants of one kind, the newest first."""
        query = select(Grant).where(Grant.user_id == user_id, Grant.kind == kind, *_live(now))
        query = query.order_by(Grant.created_at.desc(), Grant.id).limit(most)
        return list((await self._db.execute(query)).scalars())

    async def every_grant_of(self, user_id: int) -> list[Grant]:
        """Ended ones too, the oldest first."""
        query = select(Grant).where(Grant.user_id == user_id).order_by(Grant.created_at)
        return list((await self._db.execute(query)).scalars())

    async def remove(self, user_id: int) -> None:
        """All that belongs to the account alone goes with its row."""
        await self._db.execute(delete(User).where(User.id == user_id))

    async def grant_of(self, user_id: int, kind: GrantKind, grant_id: str, now: datetime) -> Grant | None:
        query = select(Grant).where(Grant.id == grant_id, Grant.user_id == user_id, Grant.kind == kind, *_live(now))
        return (await self._db.execute(query)).scalar_one_or_none()

    async def granted(self, user_id: int, client_id: str, now: datetime) -> set[str]:
        """The scopes of all live grants of the user's that a client holds."""
        query = select(func.unnest(Grant.scopes)).where(Grant.user_id == user_id, Grant.client_id == client_id)
        query = query.where(Grant.kind == GrantKind.CLIENT, *_live(now)).distinct()
        return set((await self._db.execute(query)).scalars())

    async def sign_in_places(self, user_id: int) -> list[tuple[str, str]]:
        """User agent and address of every sign-in still kept, each pair once."""
        query = select(Grant.user_agent, Grant.address).distinct()
        query = query.where(Grant.user_id == user_id, Grant.kind == GrantKind.SIGN_IN)
        return [(row[0], row[1]) for row in await self._db.execute(query)]

    async def addresses_of(self, user_id: int) -> list[str]:
        """Where from somebody was let into the account of late, and where it was made of late.

        Be it by a mailed link, or by a program of the installation's own, into which they type their password.
        """
        return [row["address"] for row in await self._db.rows(_ADDRESSES, user_id)]

    async def forget_grants(self, before: datetime) -> None:
        """Delete the refresh tokens and grants that were over by then."""
        for model in (RefreshToken, Grant):
            await self._db.execute(delete(model).where(model.expires_at < before))

    async def revoke_grants_of_client(self, client_id: str, now: datetime) -> list[str]:
        """Answers their ids, as do those below."""
        return await self._revoke(Grant.client_id == client_id, now)

    async def revoke_grant(self, grant_id: str, now: datetime) -> list[str]:
        return await self._revoke(Grant.id == grant_id, now)

    async def revoke_grants_of(self, user_id: int, now: datetime, kind: GrantKind | None, but: str | None) -> list[str]:
        # Who holds the row opens a grant on the strength of another one: it must be there to be ended, too.
        await self._db.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
        which = and_(Grant.user_id == user_id, Grant.id != (but or ""))
        return await self._revoke(which if kind is None else and_(which, Grant.kind == kind), now)

    async def _held(self, query: str, value: str, now: datetime) -> tuple[LiveGrant, User | None] | None:
        for row in await self._db.rows(query, value, now):
            kind, last_used_at = GrantKind(row["grant_kind"]), row["grant_last_used_at"]
            grant = LiveGrant(
                row["grant_id"], kind, row["grant_user_id"], row["grant_client_id"], row["grant_scopes"], last_used_at
            )
            return grant, self._db.known(User, row) if grant.user_id is not None else None
        return None

    async def _revoke(self, which: ColumnElement[bool], now: datetime) -> list[str]:
        revoke = update(Grant).where(which, Grant.revoked_at.is_(None)).values(revoked_at=now).returning(Grant.id)
        return list((await self._db.execute(revoke)).scalars())

    async def add(self, row: User | Grant | RefreshToken) -> None:
        self._db.add(row)
        await self._db.flush()


@cache
def _live_grant(which: str) -> str:
    return f"""
        SELECT grants.id AS grant_id, grants.kind AS grant_kind, grants.user_id AS grant_user_id,
            grants.client_id AS grant_client_id, grants.scopes AS grant_scopes,
            grants.last_used_at AS grant_last_used_at, {columns(User)}
        FROM grants LEFT JOIN users ON users.id = grants.user_id
        WHERE {which} AND revoked_at IS NULL AND expires_at > $2
    """  # noqa: S608 - names of columns


def _live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Grant.revoked_at.is_(None), Grant.expires_at > now)
