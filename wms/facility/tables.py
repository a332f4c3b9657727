"""Places, devices and policies. A room's state is mutable and follows from its events, which are evidence."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, reference
from wms.kernel.evidence import Evidence

_STATES = "('empty','pre_cooling','filling','sealed','under_ca','opened','emptying')"


class Site(Base):
    """A cold store at one place, in one time zone."""

    __tablename__ = "sites"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True, comment="its name in MQTT topics")
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(60), comment="IANA time zone")


class Room(Base):
    """A cold room."""

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint("storage_type IN ('ra','ca')", name="storage_type_known"),
        CheckConstraint(f"state IN {_STATES}", name="state_known"),
        CheckConstraint("state <> 'under_ca' OR storage_type = 'ca'", name="only_ca_under_ca"),
        CheckConstraint("events >= 0", name="events_counted"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"), index=True)
    code: Mapped[str] = mapped_column(String(8), unique=True, comment="first part of its slots' codes")
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(120))
    storage_type: Mapped[str] = mapped_column(String(2))
    registration: Mapped[str | None] = mapped_column(String(60), comment="CA registration number, printed on papers")
    state: Mapped[str] = mapped_column(String(12))
    state_since_at: Mapped[datetime] = mapped_column(Instant)
    events: Mapped[int] = mapped_column(comment="how many events led here")


class RoomAbility(Base):
    """What a room can keep; a room without a row keeps anything of its storage type."""

    __tablename__ = "room_abilities"
    __table_args__ = (
        CheckConstraint("coldest_millidegrees <= warmest_millidegrees", name="range_in_order"),
        CheckConstraint("(coldest_millidegrees IS NULL) = (warmest_millidegrees IS NULL)", name="range_whole"),
        CheckConstraint("least_firmness_gf_cm2 IS NULL OR least_firmness_gf_cm2 > 0", name="firmness_positive"),
    )

    room_id: Mapped[UUID] = mapped_column(reference("rooms.id"), primary_key=True)
    coldest_millidegrees: Mapped[int | None] = mapped_column(comment="°C × 1000 it can hold")
    warmest_millidegrees: Mapped[int | None]
    scrubs_ethylene: Mapped[bool] = mapped_column(comment="what gives off ethylene may lie with what bears it badly")
    varieties: Mapped[list[str]] = mapped_column(Json, comment="empty: any")
    least_firmness_gf_cm2: Mapped[int | None] = mapped_column(comment="takes only lots inspected this firm")
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class RoomEvent(Evidence, Base):
    """One step of a room's season."""

    __tablename__ = "room_events"
    __table_args__ = (
        UniqueConstraint("room_id", "step", name="uq_room_events_step"),
        CheckConstraint(f"from_state IN {_STATES}", name="from_state_known"),
        CheckConstraint(f"to_state IN {_STATES}", name="to_state_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    room_id: Mapped[UUID] = mapped_column(reference("rooms.id"))
    step: Mapped[int] = mapped_column(comment="1, 2, 3 … of this room")
    event: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    happened_at: Mapped[datetime] = mapped_column(Instant)
    happened_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID]


class RoomEntry(Evidence, Base):
    """Somebody entered a sealed room."""

    __tablename__ = "room_entries"
    __table_args__ = (
        CheckConstraint("until_at > entered_at AND until_at - entered_at <= 43200000", name="within_a_shift"),
        CheckConstraint("people <> ''", name="names_people"),
        Index("ix_room_entries_room", "room_id", "until_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    room_id: Mapped[UUID] = mapped_column(reference("rooms.id"))
    purpose: Mapped[str] = mapped_column(String(12))
    people: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime] = mapped_column(Instant, comment="at the latest")
    moves_allowed: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID]


class RoomEntryEnd(Evidence, Base):
    """The door was shut again."""

    __tablename__ = "room_entry_ends"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(reference("room_entries.id"), unique=True)
    ended_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class Slot(Base):
    """A place for goods in a room."""

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("room_id", "row_no", "bay_no", "level_no", name="uq_slots_place"),
        CheckConstraint("capacity_grams > 0 AND capacity_units > 0", name="holds_something"),
        CheckConstraint("row_no > 0 AND bay_no > 0 AND level_no > 0", name="counted_from_one"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    room_id: Mapped[UUID] = mapped_column(reference("rooms.id"))
    row_no: Mapped[int]
    bay_no: Mapped[int]
    level_no: Mapped[int]
    code: Mapped[str] = mapped_column(String(24), unique=True, comment="with its check character")
    capacity_grams: Mapped[int] = mapped_column(BigInteger)
    capacity_units: Mapped[int]
    in_use: Mapped[bool]


class Instrument(Base):
    """A scale or probe and where it stands."""

    __tablename__ = "instruments"
    __table_args__ = (
        Index(
            "uq_instruments_topic",
            "gateway",
            "name",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        CheckConstraint("kind IN ('scale','probe')", name="kind_known"),
        CheckConstraint(
            "(kind = 'scale') = (e_grams IS NOT NULL) AND (kind = 'scale') = (capacity_grams IS NOT NULL)",
            name="scales_weigh",
        ),
        CheckConstraint("e_grams IS NULL OR (e_grams > 0 AND e_grams <= capacity_grams)", name="division_in_range"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"), index=True)
    room_id: Mapped[UUID | None] = mapped_column(reference("rooms.id"))
    place: Mapped[str] = mapped_column(String(60), comment="e.g. dock 1")
    gateway: Mapped[str] = mapped_column(String(32), comment="its gateway's name in MQTT topics")
    name: Mapped[str] = mapped_column(String(32), comment="its own name in MQTT topics")
    kind: Mapped[str] = mapped_column(String(8))
    protocol: Mapped[str] = mapped_column(String(32))
    e_grams: Mapped[int | None] = mapped_column(BigInteger, comment="verification division")
    capacity_grams: Mapped[int | None] = mapped_column(BigInteger)
    serial_number: Mapped[str | None] = mapped_column(String(60))
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


class Calibration(Evidence, Base):
    """A verification of an instrument."""

    __tablename__ = "calibrations"
    __table_args__ = (
        CheckConstraint("due_on >= calibrated_on", name="due_after"),
        Index("ix_calibrations_instrument", "instrument_id", "calibrated_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument_id: Mapped[UUID] = mapped_column(reference("instruments.id"))
    certificate: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(String(120), comment="who verified")
    calibrated_on: Mapped[date]
    due_on: Mapped[date] = mapped_column(comment="the last day it covers")
    passed: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class InsurancePolicy(Base):
    """Insurance of what lies in a room or on a site."""

    __tablename__ = "insurance_policies"
    __table_args__ = (
        UniqueConstraint("insurer", "number", name="uq_insurance_policies_number"),
        CheckConstraint("(room_id IS NULL) <> (site_id IS NULL)", name="room_or_site"),
        CheckConstraint("sum_fen > 0", name="covers_something"),
        CheckConstraint("until_on >= from_on", name="ends_after_start"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    room_id: Mapped[UUID | None] = mapped_column(reference("rooms.id"), index=True)
    site_id: Mapped[UUID | None] = mapped_column(reference("sites.id"), index=True)
    insurer: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(60))
    sum_fen: Mapped[int] = mapped_column(BigInteger)
    from_on: Mapped[date]
    until_on: Mapped[date] = mapped_column(comment="the first day it no longer covers; earlier once cancelled")
    loss_payee_id: Mapped[UUID | None] = mapped_column(reference("parties.id"), comment="who is paid first, the lender")


class SiteCost(Evidence, Base):
    """What keeping goods at a site costs, from a day on; a later row of its kind takes over. Append-only."""

    __tablename__ = "site_costs"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('energy','labour','depreciation','rent','upkeep','insurance','other')", name="kind_known"
        ),
        CheckConstraint("per IN ('tonne_day','tonne_in','season')", name="per_known"),
        CheckConstraint("cost_micro >= 0", name="cost_not_negative"),
        CheckConstraint("(per = 'season') = (ends_on IS NOT NULL)", name="seasons_end"),
        CheckConstraint("ends_on IS NULL OR ends_on > effective_from", name="ends_after_start"),
        Index("ix_site_costs_site_id", "site_id", "effective_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"))
    kind: Mapped[str] = mapped_column(String(12))
    per: Mapped[str] = mapped_column(String(10), comment="a tonne a day, a tonne taken in, or the whole season")
    cost_micro: Mapped[int] = mapped_column(BigInteger, comment="10^-6 yuan")
    effective_from: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(comment="of a season, the first day no longer in it")
    source: Mapped[str] = mapped_column(String(200), comment="where the figure comes from")
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
