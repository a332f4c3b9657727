"""Photos on pages: shown to those who may see them, and taken from forms."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session

from wms import dock, trading
from wms.delivery.house import house
from wms.delivery.identity import actor, caller, now
from wms.delivery.work import read, write
from wms.kernel.ids import derived_id

KEPT = "private, max-age=600"  # terminals are shared: who may see it is asked anew
MOST_AT_ONCE = 12

blueprint = Blueprint("photos", __name__)


@blueprint.get("/photos/<uuid:photo_id>")
def photo(photo_id: UUID) -> Any:
    """Answer a photo's bytes; nothing on it is ever run, whatever it holds."""
    if caller() is None:
        return redirect("/sign-in")
    found, body = read(lambda session: _seen(session, photo_id))
    answer = Response(body, mimetype=found.media_type)
    answer.headers["Cache-Control"] = KEPT
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Content-Disposition"] = "inline"
    return answer


def take(kind: dock.PhotoOf, subject_id: UUID, request_id: UUID) -> int:
    """Keep the photos a form sends and return how many; each in a transaction of its own with an id of the form's.

    Raises what dock.attach_photo raises.
    """
    sent = [file for file in request.files.getlist("photos") if file.filename][:MOST_AT_ONCE]
    for index, file in enumerate(sent):
        wanted = dock.AttachPhoto(derived_id(request_id, "photo", index), kind, subject_id, file.read())
        write(lambda session, wanted=wanted: attach(session, wanted))  # type: ignore[misc]  # mypy: defaults of lambdas
    return len(sent)


def attach(session: Session, wanted: dock.AttachPhoto) -> dock.Photo:
    """Keep one photo where the settings say."""
    return dock.attach_photo(session, wanted, folder=house().config.photos.path, by=actor(), at=now())


def _seen(session: Session, photo_id: UUID) -> tuple[dock.Photo, bytes]:
    found = dock.get_photo(session, photo_id, actor(), on_board=_on_board(session, photo_id))
    return found, dock.photo_body(session, found, house().config.photos.path)


def _on_board(session: Session, photo_id: UUID) -> bool:
    found = dock.find_photo(session, photo_id)
    if found is None or found.kind != dock.PhotoOf.LOT:
        return False
    listing = trading.listing_of_lot(session, found.subject_id)
    return listing is not None and listing.state == "open"
