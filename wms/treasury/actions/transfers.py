"""Files of transfers for the bank: prepared by one, approved by another; each payout stands in one file only."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import ledger
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.treasury.errors import TransfersApprovedAlone, TransfersUnfit, WordsMissing
from wms.treasury.queries.entries import CASH
from wms.treasury.queries.money import approval_of, get_file, waiting_transfers
from wms.treasury.rules.requests import ApproveTransfers, PrepareTransfers
from wms.treasury.rules.transfers import Batch, file_digest, rendered
from wms.treasury.tables import TransferApproval, TransferFile, TransferRow


def prepare_transfers(session: Session, request: PrepareTransfers, *, by: Actor, at: Moment) -> TransferFile:
    """Put payouts and refunds that no file holds into one file for the bank, and keep its digest. Posts nothing.

    Locks the account at the bank, so that two files never take the same transfer. A repeat returns the first file.
    Raises Forbidden, WordsMissing, TransfersUnfit, RequestIdReused.
    """
    by.must(Permission.PAY_OUT)
    if not idempotency.claim(session, request.id, "treasury.prepare_transfers", asdict(request), by=by, at=at):
        return session.get_one(TransferFile, request.id)
    if not request.own_name.strip() or not request.own_account.strip():
        raise WordsMissing
    ledger.lock_accounts(session, [CASH], at=at)
    waiting = {each.source_id: each for each in waiting_transfers(session)}
    wanted = request.source_ids
    if not wanted or len(set(wanted)) != len(wanted) or any(source_id not in waiting for source_id in wanted):
        raise TransfersUnfit
    transfers = [waiting[source_id].transfer for source_id in wanted]
    batch = Batch(request.id, request.own_name.strip(), request.own_account.strip(), at.on, at.at)
    content = rendered(request.kind, batch, transfers)
    row = TransferFile(
        id=request.id, kind=request.kind.value, own_name=batch.own_name, own_account=batch.own_account,
        transfers=len(transfers), total_fen=sum(each.fen for each in transfers), content_digest=file_digest(content),
        prepared_on=at.on, prepared_at=at.at, prepared_by_person_id=by.eyes,
    )  # fmt: skip
    append(session, row)
    for n, (source_id, each) in enumerate(zip(wanted, transfers, strict=True), 1):
        append(
            session,
            TransferRow(
                file_id=row.id, n=n, source_id=source_id, transfer_fen=each.fen, account_name=each.account_name,
                bank=each.bank, account_number=each.account_number, words=each.words,
            ),
        )  # fmt: skip
    audit.record(
        session, "treasury.prepare_transfers", ("transfer_file", row.id), by=by, at=at, transfers=row.transfers,
        total_fen=row.total_fen, digest=row.content_digest,
    )  # fmt: skip
    return row


def approve_transfers(session: Session, request: ApproveTransfers, *, by: Actor, at: Moment) -> TransferApproval:
    """Agree that a file is handed to the bank: another person than who prepared it. A second consent changes nothing.

    Posts nothing. A repeat returns the first approval.
    Raises Forbidden, TransferFileNotFound, TransfersApprovedAlone, RequestIdReused.
    """
    by.must(Permission.CORRECT_BOOKS)
    first = idempotency.claim(session, request.id, "treasury.approve_transfers", asdict(request), by=by, at=at)
    row = get_file(session, request.file_id)
    ledger.lock_accounts(session, [CASH], at=at)
    given = approval_of(session, row.id)
    if given is not None or not first:
        return given or session.get_one(TransferApproval, row.id)
    if row.prepared_by_person_id == by.eyes:
        raise TransfersApprovedAlone
    approval = TransferApproval(
        file_id=row.id, prepared_by_person_id=row.prepared_by_person_id, approved_by_person_id=by.eyes,
        approved_at=at.at,
    )  # fmt: skip
    append(session, approval)
    audit.record(
        session, "treasury.approve_transfers", ("transfer_file", row.id), by=by, at=at, total_fen=row.total_fen
    )
    return approval
