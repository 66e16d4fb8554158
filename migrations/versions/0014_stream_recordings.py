"""Recordings of several files

What was noted on the session moves to a table of its own. The columns it replaces go at once: an API of the last
release could not note what broadcast tells of recordings now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stream_recordings",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("duration", sa.Double(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("video_codec", sa.Text(), nullable=True),
        sa.Column("audio_codec", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["stream_sessions.id"], name=op.f("fk_stream_recordings_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_stream_recordings")),
    )
    op.execute(
        """
        INSERT INTO stream_recordings
            (session_id, number, key, size, duration, started_at, video_codec, audio_codec, width, height)
        SELECT id, 1, recording_key, coalesce(recording_size, 0), coalesce(recording_duration, 0), started_at,
            video_codec, audio_codec, width, height
        FROM stream_sessions WHERE recording_key IS NOT NULL
        """
    )
    for column in ("recording_key", "recording_size", "recording_duration"):
        op.drop_column("stream_sessions", column)
