"""Crates come to be, change hands and go; their deposits are posted in the same breath."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import billing, ledger, lots, parties
from wms.dock.errors import CrateCodeTaken, CrateDepositNotDue, CrateRequestWrong, NotEnoughCrates
from wms.dock.queries.crates import DUE, HELD, crate_deposits, get_crate_type
from wms.dock.rules.crates import (
    AddCrateType,
    CrateMoveKind,
    MoveCrates,
    TakeCrateDeposit,
    deposit_for,
    kind_of,
    refund,
)
from wms.dock.tables import CrateBalance, CrateMove, CrateType
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.upsert import insert_new

CASH = "A:Cash:Settlement"
KEPT = "R:CrateDeposit"
MOST_UNITS = 1_000_000


def add_crate_type(session: Session, request: AddCrateType, *, by: Actor, at: Moment) -> CrateType:
    """Add a type of crate with its tare, owner and deposit; a repeat returns the first.

    Raises Forbidden, PartyNotFound, CrateRequestWrong, CrateCodeTaken, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "dock.add_crate_type", asdict(request), by=by, at=at):
        return session.get_one(CrateType, request.id)
    code = request.code.strip()
    if not (code and request.name.strip()) or request.tare_grams < 1 or not 0 <= request.deposit_fen < 10**8:
        raise CrateRequestWrong(what="code, name, tare, deposit")
    if session.scalar(select(CrateType.id).where(CrateType.code == code)) is not None:
        raise CrateCodeTaken(crate=code)
    parties.get_party(session, request.owner_id)
    values = {**asdict(request), "code": code}
    made = CrateType(**values, added_at=at.at, account_id=by.account_id)
    append(session, made)
    audit.record(session, "dock.add_crate_type", ("crate_type", made.id), by=by, at=at, code=code)
    return made


def move_crates(session: Session, request: MoveCrates, *, by: Actor, at: Moment) -> CrateMove:
    """Let crates change hands; the deposit of a holder is posted as due, a freed one as owed, a lost one as kept.

    New and lost crates need the right to approve a count. Locks the balances by holder, then the ledger's accounts.
    A repeat returns the first move.
    Raises Forbidden, CrateTypeNotFound, PartyNotFound, DeliveryNotFound, ExitNotFound, CrateRequestWrong,
    NotEnoughCrates, RequestIdReused.
    """
    by.must(Permission.MOVE_STOCK)
    if request.from_id is None or request.to_id is None:
        by.must(Permission.APPROVE_COUNT)
    if not idempotency.claim(session, request.id, "dock.move_crates", asdict(request), by=by, at=at):
        return session.get_one(CrateMove, request.id)
    if not 1 <= request.units <= MOST_UNITS or request.from_id == request.to_id:
        raise CrateRequestWrong(what="units, from, to")
    kind = get_crate_type(session, request.type_id)
    _require_papers(session, request, by)
    _change_balances(session, kind, request)
    made = CrateMove(
        **asdict(request),
        kind=kind_of(kind.owner_id, request.from_id, request.to_id).value,
        deposit_fen=_left(kind, request.to_id, request.units) - _left(kind, request.from_id, request.units),
        moved_on=at.on,
        moved_at=at.at,
        account_id=by.account_id,
    )
    append(session, made)
    _post_deposits(session, kind, made, by=by, at=at)
    audit.record(
        session, "dock.move_crates", ("crate_type", kind.id), by=by, at=at, kind=made.kind, units=made.units
    )  # fmt: skip
    return made


def take_crate_deposit(session: Session, request: TakeCrateDeposit, *, by: Actor, at: Moment) -> ledger.Journal:
    """Take money for deposits that are due. Posts cash against what is due; a repeat returns the first journal.

    Raises Forbidden, PartyNotFound, CrateDepositNotDue, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    entry_id = derived_id(request.id, "entry")
    if not idempotency.claim(session, request.id, "dock.take_crate_deposit", asdict(request), by=by, at=at):
        return ledger.get_journal(session, entry_id)
    code = parties.get_party(session, request.party_id).code
    ledger.lock_accounts(session, [DUE + code], at=at)
    due = crate_deposits(session, request.party_id)[1]
    if not 1 <= request.fen <= due:
        raise CrateDepositNotDue(due_fen=due)
    legs = (ledger.Leg(CASH, request.fen), ledger.Leg(DUE + code, -request.fen))
    entry = ledger.Entry(
        entry_id, f"crate-deposit-paid-{request.id}", "crate_deposit_paid", f"crate deposit of {code}", at.on, legs
    )
    audit.record(
        session, "dock.take_crate_deposit", ("party", request.party_id), by=by, at=at, fen=request.fen
    )  # fmt: skip
    return ledger.post(session, entry, by=by, at=at)


def _require_papers(session: Session, request: MoveCrates, by: Actor) -> None:
    for party_id in (request.from_id, request.to_id):
        if party_id is not None:
            parties.get_party(session, party_id)
    if request.delivery_id is not None:
        lots.get_visible_delivery(session, request.delivery_id, by)
    if request.exit_id is not None:
        billing.get_exit_order(session, request.exit_id, by)


def _change_balances(session: Session, kind: CrateType, request: MoveCrates) -> None:
    changes = {request.from_id: -request.units, request.to_id: request.units}
    for holder_id in sorted(party_id for party_id in changes if party_id is not None):
        insert_new(session, CrateBalance, {"type_id": kind.id, "holder_id": holder_id, "units": 0})
        row = session.get_one(CrateBalance, (kind.id, holder_id), with_for_update=True, populate_existing=True)
        if row.units + changes[holder_id] < 0:
            holder = parties.get_party(session, holder_id).name
            raise NotEnoughCrates(holder=holder, crate=kind.code, units_there=row.units, units=request.units)
        row.units += changes[holder_id]
    session.flush()


def _left(kind: CrateType, holder_id: UUID | None, units: int) -> int:
    return deposit_for(holder_id, kind.owner_id, units, kind.deposit_fen)


def _post_deposits(session: Session, kind: CrateType, move: CrateMove, *, by: Actor, at: Moment) -> None:
    legs: list[ledger.Leg] = []
    taken, freed = _left(kind, move.to_id, move.units), _left(kind, move.from_id, move.units)
    if taken and move.to_id is not None:
        code = parties.get_party(session, move.to_id).code
        legs += [ledger.Leg(DUE + code, taken), ledger.Leg(HELD + code, -taken)]
    if freed and move.from_id is not None:
        holder = parties.get_party(session, move.from_id)
        legs.append(ledger.Leg(HELD + holder.code, freed))
        if move.kind == CrateMoveKind.LOST:
            legs.append(ledger.Leg(KEPT, -freed))
        else:
            ledger.lock_accounts(session, [DUE + holder.code], at=at)
            unpaid, owed = refund(freed, ledger.balance(session, DUE + holder.code))
            purse = "L:BuyerWallet:" if holder.kind == parties.PartyKind.BUYER else "L:GrowerPayable:"
            legs += [ledger.Leg(DUE + holder.code, -unpaid), ledger.Leg(purse + holder.code, -owed)]
    if legs:
        entry = ledger.Entry(
            derived_id(move.id, "entry"), f"crates-{move.id}", "crate_deposit", f"{move.units} × {kind.code}", at.on,
            tuple(legs),
        )  # fmt: skip
        ledger.post(session, entry, by=by, at=at)
