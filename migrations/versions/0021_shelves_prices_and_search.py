"""Numbers and variants of shelves, pins of two sizes, past prices, and a search that forgives typos"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# As the extension pg_trgm makes them, which the bundled PostgreSQL has not (decision 30): of each word, without case
# and accents, all three characters in a row, two blanks put before it and one behind.
TRIGRAMS = r"""
    CREATE FUNCTION trigrams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT substr(padded, place, 3)), '{}')
        FROM (
            SELECT '  ' || word || ' ' AS padded
            FROM regexp_split_to_table(
                regexp_replace(normalize(lower(words), NFKD), '[\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+'
            ) AS word
            WHERE word <> ''
        ) AS split, generate_series(1, length(padded) - 2) AS place
    $$
"""


def upgrade() -> None:
    op.execute(TRIGRAMS)
    op.add_column(
        "products",
        sa.Column(
            "trigrams",
            postgresql.ARRAY(sa.Text()),
            sa.Computed("trigrams(name || ' ' || coalesce(sku, ''))", persisted=True),
            nullable=False,
        ),
    )
    op.add_column("stocks", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column(
        "shelf",
        sa.Column("hidden_variants", postgresql.ARRAY(sa.BigInteger()), nullable=False, server_default="{}"),
    )
    op.add_column("shelf", sa.Column("number", sa.Integer(), server_default="0", nullable=True))
    op.execute(
        """
        UPDATE shelf SET number = numbered.number FROM (
            SELECT channel_id, product_id,
                row_number() OVER (PARTITION BY channel_id ORDER BY position, product_id) AS number
            FROM shelf
        ) AS numbered
        WHERE numbered.channel_id = shelf.channel_id AND numbered.product_id = shelf.product_id
        """
    )
    op.alter_column("shelf", "number", nullable=False)

    op.add_column("promotions", sa.Column("size", sa.String(length=5), server_default="large", nullable=False))
    # `shelf.promoted` said the same once more. The former release still asks for it, and writes shelves without the
    # columns above, while this one starts beside it: so it stays for now, and they have defaults.
    op.execute(
        """
        UPDATE promotions SET ended_at = greatest(at, now()) WHERE ended_at IS NULL AND NOT EXISTS (
            SELECT FROM shelf WHERE promoted
                AND shelf.channel_id = promotions.channel_id AND shelf.product_id = promotions.product_id
        )
        """
    )
    op.alter_column("shelf", "promoted", server_default=sa.false())
    going = sa.text("ended_at IS NULL")
    op.drop_index("uq_promotions_going", table_name="promotions")
    op.create_index(
        "uq_promotions_going", "promotions", ["channel_id", "product_id"], unique=True, postgresql_where=going
    )
    op.create_index(
        "uq_promotions_large",
        "promotions",
        ["channel_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND size = 'large'"),
    )

    op.create_table(
        "price_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_price_changes_product_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_price_changes"),
    )
    op.create_index("ix_price_changes_product_id_at", "price_changes", ["product_id", "at"], unique=False)
    # What was asked before is not known.
    op.execute(
        "INSERT INTO price_changes (product_id, price, currency, at) SELECT id, price, currency, now() FROM products"
    )
