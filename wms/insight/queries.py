"""The self-audit: every room's own check, and the sums of grams and money beside them."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import (
    billing,
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
    users,
)
from wms.kernel.audit import AuditRow
from wms.kernel.evidence import Finding, check_rows
from wms.ledger.tables import Journal
from wms.lots.tables import Lot

Check = Callable[[Session], Iterator[Finding]]


def _audit(session: Session) -> Iterator[Finding]:
    return check_rows(session, AuditRow)


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
    "trading": trading.check,
    "lending": lending.check,
    "settlement": settlement.check,
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


def verify(session: Session) -> Report:
    """Run every room's check on one snapshot and return the report; no finding means that everything adds up."""
    found = {room: list(check(session)) for room, check in CHECKS.items()}
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
