"""What a receipt says, gathered from every room below and signed."""

import secrets
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, facility, lots, parties, prices
from wms.kernel.actor import Actor
from wms.kernel.canonical import plain
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.numbers import half_up, value_fen
from wms.kernel.upsert import count_up
from wms.receipts.actions.events import note
from wms.receipts.rules import CODE_ALPHABET, CODE_LENGTH, SERIES, ReceiptEventKind, ReceiptState
from wms.receipts.tables import Receipt, ReceiptNumber, ReceiptStatus

LIEN = "仓储费、装卸费及垫付款, 付清前留置 / storage, handling and outlays until paid"
OWN_GOODS = "仓库自有货物 / the keeper's own goods"
NO_INTEREST = "无 / none"
CHARGES_LENGTH = 500


def issue(
    session: Session, receipt_id: UUID, lot: lots.Lot, terms: dict[str, Any], *, by: Actor, at: Moment
) -> Receipt:
    """Write a receipt for all that is on hand of a lot, with the next number of its site, and open it."""
    site = facility.get_site(session, lot.site_id)
    number = _next_number(session, site.id)
    receipt = Receipt(
        id=receipt_id,
        site_id=site.id,
        series=SERIES,
        number=number,
        code=f"{SERIES}-{site.code.upper()}-{number:06d}",
        check_code="".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
        lot_id=lot.id,
        delivery_id=lot.delivery_id,
        issued_on=at.on,
        issued_at=at.at,
        signed_by_account_id=by.account_id,
        signed_by_person_id=by.person_id,
        signed_by_name=by.name,
        units=lot.units_on_hand,
        entry_grams=lot.grams_on_hand,
        market_value_fen=_market_value(terms["market_price"], lot.grams_on_hand),
        **terms,
    )
    append(session, receipt)
    session.add(
        ReceiptStatus(
            receipt_id=receipt.id, lot_id=lot.id, state=ReceiptState.OPEN.value, units_left=receipt.units
        )
    )  # fmt: skip
    note(session, receipt.id, ReceiptEventKind.ISSUED, receipt.units, receipt.replaces_id, by=by, at=at)
    return receipt


def intake_terms(
    session: Session, lot: lots.Lot, room_id: UUID | None, *, negotiable: bool, at: Moment
) -> dict[str, Any]:
    """Return everything a receipt says at intake beside its number and quantity."""
    owner = parties.get_party(session, lot.owner_id)
    site = facility.get_site(session, lot.site_id)
    contract = parties.contract_on(session, lot.owner_id, at.on)
    found = prices.reference(session, prices.Cell.of(lot), at.on)
    return {
        **_keeper(session, site),
        **_tariff(session, lot),
        "replaces_id": None,
        "depositor_id": owner.id,
        "depositor_name": owner.name,
        "depositor_address": " ".join(part for part in (lot.origin, owner.phone) if part),
        "deliver_to": "order" if negotiable else "named",
        "negotiable": negotiable,
        "issued_place": site.name,
        "variety": lot.variety,
        "grade": lot.grade,
        "size": lot.size,
        "colour_pattern": lot.colour_pattern,
        "bagging": lot.bagging,
        "marks": lot.marks,
        "weighed_by_instrument": lot.weighed_by_instrument,
        "loss_standard_permille": contract.loss_standard_permille,
        "storage_place": _place(session, site, room_id),
        "stored_from_on": lot.entry_on,
        "valid_until_on": lot.deadline_on,
        "insurance": _insurance(session, room_id, at),
        "market_price": None if found is None else found.price,
        "advances_fen": 0,
        "lien_text": LIEN,
        "keeper_interest_text": OWN_GOODS if owner.kind == parties.PartyKind.STORE else NO_INTEREST,
    }


def _keeper(session: Session, site: facility.Site) -> dict[str, Any]:
    stores = parties.list_parties(session, kind=parties.PartyKind.STORE).items
    keeper = stores[0] if stores else None
    return {
        "keeper_name": site.name if keeper is None else keeper.name,
        "keeper_registration": "" if keeper is None else keeper.credit_code or "",
        "keeper_registered_until_on": None,
    }


def _tariff(session: Session, lot: lots.Lot) -> dict[str, Any]:
    promised = billing.tariff_of_lot(session, lot)
    if promised is None:
        return {"tariff_version_id": None, "charges_text": ""}
    tariff = billing.get_tariff(session, promised.version_id)
    zh, en = billing.tariff_words(tariff.lines)
    text = f"{zh} / {en}" if len(zh) + len(en) + 3 <= CHARGES_LENGTH else zh  # Chinese is what the law reads
    return {
        "tariff_version_id": promised.version_id if promised.locked else None,
        "charges_text": text[:CHARGES_LENGTH],
    }


def _place(session: Session, site: facility.Site, room_id: UUID | None) -> str:
    if room_id is None:
        return site.name
    room = facility.get_room(session, room_id)
    if room.site_id != site.id:
        raise facility.RoomNotFound
    return f"{site.name} {room.name}"


def _insurance(session: Session, room_id: UUID | None, at: Moment) -> dict[str, Any] | None:
    policy = None if room_id is None else facility.policy_in_force(session, room_id, at.on)
    if policy is None:
        return None
    names = ("id", "insurer", "number", "sum_fen", "from_on", "until_on")
    return {name: plain(getattr(policy, name)) for name in names}


def _market_value(price: Any, grams: int) -> int | None:
    return None if price is None else half_up(value_fen(grams, price))


def _next_number(session: Session, site_id: UUID) -> int:
    """Count up under the row's lock: a rolled back intake leaves no gap."""
    return count_up(session, ReceiptNumber, site_id=site_id, series=SERIES)
