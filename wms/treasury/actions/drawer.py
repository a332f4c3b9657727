"""The drawer: counted when a shift begins and ends, its difference posted by two people, its cash carried away."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import ledger
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.errors import Spoken
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.treasury.errors import AmountNotPositive, CountInvalid, DrawerStep, WitnessMissing, WordsMissing
from wms.treasury.queries.entries import CASH
from wms.treasury.queries.money import DRAWER, drawer_balance, drawer_counts
from wms.treasury.rules.drawer import counted, is_count
from wms.treasury.rules.requests import BankCash, CountDrawer
from wms.treasury.tables import DrawerCount

OVER_SHORT = "E:CashOverShort"
OPEN, CLOSED = Spoken("open", "已开箱"), Spoken("closed", "已关箱")


def count_drawer(
    session: Session, request: CountDrawer, *, by: Actor, at: Moment, witness: Actor | None = None
) -> DrawerCount:
    """Count the drawer by denomination as a shift begins or ends; what differs from the books is posted.

    Fen. A difference takes a reason and a `witness`, another person with TAKE_PAYMENT or CORRECT_BOOKS; posts Dr
    A:Cash:Drawer, Cr E:CashOverShort if over, the other way if short. Locks the drawer. A repeat returns the first.
    Raises Forbidden, CountInvalid, DrawerStep, WitnessMissing, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "treasury.count_drawer", asdict(request), by=by, at=at):
        return session.get_one(DrawerCount, request.id)
    pieces = dict(request.pieces)
    if not is_count(pieces) or len(pieces) != len(request.pieces):
        raise CountInvalid
    ledger.lock_accounts(session, [DRAWER, OVER_SHORT], at=at)
    last = next(iter(drawer_counts(session, 1)), None)
    is_open = last is not None and last.opens
    if is_open == request.opens:
        raise DrawerStep(state=OPEN if is_open else CLOSED)
    there, book = counted(pieces), drawer_balance(session)
    journal_id = None
    if there != book:
        _require_witness(request, there - book, by, witness)
        journal_id = _posted(session, request, there - book, by=by, at=at, witness=witness)
    row = DrawerCount(
        id=request.id, number=last.number + 1 if last else 1, opens=request.opens,
        pieces=[[fen, number] for fen, number in sorted(pieces.items(), reverse=True) if number], counted_fen=there,
        book_fen=book, difference_fen=there - book, reason=request.reason.strip()[:200], journal_id=journal_id,
        counted_on=at.on, counted_at=at.at, counted_by_person_id=by.eyes,
        witness_person_id=witness.eyes if witness and journal_id else None,
    )  # fmt: skip
    append(session, row)
    audit.record(
        session, "treasury.count_drawer", ("drawer_count", row.id), by=by, at=at, counted_fen=there,
        difference_fen=there - book,
    )  # fmt: skip
    return row


def bank_cash(session: Session, request: BankCash, *, by: Actor, at: Moment) -> ledger.Journal:
    """Carry cash from the drawer to the bank. Posts Dr A:Cash:Settlement, Cr A:Cash:Drawer, in fen.

    Never more than the books say lies in the drawer. Locks both accounts. A repeat returns the first journal.
    Raises Forbidden, AmountNotPositive, WordsMissing, BalanceShort, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    journal_id = derived_id(request.id, "journal")
    if not idempotency.claim(session, request.id, "treasury.bank_cash", asdict(request), by=by, at=at):
        return ledger.get_journal(session, journal_id)
    if request.fen <= 0:
        raise AmountNotPositive(fen=request.fen)
    if not request.reference.strip():
        raise WordsMissing
    ledger.lock_accounts(session, [DRAWER, CASH], at=at)
    there = drawer_balance(session)
    if request.fen > there:
        raise ledger.BalanceShort(account=DRAWER, available_fen=there, asked_fen=request.fen)
    legs = (ledger.Leg(CASH, request.fen), ledger.Leg(DRAWER, -request.fen))
    memo = f"paid in, slip {request.reference.strip()}"[:200]
    entry = ledger.Entry(journal_id, f"cash-to-bank:{request.id}", "cash_to_bank", memo, at.on, legs)
    journal = ledger.post(session, entry, by=by, at=at)
    audit.record(session, "treasury.bank_cash", ("journal", journal.id), by=by, at=at, fen=request.fen)
    return journal


def _require_witness(request: CountDrawer, difference: int, by: Actor, witness: Actor | None) -> None:
    if not request.reason.strip() or witness is None or witness.eyes == by.eyes:
        raise WitnessMissing(difference_fen=difference)
    if not witness.may(Permission.TAKE_PAYMENT):
        witness.must(Permission.CORRECT_BOOKS)


def _posted(
    session: Session, request: CountDrawer, difference: int, *, by: Actor, at: Moment, witness: Actor | None
) -> UUID:
    legs = (ledger.Leg(DRAWER, difference), ledger.Leg(OVER_SHORT, -difference))
    entry = ledger.Entry(
        derived_id(request.id, "journal"), f"drawer-count:{request.id}", "drawer_difference",
        request.reason.strip()[:200], at.on, legs,
    )  # fmt: skip
    return ledger.post(session, entry, by=by, at=at, approver=witness).id
