"""What arrived: settlements with every fen of the waterfall, what was paid out to the bank, and the whole account."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, einvoicing, lots, parties, settlement, trading, treasury
from wms.delivery import papers
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Actor
from wms.kernel.errors import NotFound
from wms.web import accounts, goods, money_words, sheets
from wms.web.papers import file_of
from wms.web.portal.workplace import blueprint, page


@blueprint.get("/money")
def money() -> Any:
    """Show what is owed to me now, my settlements and my payouts."""
    owed, rows, paid = read(lambda session: _money(session, actor()))
    party_id = actor().party_id
    back = read(lambda session: treasury.returned_payouts(session, party_id)) if party_id else {}
    return page("money", owed_fen=owed, rows=rows, payouts=paid, back=back)


@blueprint.get("/money/<uuid:settlement_id>")
def settled(settlement_id: UUID) -> Any:
    """Show where every fen of one sale went, and every gram."""
    row, spec, buyer, deal = read(lambda session: _settled(session, settlement_id, actor()))
    return page("settled", row=row, spec=spec, buyer=buyer, deal=deal)


@blueprint.get("/money/statement")
def statement() -> Any:
    """Show my account with the store over a period."""
    found, numbers = read(lambda session: _statement(session, actor()))
    return page("statement", found=found, numbers=numbers, money_words=money_words, kinds=tuple(sheets.KINDS))


@blueprint.get("/money/statement.<any(csv, xlsx):kind>")
def statement_file(kind: str) -> Any:
    """Hand my account over as a table."""
    found, numbers = read(lambda session: _statement(session, actor()))
    return sheets.handed_over(
        f"statement-{found.from_on}-{found.to_on}", kind, accounts.statement_sheet(found, str(found.to_on), numbers)
    )


@blueprint.get("/money/statement.pdf")
def statement_paper() -> Any:
    """Show my account as a paper."""
    party_id = actor().party_id
    if party_id is None:
        raise NotFound
    return file_of(read(lambda session: papers.statement(session, party_id, accounts.period(), actor(), now())))


def _statement(session: Session, by: Actor) -> tuple[billing.StatementOfAccount, dict[UUID, str]]:
    if by.party_id is None:
        raise NotFound
    found = billing.statement_of_account(session, by.party_id, *accounts.period(), by=by)
    return found, einvoicing.numbers_by_journal(session, by.party_id)


def _money(session: Session, by: Actor) -> tuple[int, list[tuple[settlement.Settlement, str]], list[settlement.Payout]]:
    if by.party_id is None:
        return 0, [], []
    rows = [
        (row, goods.spec(lots.get_lot(session, row.lot_id)))
        for row in settlement.list_settlements(session, by=by, limit=50).items
        if row.owner_id == by.party_id
    ]
    return settlement.payable(session, by.party_id), rows, settlement.payouts_of(session, by.party_id)


def _settled(
    session: Session, settlement_id: UUID, by: Actor
) -> tuple[settlement.Settlement, str, str, trading.Deal | None]:
    row = settlement.get_visible_settlement(session, settlement_id, by=by)
    buyer = parties.get_party(session, row.buyer_id).name if row.buyer_id else ""
    deal = trading.get_deal(session, row.deal_id, by=by) if row.deal_id else None
    return row, goods.spec(lots.get_lot(session, row.lot_id)), buyer, deal
