"""Exits to settle, made ready for a measure: pledged lots sold, paid by their buyers, weighed out and agreed to."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.settlement import make as season_make
from tests.settlement.make import CLERK, DISBURSED, FIRST, KG, SECOND, TELLER, Input, Season
from tests.trading.make import OWNER_MAY
from wms import billing, facility, lending, parties, settlement
from wms.kernel.actor import SYSTEM, Permission
from wms.kernel.database import Database

DAY = "2027-02-15"
CRATE, OUT = 20 * KG, 19_764


@dataclass(slots=True)
class Fair:
    """One owner's pledged lot and its buyer, with exits that only wait to be closed."""

    season: Season
    exits: list[UUID]


def fairs(database: Database, many: int, exits: int) -> list[Fair]:
    """Make so many owners' lots ready, each with so many weighed exits of one crate."""
    first = season_make.season(database, advanced=False)
    slots = database.write(lambda s: _slots(s, first.market, many))
    made = [database.write(lambda s, n=n: _owner(s, database, first.market, slots[n], n, exits)) for n in range(many)]  # type: ignore[misc]
    first.price("7.0000", DISBURSED)
    first.breathe(DISBURSED)
    for case in made:
        _lend(case, exits)
    first.price("7.86", DAY)
    for case in made:
        _pay_interest(case)
    return [Fair(case, _weighed(case, exits)) for case in made]


def settle(database: Database, exit_id: UUID) -> settlement.Settlement:
    """Settle one exit in its one transaction."""
    request, at = settlement.CloseExit(uuid4(), exit_id), season_make.moment(DAY, 6)
    return database.write(lambda session: settlement.close_exit(session, request, by=CLERK, at=at)).settlement


def _slots(session: Session, market: Any, many: int) -> list[facility.Slot]:
    request = facility.AddSlotsRequest(uuid4(), market.store.room.id, (2, 2), (1, many), (1, 1), 900_000 * KG, 9_000)
    facility.add_slots(session, request, by=SYSTEM, at=season_make.moment(season_make.ENTRY, 0))
    found = facility.list_slots(session, market.store.room.id, limit=200).items
    return [slot for slot in found if slot.capacity_units == 9_000]


def _owner(session: Session, database: Database, market: Any, slot: facility.Slot, n: int, units: int) -> Season:
    party = market.store.add_party(session, f"GB{n}", f"Grower {n}")
    mine: Any = market.__class__.__new__(market.__class__)
    mine.store = market.store
    mine.bina = market.employ(session, party, f"Owner {n}", *OWNER_MAY, Permission.ASK_ADVANCE, Permission.ORDER_EXIT)
    mine.deep = market.company(session, f"BB{n}", f"Buyer {n}")
    terms = parties.ContractTerms(lists_itself=False, commission_bp=150)
    sign = parties.SignContractRequest(uuid4(), party.id, f"C-{n}", date(2026, 10, 1), terms=terms)
    at = season_make.moment(season_make.ENTRY, 0)
    parties.sign_contract(session, sign, by=SYSTEM, at=at)
    propose = parties.ProposePayeeRequest(uuid4(), party.id, parties.BankPayee("Owner", "Bank", f"62284800000{n:08}"))
    parties.propose_payee(session, propose, by=FIRST.trusted_with(Permission.MANAGE_PARTIES), at=at)
    decide = parties.PayeeDecisionRequest(uuid4(), propose.id)
    parties.approve_payee(session, decide, by=SECOND.trusted_with(Permission.APPROVE_PAYEE), at=at)
    stays = units + 20  # some of the lot is never sold, so that the loan runs on
    mine.store.slots = [slot]
    lot_id = season_make.take_in(session, mine, party.id, Input(grams=stays * CRATE, units=stays))
    return Season(database, mine, lot_id)


def _lend(case: Season, units: int) -> None:
    loan_id, at = uuid4(), season_make.moment(DISBURSED)
    fen = units * 100_00 // 100 * 100
    ask = lending.AskAdvance(loan_id, case.lot_id, fen)
    case.do(lambda s: lending.ask_advance(s, ask, by=case.owner.actor, at=at))
    for person in (FIRST, SECOND):
        decide = lending.DecideAdvance(uuid4(), loan_id)
        case.do(lambda s, person=person, decide=decide: lending.approve_advance(s, decide, by=person, at=at))
    pay = lending.Disburse(uuid4(), loan_id, f"ZDW-{loan_id}", at.on)
    case.do(lambda s: lending.disburse(s, pay, by=TELLER, at=at))
    case.loan_id = loan_id


def _pay_interest(case: Season) -> None:
    """Bring the loan's interest up to the day: one crate does not bring what the whole loan cost since autumn."""
    assert case.loan_id is not None
    loan_id, at = case.loan_id, season_make.moment(DAY)
    owed = case.database.read(lambda s: lending.position(s, case.loan(), at.on)).exposure
    case.do(lambda s: lending.repay(s, lending.Repay(uuid4(), loan_id, owed.interest_fen, at.on), by=TELLER, at=at))


def _weighed(case: Season, many: int) -> list[UUID]:
    deal_id = case.sell(DAY, many, "7.86")
    case.bank(deal_id, many * CRATE * 786 // KG, DAY)
    made, at = [], season_make.moment(DAY)
    for _ in range(many):
        request = billing.OpenExit(uuid4(), case.lot_id, 1, billing.ExitKind.SALE, "Li", "鲁F12345", deal_id)
        case.do(lambda s, request=request: billing.open_exit_order(s, request, by=CLERK, at=at))
        clear = settlement.ClearSale(uuid4(), request.id)
        case.do(lambda s, clear=clear: settlement.clear_sale(s, clear, by=CLERK, at=at))
        case.weigh_out(request.id, DAY, OUT, 1)
        case.consent(request.id, DAY)
        made.append(request.id)
    return made
