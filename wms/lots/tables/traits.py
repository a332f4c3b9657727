"""What varieties need of a room and of their neighbours."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant


class VarietyTraits(Base):
    """How goods of a variety want to be kept; a variety without a row asks for nothing."""

    __tablename__ = "variety_traits"
    __table_args__ = (
        CheckConstraint("coldest_millidegrees <= warmest_millidegrees", name="range_in_order"),
        CheckConstraint("(coldest_millidegrees IS NULL) = (warmest_millidegrees IS NULL)", name="range_whole"),
    )

    variety: Mapped[str] = mapped_column(String(40), primary_key=True)
    coldest_millidegrees: Mapped[int | None] = mapped_column(Integer, comment="°C × 1000 it bears")
    warmest_millidegrees: Mapped[int | None] = mapped_column(Integer)
    emits_ethylene: Mapped[bool] = mapped_column(comment="ripens what lies beside it")
    ethylene_sensitive: Mapped[bool]
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
