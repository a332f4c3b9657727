"""Changes of contracts, mandates and relations."""

from dataclasses import asdict
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.parties import queries
from wms.parties.errors import ContractOverlaps, DatesReversed, RelationToItself, RowEnded, RowNotFound
from wms.parties.rules import (
    EndRequest,
    GrantMandateRequest,
    RelateRequest,
    SignContractRequest,
    check_dates,
    check_terms,
    check_text,
    overlap,
)
from wms.parties.tables import Contract, Mandate, PartyRelation

Dated = TypeVar("Dated", Contract, Mandate, PartyRelation)


def sign_contract(session: Session, request: SignContractRequest, *, by: Actor, at: Moment) -> Contract:
    """Record a contract with a party; its terms hold from `from_on` and never change.

    Locks the party, which has one contract on a day. A repeat returns the contract.
    Raises Forbidden, FieldInvalid, DatesReversed, ContractTermsInvalid, PartyNotFound, ContractOverlaps,
    RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    check_text("number", request.number, 60)
    check_dates(request.from_on, request.until_on)
    check_terms(request.terms)
    if not idempotency.claim(session, request.id, "parties.sign_contract", asdict(request), by=by, at=at):
        return session.get_one(Contract, request.id)
    queries.lock_party(session, request.party_id)
    for other in session.scalars(select(Contract).where(Contract.party_id == request.party_id)):
        if overlap((request.from_on, request.until_on), (other.from_on, other.until_on)):
            raise ContractOverlaps(number=other.number)
    contract = Contract(
        id=request.id,
        party_id=request.party_id,
        number=request.number,
        from_on=request.from_on,
        until_on=request.until_on,
        **{**asdict(request.terms), "waterfall": list(request.terms.waterfall)},
    )
    session.add(contract)
    session.flush()
    audit.record(
        session,
        "parties.sign_contract",
        ("contract", contract.id),
        by=by,
        at=at,
        party=contract.party_id,
        number=contract.number,
        terms=asdict(request.terms),
    )
    return contract


def end_contract(session: Session, request: EndRequest, *, by: Actor, at: Moment) -> Contract:
    """End a contract, from today at the earliest; days gone keep the terms they had.

    Locks the contract. A repeat returns it. Raises Forbidden, RowNotFound, RowEnded, DatesReversed, RequestIdReused.
    """
    return _end(session, Contract, request, by=by, at=at)


def grant_mandate(session: Session, request: GrantMandateRequest, *, by: Actor, at: Moment) -> Mandate:
    """Record that a person may act or collect for a party they do not work for.

    A repeat returns the mandate. Raises Forbidden, DatesReversed, PartyNotFound, PersonNotFound, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    check_dates(request.from_on, request.until_on)
    if not idempotency.claim(session, request.id, "parties.grant_mandate", asdict(request), by=by, at=at):
        return session.get_one(Mandate, request.id)
    queries.get_party(session, request.party_id)
    queries.get_person(session, request.person_id)
    mandate = Mandate(**{**asdict(request), "scope": request.scope.value, "document": request.document[:200]})
    session.add(mandate)
    session.flush()
    audit.record(
        session,
        "parties.grant_mandate",
        ("mandate", mandate.id),
        by=by,
        at=at,
        party=mandate.party_id,
        person=mandate.person_id,
        scope=mandate.scope,
    )
    return mandate


def end_mandate(session: Session, request: EndRequest, *, by: Actor, at: Moment) -> Mandate:
    """End a mandate, from today at the earliest.

    Locks the mandate. A repeat returns it. Raises Forbidden, RowNotFound, RowEnded, DatesReversed, RequestIdReused.
    """
    return _end(session, Mandate, request, by=by, at=at)


def relate(session: Session, request: RelateRequest, *, by: Actor, at: Moment) -> PartyRelation:
    """Record that two parties are related, so that their trades make no price.

    A repeat returns the relation.
    Raises Forbidden, FieldInvalid, DatesReversed, RelationToItself, PartyNotFound, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    check_text("reason", request.reason, 200)
    check_dates(request.from_on, request.until_on)
    if request.party_id == request.other_id:
        raise RelationToItself
    if not idempotency.claim(session, request.id, "parties.relate", asdict(request), by=by, at=at):
        return session.get_one(PartyRelation, request.id)
    lower, higher = sorted((request.party_id, request.other_id))
    queries.get_party(session, lower)
    queries.get_party(session, higher)
    relation = PartyRelation(**{**asdict(request), "party_id": lower, "other_id": higher})
    session.add(relation)
    session.flush()
    audit.record(
        session,
        "parties.relate",
        ("relation", relation.id),
        by=by,
        at=at,
        parties=[lower, higher],
        reason=request.reason,
    )
    return relation


def end_relation(session: Session, request: EndRequest, *, by: Actor, at: Moment) -> PartyRelation:
    """End a relation, from today at the earliest; trades of its days still make no price.

    Locks the relation. A repeat returns it. Raises Forbidden, RowNotFound, RowEnded, DatesReversed, RequestIdReused.
    """
    return _end(session, PartyRelation, request, by=by, at=at)


def _end(session: Session, table: type[Dated], request: EndRequest, *, by: Actor, at: Moment) -> Dated:
    by.must(Permission.MANAGE_PARTIES)
    kind = table.__name__.lower()
    action = f"parties.end_{kind}"
    if not idempotency.claim(session, request.id, action, asdict(request), by=by, at=at):
        return session.get_one(table, request.row_id)
    row = session.get(table, request.row_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise RowNotFound(kind=kind)
    if row.until_on is not None and (row.until_on <= at.on or request.until_on >= row.until_on):
        raise RowEnded(until_on=row.until_on)
    earliest = max(row.from_on, at.on)  # days gone keep what held on them
    if request.until_on < earliest:
        raise DatesReversed(from_on=earliest, until_on=request.until_on)
    row.until_on = request.until_on
    session.flush()
    audit.record(session, action, (kind, row.id), by=by, at=at, until_on=request.until_on)
    return row
