"""What goods cost: quoted for a part that leaves, and accrued for what still lies here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from wms import lots
from wms.billing.errors import ExitNotFound
from wms.billing.queries.books import open_charges_of_exit
from wms.billing.queries.stock import GONE
from wms.billing.queries.tariffs import stay_of
from wms.billing.queries.works import (
    carried_billed_for_exit,
    counted_towards_minimum,
    hands_on,
    works_billed_for_exit,
    works_to_bill,
)
from wms.billing.rules.charges import NANOYUAN_PER_FEN, Billed, Charges, Part, charges
from wms.billing.rules.daily import time_nanoyuan
from wms.billing.rules.requests import Fees, LotCharges
from wms.billing.rules.schedule import Stay
from wms.billing.rules.states import ChargeKind, ExitKind
from wms.billing.rules.tariffs import KgDay
from wms.billing.tables import ExitOrder, InvoiceLine
from wms.kernel.asking import read_and_since, read_under
from wms.kernel.writing import held
from wms.lots.tables import Lot, StockMove

MONTH_DAYS = 30
_NOTHING = Part(0, 0)


@dataclass(frozen=True, slots=True)
class Kin:
    """The other lots split from the one that came in: they have one least charge together, topped up at the last exit.

    `here` are those with units no exit has billed; `paid_fen` and `minimum_fen` what was billed of all of them.
    """

    here: tuple[Lot, ...] = ()
    paid_fen: int = 0
    minimum_fen: int = 0

    def counted(self, billed: Billed, more_fen: int = 0) -> Billed:
        """Return what was billed of a lot, with what its kin paid counted towards the least charge."""
        return replace(
            billed,
            counted_fen=billed.counted_fen + self.paid_fen + more_fen,
            minimum_fen=billed.minimum_fen + self.minimum_fen,
        )


@dataclass(frozen=True, slots=True)
class ExitBilled:
    """What was billed for one exit: units, their entry grams, and exact amounts."""

    units: int = 0
    grams: int = 0
    storage_nanoyuan: int = 0
    handling_nanoyuan: int = 0


def charges_of(session: Session, lot_id: UUID, *, units: int, on: date, exit_id: UUID | None = None) -> Charges:
    """Return what `units` of a lot cost if they leave on a day, after everything billed of it so far.

    With `exit_id` only what was not yet billed for that exit; a transfer of title is no handling out. In fen, exact
    amounts and explanation beside them.
    Lock the lot and its kin first when the answer is to be billed. Raises LotNotFound, TariffMissing.
    """
    lot = lots.get_lot(session, lot_id)
    kin = kin_of(session, lot)
    part = _part(session, lot, units, exit_id)
    part = replace(part, last=part.last and not kin.here)
    works = works_to_bill(session, lot_id)
    leaves = exit_id is None or session.get_one(ExitOrder, exit_id).kind != ExitKind.TRANSFER
    stay, billed = stay_of(session, lot, on), kin.counted(billed_of(session, lot_id))
    return charges(stay, part, billed, on, handling_out=leaves, works=works)


def accrued_unbilled(
    session: Session, lot_id: UUID, on: date, *, units: int | None = None, include_handling_out: bool = True
) -> Charges:
    """Return what the goods still here would cost if all of them (or `units`) left on a day, which may lie ahead.

    Units billed for an exit that has not left yet are not counted again. Raises LotNotFound, TariffMissing.
    """
    lot = lots.get_lot(session, lot_id)
    return _accrued(session, lot, stay_of(session, lot, on), on, units=units, handling_out=include_handling_out)


def storage_per_day(session: Session, lot_id: UUID, on: date) -> Fraction:
    """Return the storage and crate rent of what is still here in fen a day, exact: the mean of 30 days."""
    lot = lots.get_lot(session, lot_id)
    stay = stay_of(session, lot, on)
    free = max((line.free_days for line in stay.tariff_on(on).lines if isinstance(line, KgDay)), default=0)
    first = max(on, lot.entry_on + timedelta(days=free))
    stay = stay_of(session, lot, first + timedelta(days=MONTH_DAYS))
    before = time_nanoyuan(_accrued(session, lot, stay, first))
    after = time_nanoyuan(_accrued(session, lot, stay, first + timedelta(days=MONTH_DAYS)))
    return Fraction(after - before, MONTH_DAYS * NANOYUAN_PER_FEN)


def accrued_of_owner(session: Session, party_id: UUID, on: date) -> list[LotCharges]:
    """Return the charges so far of every lot of an owner that still has goods here, oldest entry first."""
    query = select(Lot).where(Lot.owner_id == party_id, Lot.units_on_hand > 0).order_by(Lot.entry_on, Lot.id)
    return list(accrued_of_lots(session, session.scalars(query).all(), on))


def accrued_of_lots(session: Session, wanted: Iterable[Lot], on: date) -> Iterable[LotCharges]:
    """Yield the charges so far of lots."""
    for lot in wanted:
        found = _accrued(session, lot, stay_of(session, lot, on), on)
        yield LotCharges(lot.id, lot.owner_id, on, found.units, found.grams, found)


def due_of_exit(session: Session, exit_id: UUID, on: date) -> Fees:
    """Return what must be paid for an exit if it leaves on a day: billed and open, and still to bill.

    Raises ExitNotFound, TariffMissing.
    """
    order = session.get(ExitOrder, exit_id)
    if order is None:
        raise ExitNotFound(exit_id=exit_id)
    unbilled = charges_of(session, order.lot_id, units=order.units, on=on, exit_id=exit_id)
    billed = open_charges_of_exit(session, exit_id)
    return Fees(billed.storage_fen + unbilled.storage_fen, billed.handling_fen + unbilled.handling_fen)


def billed_of(session: Session, lot_id: UUID) -> Billed:
    """Return what was billed of a lot so far."""
    sums = _billed_lines(session, lot_id)
    units, grams, storage_exact, storage_fen, minimum_fen = sums[ChargeKind.STORAGE][:5]
    _, _, handling_exact, handling_fen = sums[ChargeKind.HANDLING][:4]
    counted_fen = counted_towards_minimum(session, lot_id)
    return Billed(units, grams, storage_exact, storage_fen, handling_exact, handling_fen, minimum_fen, counted_fen)


def kin_of(session: Session, lot: Lot) -> Kin:
    """Return the lots split from the same one, and what was billed of them; a lot never split has none.

    What a sorting emptied counts towards the lots it became, and not here.
    """
    family = [kin_id for kin_id in lots.split_family(session, lot) if kin_id != lot.id]
    here, paid_fen, minimum_fen = [], 0, 0
    for kin in (lots.get_lot(session, kin_id) for kin_id in family):
        if kin.units_on_hand > units_billed_and_here(session, kin.id):
            here.append(kin)
        if not hands_on(session, kin.id):
            billed = billed_of(session, kin.id)
            paid_fen += billed.storage_fen + billed.counted_fen
            minimum_fen += billed.minimum_fen
    return Kin(tuple(here), paid_fen, minimum_fen)


def billed_for_exit(session: Session, exit_id: UUID) -> ExitBilled:
    """Return what was billed for one exit so far."""
    order = held(session, ExitOrder, exit_id)
    if order is not None and order.invoiced_on is None:
        return ExitBilled()

    def read() -> Mapping[str, tuple[int, ...]]:
        found = session.execute(_lines_of_exit(), {"exit": exit_id})
        return {row[0]: tuple(int(value) for value in row[1:]) for row in found}

    sums = read_under(session, (ExitOrder, exit_id), "billed lines", [InvoiceLine], read)
    units, grams, storage = sums.get(ChargeKind.STORAGE, (0, 0, 0))
    return ExitBilled(units, grams, storage, sums.get(ChargeKind.HANDLING, (0, 0, 0))[2])


def units_billed_and_here(session: Session, lot_id: UUID, *, but: UUID | None = None) -> int:
    """Return the units of a lot that are billed for exits which have not left yet, one exit left out if named."""
    here = _billed_lines(session, lot_id)[ChargeKind.STORAGE][5]
    if not here or but is None:
        return here
    gone = select(StockMove.exit_id).where(StockMove.lot_id == lot_id, StockMove.kind.in_(GONE))
    query = select(func.coalesce(func.sum(InvoiceLine.units), 0)).where(
        InvoiceLine.lot_id == lot_id,
        InvoiceLine.kind == ChargeKind.STORAGE.value,
        InvoiceLine.exit_id == but,
        InvoiceLine.exit_id.not_in(gone),
    )
    return here - int(session.scalar(query) or 0)


def _billed_lines(session: Session, lot_id: UUID) -> Mapping[str, tuple[int, ...]]:
    """Return the sums of a lot's lines by kind.

    Units, grams, exact amount, fen without and of the least charge; and the units of exits that have not left yet.
    """

    def read() -> Mapping[str, tuple[int, ...]]:
        nothing = {kind.value: (0,) * 6 for kind in ChargeKind}
        found = session.execute(_lines_of_lot(), {"lot": lot_id})
        return nothing | {row[0]: tuple(int(value) for value in row[1:]) for row in found}

    found, (lines, moves) = read_and_since(session, (Lot, lot_id), "billed lines", (InvoiceLine, StockMove), read)
    new = [line for line in lines if line.lot_id == lot_id]
    left = {move.exit_id for move in moves if move.lot_id == lot_id and move.kind in GONE}
    if left - {line.exit_id for line in new if line.units}:
        return read()  # what left was billed before: the sums do not say how much of them it was
    for line in new:
        more = _sums_of(line, gone=line.exit_id in left)
        found = {**found, line.kind: tuple(map(sum, zip(found[line.kind], more, strict=True)))}
    return found


def _sums_of(line: InvoiceLine, *, gone: bool) -> tuple[int, ...]:
    """Return what one line adds to the sums of its lot."""
    charged_fen, here = line.charge_fen - line.minimum_fen, 0 if gone else line.units
    return line.units, line.entry_grams, line.charge_nanoyuan, charged_fen, line.minimum_fen, here


@cache
def _lines_of_lot() -> Select[*tuple[Any, ...]]:
    gone = select(StockMove.exit_id).where(StockMove.lot_id == bindparam("lot"), StockMove.kind.in_(GONE))
    return (
        select(
            InvoiceLine.kind,
            func.sum(InvoiceLine.units),
            func.sum(InvoiceLine.entry_grams),
            func.sum(InvoiceLine.charge_nanoyuan),
            func.sum(InvoiceLine.charge_fen - InvoiceLine.minimum_fen),
            func.sum(InvoiceLine.minimum_fen),
            func.sum(case((InvoiceLine.exit_id.not_in(gone), InvoiceLine.units), else_=0)),
        )
        .where(InvoiceLine.lot_id == bindparam("lot"))
        .group_by(InvoiceLine.kind)
    )


@cache
def _lines_of_exit() -> Select[*tuple[Any, ...]]:
    sums = (func.sum(InvoiceLine.units), func.sum(InvoiceLine.entry_grams), func.sum(InvoiceLine.charge_nanoyuan))
    return select(InvoiceLine.kind, *sums).where(InvoiceLine.exit_id == bindparam("exit")).group_by(InvoiceLine.kind)


def _part(session: Session, lot: Lot, units: int, exit_id: UUID | None) -> Part:
    mine = billed_for_exit(session, exit_id) if exit_id is not None else ExitBilled()
    others = units_billed_and_here(session, lot.id, but=exit_id)
    last = others + units >= lot.units_on_hand
    if mine.units and exit_id is not None:
        carried = {kind: carried_billed_for_exit(session, exit_id, kind) for kind in ChargeKind}
        storage = mine.storage_nanoyuan - carried[ChargeKind.STORAGE]
        handling = mine.handling_nanoyuan - works_billed_for_exit(session, exit_id) - carried[ChargeKind.HANDLING]
        return Part(mine.units, mine.grams, last, storage, handling)
    return Part(units, _grams_after(lot, others, units), last)


def _grams_after(lot: Lot, gone: int, units: int) -> int:
    """Return what `units` carry once `gone` more have left."""
    return lots.grams_of(lot, gone + units) - (lots.grams_of(lot, gone) if gone else 0)


def _accrued(
    session: Session, lot: Lot, stay: Stay, on: date, *, units: int | None = None, handling_out: bool = True
) -> Charges:
    gone = units_billed_and_here(session, lot.id)
    here = lot.units_on_hand - gone
    wanted = here if units is None else min(units, here)
    part = Part(wanted, _grams_after(lot, gone, wanted), last=wanted == here) if wanted > 0 else _NOTHING
    works = works_to_bill(session, lot.id)
    kin = kin_of(session, lot)
    first = not kin.here or lot.id < min(other.id for other in kin.here)
    part = replace(part, last=part.last and first)  # of kin that are here, one shows what all of them lack
    more_fen = _storage_of(session, kin, on) if part.last else 0
    billed = kin.counted(billed_of(session, lot.id), more_fen)
    return charges(stay, part, billed, on, handling_out=handling_out, works=works)


def _storage_of(session: Session, kin: Kin, on: date) -> int:
    """Return the storage of a lot's kin if all of them left on a day, least charges left out."""
    found = 0
    for lot in kin.here:
        gone = units_billed_and_here(session, lot.id)
        here = lot.units_on_hand - gone
        part = Part(here, _grams_after(lot, gone, here))
        works = works_to_bill(session, lot.id)
        found += charges(stay_of(session, lot, on), part, billed_of(session, lot.id), on, works=works).storage_fen
    return found
