"""Photos are kept, without what the phone wrote into them."""

import hashlib
import os
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots
from wms.dock.errors import PhotoSubjectNotFound, PhotoUnreadable, TooManyPhotos
from wms.dock.queries.intake import path_of, photos_of
from wms.dock.rules.photos import MOST_PHOTOS, AttachPhoto, PhotoOf
from wms.dock.rules.pictures import MOST_BYTES, Picture, clean_picture
from wms.dock.tables import Damage, Photo, PhotoBody, Refusal
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.upsert import insert_new

MEGABYTE = 1_000_000


def attach_photo(session: Session, request: AttachPhoto, *, folder: Path | None = None, by: Actor, at: Moment) -> Photo:
    """Keep a photo under the digest of its cleaned bytes, in a folder or without one in the database.

    The same bytes are kept once. A file is written before the row that names it, so that no row is without its file.
    A repeat returns the first photo. Raises Forbidden, PhotoSubjectNotFound, PhotoUnreadable, TooManyPhotos,
    RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    content = {"kind": request.kind, "subject_id": request.subject_id, "digest": _digest(request.body)}
    if not idempotency.claim(session, request.id, "dock.attach_photo", content, by=by, at=at):
        return session.get_one(Photo, request.id)
    owner_id = _owner_of(session, request.kind, request.subject_id, by)
    if len(photos_of(session, request.kind, request.subject_id)) >= MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS)
    picture = _cleaned(request.body)
    digest = _digest(picture.body)
    if folder is None:
        insert_new(session, PhotoBody, {"digest": digest, "body": picture.body})
    else:
        _write(path_of(folder, digest), picture.body)
    made = Photo(
        id=request.id,
        kind=request.kind.value,
        subject_id=request.subject_id,
        owner_id=owner_id,
        digest=digest,
        media_type=picture.media_type,
        size_bytes=len(picture.body),
        width=picture.width,
        height=picture.height,
        added_at=at.at,
        account_id=by.account_id,
    )
    append(session, made)
    audit.record(session, "dock.attach_photo", (request.kind.value, request.subject_id), by=by, at=at, digest=digest)
    return made


def _owner_of(session: Session, kind: PhotoOf, subject_id: UUID, by: Actor) -> UUID:
    if kind is PhotoOf.LOT:
        return lots.get_visible_lot(session, subject_id, by).owner_id
    found: Refusal | Damage | None
    found = session.get(Refusal, subject_id) if kind is PhotoOf.REFUSAL else session.get(Damage, subject_id)
    if found is None or not by.sees(found.owner_id):
        raise PhotoSubjectNotFound
    return found.owner_id


def _cleaned(body: bytes) -> Picture:
    try:
        return clean_picture(body)
    except ValueError as error:
        raise PhotoUnreadable(most_mb=MOST_BYTES // MEGABYTE, why=str(error)) from error


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _write(path: Path, body: bytes) -> None:
    """Write a file whole or not at all; one that lies there already has the same bytes."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as sink:
        sink.write(body)
        sink.flush()
        os.fsync(sink.fileno())
    part.replace(path)
