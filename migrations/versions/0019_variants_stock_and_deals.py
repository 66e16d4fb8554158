"""Variants, stock and deals"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_deals_channel_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_deals_product_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_deals"),
    )
    op.create_index("ix_deals_product_id", "deals", ["product_id"], unique=False)
    op.create_index(
        "uq_deals_going",
        "deals",
        ["channel_id", "product_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "variants",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("image_key", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_variants_product_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_variants"),
    )
    op.create_index("ix_variants_product_id", "variants", ["product_id"], unique=False)
    op.create_table(
        "stocks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("variant_id", sa.BigInteger(), nullable=True),
        sa.Column("unlimited", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("untold", sa.Boolean(), nullable=False),
        sa.CheckConstraint("sold >= 0", name="ck_stocks_sold"),
        sa.CheckConstraint("total >= 0", name="ck_stocks_total"),
        sa.CheckConstraint("unlimited OR sold <= total", name="ck_stocks_oversold"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_stocks_product_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name="fk_stocks_variant_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_stocks"),
    )
    op.create_index("ix_stocks_untold", "stocks", ["id"], unique=False, postgresql_where=sa.text("untold"))
    op.create_index(
        "ix_stocks_variants_of",
        "stocks",
        ["product_id"],
        unique=False,
        postgresql_where=sa.text("variant_id IS NOT NULL"),
    )
    op.create_index(
        "uq_stocks_product_id", "stocks", ["product_id"], unique=True, postgresql_where=sa.text("variant_id IS NULL")
    )
    op.create_index(
        "uq_stocks_variant_id",
        "stocks",
        ["variant_id"],
        unique=True,
        postgresql_where=sa.text("variant_id IS NOT NULL"),
    )
    op.create_table(
        "reservations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reserved_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deal_id", sa.BigInteger(), nullable=True),
        sa.Column("deal_quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_reservations_quantity"),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_reservations_deal_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["stock_id"], ["stocks.id"], name="fk_reservations_stock_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_reservations"),
    )
    op.create_index("ix_reservations_deal_id", "reservations", ["deal_id"], unique=False)
    op.create_index("ix_reservations_reserved_until", "reservations", ["reserved_until"], unique=False)
    op.create_index("ix_reservations_stock_id", "reservations", ["stock_id"], unique=False)
    op.create_index("uq_reservations_holder_stock_id", "reservations", ["holder", "stock_id"], unique=True)
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=True),
        sa.Column("deal_id", sa.BigInteger(), nullable=True),
        sa.Column("deal_quantity", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_stock_movements_deal_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["stock_id"], ["stocks.id"], name="fk_stock_movements_stock_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_stock_movements"),
    )
    op.create_index("ix_stock_movements_deal_id", "stock_movements", ["deal_id"], unique=False)
    op.create_index("ix_stock_movements_holder", "stock_movements", ["holder"], unique=False)
    op.create_index("ix_stock_movements_stock_id", "stock_movements", ["stock_id"], unique=False)
    op.add_column("products", sa.Column("compare_at", sa.BigInteger(), nullable=True))
    op.add_column("products", sa.Column("sku", sa.Text(), nullable=True))
    op.add_column("products", sa.Column("max_per_buyer", sa.Integer(), nullable=True))
    # What is there already has no stock kept.
    op.execute(
        "INSERT INTO stocks (product_id, unlimited, total, sold, untold) SELECT id, true, 0, 0, false FROM products"
    )
