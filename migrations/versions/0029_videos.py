"""Videos"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hash_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=True),
        sa.Column("run", sa.Integer(), nullable=True),
        sa.Column("clip_of", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("duration", sa.Double(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("in_playlist", sa.Boolean(), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_media_channel_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["clip_of"], ["media.id"], name=op.f("fk_media_clip_of"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["stream_sessions.id"], name=op.f("fk_media_session_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("hash_id", name=op.f("uq_media_hash_id")),
    )
    op.create_index("ix_media_channel_id_position", "media", ["channel_id", "position"], unique=False)
    op.create_index(op.f("ix_media_clip_of"), "media", ["clip_of"], unique=False)
    op.create_index(
        "ix_media_deleted_at", "media", ["deleted_at"], unique=False, postgresql_where=sa.text("deleted_at IS NOT NULL")
    )
    op.create_index("uq_media_session", "media", ["session_id", "run"], unique=True)
    op.create_table(
        "media_uploads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("media_id", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=True),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_media_uploads_media_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_uploads")),
        sa.UniqueConstraint("media_id", name=op.f("uq_media_uploads_media_id")),
    )
    op.create_table(
        "media_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("media_id", sa.BigInteger(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("duration", sa.Double(), nullable=True),
        sa.Column("video_codec", sa.Text(), nullable=True),
        sa.Column("audio_codec", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("frame_rate", sa.Double(), nullable=True),
        sa.Column("loudness", sa.Double(), nullable=True),
        sa.Column("poster", sa.Text(), nullable=True),
        sa.Column("storyboard", sa.Text(), nullable=True),
        sa.Column("hls", sa.Text(), nullable=True),
        sa.Column("pieces", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_of", sa.BigInteger(), nullable=True),
        sa.Column("spans", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_of"], ["media_versions.id"], name=op.f("fk_media_versions_made_of"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_media_versions_media_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_versions")),
        sa.UniqueConstraint("folder", name=op.f("uq_media_versions_folder")),
    )
    op.create_index(op.f("ix_media_versions_made_of"), "media_versions", ["made_of"], unique=False)
    op.create_index(op.f("ix_media_versions_media_id"), "media_versions", ["media_id"], unique=False)
    op.create_index(
        "uq_media_versions_current",
        "media_versions",
        ["media_id"],
        unique=True,
        postgresql_where=sa.text("state = 'current'"),
    )
    # What was recorded before is found in the library, and shown to nobody until its channel's people say so.
    # The worker processes what it finds unprocessed.
    op.execute("""
        INSERT INTO media (hash_id, channel_id, origin, session_id, run, name, status, progress, duration, started_at,
            position, in_playlist, created_at)
        SELECT replace(gen_random_uuid()::text, '-', ''), channel_id, 'show', session_id, number, channels.name,
            'processing', 0, duration, coalesce(recorded.started_at, sessions.started_at), 0, false,
            coalesce(ended_at, sessions.started_at, claimed_at)
        FROM stream_recordings AS recorded JOIN stream_sessions AS sessions ON sessions.id = session_id
        JOIN channels ON channels.id = channel_id WHERE deleted_at IS NULL
    """)
    op.execute("""
        INSERT INTO media_versions (media_id, folder, state, key, file_size, size, files, duration, video_codec,
            audio_codec, width, height, pieces, spans, created_at)
        SELECT media.id, replace(gen_random_uuid()::text, '-', ''), 'current', key, size, size, '[]', recorded.duration,
            video_codec, audio_codec, width, height,
            CASE WHEN recorded.started_at IS NULL THEN '[]'
                ELSE jsonb_build_array(jsonb_build_array(0, extract(epoch FROM recorded.started_at))) END,
            '[]', media.created_at
        FROM stream_recordings AS recorded JOIN media ON media.session_id = recorded.session_id AND run = number
    """)
