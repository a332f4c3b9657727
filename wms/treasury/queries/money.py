"""Refunds and returns, the drawer's counts, and transfers with their files."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import ledger
from wms.kernel.evidence import Finding, check_rows
from wms.settlement.tables import Payout
from wms.treasury.errors import TransferFileNotFound, TransfersNotApproved
from wms.treasury.rules.transfers import Batch, FileKind, Transfer, file_digest, rendered
from wms.treasury.tables import (
    DrawerCount,
    PayoutReturn,
    TransferApproval,
    TransferFile,
    TransferRow,
    WalletRefund,
)

DRAWER = "A:Cash:Drawer"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A payout or refund no file holds yet."""

    source_id: UUID
    party_id: UUID
    transfer: Transfer


def refunds_of(session: Session, party_id: UUID) -> list[WalletRefund]:
    """Return what was refunded to a party, newest first."""
    query = select(WalletRefund).where(WalletRefund.party_id == party_id)
    return list(session.scalars(query.order_by(WalletRefund.refunded_at.desc(), WalletRefund.id)))


def returned_payouts(session: Session, party_id: UUID) -> dict[UUID, PayoutReturn]:
    """Return a party's payouts that came back, by payout."""
    query = select(PayoutReturn).join(Payout, Payout.id == PayoutReturn.payout_id).where(Payout.party_id == party_id)
    return {row.payout_id: row for row in session.scalars(query)}


def drawer_counts(session: Session, limit: int = 30) -> list[DrawerCount]:
    """Return the counts of the drawer, the latest first."""
    return list(session.scalars(select(DrawerCount).order_by(DrawerCount.number.desc()).limit(limit)))


def drawer_balance(session: Session) -> int:
    """Return what the books say lies in the drawer, in fen."""
    return ledger.balance(session, DRAWER)


def waiting_transfers(session: Session) -> list[Waiting]:
    """Return payouts and refunds that no file holds and that did not come back, oldest first."""
    held = select(TransferRow.source_id)
    returned = select(PayoutReturn.payout_id)
    payouts = (
        select(Payout).where(Payout.id.not_in(held), Payout.id.not_in(returned)).order_by(Payout.paid_at, Payout.id)
    )
    refunds = (
        select(WalletRefund).where(WalletRefund.id.not_in(held)).order_by(WalletRefund.refunded_at, WalletRefund.id)
    )
    found = [
        Waiting(
            row.id, row.party_id,
            Transfer(row.paid_fen, row.account_name, row.bank, row.account_number, row.reference),
        )
        for row in session.scalars(payouts)
    ]  # fmt: skip
    return found + [
        Waiting(
            row.id, row.party_id,
            Transfer(row.refund_fen, row.account_name, row.bank, row.account_number, row.bank_reference),
        )
        for row in session.scalars(refunds)
    ]  # fmt: skip


def list_files(session: Session, limit: int = 30) -> list[TransferFile]:
    """Return the files of transfers, the latest first."""
    query = select(TransferFile).order_by(TransferFile.prepared_at.desc(), TransferFile.id)
    return list(session.scalars(query.limit(limit)))


def get_file(session: Session, file_id: UUID) -> TransferFile:
    """Return a file of transfers. Raises TransferFileNotFound."""
    row = session.get(TransferFile, file_id)
    if row is None:
        raise TransferFileNotFound(file_id=file_id)
    return row


def approval_of(session: Session, file_id: UUID) -> TransferApproval | None:
    """Return who approved a file, or None."""
    return session.get(TransferApproval, file_id)


def rows_of(session: Session, file_id: UUID) -> list[TransferRow]:
    """Return a file's transfers in their order."""
    return list(session.scalars(select(TransferRow).where(TransferRow.file_id == file_id).order_by(TransferRow.n)))


def file_content(session: Session, file_id: UUID) -> bytes:
    """Return the bytes of an approved file, always the same. Raises TransferFileNotFound, TransfersNotApproved."""
    row = get_file(session, file_id)
    if approval_of(session, file_id) is None:
        raise TransfersNotApproved
    return _content(session, row)


def _content(session: Session, row: TransferFile) -> bytes:
    transfers = [
        Transfer(each.transfer_fen, each.account_name, each.bank, each.account_number, each.words)
        for each in rows_of(session, row.id)
    ]
    batch = Batch(row.id, row.own_name, row.own_account, row.prepared_on, row.prepared_at)
    return rendered(FileKind(row.kind), batch, transfers)


def check_money(session: Session) -> Iterator[Finding]:
    """Yield what is wrong with refunds, returns, counts and files: rows against digests, files against their rows."""
    for table in (WalletRefund, PayoutReturn, DrawerCount, TransferFile, TransferRow, TransferApproval):
        yield from check_rows(session, table)
    for row in session.scalars(select(TransferFile)):
        if file_digest(_content(session, row)) != row.content_digest:
            yield Finding("transfer_files", str(row.id), "its rows no longer give the file of its digest")
