"""Charges follow goods through a sorting: nothing is lost with the culls or an emptied lot, nothing billed twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots
from wms.billing.errors import LotBeingBilled, TariffsDiffer
from wms.billing.queries.charges import billed_of, units_billed_and_here
from wms.billing.queries.tariffs import stay_of, tariff_of_lot
from wms.billing.queries.works import unbilled_carried, unbilled_works
from wms.billing.rules.charges import NANOYUAN_PER_FEN, Billed, Part, charges
from wms.billing.rules.states import ChargeKind
from wms.billing.tables import CarriedCharge
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.numbers import largest_remainder

RENT, CULLS, ROUNDING = "crate_rent", "culls", "carried"


@dataclass(frozen=True, slots=True)
class _Owed:
    """What one old lot hands on, before it is shared over the new ones."""

    kind: ChargeKind
    line: str
    version_id: UUID
    grams: int
    nanoyuan: int
    source_id: UUID | None = None
    counted_fen: int = 0


def carry_charges(session: Session, done: lots.Regraded, *, by: Actor, at: Moment) -> list[CarriedCharge]:
    """Hand on to the new lots of a sorting what the old ones owe for what is not in them any more.

    Storage and handling in of new lots count from the entry day on their own weight, so only this is left: storage
    and handling of the culls, rent of the old crates, and of an emptied lot its unbilled works, what was carried into
    it, the part of a fen its rounding still owes, and what it paid, which counts towards minimums. Shared by weight,
    exact. Called in the transaction of the sorting, which holds the locks. Posts nothing. A repeat changes nothing.
    Raises Forbidden, LotBeingBilled, TariffsDiffer, TariffMissing, RequestIdReused.
    """
    by.must(Permission.MOVE_STOCK)
    request_id = derived_id(done.id, "billing.carry_charges")
    if not idempotency.claim(session, request_id, "billing.carry_charges", {"id": done.id}, by=by, at=at):
        return []
    rows: list[CarriedCharge] = []
    promises = set()
    for lot_id in done.units_in:
        lot = lots.get_lot(session, lot_id)
        if units_billed_and_here(session, lot.id):
            raise LotBeingBilled(lot=lot.code)
        promised = tariff_of_lot(session, lot)
        locked = promised.version_id if promised is not None and promised.locked else None
        promises.add((locked, promised.charged_from_on if promised is not None else None))
        for place, owed in enumerate(_owed(session, lot, done, at)):
            rows += _shared(done, lot.id, place, owed, by, at)
    if len(promises) > 1:
        raise TariffsDiffer
    for row in rows:
        append(session, row)
    audit.record(session, "billing.carry_charges", ("regrade", done.id), by=by, at=at, charges=len(rows))
    return rows


def _owed(session: Session, lot: lots.Lot, done: lots.Regraded, at: Moment) -> Iterator[_Owed]:
    culls = sum(part.grams for part in done.parts if part.input_lot_id == lot.id and part.output_lot_id is None)
    stay = stay_of(session, lot, at.on)
    version_id = stay.tariff_on(stay.last_counted(at.on)).version_id
    gone = charges(stay, Part(done.units_in[lot.id], culls), Billed(), at.on, handling_out=False)
    rent = sum(line.nanoyuan for line in gone.lines if line.line == RENT)
    yield _Owed(ChargeKind.STORAGE, CULLS, version_id, culls, gone.storage_nanoyuan)
    yield _Owed(ChargeKind.HANDLING, CULLS, version_id, culls, gone.handling_nanoyuan - rent)
    yield _Owed(ChargeKind.HANDLING, RENT, version_id, 0, rent)
    if lot.id not in done.emptied:
        return
    for work in unbilled_works(session, lot.id):
        yield _Owed(ChargeKind.HANDLING, work.work, work.version_id, work.grams, work.work_nanoyuan, work.id)
    for row in unbilled_carried(session, lot.id):
        kind = ChargeKind(row.kind)
        yield _Owed(kind, row.line, row.version_id, row.grams, row.carried_nanoyuan, row.id)
    billed = billed_of(session, lot.id)
    storage = billed.storage_nanoyuan - billed.storage_fen * NANOYUAN_PER_FEN
    paid_fen = billed.storage_fen + billed.minimum_fen + billed.counted_fen
    yield _Owed(ChargeKind.STORAGE, ROUNDING, version_id, 0, storage, counted_fen=paid_fen)
    handling = billed.handling_nanoyuan - billed.handling_fen * NANOYUAN_PER_FEN
    yield _Owed(ChargeKind.HANDLING, ROUNDING, version_id, 0, handling)


def _shared(
    done: lots.Regraded, lot_id: UUID, place: int, owed: _Owed, by: Actor, at: Moment
) -> Iterator[CarriedCharge]:
    """Share what a lot hands on over its new lots by weight; the pieces sum to it, to the nano-yuan."""
    into = [part for part in done.parts if part.input_lot_id == lot_id and part.output_lot_id is not None]
    weights = {number: part.grams for number, part in enumerate(into)}
    sign = -1 if owed.nanoyuan < 0 else 1
    money = largest_remainder(abs(owed.nanoyuan), weights)
    counted, grams = largest_remainder(owed.counted_fen, weights), largest_remainder(owed.grams, weights)
    for number, part in enumerate(into):
        if (money[number] or counted[number]) and part.output_lot_id is not None:
            yield CarriedCharge(
                id=derived_id(done.id, lot_id, place, number),
                regrade_id=done.id,
                from_lot_id=lot_id,
                to_lot_id=part.output_lot_id,
                kind=owed.kind.value,
                line=owed.line,
                version_id=owed.version_id,
                grams=grams[number],
                carried_nanoyuan=sign * money[number],
                source_id=owed.source_id,
                counted_fen=counted[number],
                carried_on=at.on,
                carried_at=at.at,
                account_id=by.account_id,
            )
