"""Tariffs: proposed by one person, approved by another, promised to lots."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots, parties
from wms.billing.errors import (
    PersonUnknown,
    SamePerson,
    TariffBackdated,
    TariffDecided,
    TariffLinesInvalid,
    TariffLocked,
    TariffNotFound,
    TariffRateInvalid,
)
from wms.billing.queries.tariffs import any_approved, approval_of, tariff_on
from wms.billing.rules import tariffs
from wms.billing.rules.requests import ApproveTariff, LockTariff, ProposeTariff
from wms.billing.rules.tariffs import KgDay, Minimum, StorageLine, TariffLine, Works
from wms.billing.tables import LotTariff, TariffApproval, TariffVersion
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append

WORK_WORDS = 40


def propose_tariff(session: Session, request: ProposeTariff, *, by: Actor, at: Moment) -> TariffVersion:
    """Write a tariff version down; it counts once another person approves it. A repeat returns the first row.

    Raises Forbidden, PersonUnknown, TariffLinesInvalid, TariffRateInvalid, RequestIdReused.
    """
    by.must(Permission.PROPOSE_TARIFF)
    content = asdict(request) | {"lines": tariffs.written(request.lines)}
    if not idempotency.claim(session, request.id, "billing.propose_tariff", content, by=by, at=at):
        return session.get_one(TariffVersion, request.id)
    row = TariffVersion(
        id=request.id,
        name=request.name,
        site_id=request.scope.site_id,
        party_id=request.scope.party_id,
        contract_id=request.scope.contract_id,
        variety=request.scope.variety,
        effective_from=request.effective_from,
        ends_on=request.ends_on,
        lines=tariffs.written(_checked(request.lines)),
        proposed_by_account_id=by.account_id,
        proposed_by_person_id=person_of(by),
        proposed_at=at.at,
    )
    append(session, row)
    audit.record(session, "billing.propose_tariff", ("tariff_version", row.id), by=by, at=at, lines=row.lines)
    return row


def approve_tariff(session: Session, request: ApproveTariff, *, by: Actor, at: Moment) -> TariffApproval:
    """Put a proposed version in force from its day on; only another person than its proposer may.

    No day already gone may change its price, so the day lies not before today; only the very first tariff may reach
    back. Locks the version. A repeat returns the first row.
    Raises Forbidden, PersonUnknown, TariffNotFound, SamePerson, TariffDecided, TariffBackdated, RequestIdReused.
    """
    by.must(Permission.APPROVE_TARIFF)
    if not idempotency.claim(session, request.id, "billing.approve_tariff", asdict(request), by=by, at=at):
        return session.get_one(TariffApproval, request.version_id)
    version = session.get(TariffVersion, request.version_id, with_for_update=True)
    if version is None:
        raise TariffNotFound(version_id=request.version_id)
    person_id = person_of(by)
    if person_id == version.proposed_by_person_id:
        raise SamePerson
    if approval_of(session, version.id) is not None:
        raise TariffDecided(version_id=version.id)
    if version.effective_from < at.on and any_approved(session):
        raise TariffBackdated(effective_from=version.effective_from)
    row = TariffApproval(
        version_id=version.id,
        proposed_by_person_id=version.proposed_by_person_id,
        approved_by_account_id=by.account_id,
        approved_by_person_id=person_id,
        approved_at=at.at,
        approved_on=at.on,
    )
    append(session, row)
    audit.record(session, "billing.approve_tariff", ("tariff_version", version.id), by=by, at=at)
    return row


def lock_tariff(session: Session, request: LockTariff, *, by: Actor, at: Moment) -> LotTariff:
    """Write down which tariff a lot came in under; its owner's contract says whether it keeps it for the whole stay.

    A repeat returns the first row.
    Raises Forbidden, LotNotFound, TariffLocked, TariffMissing, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    if not idempotency.claim(session, request.id, "billing.lock_tariff", asdict(request), by=by, at=at):
        return session.get_one(LotTariff, request.lot_id)
    lot = lots.get_lot(session, request.lot_id)
    if session.get(LotTariff, lot.id) is not None:
        raise TariffLocked(lot_id=lot.id)
    first_on = request.charged_from_on or lot.entry_on
    tariff = tariff_on(session, first_on, party_id=lot.owner_id, variety=lot.variety, site_id=lot.site_id)
    row = LotTariff(
        lot_id=lot.id,
        version_id=tariff.version_id,
        locked=parties.contract_on(session, lot.owner_id, first_on).tariff_locked,
        charged_from_on=request.charged_from_on,
        written_at=at.at,
    )
    append(session, row)
    audit.record(
        session, "billing.lock_tariff", ("lot", lot.id), by=by, at=at, version_id=row.version_id, locked=row.locked
    )
    return row


def person_of(by: Actor) -> UUID:
    """Return the human behind an actor. Raises PersonUnknown for a machine."""
    if by.person_id is None:
        raise PersonUnknown
    return by.person_id


def _checked(lines: tuple[TariffLine, ...]) -> tuple[TariffLine, ...]:
    kinds = [line.kind for line in lines]
    if sum(isinstance(line, StorageLine) for line in lines) != 1 or len(set(kinds)) != len(kinds):
        raise TariffLinesInvalid
    for line in lines:
        _require_rates(line)
    return lines


def _require_rates(line: TariffLine) -> None:
    try:
        for value in tariffs.rates_of(line):
            tariffs.rate_micro(value)
    except (ValueError, ArithmeticError) as error:
        raise TariffRateInvalid(line=line.kind) from error
    if isinstance(line, Works) and not _works_fit(line):
        raise TariffRateInvalid(line=line.kind)
    days = [tier.from_day for tier in line.tiers] if isinstance(line, KgDay) else []
    rising = days == sorted(set(days)) and all(day > 1 for day in days)
    whole = not isinstance(line, Minimum) or line.minimum_fen >= 0
    if not rising or not whole or getattr(line, "free_days", 0) < 0:
        raise TariffRateInvalid(line=line.kind)


def _works_fit(line: Works) -> bool:
    """Tell whether every work is named, once."""
    names = [item.work.strip() for item in line.rates]
    return bool(names) and all(0 < len(name) <= WORK_WORDS for name in names) and len(set(names)) == len(names)
