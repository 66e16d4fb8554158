"""Whose words deliveries of webhooks carry"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

FILL = """
    UPDATE webhook_deliveries
    SET carries = array_remove(ARRAY[said.message->>'id', said.message->'reply_to'->>'id'], NULL)
    FROM (
        SELECT id, CASE event WHEN 'message.pinned' THEN payload::jsonb->'data'->'message'
            ELSE payload::jsonb->'data' END AS message
        FROM webhook_deliveries
        WHERE event IN (
            'message.created', 'message.updated', 'message.restored', 'message.held', 'message.pinned'
        )
    ) AS said WHERE said.id = webhook_deliveries.id
"""


def upgrade() -> None:
    op.add_column("webhook_deliveries", sa.Column("carries", sa.ARRAY(sa.Text()), nullable=True))
    op.execute(FILL)
    op.create_index(
        "ix_webhook_deliveries_carries",
        "webhook_deliveries",
        ["carries"],
        postgresql_using="gin",
        postgresql_where=sa.text("carries IS NOT NULL"),
    )
