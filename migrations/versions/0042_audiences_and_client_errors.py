"""Views by day, what audiences come to by the minute, and errors of clients"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

DAILY = ("view_days", "audience_members", "audience_minutes")
# A view was a row from its beginning till it was last heard of; it goes to the day of the latter.
DAYS = """
    SELECT DISTINCT seen_at::date FROM views WHERE seen_at > now() - interval '400 days'
    UNION SELECT DISTINCT minute::date FROM watched_minutes
    UNION SELECT DISTINCT (current_date - (current_date - day) % 400) FROM audiences WHERE day IS NOT NULL
    UNION SELECT current_date + ahead FROM generate_series(-1, 3) AS ahead
"""

AUDIENCES = (
    """
    INSERT INTO audiences (channel_id, day, viewers, peak, viewer_seconds, watch_seconds)
    SELECT DISTINCT channel_id, NULL::date, 0, 0, 0, 0 FROM views
    """,
    """
    INSERT INTO audiences (channel_id, session_id, day, viewers, peak, viewer_seconds, watch_seconds)
    SELECT channel_id, id, started_at::date, 0, 0, 0, 0
    FROM stream_sessions WHERE started_at IS NOT NULL
    """,
    """
    INSERT INTO audiences (channel_id, media_id, day, viewers, peak, viewer_seconds, watch_seconds)
    SELECT channel_id, id, created_at::date, 0, 0, 0, 0
    FROM media WHERE EXISTS (SELECT FROM views WHERE media_id = media.id)
    """,
    "INSERT INTO viewer_counts (channel_id, viewers) SELECT DISTINCT channel_id, 0 FROM views",
)

# Who watched what, from when until when.
WATCHED = """
    CREATE TEMPORARY TABLE watched ON COMMIT DROP AS
    SELECT audiences.id AS audience_id, viewer_hash, greatest(views.started_at, shows.started_at) AS since,
        least(views.seen_at, coalesce(ended_at, views.seen_at)) AS until, ended_at IS NULL AS goes_on
    FROM stream_sessions AS shows
    JOIN audiences ON audiences.session_id = shows.id
    JOIN views ON views.channel_id = shows.channel_id AND views.media_id IS NULL AND views.seen_at >= shows.started_at
        AND views.started_at BETWEEN shows.started_at - interval '1 day' AND coalesce(ended_at, now())
    UNION ALL
    SELECT audiences.id, viewer_hash, started_at, seen_at, true
    FROM views JOIN audiences ON audiences.media_id = views.media_id
"""

# What was seen in a minute, of all views; and as its peak how many different people that was.
MINUTES = """
    CREATE TEMPORARY TABLE watched_minutes ON COMMIT DROP AS
    SELECT audience_id, minute, count(DISTINCT viewer_hash) AS peak,
        sum(greatest(0, extract(epoch FROM least(until, minute + interval '1 minute') - greatest(since, minute))))
            AS seconds
    FROM watched, generate_series(date_trunc('minute', since), until, interval '1 minute') AS minute
    GROUP BY audience_id, minute
"""

MOVE = (
    """
    INSERT INTO view_days (
        channel_id, view_hash, day, viewer_hash, audience_id, media_id, media_at, started_at, seen_at, seen_minute,
        beats, joined, gained
    )
    SELECT channel_id, view_hash, seen_at::date, viewer_hash, NULL, media_id, media_at, started_at,
        seen_at, floor(extract(epoch FROM seen_at) / 60), 1, false, 0
    FROM views WHERE seen_at > now() - interval '400 days'
    """,
    """
    INSERT INTO audience_minutes (audience_id, minute, day, arrived, peak, viewer_seconds, watch_seconds)
    SELECT audience_id, minute, minute::date, coalesce(arrived, 0), peak, seconds, seconds
    FROM watched_minutes LEFT JOIN (
        SELECT audience_id, date_trunc('minute', since) AS minute, count(*) AS arrived
        FROM (SELECT audience_id, viewer_hash, min(since) AS since FROM watched GROUP BY 1, 2) AS people GROUP BY 1, 2
    ) AS arrivals USING (audience_id, minute)
    """,
    """
    INSERT INTO audience_members (audience_id, viewer_hash, day)
    SELECT DISTINCT audience_id, viewer_hash, current_date - (current_date - day) % 400
    FROM watched JOIN audiences ON audiences.id = audience_id WHERE goes_on
    """,
    """
    UPDATE audiences SET viewers = people
    FROM (SELECT audience_id, count(DISTINCT viewer_hash) AS people FROM watched GROUP BY 1) AS counted
    WHERE id = audience_id
    """,
    """
    UPDATE audiences SET peak = most, viewer_seconds = seconds, watch_seconds = seconds
    FROM (SELECT audience_id, max(peak) AS most, sum(seconds) AS seconds FROM watched_minutes GROUP BY 1) AS summed
    WHERE id = audience_id
    """,
)


def upgrade() -> None:
    op.create_index("ix_stream_sessions_channel_id_ended_at", "stream_sessions", ["channel_id", "ended_at"])
    op.drop_index("ix_stream_sessions_channel_id", table_name="stream_sessions")
    op.create_table(
        "audiences",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=True),
        sa.Column("media_id", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("viewers", sa.BigInteger(), nullable=False),
        sa.Column("peak", sa.Integer(), nullable=False),
        sa.Column("viewer_seconds", sa.Float(), nullable=False),
        sa.Column("watch_seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_audiences_channel_id_channels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_audiences_media_id_media"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["stream_sessions.id"], name=op.f("fk_audiences_session_id_stream_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audiences")),
        sa.UniqueConstraint("media_id", name=op.f("uq_audiences_media_id")),
        sa.UniqueConstraint("session_id", name=op.f("uq_audiences_session_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_audiences_channel_id"), "audiences", ["channel_id"])
    op.create_index(
        "uq_audiences_between_shows",
        "audiences",
        ["channel_id"],
        unique=True,
        postgresql_where=sa.text("session_id IS NULL AND media_id IS NULL"),
    )
    op.create_table(
        "viewer_counts",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_viewer_counts_channel_id_channels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_viewer_counts")),
    )
    op.create_table(
        "heartbeat_writers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat_writers")),
    )
    op.create_table(
        "view_days",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("view_hash", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("viewer_hash", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("audience_id", sa.BigInteger(), nullable=True),
        sa.Column("media_id", sa.BigInteger(), nullable=True),
        sa.Column("media_at", sa.Float(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_minute", sa.Integer(), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("gained", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "view_hash", "day", name=op.f("pk_view_days")),
        postgresql_partition_by="RANGE (day)",
    )
    op.create_index("ix_view_days_channel_id_seen_minute", "view_days", ["channel_id", "seen_minute"])
    op.create_table(
        "audience_members",
        sa.Column("audience_id", sa.BigInteger(), nullable=False),
        sa.Column("viewer_hash", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("audience_id", "viewer_hash", "day", name=op.f("pk_audience_members")),
        postgresql_partition_by="RANGE (day)",
    )
    op.create_table(
        "audience_minutes",
        sa.Column("audience_id", sa.BigInteger(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("peak", sa.Integer(), nullable=False),
        sa.Column("viewer_seconds", sa.Float(), nullable=False),
        sa.Column("watch_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("audience_id", "minute", "day", name=op.f("pk_audience_minutes")),
        postgresql_partition_by="RANGE (day)",
    )
    op.create_table(
        "client_errors",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("stack", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_client_errors")),
    )
    op.create_index("ix_client_errors_last_at", "client_errors", ["last_at"])
    # The release before waits meanwhile, and goes on writing here afterwards; what it writes then nobody reads.
    op.execute("SET LOCAL TIME ZONE 'UTC'")
    op.execute("LOCK TABLE views IN SHARE ROW EXCLUSIVE MODE")
    for statement in (*AUDIENCES, WATCHED, MINUTES):
        op.execute(statement)
    for [day] in op.get_bind().execute(sa.text(DAYS)).all():
        for table in DAILY:
            op.execute(
                f"CREATE TABLE {table}_{day:%Y%m%d} PARTITION OF {table} "
                f"FOR VALUES FROM ('{day}') TO ('{day.fromordinal(day.toordinal() + 1)}') WITH (fillfactor = 70)"
            )
    for statement in MOVE:
        op.execute(statement)
    op.execute("TRUNCATE views")
