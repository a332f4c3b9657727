"""What is scanned on the way to the truck: picked from its place, found short, put on board."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from wms import facility, lots
from wms.billing.actions.loadings import lock_open, write_lines
from wms.billing.actions.steps import audited, next_state, require_fresh_quote
from wms.billing.errors import ExitStep, LoadingRequestWrong, NotOnLoading, PickBeyondList, UnitScannedTwice
from wms.billing.queries.exits import lock_exit_order
from wms.billing.queries.loadings import (
    PICKABLE,
    ListLine,
    exits_of_loading,
    get_line,
    get_loading,
    lines_of_loading,
    loading_of_exit,
    progress_of_loading,
    staged_of_exits,
    was_scanned,
)
from wms.billing.rules.loadings import ScanStep, ScanUnits, ShortPick, Wanted
from wms.billing.rules.states import ExitEvent, ExitState
from wms.billing.tables import ExitOrder, Loading, LoadingLine, LoadingScan
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id


@dataclass(frozen=True, slots=True)
class _Scanned:
    """What a scan says: which lot, how many units, and the unit's own label if it was one."""

    lot: lots.Lot
    units: int
    sscc: str | None


def pick_units(session: Session, request: ScanUnits, *, by: Actor, at: Moment) -> Loading:
    """Take scanned units from their place to the staging area; an exit whose units all stand there is picked.

    A unit's label counts one, a lot's label the units told; of several slots the one scanned, else the next of the
    list. Locks the slot, the lot, the order and the loading. A repeat returns the loading.
    Raises Forbidden, LoadingNotFound, LoadingOver, ScanMisread, LotNotFound, CodeMalformed, SlotNotFound, NotOnLoading,
    PickBeyondList, UnitScannedTwice, ExitStep, QuoteExpired, and what lots.pick refuses, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    first = idempotency.claim(session, request.id, "billing.pick_units", asdict(request), by=by, at=at)
    loading = get_loading(session, request.loading_id, by)
    if not first:
        return loading
    scanned = _read(session, loading, request, by)
    line = _next_line(session, loading, scanned, request.slot).line
    wanted = lots.PickUnits(derived_id(request.id, "pick"), line.lot_id, line.exit_id, scanned.units, line.slot_id)
    lots.pick(session, wanted, by=by, at=at)
    order = _pickable(session, line.exit_id, at)
    loading = lock_open(session, loading.id)
    line = get_line(session, loading.id, line.id)
    if scanned.units > line.units_left:
        raise PickBeyondList(lot=scanned.lot.code, units_left=line.units_left, units=scanned.units)
    if scanned.sscc is not None and was_scanned(session, loading.id, scanned.sscc, ScanStep.PICK):
        raise UnitScannedTwice(sscc=scanned.sscc)
    line.picked_units += scanned.units
    _write_scan(session, request, order, scanned, line.id, by=by, at=at)
    if staged_of_exits(session, [order.id]).get(order.id) == order.units and order.state == ExitState.CLEARED:
        order.state, order.picked_at = next_state(order, ExitEvent.PICK).value, at.at
        session.flush()
        audited(session, "record_pick", order, by=by, at=at, loading_id=loading.id)
    return loading


def short_pick(session: Session, request: ShortPick, *, by: Actor, at: Moment) -> Loading:
    """Say that a line holds less than it tells, and why; what other places hold of the lot is added to the list.

    Nothing of the book changes: a count finds out. Locks the lot and the loading. A repeat returns the loading.
    Raises Forbidden, LoadingNotFound, LoadingLineNotFound, LoadingOver, PickBeyondList, LoadingRequestWrong,
    RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    first = idempotency.claim(session, request.id, "billing.short_pick", asdict(request), by=by, at=at)
    loading = get_loading(session, request.loading_id, by)
    if not first:
        return loading
    line = get_line(session, loading.id, request.line_id)
    (lot,) = lots.lock_lots(session, [line.lot_id])
    loading = lock_open(session, loading.id)
    line = get_line(session, loading.id, line.id)
    _require_on(session, loading, line)
    if not 1 <= request.units <= line.units_left:
        raise PickBeyondList(lot=lot.code, units_left=line.units_left, units=request.units)
    line.short_units += request.units
    line.short_reason, line.short_note = request.reason.value, request.note.strip()[:200]
    session.flush()
    again = Wanted(line.exit_id, lot.id, request.units, lot.deadline_on, lot.entry_on, line.sequence)
    write_lines(session, loading, [again], without=line.slot_id)
    audit.record(
        session, "billing.short_pick", ("loading", loading.id), by=by, at=at, lot_id=lot.id, units=request.units,
        reason=request.reason.value, note=line.short_note,
    )  # fmt: skip
    return loading


def load_units(session: Session, request: ScanUnits, *, by: Actor, at: Moment) -> Loading:
    """Put scanned units of a weighed exit on the truck; whatever is not on its list is refused by name.

    Locks the lot, the order and the loading. A repeat returns the loading.
    Raises Forbidden, LoadingNotFound, LoadingOver, ScanMisread, LotNotFound, NotOnLoading, PickBeyondList,
    UnitScannedTwice, ExitStep, LoadingRequestWrong, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    first = idempotency.claim(session, request.id, "billing.load_units", asdict(request), by=by, at=at)
    loading = get_loading(session, request.loading_id, by)
    if not first:
        return loading
    scanned = _read(session, loading, request, by)
    lots.lock_lots(session, [scanned.lot.id])
    found = [order for order in exits_of_loading(session, loading.id) if order.lot_id == scanned.lot.id]
    if not found:
        raise NotOnLoading(lot=scanned.lot.code)
    locked = [lock_exit_order(session, order.id) for order in sorted(found, key=lambda order: order.id)]
    loading = lock_open(session, loading.id)
    progress = progress_of_loading(session, loading.id)
    order = next((order for order in locked if progress[order.id].loaded < order.units), locked[-1])
    left = order.units - progress[order.id].loaded
    if scanned.units > left:
        raise PickBeyondList(lot=scanned.lot.code, units_left=left, units=scanned.units)
    if order.state != ExitState.WEIGHED:
        raise ExitStep(state=order.state, event="load")
    if scanned.sscc is not None and was_scanned(session, loading.id, scanned.sscc, ScanStep.LOAD):
        raise UnitScannedTwice(sscc=scanned.sscc)
    _write_scan(session, request, order, scanned, None, by=by, at=at)
    return loading


def _read(session: Session, loading: Loading, request: ScanUnits, by: Actor) -> _Scanned:
    scan = lots.parse_scan(request.scanned)
    lot = lots.lot_by_scan(session, loading.site_id, request.scanned, by)
    units = 1 if scan.sscc is not None else request.units
    if units < 1:
        raise LoadingRequestWrong(what="units")
    return _Scanned(lot, units, scan.sscc)


def _next_line(session: Session, loading: Loading, scanned: _Scanned, slot: str) -> ListLine:
    """Return the line a scan is for: of the slot scanned, else the first one still open."""
    of_lot = [one for one in lines_of_loading(session, loading.id) if one.lot.id == scanned.lot.id]
    if slot.strip():
        wanted = facility.slot_by_code(session, slot).id
        of_lot = [one for one in of_lot if one.line.slot_id == wanted]
    if not of_lot:
        raise NotOnLoading(lot=scanned.lot.code)
    found = next((one for one in of_lot if one.line.units_left), None)
    if found is None:
        raise PickBeyondList(lot=scanned.lot.code, units_left=0, units=scanned.units)
    return found


def _pickable(session: Session, exit_id: UUID, at: Moment) -> ExitOrder:
    order = lock_exit_order(session, exit_id)
    if order.state not in PICKABLE:
        raise ExitStep(state=order.state, event=ExitEvent.PICK.value)
    if order.state == ExitState.CLEARED:
        require_fresh_quote(order, at)
    return order


def _require_on(session: Session, loading: Loading, line: LoadingLine) -> None:
    on = loading_of_exit(session, line.exit_id)
    if on is None or on.id != loading.id:
        raise LoadingRequestWrong(what="line_id")


def _write_scan(
    session: Session,
    request: ScanUnits,
    order: ExitOrder,
    scanned: _Scanned,
    line_id: UUID | None,
    *,
    by: Actor,
    at: Moment,
) -> None:
    step = ScanStep.LOAD if line_id is None else ScanStep.PICK
    row = LoadingScan(
        id=request.id, loading_id=request.loading_id, exit_id=order.id, line_id=line_id, step=step.value,
        units=scanned.units, sscc=scanned.sscc, account_id=by.account_id, person_id=by.person_id, scanned_at=at.at,
    )  # fmt: skip
    append(session, row)
