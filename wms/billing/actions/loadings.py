"""A truck gathers exits: opened with its pick list, changed, checked when all is on it, or given up."""

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import facility, lots
from wms.billing.errors import (
    ExitIsTransfer,
    ExitOfOtherTruck,
    ExitOnLoading,
    ExitStep,
    LoadIncomplete,
    LoadingOver,
    LoadingRequestWrong,
    LoadNotChecked,
)
from wms.billing.queries.exits import OVER, get_exit_order, lock_exit_order
from wms.billing.queries.loadings import (
    exits_of_loading,
    get_loading,
    loading_of_exit,
    lock_loading,
    places_to_pick,
    progress_of_loading,
    staged_of_exits,
)
from wms.billing.rules.loadings import (
    AddToLoading,
    CheckLoading,
    DropFromLoading,
    LoadingState,
    OpenLoading,
    PickOrder,
    VoidLoading,
    Wanted,
    plan,
)
from wms.billing.rules.states import ExitKind
from wms.billing.tables import ExitOrder, Loading, LoadingExit, LoadingLine
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import add_unique
from wms.kernel.ids import derived_id

LONGEST_BAY = 20
LONGEST_REASON = 200


def open_loading(session: Session, request: OpenLoading, *, by: Actor, at: Moment) -> Loading:
    """Gather exit orders of one collector and truck, and write the pick list in the order asked for.

    Locks their lots and the orders. A repeat returns the first loading.
    Raises Forbidden, SiteNotFound, ExitNotFound, ExitIsTransfer, ExitStep, ExitOfOtherTruck, ExitOnLoading,
    LoadingRequestWrong, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    if not idempotency.claim(session, request.id, "billing.open_loading", asdict(request), by=by, at=at):
        return get_loading(session, request.id, by)
    if not request.exit_ids or len(set(request.exit_ids)) < len(request.exit_ids):
        raise LoadingRequestWrong(what="exit_ids")
    if not request.bay.strip() or len(request.bay) > LONGEST_BAY:
        raise LoadingRequestWrong(what="bay")
    facility.get_site(session, request.site_id)
    orders = _lock_orders(session, request.exit_ids, by)
    first = orders[0]
    loading = Loading(
        id=request.id,
        site_id=request.site_id,
        plate=first.plate,
        collector_name=first.collector_name,
        bay=request.bay.strip(),
        pick_order=request.pick_order.value,
        state=LoadingState.OPEN.value,
        opened_at=at.at,
        opened_by_account_id=by.account_id,
    )
    session.add(loading)
    session.flush()
    for order in orders:
        _put_on(session, loading, order)
    _write_lines(session, loading, orders)
    _audited(session, "open_loading", loading, by=by, at=at, exit_ids=list(request.exit_ids))
    return loading


def add_to_loading(session: Session, request: AddToLoading, *, by: Actor, at: Moment) -> Loading:
    """Put one more exit order on an open loading; its lines follow those already there.

    Locks its lot, the order and the loading. A repeat returns the loading.
    Raises Forbidden, LoadingNotFound, LoadingOver, ExitNotFound, ExitIsTransfer, ExitStep, ExitOfOtherTruck,
    ExitOnLoading, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    first = idempotency.claim(session, request.id, "billing.add_to_loading", asdict(request), by=by, at=at)
    get_loading(session, request.loading_id, by)
    if not first:
        return get_loading(session, request.loading_id, by)
    orders = _lock_orders(session, [request.exit_id], by)
    loading = lock_open(session, request.loading_id)
    _put_on(session, loading, orders[0])
    _write_lines(session, loading, orders)
    _audited(session, "add_to_loading", loading, by=by, at=at, exit_id=request.exit_id)
    return loading


def drop_from_loading(session: Session, request: DropFromLoading, *, by: Actor, at: Moment) -> Loading:
    """Take an exit order off a loading, with the reason; what was picked for it stays the exit's own on the dock.

    A checked truck is open again: what was dropped must come off it. Locks the lot, the order and the loading. A repeat
    returns the loading.
    Raises Forbidden, LoadingNotFound, LoadingRequestWrong, ExitNotFound, ExitStep, LoadingOver, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    first = idempotency.claim(session, request.id, "billing.drop_from_loading", asdict(request), by=by, at=at)
    get_loading(session, request.loading_id, by)
    if not first:
        return get_loading(session, request.loading_id, by)
    if not request.reason.strip():
        raise LoadingRequestWrong(what="reason")
    order = _lock_orders(session, [request.exit_id], by)[0]
    found = loading_of_exit(session, order.id)
    if found is None or found.id != request.loading_id:
        raise LoadingRequestWrong(what="exit_id")
    leave_loading(session, order, request.reason, by=by, at=at)
    return get_loading(session, request.loading_id, by)


def check_loading(session: Session, request: CheckLoading, *, by: Actor, at: Moment) -> Loading:
    """Close the truck's doors: everything on the list is picked, weighed and scanned onto it, and nothing else.

    Locks the lots, the orders and the loading. A repeat returns the loading.
    Raises Forbidden, LoadingNotFound, LoadingOver, LoadingRequestWrong, LoadIncomplete, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    first = idempotency.claim(session, request.id, "billing.check_loading", asdict(request), by=by, at=at)
    get_loading(session, request.loading_id, by)
    if not first:
        return get_loading(session, request.loading_id, by)
    orders = _lock_orders(session, [order.id for order in exits_of_loading(session, request.loading_id)], by, any_=True)
    loading = lock_open(session, request.loading_id)
    progress = progress_of_loading(session, loading.id)
    if not progress:
        raise LoadingRequestWrong(what="exits")
    for order in orders:
        done = progress[order.id]
        if not done.complete:
            raise LoadIncomplete(
                lot=lots.get_lot(session, order.lot_id).code,
                units=done.units,
                picked=done.picked,
                weighed=done.weighed,
                loaded=done.loaded,
            )
    loading.state, loading.checked_at, loading.checked_by_eyes = LoadingState.CHECKED.value, at.at, by.eyes
    session.flush()
    _audited(session, "check_loading", loading, by=by, at=at, units=sum(done.units for done in progress.values()))
    return loading


def void_loading(session: Session, request: VoidLoading, *, by: Actor, at: Moment) -> Loading:
    """Give a loading up; its exit orders stay as they are, with what was picked for them on the dock.

    Locks the lots, the orders and the loading. A repeat returns the loading.
    Raises Forbidden, LoadingNotFound, LoadingOver, LoadingRequestWrong, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    first = idempotency.claim(session, request.id, "billing.void_loading", asdict(request), by=by, at=at)
    get_loading(session, request.loading_id, by)
    if not first:
        return get_loading(session, request.loading_id, by)
    if not request.reason.strip():
        raise LoadingRequestWrong(what="reason")
    orders = _lock_orders(session, [order.id for order in exits_of_loading(session, request.loading_id)], by, any_=True)
    loading = lock_open(session, request.loading_id)
    for order in orders:
        _take_off(session, order, request.reason, at)
    loading.state, loading.void_reason = LoadingState.VOID.value, request.reason.strip()[:LONGEST_REASON]
    session.flush()
    _audited(session, "void_loading", loading, by=by, at=at, reason=request.reason)
    return loading


def leave_loading(session: Session, order: ExitOrder, reason: str, *, by: Actor, at: Moment) -> None:
    """Take a locked order off the loading it is on, if it is on one, and open a checked truck again.

    Raises LoadingOver for an order that left with its truck already.
    """
    found = loading_of_exit(session, order.id)
    if found is None:
        return
    loading = lock_loading(session, found.id)
    if order.state in OVER:
        raise LoadingOver(state=order.state)
    _take_off(session, order, reason, at)
    if loading.state == LoadingState.CHECKED:
        loading.state, loading.checked_at, loading.checked_by_eyes = LoadingState.OPEN.value, None, None
    session.flush()
    _audited(session, "drop_from_loading", loading, by=by, at=at, exit_id=order.id, reason=reason)


def require_truck_checked(session: Session, order: ExitOrder) -> None:
    """Raise LoadNotChecked for an exit on a loading whose truck was not checked yet."""
    loading = loading_of_exit(session, order.id)
    if loading is not None and loading.state != LoadingState.CHECKED:
        raise LoadNotChecked(plate=loading.plate)


def require_no_list(session: Session, order: ExitOrder) -> None:
    """Raise ExitOnLoading for an exit whose picks its loading's list tells."""
    if loading_of_exit(session, order.id) is not None:
        raise ExitOnLoading


def lock_open(session: Session, loading_id: UUID) -> Loading:
    """Return a loading that may still change, locked. Raises LoadingNotFound, LoadingOver."""
    loading = lock_loading(session, loading_id)
    if loading.state != LoadingState.OPEN:
        raise LoadingOver(state=loading.state)
    return loading


def write_lines(session: Session, loading: Loading, wanted: list[Wanted], *, without: UUID | None = None) -> None:
    """Add the lines that gather what is wanted, after those the list has."""
    places = places_to_pick(session, [one.lot_id for one in wanted], without=without)
    last = session.scalar(
        select(func.coalesce(func.max(LoadingLine.sequence), 0)).where(LoadingLine.loading_id == loading.id)
    )
    lines = plan(wanted, places, PickOrder(loading.pick_order))
    for number, line in enumerate(lines, 1 + (last or 0)):
        session.add(
            LoadingLine(
                id=derived_id(loading.id, "line", number),
                loading_id=loading.id,
                sequence=number,
                picked_units=0,
                short_units=0,
                short_reason=None,
                short_note="",
                **asdict(line),
            )
        )
    session.flush()


def _write_lines(session: Session, loading: Loading, orders: list[ExitOrder]) -> None:
    staged = staged_of_exits(session, [order.id for order in orders])
    found = {lot.id: lot for lot in [lots.get_lot(session, order.lot_id) for order in orders]}
    wanted = [
        Wanted(
            order.id,
            order.lot_id,
            order.units - staged.get(order.id, 0),
            found[order.lot_id].deadline_on,
            found[order.lot_id].entry_on,
            sequence,
        )
        for sequence, order in enumerate(orders)
        if order.units > staged.get(order.id, 0)
    ]
    write_lines(session, loading, wanted)


def _lock_orders(session: Session, exit_ids: Iterable[UUID], by: Actor, *, any_: bool = False) -> list[ExitOrder]:
    """Return orders as named, their lots locked first, then themselves; unless `any_`, none that is over."""
    named = [get_exit_order(session, exit_id, by) for exit_id in exit_ids]
    lots.lock_lots(session, [order.lot_id for order in named])
    locked = {order.id: lock_exit_order(session, order.id) for order in sorted(named, key=lambda order: order.id)}
    over = next((order for order in locked.values() if order.state in OVER), None)
    if over is not None and not any_:
        raise ExitStep(state=over.state, event="load")
    return [locked[order.id] for order in named]


def _put_on(session: Session, loading: Loading, order: ExitOrder) -> None:
    if (order.plate, order.collector_name.strip()) != (loading.plate, loading.collector_name.strip()):
        raise ExitOfOtherTruck(collector_name=order.collector_name, plate=order.plate)
    if order.kind == ExitKind.TRANSFER:
        raise ExitIsTransfer
    if loading_of_exit(session, order.id) is not None:
        raise ExitOnLoading
    before = session.scalar(select(func.count()).select_from(LoadingExit).where(LoadingExit.loading_id == loading.id))
    number = 1 + (before or 0)
    row = LoadingExit(
        id=derived_id(loading.id, "exit", number), loading_id=loading.id, exit_id=order.id, sequence=number,
        left_at=None, left_reason=None,
    )  # fmt: skip
    add_unique(session, row, ExitOnLoading())


def _take_off(session: Session, order: ExitOrder, reason: str, at: Moment) -> None:
    query = select(LoadingExit).where(LoadingExit.exit_id == order.id, LoadingExit.left_at.is_(None))
    row = session.scalars(query).one()
    row.left_at, row.left_reason = at.at, reason.strip()[:LONGEST_REASON]
    session.flush()


def _audited(session: Session, action: str, loading: Loading, *, by: Actor, at: Moment, **details: object) -> None:
    audit.record(session, f"billing.{action}", ("loading", loading.id), by=by, at=at, state=loading.state, **details)
