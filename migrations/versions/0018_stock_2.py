"""Title changes in store: an order that names the buyer, and stock that passes to another owner."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.checks import restate_check

revision = "0018_stock_2"
down_revision = "0018_floor_2"


def upgrade() -> None:
    """Let exit orders be transfers, and stock change its owner."""
    comment = "whose the goods become, of a transfer of title in store"
    op.add_column("exit_orders", sa.Column("buyer_id", sa.Uuid(), nullable=True, comment=comment))
    bind = op.get_bind()
    moved = "kind IN ('entry', 'move', 'pick', 'exit', 'loss', 'split_out', 'split_in', 'sort_out', 'sort_in'%s)"
    came = "kind NOT IN ('entry', 'split_in', 'sort_in'%s) OR (units > 0 AND grams > 0)"
    went = "kind NOT IN ('exit', 'split_out', 'sort_out'%s) OR (units < 0 AND grams < 0)"
    for name, condition, more in (
        ("kind_known", moved, ", 'title_out', 'title_in'"),
        ("comes_in", came, ", 'title_in'"),
        ("goes_out", went, ", 'title_out'"),
    ):
        restate_check(bind, "stock_moves", f"ck_stock_moves_{name}", old=condition % "", new=condition % more)
    sale = "(kind = 'sale') = (deal_id IS NOT NULL)%s AND kind IN ('sale', 'own'%s)"
    restate_check(
        bind, "exit_orders", "ck_exit_orders_sale_has_deal", old=sale % ("", ""),
        new=sale % (" AND (kind = 'transfer') = (buyer_id IS NOT NULL)", ", 'transfer'"),
    )  # fmt: skip
