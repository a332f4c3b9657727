"""Which lots a suspicion touches, where they lie, who has some, and whether every gram is accounted for."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from wms.facility.tables import Room, Site, Slot
from wms.insight.errors import RecallNotFound
from wms.insight.queries import names
from wms.insight.queries.departures import departures
from wms.insight.queries.lineage import edges_down, edges_up
from wms.insight.queries.sight import lots_of_number
from wms.insight.queries.tracing import lots_by_id, stays_of
from wms.insight.rules.recall import Affected, AffectedLot, Balance, FoundAt, Question, RecallEventKind
from wms.insight.rules.trace import Departure, Edge
from wms.insight.tables import RecallDrill, RecallEvent
from wms.kernel.actor import Actor, Permission
from wms.kernel.paging import Page, page
from wms.lots.tables import Lot, StockBalance, StockMove


def affected(session: Session, question: Question, *, by: Actor) -> Affected:
    """Return everything a question touches, down to the last lot made of it. Locks nothing.

    Raises Forbidden, QuestionWrong, SubjectNotFound, ScanMisread, FamilyTooLarge.
    """
    by.must(Permission.SEE_ALL)
    question.check()
    start = _suspected(session, question, by)
    if not question.onward:
        start |= {edge.parent_id for edge in edges_up(session, start)}
    return standing(session, start)


def standing(session: Session, lot_ids: Iterable[UUID]) -> Affected:
    """Return how some lots, and whatever was made of them, stand now."""
    start = set(lot_ids)
    edges = edges_down(session, start)
    every = start | {edge.child_id for edge in edges}
    lots = lots_by_id(session, every)
    out = departures(session, every)
    return Affected(
        lots=_rows(session, lots, edges),
        places=tuple(_places(session, lots)),
        departures=tuple(out),
        balance=_balance(session, lots, out, edges),
    )


def get_recall(session: Session, recall_id: UUID, *, by: Actor) -> RecallDrill:
    """Return a recall as it was started. Raises Forbidden, RecallNotFound."""
    by.must(Permission.SEE_ALL)
    found = session.get(RecallDrill, recall_id)
    if found is None:
        raise RecallNotFound
    return found


def lock_recall(session: Session, recall_id: UUID, *, by: Actor) -> RecallDrill:
    """Return a recall, locked: two people must not both end it. Raises Forbidden, RecallNotFound."""
    get_recall(session, recall_id, by=by)
    return session.get_one(RecallDrill, recall_id, with_for_update=True)


def list_recalls(session: Session, *, by: Actor, cursor: str | None = None, limit: int = 50) -> Page[RecallDrill]:
    """Return a page of recalls and drills, the newest first. Raises Forbidden."""
    by.must(Permission.SEE_ALL)
    keys = [RecallDrill.started_at, RecallDrill.id]
    return page(session, select(RecallDrill), keys, cursor=cursor, limit=limit, descending=True)


def events_of_recall(session: Session, recall_id: UUID) -> list[RecallEvent]:
    """Return what was done in a recall, in order."""
    query = select(RecallEvent).where(RecallEvent.drill_id == recall_id)
    return list(session.scalars(query.order_by(RecallEvent.happened_at, RecallEvent.id)))


def end_of_recall(session: Session, recall_id: UUID) -> RecallEvent | None:
    """Return how a recall ended, None while its clock runs."""
    ended = RecallEvent.kind == RecallEventKind.ENDED.value
    return session.scalar(select(RecallEvent).where(RecallEvent.drill_id == recall_id, ended))


def question_of(drill: RecallDrill) -> Question:
    """Return the question a recall was started with."""
    kept: dict[str, Any] = dict(drill.question)
    for name in ("from_on", "until_on"):
        kept[name] = date.fromisoformat(kept[name]) if kept.get(name) else None
    kept["room_id"] = UUID(kept["room_id"]) if kept.get("room_id") else None
    known = {field.name for field in fields(Question)}
    return Question(**{name: value for name, value in kept.items() if name in known})


def _suspected(session: Session, question: Question, by: Actor) -> set[UUID]:
    if question.number.strip():
        return set(lots_of_number(session, question.number, by))
    if question.room_id is not None:
        return _in_room(session, question)
    query = select(Lot.id).where(Lot.orchard_block == question.block.strip())
    if question.from_on is not None:
        query = query.where(or_(Lot.harvest_on.is_(None), Lot.harvest_on >= question.from_on))
    if question.until_on is not None:
        query = query.where(or_(Lot.harvest_on.is_(None), Lot.harvest_on <= question.until_on))
    return set(session.scalars(query))


def _in_room(session: Session, question: Question) -> set[UUID]:
    """Return the lots that lay in a room on any of the days, by the days of the site."""
    zone = session.scalar(select(Site.zone).join(Room, Room.site_id == Site.id).where(Room.id == question.room_id))
    if zone is None or question.from_on is None:
        return set()
    since = _midnight(question.from_on, zone)
    until = _midnight(question.until_on + timedelta(days=1), zone) if question.until_on is not None else None
    there = select(Slot.id).where(Slot.room_id == question.room_id)
    came = select(StockMove.lot_id).where(StockMove.slot_to_id.in_(there))
    if until is not None:
        came = came.where(StockMove.moved_at < until)
    lots = lots_by_id(session, set(session.scalars(came)))
    return {
        lot_id
        for lot_id, stays in stays_of(session, lots).items()
        for stay in stays
        if stay.room_id == question.room_id
        and (until is None or stay.from_at < until)
        and (stay.until_at is None or stay.until_at > since)
    }


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def _rows(session: Session, lots: Sequence[Lot], edges: Sequence[Edge]) -> tuple[AffectedLot, ...]:
    owners = names.parties(session, [lot.owner_id for lot in lots])
    codes = {lot.id: lot.code for lot in lots}
    parents: dict[UUID, set[str]] = {}
    for edge in edges:
        parents.setdefault(edge.child_id, set()).add(codes[edge.parent_id])
    return tuple(
        AffectedLot(
            lot_id=lot.id,
            code=lot.code,
            parents=tuple(sorted(parents.get(lot.id, set()))),
            owner_name=owners[lot.owner_id],
            variety=lot.variety,
            grade=lot.grade,
            size=lot.size,
            orchard_block=lot.orchard_block,
            entry_on=lot.entry_on,
            entry_units=lot.entry_units,
            entry_grams=lot.entry_grams,
            units_on_hand=lot.units_on_hand,
            grams_on_hand=lot.grams_on_hand,
            units_out=lot.units_out,
            grams_out=lot.grams_out,
            grams_loss=lot.grams_loss,
            grams_passed=lot.grams_passed,
            units_held=lot.quarantine_units,
        )
        for lot in lots
    )


def _places(session: Session, lots: Sequence[Lot]) -> list[FoundAt]:
    found: list[FoundAt] = []
    for part in names.chunks([lot for lot in lots if lot.units_on_hand]):
        codes = {lot.id: lot.code for lot in part}
        query = (
            select(StockBalance.lot_id, StockBalance.units, Slot.code, Room.code, Room.name)
            .join(Slot, Slot.id == StockBalance.slot_id)
            .join(Room, Room.id == Slot.room_id)
            .where(StockBalance.lot_id.in_(codes), StockBalance.units > 0)
        )
        for lot_id, units, slot, room, name in session.execute(query):
            found.append(FoundAt(codes[lot_id], room, name, slot, units))
        for lot in part:
            if lot.units_on_hand > lot.units_placed:
                found.append(FoundAt(lot.code, "", "", "", lot.units_on_hand - lot.units_placed))
    return sorted(found, key=lambda place: (place.room_code, place.slot_code, place.lot_code))


def _balance(session: Session, lots: Sequence[Lot], out: Sequence[Departure], edges: Sequence[Edge]) -> Balance:
    """Return the balance of lots; what one of them became is neither come nor gone where both belong to it."""
    every = {lot.id for lot in lots}
    came = made = passed = 0
    for part in names.chunks(sorted(every)):
        query = select(StockMove.grams, StockMove.kind).where(
            StockMove.lot_id.in_(part), StockMove.grams != 0, StockMove.kind.not_in(("exit", "loss"))
        )
        for grams, kind in session.execute(query):
            if kind == "entry":
                came += grams
            elif grams > 0:
                made += grams
            else:
                passed -= grams
    within = sum(edge.grams for edge in edges)  # all of them lead from one of the lots to another
    return Balance(
        grams_in=came + made - within,
        grams_on_hand=sum(lot.grams_on_hand for lot in lots),
        grams_out=sum(one.out_grams or 0 for one in out if one.gone),
        grams_loss=sum(lot.grams_loss for lot in lots),
        grams_passed=passed - within,
    )
