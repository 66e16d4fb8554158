"""Slugs that are unique in whatever case, and free once their channel is deleted"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("uq_channels_slug"), "channels", type_="unique")
    op.execute("UPDATE channels SET slug = split_part(slug, '~', 1) WHERE deleted_at IS NOT NULL")
    # Of slugs that look alike the oldest channel keeps its own; the others start over with a random one.
    op.execute("""
        UPDATE channels SET slug = left(channels.hash_id, 10)
        FROM (
            SELECT id, row_number() OVER (PARTITION BY lower(slug) ORDER BY id) AS place
            FROM channels WHERE deleted_at IS NULL
        ) AS alike
        WHERE alike.id = channels.id AND alike.place > 1
    """)
    op.create_index(
        "ix_channels_slug_live",
        "channels",
        [sa.text("lower(slug)")],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.execute("""
        DELETE FROM former_slugs USING former_slugs AS later
        WHERE lower(former_slugs.slug) = lower(later.slug)
          AND (former_slugs.until, former_slugs.slug) < (later.until, later.slug)
    """)
    op.execute("UPDATE former_slugs SET slug = lower(slug)")
