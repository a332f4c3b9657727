"""Sorting: lots of one owner, variety and entry day become new ones; what is thrown away is a recorded loss."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.lots.actions.create import NO_TOTALS
from wms.lots.actions.numbering import next_code
from wms.lots.actions.place import require_rooms_open
from wms.lots.actions.shrink import record_culls
from wms.lots.actions.stock_ledger import Change, write_change
from wms.lots.actions.take_out import bring_to_dock, choose_places, leave_units
from wms.lots.errors import (
    LotNotFound,
    LotQuarantined,
    NotEnoughUnits,
    RegradeUnlike,
    RegradeWeightsDiffer,
    RequestWrong,
    SortWeighingUnfit,
)
from wms.lots.queries.deliveries import policy_on
from wms.lots.queries.kin import regraded_of, sort_weighings
from wms.lots.queries.lots import grams_of, held_units, lock_lots
from wms.lots.queries.places import places_of
from wms.lots.queries.shrink import allowance
from wms.lots.rules.holds import free_of_all
from wms.lots.rules.quantities import unit_load_grams
from wms.lots.rules.regrade import CULLS, Regrade, Regraded, RegradeOutput, common, plausible, shared_entry
from wms.lots.rules.words import MoveKind
from wms.lots.tables import Lot, RegradePart, RegradeRow, RegradeWeighing, Weighing

ALIKE = ("site_id", "owner_id", "entry_on", "variety", "storage_type", "owner_class")


@dataclass(slots=True)
class _In:
    """One old lot of a sorting: the units that go in, and the entry grams they carry by output."""

    lot: Lot
    units: int
    grams: int
    cells: dict[int, int]


def regrade(session: Session, request: Regrade, *, by: Actor, at: Moment) -> Regraded:
    """Sort units of lots into new lots, which stand on the dock until they are put away, and throw the culls away.

    New lots keep owner and entry day; they share the entry grams of what went in by the weights after sorting (their
    `sort` weighings), by largest remainder. The culls' share is a loss of the old lots, borne by the owner. Held units
    do not go in. Genealogy is kept from each lot to each. Charges and receipts follow in the rooms above
    (`receipts.regrade`). Locks slots, rooms and the old lots. A repeat returns the first.
    Raises Forbidden, LotNotFound, LotQuarantined, NotEnoughUnits, RegradeUnlike, RegradeWeightsDiffer,
    SortWeighingUnfit, RoomSealed, RequestWrong, RequestIdReused.
    """
    by.must(Permission.MOVE_STOCK)
    if not idempotency.claim(session, request.id, "lots.regrade", asdict(request), by=by, at=at):
        return regraded_of(session, request.id)
    _check(request)
    going = _locked(session, request, by, at)
    weighed = _weighed(session, request, [one.lot for one in going])
    culls = weighed[CULLS]
    loads = [sum(row.net_grams for row in weighed[place]) for place in range(len(request.outputs))]
    _share(session, going, loads, sum(row.net_grams for row in culls), at)
    for one in going:
        chosen = choose_places(session, one.lot, one.units)
        require_rooms_open(session, [slot for slot, _ in chosen], at)
        bring_to_dock(session, one.lot, chosen, request_id=request.id, by=by, at=at)
        _give(session, one, request, by, at)
    _write(session, request, going, weighed, by, at)
    for place, output in enumerate(request.outputs):
        lot = _output(session, going, output, place, weighed[place], at)
        into = Change(MoveKind.SORT_IN, units=lot.entry_units, grams=lot.entry_grams)
        write_change(session, lot, into, request_id=request.id, by=by, at=at)
    _note_parts(session, request, going, weighed)
    audit.record(
        session, "lots.regrade", ("regrade", request.id), by=by, at=at, lots=[one.lot.id for one in going],
        new_lots=[output.lot_id for output in request.outputs],
    )  # fmt: skip
    return regraded_of(session, request.id)


def _check(request: Regrade) -> None:
    lots_in = [item.lot_id for item in request.inputs]
    if not lots_in or len(set(lots_in)) < len(lots_in):
        raise RequestWrong(what="inputs")
    lots_out = [item.lot_id for item in request.outputs]
    if not lots_out or len(set(lots_out + lots_in)) < len(lots_out) + len(lots_in):
        raise RequestWrong(what="outputs")
    if any(not item.weighing_ids or not item.grade.strip() for item in request.outputs):
        raise RequestWrong(what="grade, weighing_ids")
    cited = [number for item in request.outputs for number in item.weighing_ids] + list(request.cull_weighing_ids)
    if len(set(cited)) < len(cited):
        raise RequestWrong(what="weighing_ids")


def _locked(session: Session, request: Regrade, by: Actor, at: Moment) -> list[_In]:
    """Lock what goes in, in order, and refuse what is held or of another kind."""
    wanted = {item.lot_id: item.units for item in request.inputs}
    slots = [slot.id for lot_id in sorted(wanted) for slot, _ in places_of(session, lot_id)]
    facility.lock_slots(session, slots)
    found = lock_lots(session, wanted)
    if any(not by.sees(lot.owner_id) for lot in found):
        raise LotNotFound
    unlike = [name for name in ALIKE if len({getattr(lot, name) for lot in found}) > 1]
    if unlike:
        raise RegradeUnlike(what=", ".join(unlike))
    for lot in found:
        if lot.quarantine_units:
            raise LotQuarantined(lot=lot.code)
        free = free_of_all(held_units(lot))
        if not 1 <= wanted[lot.id] <= free:
            raise NotEnoughUnits(lot=lot.code, units_free=free, units=wanted[lot.id])
    return [_In(lot, wanted[lot.id], grams_of(lot, wanted[lot.id]), {}) for lot in found]


def _weighed(session: Session, request: Regrade, lots_in: Sequence[Lot]) -> dict[int, list[Weighing]]:
    """Return the weighings by place of the output. Raises SortWeighingUnfit for one that is not free to count."""
    free = {row.id: row for row in sort_weighings(session, [lot.id for lot in lots_in])}
    cited = {place: output.weighing_ids for place, output in enumerate(request.outputs)}
    cited[CULLS] = request.cull_weighing_ids
    if any(number not in free for numbers in cited.values() for number in numbers):
        raise SortWeighingUnfit
    return {place: [free[number] for number in numbers] for place, numbers in cited.items()}


def _share(session: Session, going: Sequence[_In], loads: Sequence[int], cull_grams: int, at: Moment) -> None:
    """Give each old lot its cells; the weights after sorting must be about what went in."""
    book, weighed = sum(one.grams for one in going), sum(loads) + cull_grams
    policy = policy_on(session, at.on)
    stored_loss = sum(allowance(session, one.lot, one.grams, at.on).grams for one in going)
    if not plausible(book, weighed, stored_loss, policy.reweigh_loss_permille, policy.reweigh_gain_permille):
        raise RegradeWeightsDiffer(weight_grams=weighed, book_grams=book)
    for one, cells in zip(going, shared_entry([one.grams for one in going], loads, cull_grams), strict=True):
        one.cells = cells
        if one.grams <= cells.get(CULLS, 0):
            raise RequestWrong(what="cull_weighing_ids")


def _give(session: Session, one: _In, request: Regrade, by: Actor, at: Moment) -> None:
    """Take what was sorted out of an old lot: its good grams passed on, its culls lost."""
    lot, loss = one.lot, one.cells.get(CULLS, 0)
    leave_units(lot, one.units, at)
    lot.units_on_hand -= one.units
    lot.units_passed += one.units
    lot.grams_on_hand -= one.grams
    lot.grams_passed += one.grams - loss
    lot.grams_loss += loss
    session.flush()
    out = Change(MoveKind.SORT_OUT, units=-one.units, grams=loss - one.grams)
    write_change(session, lot, out, request_id=request.id, by=by, at=at)
    if loss:
        write_change(session, lot, Change(MoveKind.LOSS, grams=-loss), request_id=request.id, by=by, at=at)
        record_culls(session, lot, request.id, loss, by=by, at=at)


def _output(
    session: Session, going: Sequence[_In], output: RegradeOutput, place: int, weighed: Sequence[Weighing], at: Moment
) -> Lot:
    lots_in = [one.lot for one in going]
    main = max(going, key=lambda one: (one.cells[place], one.lot.id)).lot
    units, grams = sum(row.units for row in weighed), sum(one.cells[place] for one in going)
    if grams < units:
        raise RequestWrong(what="units")
    tare = max(row.unit_tare_grams for row in weighed)
    inspected = [lot.inspected_on for lot in lots_in]
    lot = Lot(
        **{name: getattr(main, name) for name in ALIKE},
        id=output.lot_id,
        code=next_code(session, main.site_id, "lot", "L", at.on),
        delivery_id=main.delivery_id,
        parent_id=main.id,
        split_on=at.on,
        grade=output.grade.strip(),
        size_mm=output.size_mm,
        size_rule=None if output.size_mm is None or output.size_rule is None else output.size_rule.value,
        colour_pattern=_word(output.colour_pattern, [lot.colour_pattern for lot in lots_in]),
        bagging=_word(output.bagging, [lot.bagging for lot in lots_in]),
        orchard_block=common([lot.orchard_block for lot in lots_in]),
        origin=common([lot.origin for lot in lots_in]),
        harvest_on=main.harvest_on if len({lot.harvest_on for lot in lots_in}) == 1 else None,
        picking_number=main.picking_number if len({lot.picking_number for lot in lots_in}) == 1 else None,
        marks=output.marks,
        entered_at=main.entered_at,
        unit_tare_grams=tare,
        unit_load_grams=unit_load_grams(units, grams, tare),
        weighed_one_by_one=False,
        weighed_by_instrument=all(x.weighed_by_instrument for x in lots_in) and not any(x.manual for x in weighed),
        deadline_on=min(lot.deadline_on for lot in lots_in),
        inspected_on=None if None in inspected else min(day for day in inspected if day is not None),
        entry_units=units,
        entry_grams=grams,
        units_on_hand=units,
        grams_on_hand=grams,
        **NO_TOTALS,
    )
    session.add(lot)
    session.flush()
    return lot


def _word(wanted: str | None, words: Sequence[str]) -> str:
    return common(words) if wanted is None else wanted


def _write(
    session: Session, request: Regrade, going: Sequence[_In], weighed: dict[int, list[Weighing]], by: Actor, at: Moment
) -> None:
    first, loss = going[0].lot, sum(one.cells.get(CULLS, 0) for one in going)
    whole = sum(one.grams for one in going)
    row = RegradeRow(
        id=request.id,
        site_id=first.site_id,
        owner_id=first.owner_id,
        entry_on=first.entry_on,
        input_grams=whole,
        output_grams=whole - loss,
        loss_grams=loss,
        sorted_grams=sum(item.net_grams for place, rows in weighed.items() if place != CULLS for item in rows),
        cull_grams=sum(item.net_grams for item in weighed[CULLS]),
        note=request.note[:200],
        regraded_on=at.on,
        regraded_at=at.at,
        account_id=by.account_id,
        person_id=by.person_id,
    )
    append(session, row)


def _note_parts(session: Session, request: Regrade, going: Sequence[_In], weighed: dict[int, list[Weighing]]) -> None:
    ids = {**{place: output.lot_id for place, output in enumerate(request.outputs)}, CULLS: None}
    for one in going:
        for place, grams in one.cells.items():
            if grams:
                part_id = derived_id(request.id, one.lot.id, place)
                append(session, RegradePart(
                    id=part_id, regrade_id=request.id, input_lot_id=one.lot.id, output_lot_id=ids[place], grams=grams,
                ))  # fmt: skip
    for place, rows in weighed.items():
        for item in rows:
            append(session, RegradeWeighing(weighing_id=item.id, regrade_id=request.id, lot_id=ids[place]))
