"""What was earned and not billed at the close of each day, owner by owner."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, reference
from wms.kernel.evidence import Evidence


class DayAccrual(Evidence, Base):
    """What an owner would be billed if all he has at a site left on the day: the figure he was shown. Append-only."""

    __tablename__ = "day_accruals"
    __table_args__ = (
        CheckConstraint("lots >= 1 AND unpriced_lots BETWEEN 0 AND lots", name="lots_counted"),
        CheckConstraint("units >= 1 AND grams >= 1", name="goods_counted"),
        Index("ix_day_accruals_party_id", "party_id", "accrued_on"),
    )

    accrued_on: Mapped[date] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), primary_key=True)
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"), primary_key=True)
    lots: Mapped[int] = mapped_column(comment="with goods in store")
    unpriced_lots: Mapped[int] = mapped_column(comment="of them without a tariff for every day: counted as nothing")
    units: Mapped[int]
    grams: Mapped[int] = mapped_column(BigInteger, comment="on the entry basis")
    storage_fen: Mapped[int] = mapped_column(BigInteger, comment="not billed yet")
    handling_fen: Mapped[int] = mapped_column(BigInteger, comment="not billed yet, work done included")
