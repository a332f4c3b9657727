"""The ladder: its levels set, run once a day, stopped by payment or dispute; proofs that notices were got."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import parties
from wms.dunning.errors import LevelInvalid, ProofInvalid
from wms.dunning.queries import due_notices, get_notice, ladder
from wms.dunning.rules import (
    BLANKS,
    LEVELS,
    Channel,
    RecordProof,
    SetLevel,
    climbs,
    words_fit,
)
from wms.dunning.tables import DunningLevel, Notice, NoticeProof
from wms.kernel import audit, idempotency, outbox
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id


def set_level(session: Session, request: SetLevel, *, by: Actor, at: Moment) -> DunningLevel:
    """Set a level of the ladder from a day on, in both languages; the ladder must still climb.

    A repeat returns the first row. Raises Forbidden, LevelInvalid, RequestIdReused.
    """
    by.must(Permission.CORRECT_BOOKS)
    if not idempotency.claim(session, request.id, "dunning.set_level", asdict(request), by=by, at=at):
        return session.get_one(DunningLevel, request.id)
    days = {one.level: one.after_days for one in ladder(session, max(at.on, request.effective_from))}
    days.pop(request.level, None)
    if request.after_days is not None:
        days[request.level] = request.after_days
    words = words_fit(request.words_zh) and words_fit(request.words_en)
    if request.level not in LEVELS or not words or not climbs(days) or request.effective_from < at.on:
        raise LevelInvalid(blanks=", ".join("{" + blank + "}" for blank in sorted(BLANKS)))
    row = DunningLevel(**(asdict(request) | {"channel": request.channel.value}), account_id=by.account_id, set_at=at.at)
    append(session, row)
    audit.record(session, "dunning.set_level", ("dunning_level", row.id), by=by, at=at, level=row.level)
    return row


def run_ladder(session: Session, *, by: Actor, at: Moment) -> list[Notice]:
    """Tell the party of every open, undisputed invoice the next level whose day has come; one level a day at most.

    A level of an invoice is told once, whatever is run again. What goes by text message leaves through the outbox; a
    party without a telephone gets a letter. Returns what was told.
    """
    by.must(Permission.CLOSE_DAY)
    store = store_name(session)
    found = []
    for due in due_notices(session, at.on):
        invoice = due.item.invoice
        party = parties.get_party(session, invoice.party_id)
        days = due.item.age(at.on)
        blanks = {
            "number": invoice.name, "yuan": yuan(due.item.open.total_fen), "days": days, "party": party.name,
            "store": store,
        }  # fmt: skip
        words = due.level.words_zh.format(**blanks), due.level.words_en.format(**blanks)
        notice_id = derived_id(invoice.id, "dunning", due.level.level)
        told = {"invoice_id": invoice.id, "level": due.level.level, "open_fen": due.item.open.total_fen}
        found.append(tell(session, Notice(id=notice_id, **told), party, due.level.channel, words, by=by, at=at))
    return found


def tell(
    session: Session, notice: Notice, party: parties.Party, channel: Channel, words: tuple[str, str], *, by: Actor,
    at: Moment,
) -> Notice:  # fmt: skip
    """Write down what a party is told, and send it if it goes by text message."""
    phone = party.phone if channel is Channel.SMS else None
    notice.party_id, notice.channel = party.id, (Channel.SMS if phone else Channel.LETTER).value
    notice.address, notice.words_zh, notice.words_en = phone or "", words[0][:1000], words[1][:1000]
    notice.sent_on, notice.sent_at, notice.account_id = at.on, at.at, by.account_id
    notice.outbox_id = None
    if phone:
        payload = {"phone": phone, "text": f"{notice.words_zh} / {notice.words_en}"}
        notice.outbox_id = outbox.put(session, "send.sms", f"dunning:{notice.id}", payload, at=at)
    append(session, notice)
    audit.record(session, "dunning.tell", ("party", party.id), by=by, at=at, channel=notice.channel, notice=notice.id)
    return notice


def record_proof(session: Session, request: RecordProof, *, by: Actor, at: Moment) -> NoticeProof:
    """Write down what shows that a notice was got, or that it came back. A repeat returns the first row.

    Raises Forbidden, NoticeNotFound, ProofInvalid, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "dunning.record_proof", asdict(request), by=by, at=at):
        return session.get_one(NoticeProof, request.id)
    notice = get_notice(session, request.notice_id, by)
    if not request.reference.strip() or not notice.sent_on <= request.proved_on <= at.on:
        raise ProofInvalid
    row = NoticeProof(
        id=request.id,
        notice_id=notice.id,
        kind=request.kind.value,
        proof_reference=request.reference.strip()[:200],
        proved_on=request.proved_on,
        account_id=by.account_id,
        recorded_at=at.at,
    )
    append(session, row)
    audit.record(session, "dunning.record_proof", ("party", notice.party_id), by=by, at=at, kind=row.kind)
    return row


def store_name(session: Session) -> str:
    """Return the store's name as notices say it."""
    stores = parties.list_parties(session, parties.PartyKind.STORE, limit=1).items
    return stores[0].name if stores else ""


def yuan(fen: int) -> str:
    """Return whole fen as yuan in words to a party."""
    return f"{fen // 100:,}.{fen % 100:02d}"
