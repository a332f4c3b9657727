"""Changes of parties, people and who works where."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import add_unique
from wms.kernel.ids import derived_id
from wms.parties import queries
from wms.parties.errors import DatesReversed, EmploymentEnded, EmploymentOverlaps, PartyCodeTaken, RowEnded, RowNotFound
from wms.parties.rules import (
    AddPartyRequest,
    AddPersonRequest,
    ChangeJobRequest,
    ChangePartyRequest,
    ChangePersonRequest,
    EmployRequest,
    EndRequest,
    check_party,
    check_phone,
    check_text,
    overlap,
)
from wms.parties.tables import Employment, Party, Person


def add_party(session: Session, request: AddPartyRequest, *, by: Actor, at: Moment) -> Party:
    """Add a party under a code of its own.

    A repeat returns the party. Raises Forbidden, FieldInvalid, PartyCodeTaken, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    check_party(request)
    if not idempotency.claim(session, request.id, "parties.add_party", asdict(request), by=by, at=at):
        return queries.get_party(session, request.id)
    if session.scalar(select(Party.id).where(Party.code == request.code)) is not None:
        raise PartyCodeTaken(party_code=request.code)
    party = Party(**{**asdict(request), "kind": request.kind.value}, added_at=at.at)
    add_unique(session, party, PartyCodeTaken(party_code=party.code))
    audit.record(session, "parties.add_party", ("party", party.id), by=by, at=at, code=party.code, kind=party.kind)
    return party


def change_party(session: Session, request: ChangePartyRequest, *, by: Actor, at: Moment) -> Party:
    """Set a party's name, phone, credit code and segment.

    Locks the party. A repeat returns the party as it is now.
    Raises Forbidden, FieldInvalid, PartyNotFound, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    check_party(request)
    if not idempotency.claim(session, request.id, "parties.change_party", asdict(request), by=by, at=at):
        return queries.get_party(session, request.party_id)
    party = queries.lock_party(session, request.party_id)
    changes = {}
    for name in ("name", "name_en", "credit_code", "phone", "segment"):
        old, new = getattr(party, name), getattr(request, name)
        if old != new:
            changes[name] = [old, new]
            setattr(party, name, new)
    session.flush()
    audit.record(session, "parties.change_party", ("party", party.id), by=by, at=at, changes=changes)
    return party


def add_person(session: Session, request: AddPersonRequest, *, by: Actor, at: Moment) -> Person:
    """Add a person.

    A repeat returns the person. Raises Forbidden, FieldInvalid, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    _check_person(request)
    if not idempotency.claim(session, request.id, "parties.add_person", asdict(request), by=by, at=at):
        return queries.get_person(session, request.id)
    person = Person(**asdict(request), added_at=at.at)
    session.add(person)
    session.flush()
    audit.record(session, "parties.add_person", ("person", person.id), by=by, at=at, name=person.name)
    return person


def change_person(session: Session, request: ChangePersonRequest, *, by: Actor, at: Moment) -> Person:
    """Set a person's name and phone.

    Locks the person. A repeat returns the person as they are now.
    Raises Forbidden, FieldInvalid, PersonNotFound, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    _check_person(request)
    if not idempotency.claim(session, request.id, "parties.change_person", asdict(request), by=by, at=at):
        return queries.get_person(session, request.person_id)
    person = queries.lock_person(session, request.person_id)
    changes = {}
    for name in ("name", "name_en", "phone"):
        old, new = getattr(person, name), getattr(request, name)
        if old != new:
            changes[name] = [old, new]
            setattr(person, name, new)
    session.flush()
    audit.record(session, "parties.change_person", ("person", person.id), by=by, at=at, changes=changes)
    return person


def employ(session: Session, request: EmployRequest, *, by: Actor, at: Moment) -> Employment:
    """Record that a person works for a party from a day on, open-ended.

    Locks the person, whose primary employments may not share a day. A repeat returns the employment.
    Raises Forbidden, FieldInvalid, PersonNotFound, PartyNotFound, EmploymentOverlaps, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    check_text("post", request.post, 60)
    if not idempotency.claim(session, request.id, "parties.employ", asdict(request), by=by, at=at):
        return session.get_one(Employment, request.id)
    queries.lock_person(session, request.person_id)
    queries.get_party(session, request.party_id)
    if request.is_primary:
        _refuse_overlap(session, request.person_id, request.from_on)
    employment = Employment(**asdict(request), until_on=None)
    session.add(employment)
    session.flush()
    audit.record(
        session,
        "parties.employ",
        ("employment", employment.id),
        by=by,
        at=at,
        person=employment.person_id,
        party=employment.party_id,
        from_on=employment.from_on,
    )
    return employment


def end_employment(session: Session, request: EndRequest, *, by: Actor, at: Moment) -> Employment:
    """End an employment; `until_on` today takes away at once what it allowed.

    The end may be set once, or moved earlier while it lies ahead. Locks the person. A repeat returns the employment.
    Raises Forbidden, RowNotFound, RowEnded, DatesReversed, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    if not idempotency.claim(session, request.id, "parties.end_employment", asdict(request), by=by, at=at):
        return session.get_one(Employment, request.row_id)
    employment = session.get(Employment, request.row_id)
    if employment is None:
        raise RowNotFound(kind="employment")
    queries.lock_person(session, employment.person_id)
    session.refresh(employment)
    _end(employment, request.until_on, at)
    session.flush()
    audit.record(
        session,
        "parties.end_employment",
        ("employment", employment.id),
        by=by,
        at=at,
        person=employment.person_id,
        party=employment.party_id,
        until_on=request.until_on,
    )
    return employment


def change_job(session: Session, request: ChangeJobRequest, *, by: Actor, at: Moment) -> Employment:
    """End a person's current primary employment and start another on the same day, in one step.

    Locks the person. A repeat returns the new employment.
    Raises Forbidden, FieldInvalid, PersonNotFound, PartyNotFound, EmploymentEnded, RowEnded, DatesReversed,
    EmploymentOverlaps, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    if not idempotency.claim(session, request.id, "parties.change_job", asdict(request), by=by, at=at):
        return session.get_one(Employment, derived_id(request.id, "employment"))
    queries.lock_person(session, request.person_id)
    query = select(Employment).where(
        Employment.person_id == request.person_id, Employment.is_primary, Employment.until_on.is_(None)
    )
    old = session.scalar(query)
    if old is None:
        raise EmploymentEnded
    leaving = EndRequest(id=derived_id(request.id, "leave"), row_id=old.id, until_on=request.on)
    end_employment(session, leaving, by=by, at=at)
    joining = EmployRequest(
        id=derived_id(request.id, "employment"),
        person_id=request.person_id,
        party_id=request.party_id,
        post=request.post,
        from_on=request.on,
    )
    return employ(session, joining, by=by, at=at)


def _check_person(request: AddPersonRequest | ChangePersonRequest) -> None:
    check_text("name", request.name, 60)
    check_text("name_en", request.name_en, 60)
    check_phone(request.phone)


def _refuse_overlap(session: Session, person_id: UUID, from_on: date) -> None:
    for other in queries.employments_of(session, person_id):
        if other.is_primary and overlap((from_on, None), (other.from_on, other.until_on)):
            raise EmploymentOverlaps(from_on=other.from_on)


def _end(employment: Employment, until_on: date, at: Moment) -> None:
    if employment.until_on is not None and (employment.until_on <= at.on or until_on >= employment.until_on):
        raise RowEnded(until_on=employment.until_on)
    if until_on < employment.from_on:
        raise DatesReversed(from_on=employment.from_on, until_on=until_on)
    employment.until_on = until_on
