"""Gate passes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant

_LIVE = text("state IN ('issued', 'passed')")


class GatePass(Base):
    """Leave for one truck to drive out with one closed exit.

    `exit_state` can only be 'closed' and is half of the foreign key, so the database itself refuses a pass for an exit
    that is anything else, and refuses to reopen an exit that has one.
    """

    __tablename__ = "gate_passes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["exit_id", "exit_state"],
            ["exit_orders.id", "exit_orders.state"],
            name="fk_gate_passes_closed_exit",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("exit_state = 'closed'", name="only_closed_exits"),
        CheckConstraint("state IN ('issued', 'passed', 'void', 'expired')", name="state_known"),
        CheckConstraint("out_grams > 0", name="out_positive"),
        CheckConstraint("tolerance_permille BETWEEN 0 AND 1000", name="tolerance_in_range"),
        CheckConstraint(
            "(state = 'passed') = (passed_at IS NOT NULL) AND (state = 'passed') = (gate_grams IS NOT NULL)",
            name="passed_is_weighed",
        ),
        Index(
            "uq_gate_passes_live_exit", "exit_id", unique=True,
            sqlite_where=_LIVE, postgresql_where=_LIVE,
        ),
        Index("uq_gate_passes_code_digest", "code_digest", unique=True),
        Index("ix_gate_passes_state", "state", "expires_at"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    exit_id: Mapped[UUID]
    exit_state: Mapped[str] = mapped_column(String(10))
    code_digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the one-time code; the code is not kept")
    plate: Mapped[str] = mapped_column(String(20))
    collector_name: Mapped[str] = mapped_column(String(80))
    out_grams: Mapped[int] = mapped_column(BigInteger, comment="weighed out, net")
    tolerance_permille: Mapped[int] = mapped_column(comment="how far the load at the gate may differ")
    state: Mapped[str] = mapped_column(String(10))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    passed_at: Mapped[datetime | None] = mapped_column(Instant)
    gate_grams: Mapped[int | None] = mapped_column(BigInteger, comment="the load at the gate, net")
