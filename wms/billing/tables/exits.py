"""Exit orders, their quotes, weighings, and credit given to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.billing.rules.states import ClearBasis, CreditState, ExitKind, ExitState
from wms.kernel.columns import Base, Instant, Json, reference
from wms.kernel.evidence import Evidence


def _one_of(column: str, values: type[ExitState] | type[ExitKind] | type[CreditState] | type[ClearBasis]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class ExitOrder(Base):
    """Units of one lot on their way out, or to another owner."""

    __tablename__ = "exit_orders"
    __table_args__ = (
        UniqueConstraint("id", "state", name="uq_exit_orders_id_state"),
        CheckConstraint("units >= 1", name="units_positive"),
        CheckConstraint(_one_of("state", ExitState), name="state_known"),
        CheckConstraint(
            "(kind = 'sale') = (deal_id IS NOT NULL) AND (kind = 'transfer') = (buyer_id IS NOT NULL)"
            " AND kind IN ('sale', 'own', 'transfer')",
            name="sale_has_deal",
        ),
        CheckConstraint("(quote_id IS NOT NULL) OR state IN ('open', 'void')", name="quoted_first"),
        CheckConstraint(
            "(cleared_basis IS NOT NULL) = (cleared_at IS NOT NULL)"
            " AND (cleared_at IS NOT NULL OR state IN ('open', 'quoted', 'void'))",
            name="cleared_before_picking",
        ),
        CheckConstraint(
            "(out_grams IS NOT NULL AND out_grams > 0) OR state NOT IN ('weighed', 'closed')", name="weighed_out"
        ),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (closed_on IS NOT NULL)"
            " AND (state = 'closed') = (entry_grams IS NOT NULL)",
            name="closed_is_dated",
        ),
        CheckConstraint("invoiced_on IS NOT NULL OR state <> 'closed'", name="billed_before_closing"),
        CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_has_reason"),
        Index("ix_exit_orders_lot_id", "lot_id"),
        Index("ix_exit_orders_party_id", "party_id", "opened_at"),
        Index("ix_exit_orders_state", "state", "opened_at"),
        Index("ix_exit_orders_deal_id", "deal_id"),
        Index("ix_exit_orders_hold_id", "hold_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), comment="the owner, who owes the charges")
    kind: Mapped[str] = mapped_column(String(10), comment="sale or own")
    deal_id: Mapped[UUID | None] = mapped_column(comment="the deal it delivers; deals live in a higher room")
    buyer_id: Mapped[UUID | None] = mapped_column(comment="whose the goods become, of a transfer of title in store")
    units: Mapped[int]
    collector_name: Mapped[str] = mapped_column(String(80))
    plate: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    hold_id: Mapped[UUID] = mapped_column(
        reference("lot_holds.id"), comment="the exit hold of an own withdrawal, the sale hold of its deal"
    )
    quote_id: Mapped[UUID | None] = mapped_column(comment="the quote that counts, one of its own")
    quoted_on: Mapped[date | None] = mapped_column(comment="the day the quote is good for")
    cleared_basis: Mapped[str | None] = mapped_column(String(10))
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    credit_id: Mapped[UUID | None] = mapped_column(comment="the credit it was cleared on, one of its own")
    invoiced_on: Mapped[date | None] = mapped_column(comment="charges are billed up to this day")
    picked_at: Mapped[datetime | None] = mapped_column(Instant)
    out_grams: Mapped[int | None] = mapped_column(BigInteger, comment="weighed out, net")
    entry_grams: Mapped[int | None] = mapped_column(BigInteger, comment="entry weight of what left")
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_account_id: Mapped[UUID]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_on: Mapped[date | None]
    void_reason: Mapped[str | None] = mapped_column(String(200))


class ExitQuote(Evidence, Base):
    """Charges named for an exit, good on one day, with the tariff versions and the steps that explain them."""

    __tablename__ = "exit_quotes"
    __table_args__ = (Index("ix_exit_quotes_exit_id", "exit_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    exit_id: Mapped[UUID] = mapped_column(reference("exit_orders.id"))
    quoted_on: Mapped[date] = mapped_column(comment="good until the end of this business day")
    quoted_at: Mapped[datetime] = mapped_column(Instant)
    units: Mapped[int]
    entry_grams: Mapped[int] = mapped_column(BigInteger)
    storage_fen: Mapped[int] = mapped_column(BigInteger, comment="still to bill")
    handling_fen: Mapped[int] = mapped_column(BigInteger, comment="still to bill")
    billed_fen: Mapped[int] = mapped_column(BigInteger, comment="billed for this exit before")
    open_fen: Mapped[int] = mapped_column(BigInteger, comment="billed for this exit before and not settled")
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json, comment="the explanation")

    @property
    def to_pay_fen(self) -> int:
        """What must be paid, netted or credited before the goods may leave."""
        return self.storage_fen + self.handling_fen + self.open_fen


class CreditLimit(Evidence, Base):
    """How much a party may owe in charges at most, from a day on; set by one person."""

    __tablename__ = "credit_limits"
    __table_args__ = (
        CheckConstraint("limit_fen >= 0", name="limit_not_negative"),
        Index("ix_credit_limits_party_id", "party_id", "effective_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    limit_fen: Mapped[int] = mapped_column(BigInteger)
    effective_from: Mapped[date]
    set_by_account_id: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(Instant)


class CreditRequest(Base):
    """Leave to let one exit go before its charges are paid: asked, approved by another person, used once."""

    __tablename__ = "credit_requests"
    __table_args__ = (
        CheckConstraint("credit_fen > 0", name="credit_positive"),
        CheckConstraint(_one_of("state", CreditState), name="state_known"),
        CheckConstraint("requested_by_person_id <> approved_by_person_id", name="four_eyes"),
        CheckConstraint(
            "(approved_by_person_id IS NULL) = (expires_at IS NULL)"
            " AND (approved_by_person_id IS NOT NULL OR state NOT IN ('approved', 'used'))",
            name="approved_by_somebody",
        ),
        Index("ix_credit_requests_exit_id", "exit_id"),
        Index("ix_credit_requests_state", "state", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    exit_id: Mapped[UUID] = mapped_column(reference("exit_orders.id"))
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    credit_fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    requested_by_person_id: Mapped[UUID]
    requested_at: Mapped[datetime] = mapped_column(Instant)
    approved_by_person_id: Mapped[UUID | None]
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
