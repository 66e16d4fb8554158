"""Grants of every kind, and OAuth clients"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What a sign-in may be used for, at the time of this step.
EVERY_SCOPE = (
    "{channels,streams,media,products,orders,chat,stats,team,billing,apps,profile,operator}"
)  # fmt: skip
RENAMED = (
    "ALTER TABLE sign_ins RENAME TO grants",
    "ALTER TABLE grants RENAME CONSTRAINT pk_sign_ins TO pk_grants",
    "ALTER TABLE grants RENAME CONSTRAINT fk_sign_ins_user_id TO fk_grants_user_id",
    "ALTER INDEX ix_sign_ins_user_id RENAME TO ix_grants_user_id",
    "ALTER TABLE refresh_tokens RENAME COLUMN sign_in_id TO grant_id",
    "ALTER TABLE refresh_tokens RENAME CONSTRAINT fk_refresh_tokens_sign_in_id TO fk_refresh_tokens_grant_id",
    "ALTER INDEX ix_refresh_tokens_sign_in_id RENAME TO ix_refresh_tokens_grant_id",
)


def upgrade() -> None:
    op.create_table(
        "oauth_clients",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=True),
        sa.Column("redirect_uris", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("first_party", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_oauth_clients_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_clients")),
    )
    op.create_index(op.f("ix_oauth_clients_user_id"), "oauth_clients", ["user_id"])
    for statement in RENAMED:
        op.execute(statement)
    op.alter_column("grants", "user_id", nullable=True)
    op.add_column("grants", sa.Column("kind", sa.String(length=20), server_default="sign_in", nullable=False))
    op.add_column("grants", sa.Column("client_id", sa.String(length=32), nullable=True))
    op.add_column("grants", sa.Column("name", sa.Text(), server_default="", nullable=False))
    scopes = sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default=EVERY_SCOPE, nullable=False)
    op.add_column("grants", scopes)
    op.add_column("grants", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("grants", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("grants", sa.Column("user_agent", sa.Text(), server_default="", nullable=False))
    op.add_column("grants", sa.Column("address", sa.Text(), server_default="", nullable=False))
    op.execute(
        """
        UPDATE grants SET expires_at = coalesce(
            (SELECT max(expires_at) FROM refresh_tokens WHERE grant_id = grants.id), created_at + interval '30 days'
        )
        """
    )
    op.alter_column("grants", "expires_at", nullable=False)
    for name in ("kind", "name", "scopes", "user_agent", "address"):
        op.alter_column("grants", name, server_default=None)
    op.create_foreign_key(
        op.f("fk_grants_client_id"), "grants", "oauth_clients", ["client_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index(op.f("ix_grants_client_id"), "grants", ["client_id"])
    op.create_table(
        "authorization_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("challenge", sa.String(length=128), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grant_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["oauth_clients.id"], name=op.f("fk_authorization_codes_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_authorization_codes_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_authorization_codes_grant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_authorization_codes")),
    )
