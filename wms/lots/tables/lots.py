"""Lots, their units and their inspections."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wms.kernel.columns import Base, Instant, Json, reference
from wms.kernel.evidence import Evidence


class Lot(Base):
    """One owner, variety, grade, size and entry day: the unit of charge, pledge and sale.

    What it came in with never changes. Its totals are caches of `stock_moves` and `lot_holds`, constrained here and
    compared by `check`. Units gone are `entry_units - units_on_hand`.
    """

    __tablename__ = "lots"
    __table_args__ = (
        UniqueConstraint("site_id", "code", name="uq_lots_code"),
        CheckConstraint("entry_units >= 1 AND entry_grams >= entry_units", name="entry_positive"),
        CheckConstraint("units_on_hand >= 0 AND grams_on_hand >= 0", name="on_hand_not_negative"),
        CheckConstraint("(units_on_hand = 0) = (grams_on_hand = 0)", name="units_and_grams_end_together"),
        CheckConstraint("units_out >= 0 AND grams_out >= 0 AND units_lost >= 0", name="gone_not_negative"),
        CheckConstraint("units_passed >= 0 AND grams_passed >= 0", name="passed_not_negative"),
        CheckConstraint("entry_units = units_on_hand + units_out + units_lost + units_passed", name="units_conserved"),
        CheckConstraint("entry_grams = grams_on_hand + grams_out + grams_loss + grams_passed", name="grams_conserved"),
        CheckConstraint(
            "units_placed >= 0 AND units_staged >= 0 AND units_placed + units_staged <= units_on_hand",
            name="placed_on_hand",
        ),
        CheckConstraint("sale_units >= 0 AND exit_units >= 0 AND pledge_units >= 0", name="holds_not_negative"),
        CheckConstraint("quarantine_units >= 0 AND lien_units >= 0 AND count_units >= 0", name="stops_not_negative"),
        CheckConstraint("sale_units + exit_units <= units_on_hand", name="sold_on_hand"),
        CheckConstraint("pledge_units <= units_on_hand", name="pledged_on_hand"),
        CheckConstraint("quarantine_units <= units_on_hand", name="quarantined_on_hand"),
        CheckConstraint("lien_units <= units_on_hand", name="lien_on_hand"),
        CheckConstraint("count_units <= units_on_hand", name="count_on_hand"),
        CheckConstraint("(parent_id IS NULL) = (split_on IS NULL)", name="split_has_parent"),
        CheckConstraint("(share_units IS NULL) = (share_grams IS NULL)", name="share_whole"),
        Index("ix_lots_entry", "entry_on", "id"),
        Index("ix_lots_owner", "owner_id", "entry_on", "id"),
        Index("ix_lots_delivery", "delivery_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), comment="L261020-0001, printed on labels")
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"))
    delivery_id: Mapped[UUID] = mapped_column(reference("deliveries.id"))
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    parent_id: Mapped[UUID | None] = mapped_column(reference("lots.id"), comment="the lot it was split from")
    split_on: Mapped[date | None]
    variety: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(40))
    size_mm: Mapped[int | None] = mapped_column(Integer)
    size_rule: Mapped[str | None] = mapped_column(String(10), comment="以上 or 起步; NULL: exactly this size")
    colour_pattern: Mapped[str] = mapped_column(String(40), comment="条纹 片红 …")
    bagging: Mapped[str] = mapped_column(String(40), comment="纸袋 膜袋 纸加膜 光果")
    orchard_block: Mapped[str] = mapped_column(String(80))
    harvest_on: Mapped[date | None]
    picking_number: Mapped[int | None] = mapped_column(
        Integer, comment="which picking of the block: 1 is the first; NULL: not said"
    )
    owner_class: Mapped[str] = mapped_column(String(20), comment="grower merchant own")
    storage_type: Mapped[str] = mapped_column(String(10), comment="ra or ca")
    origin: Mapped[str] = mapped_column(String(80), comment="township")
    marks: Mapped[str] = mapped_column(String(80), comment="what is written on the crates")
    entry_on: Mapped[date] = mapped_column(comment="business day; the first day of storage")
    entered_at: Mapped[datetime] = mapped_column(Instant)
    entry_units: Mapped[int] = mapped_column(Integer)
    entry_grams: Mapped[int] = mapped_column(BigInteger)
    unit_tare_grams: Mapped[int] = mapped_column(comment="weight of one crate, not in entry_grams")
    unit_load_grams: Mapped[int] = mapped_column(comment="what one unit loads a slot with, crate included")
    weighed_one_by_one: Mapped[bool] = mapped_column(comment="every unit has its own weight")
    weighed_by_instrument: Mapped[bool] = mapped_column(comment="false while its weight is only typed")
    deadline_on: Mapped[date] = mapped_column(comment="quality deadline, from storage and the last inspection")
    inspected_on: Mapped[date | None]
    units_on_hand: Mapped[int] = mapped_column(Integer)
    grams_on_hand: Mapped[int] = mapped_column(BigInteger, comment="on the entry basis")
    units_out: Mapped[int] = mapped_column(Integer)
    grams_out: Mapped[int] = mapped_column(BigInteger, comment="weighed on the way out")
    units_lost: Mapped[int] = mapped_column(Integer)
    grams_loss: Mapped[int] = mapped_column(BigInteger, comment="entry weight less exit weight; negative for a gain")
    units_passed: Mapped[int] = mapped_column(Integer, comment="carried into lots split from it")
    grams_passed: Mapped[int] = mapped_column(BigInteger)
    units_placed: Mapped[int] = mapped_column(Integer, comment="in slots; the rest stands on the dock")
    units_staged: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="on the dock, picked for exits: sum of staged_units"
    )
    share_units: Mapped[int | None] = mapped_column(Integer, comment="on hand after the last sample; NULL: none taken")
    share_grams: Mapped[int | None] = mapped_column(BigInteger, comment="on hand then: what units share since")
    put_away_at: Mapped[datetime | None] = mapped_column(Instant, comment="when first all of it was in slots")
    sale_units: Mapped[int] = mapped_column(Integer, comment="open holds by reason: sum of lot_holds.units_left")
    exit_units: Mapped[int] = mapped_column(Integer)
    pledge_units: Mapped[int] = mapped_column(Integer)
    quarantine_units: Mapped[int] = mapped_column(Integer)
    lien_units: Mapped[int] = mapped_column(Integer)
    count_units: Mapped[int] = mapped_column(Integer)
    units: Mapped[list["Unit"]] = relationship(order_by=lambda: Unit.ordinal, viewonly=True)

    @property
    def size(self) -> str:
        """The size as the trade writes it: "80以上", "75起步", "80"; empty if not sized."""
        return "" if self.size_mm is None else f"{self.size_mm}{self.size_rule or ''}"

    @property
    def units_standing(self) -> int:
        """Units on the dock that nobody picked for an exit: they wait for a slot."""
        return self.units_on_hand - self.units_placed - self.units_staged

    @property
    def shared(self) -> tuple[int, int]:
        """Units and grams that what leaves takes its part of: as it came in, or what the last sample left."""
        if self.share_units is None or self.share_grams is None:
            return self.entry_units, self.entry_grams
        return self.share_units, self.share_grams

    @property
    def units_gone(self) -> int:
        """Units that are no longer on hand, wherever they went."""
        return self.entry_units - self.units_on_hand


class Unit(Base):
    """A labelled crate, bin or pallet of a lot; a split takes its labels along."""

    __tablename__ = "units"
    __table_args__ = (
        UniqueConstraint("sscc", name="uq_units_sscc"),
        UniqueConstraint("lot_id", "ordinal", name="uq_units_ordinal"),
        CheckConstraint("ordinal >= 1", name="ordinal_counts"),
        CheckConstraint("tare_grams >= 0 AND (own_grams IS NULL OR own_grams > 0)", name="weights_positive"),
        CheckConstraint(
            "sampled_grams = 0 OR (sampled_grams > 0 AND sampled_grams < own_grams)", name="sampled_of_its_own"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    ordinal: Mapped[int] = mapped_column(Integer, comment="counts from 1 in the lot; units leave in this order")
    sscc: Mapped[str] = mapped_column(String(18), comment="GS1 serial shipping container code")
    tare_grams: Mapped[int]
    own_grams: Mapped[int | None] = mapped_column(comment="its own entry weight, if weighed one by one")
    sampled_grams: Mapped[int] = mapped_column(server_default=text("0"), comment="taken out of it as samples")
    labelled_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant, comment="when it left, if weighed one by one")


class Inspection(Evidence, Base):
    """One inspection: grade is permanent, condition is what was found that day."""

    __tablename__ = "inspections"
    __table_args__ = (
        CheckConstraint("sample_units >= 1", name="sample_counts"),
        CheckConstraint("decay_permille IS NULL OR decay_permille BETWEEN 0 AND 1000", name="decay_permille"),
        CheckConstraint("brix_permille IS NULL OR brix_permille BETWEEN 0 AND 1000", name="brix_permille"),
        CheckConstraint("colour_permille IS NULL OR colour_permille BETWEEN 0 AND 1000", name="colour_permille"),
        Index("ix_inspections_lot", "lot_id", "inspected_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    inspected_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    inspector_person_id: Mapped[UUID | None]
    account_id: Mapped[UUID]
    sample_units: Mapped[int] = mapped_column(Integer)
    grades: Mapped[list[dict[str, Any]]] = mapped_column(Json, comment="grade, size, share_permille; permanent")
    firmness_gf_cm2: Mapped[int | None] = mapped_column(Integer, comment="gram-force per cm²")
    brix_permille: Mapped[int | None] = mapped_column(Integer)
    decay_permille: Mapped[int | None] = mapped_column(Integer)
    colour_permille: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(500))
    photos: Mapped[list[str]] = mapped_column(Json, comment="references")
    deadline_on: Mapped[date] = mapped_column(comment="computed from condition and storage")
