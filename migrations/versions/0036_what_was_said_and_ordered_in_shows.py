"""What was said and ordered in shows"""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_messages_thread_id_created_at", "messages", ["thread_id", "created_at"])
    op.create_index("ix_order_evidence_session_id", "order_evidence", ["session_id"])
