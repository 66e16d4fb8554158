"""Seats at channels, written as teams will write them."""

import psycopg

from tests.factories.accounts import Member
from tests.factories.channels import Json


def give_seat(database_url: str, owner: Member, member: Member, role: str, channel: Json | None = None) -> None:
    """A role for `member` at one of the owner's channels, or at all of them."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            """
            INSERT INTO seats (owner_id, channel_id, user_id, role, created_at)
            SELECT owner.id, %s, member.id, %s, now() FROM users AS owner, users AS member
            WHERE owner.email = %s AND member.email = %s
            """,
            (channel["thread_id"] if channel else None, role, owner.email, member.email),
        )
