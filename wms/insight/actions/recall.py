"""Recalls: started with a question, what is here held or let go, and ended with what was found."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import lots
from wms.insight.errors import NothingSuspected, QuestionWrong, RecallEnded
from wms.insight.queries.recall import affected, end_of_recall, lock_recall, standing
from wms.insight.rules.recall import (
    EndRecall,
    RecallEventKind,
    RecallStep,
    StartRecall,
    recall_code,
)
from wms.insight.tables import RecallDrill, RecallEvent
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.canonical import plain
from wms.kernel.clock import Moment
from wms.kernel.errors import Spoken
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.lots import HoldReason


def start_recall(session: Session, request: StartRecall, *, by: Actor, at: Moment) -> RecallDrill:
    """Ask which lots are touched, keep what was found that moment, and start the clock. Locks nothing.

    A repeat returns the recall. Raises Forbidden, QuestionWrong, SubjectNotFound, ScanMisread, NothingSuspected,
    FamilyTooLarge, RequestIdReused.
    """
    by.must(Permission.HOLD_STOCK)
    if not request.reason.strip():
        raise QuestionWrong(what=Spoken("the reason", "原因"))
    if not idempotency.claim(session, request.id, "insight.start_recall", asdict(request), by=by, at=at):
        return session.get_one(RecallDrill, request.id)
    found = affected(session, request.question, by=by)
    if not found.lots:
        raise NothingSuspected
    balance = found.balance
    drill = RecallDrill(
        id=request.id,
        code=recall_code(request.id, at.on),
        kind=request.kind.value,
        question=plain(asdict(request.question)),
        reason=request.reason.strip(),
        started_at=at.at,
        started_on=at.on,
        account_id=by.account_id,
        person_id=by.person_id,
        lot_ids=[str(lot.lot_id) for lot in found.lots],
        lots=len(found.lots),
        receivers=found.receivers,
        units_on_hand=sum(lot.units_on_hand for lot in found.lots),
        grams_in=balance.grams_in,
        grams_on_hand=balance.grams_on_hand,
        grams_out=balance.grams_out,
        grams_loss=balance.grams_loss,
        grams_passed=balance.grams_passed,
        difference_grams=balance.difference,
    )
    append(session, drill)
    audit.record(session, "insight.start_recall", ("recall", drill.id), by=by, at=at, lots=drill.lots, kind=drill.kind)
    return drill


def hold_recalled(session: Session, request: RecallStep, *, by: Actor, at: Moment) -> RecallEvent:
    """Put everything of a recall that is still here into quarantine, what was split off since, too.

    Locks the recall, then the lots, each in the order of their ids. A repeat returns what was done the first time;
    goods that are held already stay as they are. Raises Forbidden, RecallNotFound, RecallEnded, RequestIdReused.
    """
    by.must(Permission.HOLD_STOCK)

    def work(drill: RecallDrill) -> tuple[int, dict[str, Any]]:
        held: dict[str, int] = {}
        found = standing(session, [UUID(text) for text in drill.lot_ids])
        for lot in sorted(found.lots, key=lambda lot: lot.lot_id):
            (locked,) = lots.lock_lots(session, [lot.lot_id])
            units = lots.free_units(session, locked, HoldReason.QUARANTINE)
            if units > 0:
                wanted = lots.PlaceHold(
                    derived_id(request.id, lot.lot_id), lot.lot_id, units, HoldReason.QUARANTINE, drill.id
                )
                lots.place_hold(session, wanted, by=by, at=at)
                held[lot.code] = units
        return sum(held.values()), {"lots": held}

    return _step(session, request, RecallEventKind.HELD, work, by=by, at=at)


def lift_recalled(session: Session, request: RecallStep, *, by: Actor, at: Moment) -> RecallEvent:
    """Lift every quarantine a recall has placed, after its end, too; others' holds stay.

    It takes two people, each in one step: the first asks for the release, another one lets go. The event counts the
    units let go and names those asked for. Locks the recall, then the lots, each in the order of their ids. A repeat
    returns what was done the first time.
    Raises Forbidden, RecallNotFound, RequestIdReused.
    """
    by.must(Permission.HOLD_STOCK)

    def work(drill: RecallDrill) -> tuple[int, dict[str, Any]]:
        lifted: dict[str, int] = {}
        asked: dict[str, int] = {}
        query = select(lots.LotHold, lots.Lot.code).join(lots.Lot, lots.Lot.id == lots.LotHold.lot_id)
        query = query.where(lots.LotHold.subject_id == drill.id, lots.LotHold.units_left > 0)
        for hold, code in session.execute(query.order_by(lots.LotHold.lot_id, lots.LotHold.id)).all():
            waits = [row for row in lots.releases_of(session, hold.lot_id)
                     if row.hold_id == hold.id and row.state == lots.ReleaseState.ASKED]  # fmt: skip
            if not waits:
                wanted = lots.AskRelease(
                    derived_id(request.id, "ask", hold.id), hold.id, f"{drill.code}: {drill.reason}"
                )
                lots.ask_release(session, wanted, by=by, at=at)
            if not waits or waits[0].asker_eyes == by.eyes:
                asked[code] = asked.get(code, 0) + hold.units_left
                continue
            lifted[code] = lifted.get(code, 0) + hold.units_left
            decide = lots.DecideRelease(derived_id(request.id, "decide", hold.id), waits[0].id, True)
            lots.decide_release(session, decide, by=by, at=at)
        return sum(lifted.values()), {"lots": lifted, "asked": asked}

    return _step(session, request, RecallEventKind.LIFTED, work, by=by, at=at)


def end_recall(session: Session, request: EndRecall, *, by: Actor, at: Moment) -> RecallEvent:
    """Stop the clock and keep what was found on the floor and who was reached. Holds stay until they are lifted.

    Locks the recall. A repeat returns the end.
    Raises Forbidden, RecallNotFound, RecallEnded, QuestionWrong, RequestIdReused.
    """
    by.must(Permission.HOLD_STOCK)
    if request.units_found < 0 or request.receivers_reached < 0:
        raise QuestionWrong(what=Spoken("a count below zero", "数量"))

    def work(drill: RecallDrill) -> tuple[int, dict[str, Any]]:
        seconds = (at.at - drill.started_at).total_seconds()
        return request.units_found, {
            "seconds": int(seconds), "receivers_reached": request.receivers_reached, "note": request.note[:500],
        }  # fmt: skip

    return _step(session, request, RecallEventKind.ENDED, work, by=by, at=at)


def _step(
    session: Session, request: RecallStep | EndRecall, kind: RecallEventKind,
    work: Callable[[RecallDrill], tuple[int, dict[str, Any]]], *, by: Actor, at: Moment,
) -> RecallEvent:  # fmt: skip
    drill = lock_recall(session, request.recall_id, by=by)
    if not idempotency.claim(session, request.id, f"insight.recall_{kind.value}", asdict(request), by=by, at=at):
        return session.get_one(RecallEvent, request.id)
    if kind is not RecallEventKind.LIFTED and end_of_recall(session, drill.id) is not None:
        raise RecallEnded(recall=drill.code)
    units, details = work(drill)
    event = RecallEvent(
        id=request.id,
        drill_id=drill.id,
        kind=kind.value,
        units=units,
        details=details,
        happened_at=at.at,
        account_id=by.account_id,
        person_id=by.person_id,
    )
    append(session, event)
    audit.record(session, f"insight.recall_{kind.value}", ("recall", drill.id), by=by, at=at, units=units)
    return event
