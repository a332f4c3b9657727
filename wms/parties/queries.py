"""Reads of parties and people, and what holds between them on a day."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from wms.kernel.actor import Actor
from wms.kernel.asking import Question, ask
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.paging import Page, page
from wms.kernel.writing import lock
from wms.parties.errors import PartyNotFound, PersonNotFound
from wms.parties.rules import BankPayee, ContractTerms, MandateScope, PartyKind, overlap
from wms.parties.tables import Contract, Employment, Mandate, Party, PartyRelation, PayeeChange, PayeeDecision, Person


def on_day(
    from_on: InstrumentedAttribute[date], until_on: InstrumentedAttribute[date | None], on: date | BindParameter[Any]
) -> ColumnElement[bool]:
    """Return the condition that a half-open period holds on a day."""
    return and_(from_on <= on, or_(until_on.is_(None), until_on > on))


def get_party(session: Session, party_id: UUID) -> Party:
    """Return a party. Raises PartyNotFound."""
    found = session.get(Party, party_id)
    if found is None:
        raise PartyNotFound
    return found


def get_visible_party(session: Session, party_id: UUID, by: Actor) -> Party:
    """Return a party the actor belongs to or may see. Raises PartyNotFound, also for somebody else's."""
    if not by.sees(party_id):
        raise PartyNotFound
    return get_party(session, party_id)


def lock_party(session: Session, party_id: UUID) -> Party:
    """Return a party, locked until the transaction ends and read afresh. Raises PartyNotFound."""
    found = lock(session, Party, party_id)
    if found is None:
        raise PartyNotFound
    return found


def party_by_code(session: Session, code: str) -> Party:
    """Return the party of a code. Raises PartyNotFound."""
    found = session.scalar(select(Party).where(Party.code == code))
    if found is None:
        raise PartyNotFound
    return found


def list_parties(
    session: Session, kind: PartyKind | None = None, *, cursor: str | None = None, limit: int = 50
) -> Page[Party]:
    """Return a page of the parties of a kind, or of all, by code."""
    query = select(Party)
    if kind is not None:
        query = query.where(Party.kind == kind.value)
    return page(session, query, [Party.code], cursor=cursor, limit=limit)


def get_person(session: Session, person_id: UUID) -> Person:
    """Return a person. Raises PersonNotFound."""
    found = session.get(Person, person_id)
    if found is None:
        raise PersonNotFound
    return found


def lock_person(session: Session, person_id: UUID) -> Person:
    """Return a person, locked until the transaction ends. Raises PersonNotFound."""
    query = select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise PersonNotFound
    return found


def list_persons(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[Person]:
    """Return a page of people, the oldest record first."""
    return page(session, select(Person), [Person.id], cursor=cursor, limit=limit)


def employment_on(session: Session, employment_id: UUID, on: date) -> Employment | None:
    """Return an employment if it holds on a day, else None."""
    found = session.scalar(select(Employment).where(Employment.id == employment_id))
    holds = found is not None and found.from_on <= on and (found.until_on is None or on < found.until_on)
    return found if holds else None


def employments_of(session: Session, person_id: UUID, on: date | None = None) -> list[Employment]:
    """Return a person's employments, of a day or all, the primary and newest first."""
    query = select(Employment).where(Employment.person_id == person_id)
    if on is not None:
        query = query.where(on_day(Employment.from_on, Employment.until_on, on))
    order = (Employment.is_primary.desc(), Employment.from_on.desc(), Employment.id)
    return list(session.scalars(query.order_by(*order)))


def people_of(session: Session, party_id: UUID, on: date) -> list[tuple[Person, Employment]]:
    """Return who works for a party on a day, by name."""
    query = (
        select(Person, Employment)
        .join(Employment, Employment.person_id == Person.id)
        .where(Employment.party_id == party_id, on_day(Employment.from_on, Employment.until_on, on))
        .order_by(Person.name, Employment.id)
    )
    return [(person, employment) for person, employment in session.execute(query)]


def may_act_for(session: Session, person_id: UUID, party_id: UUID, scope: MandateScope, on: date) -> bool:
    """Tell whether a person works for a party on a day or holds its mandate; who may act may also collect."""
    working = select(Employment.id).where(
        Employment.person_id == person_id,
        Employment.party_id == party_id,
        on_day(Employment.from_on, Employment.until_on, on),
    )
    if session.scalar(working.limit(1)) is not None:
        return True
    mandated = select(Mandate.id).where(
        Mandate.person_id == person_id,
        Mandate.party_id == party_id,
        Mandate.scope.in_({scope.value, MandateScope.ACT.value}),
        on_day(Mandate.from_on, Mandate.until_on, on),
    )
    return session.scalar(mandated.limit(1)) is not None


def find_contract(session: Session, party_id: UUID, on: date) -> Contract | None:
    """Return the contract with a party that holds on a day, or None."""
    signed = ask(session, contracts_asked(party_id))
    holds = (row for (row,) in signed if row.from_on <= on and (row.until_on is None or row.until_on > on))
    return next(holds, None)


def contracts_asked(party_id: UUID) -> Question:
    """Return the question which contracts there are with a party, the latest first: one a year, mostly."""
    return Question(("contracts", party_id), None, (Contract,), _signed(), {"party": party_id})


@cache
def _signed() -> Select[Contract]:
    return select(Contract).where(Contract.party_id == bindparam("party")).order_by(Contract.from_on.desc())


def contract_on(session: Session, party_id: UUID, on: date) -> ContractTerms:
    """Return the terms that hold with a party on a day: its contract's, else the defaults."""
    found = find_contract(session, party_id, on)
    if found is None:
        return ContractTerms()
    return ContractTerms(
        lists_itself=found.lists_itself,
        differential=found.differential,
        tariff_locked=found.tariff_locked,
        tax_permille=found.tax_permille,
        commission_bp=found.commission_bp,
        loss_standard_permille=found.loss_standard_permille,
        waterfall=tuple(found.waterfall),
        partial_sale=found.partial_sale,
        earnest_bp=found.earnest_bp,
        prepay_bp=found.prepay_bp,
        forfeit_seller_bp=found.forfeit_seller_bp,
        silence_h=found.silence_h,
    )


def related_to(session: Session, party_id: UUID, on: date) -> frozenset[UUID]:
    """Return a party and everybody tied to it by recorded relations on a day, over any number of steps."""
    group = {party_id}
    edge = {party_id}
    while edge:
        found = session.execute(_relations(), {"edge": sorted(edge), "on": on})
        edge = {end for pair in found for end in pair} - group
        group |= edge
    return frozenset(group)


@cache
def _relations() -> Select[UUID, UUID]:
    edge: BindParameter[Any] = bindparam("edge", expanding=True)
    return select(PartyRelation.party_id, PartyRelation.other_id).where(
        on_day(PartyRelation.from_on, PartyRelation.until_on, bindparam("on")),
        or_(PartyRelation.party_id.in_(edge), PartyRelation.other_id.in_(edge)),
    )


def are_related(session: Session, party_id: UUID, other_id: UUID, on: date) -> bool:
    """Tell whether trades between two parties on a day make no price.

    They are one party, tied by recorded relations over any number of steps, or share somebody who works for both.
    """
    if party_id == other_id:
        return True
    ((share, party_tied, other_tied),) = ask(session, ties_asked(party_id, other_id, on))
    return share or (party_tied and other_tied and other_id in related_to(session, party_id, on))


def ties_asked(party_id: UUID, other_id: UUID, on: date) -> Question:
    """Return the question whether two parties share somebody on a day, and whether each has any relation at all."""
    given = {"party": party_id, "other": other_id, "on": on}
    return Question(("ties", *given.values()), None, (Employment, PartyRelation), _ties(), given, told=True)


@cache
def _ties() -> Select[*tuple[Any, ...]]:
    """Return the query whether two parties share somebody on a day, and whether each has any relation at all."""
    tied = []
    for name in ("party", "other"):
        ends = or_(PartyRelation.party_id == bindparam(name), PartyRelation.other_id == bindparam(name))
        tied.append(
            select(PartyRelation.party_id)
            .where(on_day(PartyRelation.from_on, PartyRelation.until_on, bindparam("on")), ends)
            .exists()
        )
    return select(_shared().exists(), *tied)


def _shared() -> Select[UUID]:
    """Return the query for somebody who works for two parties on a day."""
    here, there = aliased(Employment), aliased(Employment)
    on: BindParameter[Any] = bindparam("on")
    both = select(here.id).join(there, there.person_id == here.person_id)
    both = both.where(here.party_id == bindparam("party"), there.party_id == bindparam("other"))
    return both.where(on_day(here.from_on, here.until_on, on), on_day(there.from_on, there.until_on, on)).limit(1)


def payee_of(session: Session, party_id: UUID, at: datetime) -> BankPayee | None:
    """Return where money to a party goes at an instant: the newest change approved, not stopped, and in effect."""
    stop = aliased(PayeeDecision)
    query = (
        select(PayeeChange)
        .join(PayeeDecision, PayeeDecision.change_id == PayeeChange.id)
        .outerjoin(stop, and_(stop.change_id == PayeeChange.id, stop.decision == "stopped"))
        .where(PayeeChange.party_id == party_id, PayeeDecision.decision == "approved", stop.id.is_(None))
        .where(PayeeDecision.effective_at <= at)
        .order_by(PayeeDecision.effective_at.desc(), PayeeChange.id.desc())
        .limit(1)
    )
    found = session.scalar(query)
    return None if found is None else BankPayee(found.account_name, found.bank, found.account_number)


def decisions_of(session: Session, change_id: UUID) -> dict[str, PayeeDecision]:
    """Return what was decided about a change of payee, by decision."""
    query = select(PayeeDecision).where(PayeeDecision.change_id == change_id)
    return {row.decision: row for row in session.scalars(query)}


def pending_payees(session: Session) -> list[PayeeChange]:
    """Return changes of payee nobody has decided, the oldest first."""
    query = (
        select(PayeeChange)
        .outerjoin(PayeeDecision, PayeeDecision.change_id == PayeeChange.id)
        .where(PayeeDecision.id.is_(None))
        .order_by(PayeeChange.proposed_at, PayeeChange.id)
    )
    return list(session.scalars(query))


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong here: changed evidence, contracts of one party or primary jobs of one person at once."""
    for table in (PayeeChange, PayeeDecision):
        yield from check_rows(session, table)
    last: Contract | Employment | None = None
    for contract in session.scalars(select(Contract).order_by(Contract.party_id, Contract.from_on, Contract.id)):
        if isinstance(last, Contract) and last.party_id == contract.party_id and _overlap(last, contract):
            yield Finding("contracts", str(contract.id), f"overlaps {last.id}")
        last = contract
    primary = select(Employment).where(Employment.is_primary)
    for job in session.scalars(primary.order_by(Employment.person_id, Employment.from_on, Employment.id)):
        if isinstance(last, Employment) and last.person_id == job.person_id and _overlap(last, job):
            yield Finding("employments", str(job.id), f"overlaps {last.id}")
        last = job


def _overlap(one: Contract | Employment, other: Contract | Employment) -> bool:
    return overlap((one.from_on, one.until_on), (other.from_on, other.until_on))
