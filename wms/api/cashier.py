"""The cashier's drawer, money paid back and given back, and files of transfers for the bank."""

import base64
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import ledger, treasury
from wms.api.resource import Resource
from wms.api.witness import second_person
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import banking, money, paged

CASHIER = Resource("cashier", "Money out, money back, the drawer, and files of transfers for the bank.")
BOOKS = Permission.SEE_BOOKS
FILE = "/transfer-files/<uuid:file_id>"


@CASHIER.get("/drawer-counts", paged(banking.DRAWER_COUNT), needs=BOOKS)
def list_drawer_counts(session: Session) -> Page[treasury.DrawerCount]:
    """List the last counts of the drawer, the latest first."""
    return Page(treasury.drawer_counts(session), None)


@CASHIER.get("/transfer-files", paged(banking.TRANSFER_FILE), needs=BOOKS)
def list_transfer_files(session: Session) -> Page[treasury.TransferFile]:
    """List the last files of transfers, the latest first."""
    return Page(treasury.list_files(session), None)


@CASHIER.get("/transfer-files/waiting", paged(banking.WAITING), needs=Permission.PAY_OUT)
def list_waiting_transfers(session: Session) -> Page[dict[str, Any]]:
    """List payouts and refunds that no file holds yet, oldest first."""
    rows = [{"source_id": each.source_id, "party_id": each.party_id, "fen": each.transfer.fen,
             "account_name": each.transfer.account_name, "words": each.transfer.words}
            for each in treasury.waiting_transfers(session)]  # fmt: skip
    return Page(rows, None)


@CASHIER.get(
    f"{FILE}/content", banking.TRANSFER_CONTENT, needs=Permission.PAY_OUT, raises=(treasury.file_content,)
)  # fmt: skip
def content_of_transfer_file(session: Session, file_id: UUID) -> dict[str, Any]:
    """Hand over an approved file, in base64."""
    return {"file_id": file_id, "content": base64.b64encode(treasury.file_content(session, file_id)).decode()}


def _count(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> treasury.DrawerCount:
    wanted = treasury.CountDrawer(body["id"], body["opens"], tuple(sorted(body["pieces"].items())), body["reason"])
    return treasury.count_drawer(session, wanted, by=by, at=at, witness=second_person(session, at))


def _journal(session: Session, row: ledger.Journal) -> dict[str, Any]:
    names = money.JOURNAL().fields
    told = {name: getattr(row, name) for name in names if name != "postings"}
    return told | {"postings": ledger.postings_of(session, row.id)}


CASHIER.command("/drawer-counts", treasury.count_drawer, banking.CountBody, banking.DRAWER_COUNT, run=_count)
CASHIER.command(
    "/drawer-counts/bank", treasury.bank_cash, banking.BANK_CASH, money.JOURNAL, treasury.BankCash, show=_journal
)
CASHIER.command(
    "/parties/<uuid:party_id>/wallet-refunds", treasury.refund_wallet, banking.REFUND, banking.WALLET_REFUND,
    treasury.RefundWallet,
)  # fmt: skip
CASHIER.command(
    "/payouts/<uuid:payout_id>/return", treasury.return_payout, banking.RETURN, banking.PAYOUT_RETURN,
    treasury.ReturnPayout,
)  # fmt: skip
CASHIER.command(
    "/transfer-files", treasury.prepare_transfers, banking.PREPARE, banking.TRANSFER_FILE, treasury.PrepareTransfers
)
CASHIER.command(
    f"{FILE}/approve", treasury.approve_transfers, banking.APPROVE_FILE, banking.TRANSFER_APPROVAL,
    treasury.ApproveTransfers, status=200,
)  # fmt: skip
RESOURCES = (CASHIER,)
