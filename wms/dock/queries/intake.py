"""Refusals, sprays, results and photos, and who may see them."""

import hashlib
from pathlib import Path
from uuid import UUID

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from wms import lots
from wms.dock.errors import PhotoNotFound
from wms.dock.rules.photos import PhotoOf
from wms.dock.rules.residues import Finding, Spray, Verdict, judged
from wms.dock.tables import Photo, PhotoBody, Refusal, ResidueResult, Treatment
from wms.kernel.actor import Actor, Permission
from wms.kernel.paging import Page, page


def refusals_of(session: Session, delivery_id: UUID) -> list[Refusal]:
    """Return what was refused of a delivery, in order."""
    query = select(Refusal).where(Refusal.delivery_id == delivery_id)
    return list(session.scalars(query.order_by(Refusal.refused_at, Refusal.id)))


def list_refusals(session: Session, by: Actor, *, cursor: str | None = None, limit: int = 50) -> Page[Refusal]:
    """Return a page of the refusals `by` may see, newest first."""
    query: Select[Refusal] = select(Refusal)
    if not by.may(Permission.SEE_ALL):
        query = query.where(Refusal.owner_id == by.party_id if by.party_id is not None else false())
    return page(session, query, [Refusal.refused_on, Refusal.id], cursor=cursor, limit=limit, descending=True)


def treatments_of(session: Session, lot: lots.Lot) -> list[Treatment]:
    """Return the sprays of a lot and of those it was split from, by day."""
    query = select(Treatment).where(Treatment.lot_id.in_(_line_of(session, lot)))
    return list(session.scalars(query.order_by(Treatment.sprayed_on, Treatment.id)))


def residues_of(session: Session, lot: lots.Lot) -> list[ResidueResult]:
    """Return the laboratory's results of a lot and of those it was split from, in the order recorded."""
    query = select(ResidueResult).where(ResidueResult.lot_id.in_(_line_of(session, lot)))
    return list(session.scalars(query.order_by(ResidueResult.recorded_at, ResidueResult.id)))


def residue_verdict(session: Session, lot: lots.Lot) -> Verdict:
    """Return whether a lot's sprays and results let it go on."""
    sprays = [Spray(row.sprayed_on, row.interval_days) for row in treatments_of(session, lot)]
    findings = [Finding(row.sampled_on, row.passed) for row in residues_of(session, lot)]
    return judged(sprays, findings, lot.harvest_on)


def photos_of(session: Session, kind: PhotoOf, subject_id: UUID) -> list[Photo]:
    """Return the photos of something, the newest first; the caller has made sure that it may be seen."""
    query = select(Photo).where(Photo.subject_id == subject_id, Photo.kind == kind.value)
    return list(session.scalars(query.order_by(Photo.added_at.desc(), Photo.id.desc())))


def first_photos(session: Session, lot_ids: list[UUID]) -> dict[UUID, UUID]:
    """Return the newest photo of each lot that has one."""
    query = select(Photo.subject_id, Photo.id).where(Photo.kind == PhotoOf.LOT.value, Photo.subject_id.in_(lot_ids))
    return {lot_id: photo_id for lot_id, photo_id in session.execute(query.order_by(Photo.added_at, Photo.id))}


def get_photo(session: Session, photo_id: UUID, by: Actor, *, on_board: bool = False) -> Photo:
    """Return a photo of goods `by` may see; of a lot that stands on the board whoever sees the board may.

    Raises PhotoNotFound.
    """
    found = session.get(Photo, photo_id)
    if found is None:
        raise PhotoNotFound
    public = on_board and found.kind == PhotoOf.LOT and by.may(Permission.SEE_BOARD)
    if not (by.sees(found.owner_id) or public):
        raise PhotoNotFound
    return found


def find_photo(session: Session, photo_id: UUID) -> Photo | None:
    """Return a photo or None, for who asks next whether it may be seen."""
    return session.get(Photo, photo_id)


def photo_body(session: Session, photo: Photo, folder: Path | None) -> bytes:
    """Return the bytes of a photo from the folder, or from the table without one. Raises PhotoNotFound."""
    row = session.get(PhotoBody, photo.digest)
    if row is not None:
        return row.body
    path = None if folder is None else path_of(folder, photo.digest)
    if path is None or not path.exists():
        raise PhotoNotFound
    body = path.read_bytes()
    if hashlib.sha256(body).hexdigest() != photo.digest:
        raise PhotoNotFound
    return body


def path_of(folder: Path, digest: str) -> Path:
    """Return where the bytes of a digest lie in a folder."""
    return folder / digest[:2] / digest


def _line_of(session: Session, lot: lots.Lot) -> list[UUID]:
    """Return a lot and all it came of: what it was split from, and what was sorted into it."""
    line = [lot.id]
    for lot_id in line:
        line += [kin.lot_id for kin in lots.parents_of(session, lot_id) if kin.lot_id not in line]
    return line
