"""Loadings: by id, by list, what is on them, how far they have come, and where their goods can be taken from."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from wms import lots
from wms.billing.errors import LoadingLineNotFound, LoadingNotFound
from wms.billing.queries.exits import OVER
from wms.billing.rules.loadings import LoadingState, Place, Progress, ScanStep
from wms.billing.rules.states import ExitKind, ExitState
from wms.billing.tables import ExitOrder, Loading, LoadingExit, LoadingLine, LoadingScan
from wms.facility.tables import Slot
from wms.kernel.actor import Actor, Permission
from wms.kernel.asking import Question, ask
from wms.kernel.paging import Page, page
from wms.lots.tables import Lot, StagedUnits, Weighing

PICKABLE = (ExitState.CLEARED.value, ExitState.PICKING.value)


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of a pick list as people read it."""

    line: LoadingLine
    lot: Lot
    slot_code: str | None
    order: ExitOrder


def get_loading(session: Session, loading_id: UUID, by: Actor) -> Loading:
    """Return a loading; for staff. Raises LoadingNotFound."""
    found = session.get(Loading, loading_id)
    if found is None or not by.may(Permission.SEE_ALL):
        raise LoadingNotFound(loading_id=loading_id)
    return found


def lock_loading(session: Session, loading_id: UUID) -> Loading:
    """Return a loading, locked; after slots, lots and exit orders. Raises LoadingNotFound."""
    found = session.get(Loading, loading_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise LoadingNotFound(loading_id=loading_id)
    return found


def get_line(session: Session, loading_id: UUID, line_id: UUID) -> LoadingLine:
    """Return a line of a loading, read afresh. Raises LoadingLineNotFound."""
    found = session.get(LoadingLine, line_id, populate_existing=True)
    if found is None or found.loading_id != loading_id:
        raise LoadingLineNotFound
    return found


def list_loadings(session: Session, by: Actor, *, cursor: str | None = None, limit: int = 50) -> Page[Loading]:
    """Return a page of loadings, newest first. Raises Forbidden."""
    by.must(Permission.SEE_ALL)
    keys = [Loading.opened_at, Loading.id]
    return page(session, select(Loading), keys, cursor=cursor, limit=limit, descending=True)


def exits_of_loading(session: Session, loading_id: UUID) -> list[ExitOrder]:
    """Return the exit orders that are on a loading, as named."""
    query = (
        select(ExitOrder)
        .join(LoadingExit, LoadingExit.exit_id == ExitOrder.id)
        .where(LoadingExit.loading_id == loading_id, LoadingExit.left_at.is_(None))
        .order_by(LoadingExit.sequence)
    )
    return list(session.scalars(query))


def loading_of_exit(session: Session, exit_id: UUID) -> Loading | None:
    """Return the loading an exit order is on, or None."""
    return next((row for (row,) in ask(session, loading_asked(exit_id))), None)


def loading_asked(exit_id: UUID) -> Question:
    """Return the question which loading an exit order is on."""
    return Question("loading", (ExitOrder, exit_id), (Loading, LoadingExit), _loading(), {"exit": exit_id})


@cache
def _loading() -> Select[Loading]:
    query = select(Loading).join(LoadingExit, LoadingExit.loading_id == Loading.id)
    return query.where(LoadingExit.exit_id == bindparam("exit"), LoadingExit.left_at.is_(None))


def lines_of_loading(session: Session, loading_id: UUID) -> list[ListLine]:
    """Return the pick list of a loading in its order; lines of exits that left it are not on it."""
    query = (
        select(LoadingLine, Lot, Slot.code, ExitOrder)
        .join(Lot, Lot.id == LoadingLine.lot_id)
        .join(ExitOrder, ExitOrder.id == LoadingLine.exit_id)
        .join(LoadingExit, LoadingExit.exit_id == LoadingLine.exit_id)
        .outerjoin(Slot, Slot.id == LoadingLine.slot_id)
        .where(LoadingLine.loading_id == loading_id, LoadingExit.loading_id == loading_id)
        .where(LoadingExit.left_at.is_(None))
        .order_by(LoadingLine.sequence, LoadingLine.id)
    )
    return [ListLine(line, lot, code, order) for line, lot, code, order in session.execute(query)]


def progress_of_loading(session: Session, loading_id: UUID) -> dict[UUID, Progress]:
    """Return how far each exit on a loading has come, in units, by exit."""
    orders = exits_of_loading(session, loading_id)
    ids = [order.id for order in orders]
    staged = staged_of_exits(session, ids)
    on_board = (LoadingScan.loading_id == loading_id) & (LoadingScan.step == ScanStep.LOAD.value)
    loaded = _units_by(session, LoadingScan.exit_id, LoadingScan.units, ids, on_board)
    replaced = select(Weighing.corrects_id).where(Weighing.corrects_id.is_not(None))
    counting = (Weighing.purpose == lots.Purpose.OUT.value) & Weighing.id.not_in(replaced)
    weighed = _units_by(session, Weighing.exit_id, Weighing.units, ids, counting)
    return {
        order.id: Progress(
            order.units,
            order.units if order.state == ExitState.CLOSED.value else staged.get(order.id, 0),
            weighed.get(order.id, 0),
            loaded.get(order.id, 0),
        )
        for order in orders
    }


def _units_by(session: Session, key: Any, units: Any, ids: list[UUID], only: Any) -> dict[UUID, int]:
    query = select(key, func.sum(units)).where(key.in_(ids), only).group_by(key)
    return {one: int(total) for one, total in session.execute(query)}


def exits_to_load(session: Session, by: Actor, *, limit: int = 100) -> list[ExitOrder]:
    """Return the exit orders under way that no loading has yet, the longest waiting first. Raises Forbidden."""
    by.must(Permission.SEE_ALL)
    on = select(LoadingExit.exit_id).where(LoadingExit.left_at.is_(None))
    leaves = ExitOrder.kind != ExitKind.TRANSFER.value
    query = select(ExitOrder).where(ExitOrder.state.not_in(OVER), leaves, ExitOrder.id.not_in(on))
    return list(session.scalars(query.order_by(ExitOrder.opened_at, ExitOrder.id).limit(limit)))


def staged_of_exits(session: Session, exit_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the units picked for exits, by exit."""
    return _units_by(session, StagedUnits.exit_id, StagedUnits.units, list(exit_ids), StagedUnits.units > 0)


def places_to_pick(
    session: Session, lot_ids: Iterable[UUID], *, without: UUID | None = None
) -> dict[UUID, list[Place]]:
    """Return where units of lots can be picked from: the dock first, then slots by code, less what lists already take.

    `without` is a slot where the book is not believed just now.
    """
    wanted = sorted(set(lot_ids))
    taken = _on_lists(session, wanted)
    places: dict[UUID, list[Place]] = defaultdict(list)
    for lot_id in wanted:
        lot = lots.get_lot(session, lot_id)
        standing = lot.units_standing - taken.get((lot_id, None), 0)
        found = [Place(None, "", standing)]
        found += [
            Place(slot.id, slot.code, units - taken.get((lot_id, slot.id), 0))
            for slot, units in lots.places_of(session, lot_id)
            if slot.id != without
        ]
        places[lot_id] = [place for place in found if place.units > 0]
    return places


def _on_lists(session: Session, lot_ids: list[UUID]) -> dict[tuple[UUID, UUID | None], int]:
    left = LoadingLine.units - LoadingLine.picked_units - LoadingLine.short_units
    query = (
        select(LoadingLine.lot_id, LoadingLine.slot_id, func.sum(left))
        .join(Loading, Loading.id == LoadingLine.loading_id)
        .join(
            LoadingExit,
            (LoadingExit.exit_id == LoadingLine.exit_id) & (LoadingExit.loading_id == LoadingLine.loading_id),
        )
        .where(LoadingLine.lot_id.in_(lot_ids), Loading.state == LoadingState.OPEN.value)
        .where(LoadingExit.left_at.is_(None))
        .group_by(LoadingLine.lot_id, LoadingLine.slot_id)
    )
    return {(lot_id, slot_id): int(units) for lot_id, slot_id, units in session.execute(query)}


def was_scanned(session: Session, loading_id: UUID, sscc: str, step: ScanStep) -> bool:
    """Tell whether a unit's label was scanned for this step of this loading, for an exit still on it."""
    query = (
        select(LoadingScan.id)
        .join(LoadingExit, LoadingExit.exit_id == LoadingScan.exit_id)
        .where(LoadingScan.loading_id == loading_id, LoadingScan.sscc == sscc, LoadingScan.step == step.value)
        .where(LoadingExit.loading_id == loading_id, LoadingExit.left_at.is_(None))
        .limit(1)
    )
    return session.scalar(query) is not None


def truck_of_exit(session: Session, exit_id: UUID) -> list[ExitOrder]:
    """Return every exit order on the truck that an exit leaves with: itself alone where no loading gathered it."""
    loading = loading_of_exit(session, exit_id)
    if loading is None:
        return [session.get_one(ExitOrder, exit_id)]
    return exits_of_loading(session, loading.id)
