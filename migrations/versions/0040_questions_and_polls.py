"""Questions and polls"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hash_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_avatar", sa.Text(), nullable=True),
        sa.Column("author_role", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_questions_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("hash_id", name=op.f("uq_questions_hash_id")),
    )
    op.create_index(op.f("ix_questions_author"), "questions", ["author"], unique=False)
    op.create_index(
        "ix_questions_author_avatar",
        "questions",
        ["author_avatar"],
        unique=False,
        postgresql_where=sa.text("author_avatar IS NOT NULL"),
    )
    op.create_index(
        "ix_questions_channel_id_status_votes_id", "questions", ["channel_id", "status", "votes", "id"], unique=False
    )
    op.create_index("uq_questions_pinned", "questions", ["channel_id"], unique=True, postgresql_where=sa.text("pinned"))
    op.create_table(
        "polls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hash_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("session_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_polls_channel_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["stream_sessions.id"], name=op.f("fk_polls_session_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
        sa.UniqueConstraint("hash_id", name=op.f("uq_polls_hash_id")),
    )
    op.create_index("ix_polls_channel_id_id", "polls", ["channel_id", "id"], unique=False)
    op.create_index(
        "ix_polls_closes_at", "polls", ["closes_at"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(op.f("ix_polls_session_id"), "polls", ["session_id"], unique=False)
    op.create_index(
        "uq_polls_open",
        "polls",
        ["channel_id"],
        unique=True,
        postgresql_where=sa.text("opened_at IS NOT NULL AND closed_at IS NULL"),
    )
    op.create_table(
        "question_answerings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_question_answerings_channel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_answerings_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_answerings")),
    )
    op.create_index("ix_question_answerings_channel_id_at", "question_answerings", ["channel_id", "at"], unique=False)
    op.create_index(op.f("ix_question_answerings_question_id"), "question_answerings", ["question_id"], unique=False)
    op.create_index(
        "uq_question_answerings_going",
        "question_answerings",
        ["channel_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "question_votes",
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("direction", sa.SmallInteger(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("former", sa.SmallInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("direction IN (-1, 1)", name=op.f("ck_question_votes_direction")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_votes_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "subject", name=op.f("pk_question_votes")),
    )
    op.create_index(
        "ix_question_votes_question_id_origin",
        "question_votes",
        ["question_id", "origin"],
        unique=False,
        postgresql_where=sa.text("origin IS NOT NULL AND counted"),
    )
    op.create_index(op.f("ix_question_votes_subject"), "question_votes", ["subject"], unique=False)
    op.create_table(
        "poll_votes",
        sa.Column("poll_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("answer", sa.SmallInteger(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_votes_poll_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("poll_id", "subject", name=op.f("pk_poll_votes")),
    )
    op.create_index(
        "ix_poll_votes_poll_id_answer",
        "poll_votes",
        ["poll_id", "answer"],
        unique=False,
        postgresql_where=sa.text("counted"),
    )
    op.create_index(
        "ix_poll_votes_poll_id_origin",
        "poll_votes",
        ["poll_id", "origin"],
        unique=False,
        postgresql_where=sa.text("origin IS NOT NULL AND counted"),
    )
    op.create_index(op.f("ix_poll_votes_subject"), "poll_votes", ["subject"], unique=False)
