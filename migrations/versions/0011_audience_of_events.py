"""Events for everybody, for who may do an act, or for one person

The column it replaces goes at once: a process of the last release that writes an event meanwhile fails and is asked
again, and what the log holds is of no use after five minutes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("room_events", sa.Column("audience", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE room_events SET audience = 'act:edit' WHERE editors_only")
    op.alter_column("room_events", "audience", server_default=None)
    op.drop_column("room_events", "editors_only")
