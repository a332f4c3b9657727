"""The self-audit: every room's own check, and the sums of grams and money beside them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from wms import (
    billing,
    dock,
    einvoicing,
    facility,
    ledger,
    lending,
    lots,
    parties,
    prices,
    receipts,
    settlement,
    telemetry,
    trading,
    treasury,
    users,
)
from wms.insight.tables import RecallDrill, RecallEvent, SeasonCarry, SeasonEvent
from wms.kernel.audit import AuditRow
from wms.kernel.clock import Moment
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.outbox import OutboxRow
from wms.ledger.tables import Hold, HoldEvent, Journal
from wms.lots.tables import Lot, LotHold
from wms.telemetry.tables import DeadLetter, Stream

Check = Callable[[Session], Iterator[Finding]]


def _audit(session: Session) -> Iterator[Finding]:
    return check_rows(session, AuditRow)


def _own(session: Session) -> Iterator[Finding]:
    for table in (RecallDrill, RecallEvent, SeasonEvent, SeasonCarry):
        yield from check_rows(session, table)


CHECKS: dict[str, Check] = {
    "audit": _audit,
    "ledger": ledger.check,
    "parties": parties.check,
    "users": users.check,
    "facility": facility.check,
    "lots": lots.check,
    "telemetry": telemetry.check,
    "billing": billing.check,
    "prices": prices.check,
    "receipts": receipts.check,
    "dock": dock.check,
    "trading": trading.check,
    "lending": lending.check,
    "settlement": settlement.check,
    "treasury": treasury.check,
    "einvoicing": einvoicing.check,
    "insight": _own,
}


@dataclass(frozen=True, slots=True)
class Report:
    """What the self-audit found, and the sums it stands on. Grams: in = on hand + out + loss."""

    findings: tuple[Finding, ...]
    findings_by_room: dict[str, int]
    journals: int
    trial_balance_fen: int
    grams_in: int
    grams_on_hand: int
    grams_out: int
    grams_loss: int

    def plain(self) -> dict[str, Any]:
        """Return the report as JSON knows it."""
        return {**asdict(self), "ok": not self.findings}


def _guarded(room: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """Go through a room's findings; content that cannot even be read ends the room's check, not the audit."""
    try:
        yield from findings
    except (SQLAlchemyError, ValueError, ArithmeticError, TypeError, LookupError) as error:
        yield Finding(room, "-", f"the check could not go on: {type(error).__name__}: {error}"[:300])


def verify(session: Session, also: Mapping[str, Check] | None = None) -> Report:
    """Run every room's check on one snapshot and return the report; no finding means that everything adds up.

    `also` brings checks of rooms that stand beside this one, by name.
    """
    found = {room: check_room(session, room, also) for room in rooms_checked(also)}
    return _report(session, found)


def sums(session: Session) -> Report:
    """Return the sums alone, of grams and money: what of the report takes no time however large the house is."""
    return _report(session, {})


def rooms_checked(also: Mapping[str, Check] | None = None) -> tuple[str, ...]:
    """Return the names of the rooms that are checked, in their order."""
    return tuple({**CHECKS, **(also or {})})


def check_room(session: Session, room: str, also: Mapping[str, Check] | None = None) -> list[Finding]:
    """Return what one room's own check finds; the room is one of `rooms_checked`."""
    return list(_guarded(room, {**CHECKS, **(also or {})}[room](session)))


def _report(session: Session, found: Mapping[str, list[Finding]]) -> Report:
    root = Lot.parent_id.is_(None)
    grams_in = session.scalar(select(func.coalesce(func.sum(Lot.entry_grams), 0)).where(root)) or 0
    sums = select(
        *[func.coalesce(func.sum(column), 0) for column in (Lot.grams_on_hand, Lot.grams_out, Lot.grams_loss)]
    )
    on_hand, out, loss = (int(value) for value in session.execute(sums).one())
    balance = sum(ledger.balances(session).values())
    findings = [finding for room in found.values() for finding in room]
    if balance:
        findings.append(Finding("ledger_balances", "trial balance", f"sums to {balance} fen"))
    if grams_in != on_hand + out + loss:
        findings.append(Finding("lots", "all", f"{grams_in} g in, but {on_hand} + {out} + {loss} g accounted for"))
    return Report(
        findings=tuple(findings), findings_by_room={room: len(rows) for room, rows in found.items()},
        journals=session.scalar(select(func.count()).select_from(Journal)) or 0, trial_balance_fen=balance,
        grams_in=int(grams_in), grams_on_hand=on_hand, grams_out=out, grams_loss=loss,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a watcher of the running house counts, at one instant."""

    outbox_due: int
    outbox_oldest_s: int
    dead_letters: int
    inbox_lag_s: dict[str, int]
    inbox_missing: dict[str, int]
    lot_holds: dict[str, int]
    ledger_holds: int


def vitals(session: Session, at: Moment) -> Vitals:
    """Return what waits, what could not be used, how far the inbox is behind by gateway, and which holds stand."""
    due = select(func.count(), func.min(OutboxRow.due_at)).where(OutboxRow.done_at.is_(None), OutboxRow.due_at <= at.at)
    waiting, oldest = session.execute(due).one()
    letters = select(func.count()).select_from(DeadLetter).where(DeadLetter.replayed_at.is_(None))
    streams = session.execute(
        select(Stream.gateway, func.max(Stream.last_at), func.sum(Stream.highest - Stream.upto)).group_by(
            Stream.gateway
        )
    ).all()
    held = select(LotHold.reason, func.count()).where(LotHold.units_left > 0).group_by(LotHold.reason)
    open_holds = select(func.count()).select_from(Hold).outerjoin(HoldEvent, HoldEvent.hold_id == Hold.id)
    return Vitals(
        outbox_due=waiting, outbox_oldest_s=_seconds(oldest, at), dead_letters=session.scalar(letters) or 0,
        inbox_lag_s={gateway: _seconds(heard, at) for gateway, heard, _ in streams},
        inbox_missing={gateway: int(missing) for gateway, _, missing in streams},
        lot_holds={reason: count for reason, count in session.execute(held)},
        ledger_holds=session.scalar(open_holds.where(HoldEvent.hold_id.is_(None))) or 0,
    )  # fmt: skip


def _seconds(since: datetime | None, at: Moment) -> int:
    return 0 if since is None else max(0, int((at.at - since).total_seconds()))
