"""Crates on pages: what moves are called, and the fields of a change of hands."""

from uuid import UUID

from wms import dock
from wms.web.i18n import note
from wms.web.pages import text_of, uuid_of, whole_of

MOVE = {
    "brought": note("New"),
    "issued": note("Given out"),
    "returned": note("Came back"),
    "passed": note("Passed on"),
    "lost": note("Lost"),
}


def change(party_id: UUID, owner_id: UUID, *, issued: bool, **papers: UUID | None) -> dock.MoveCrates:
    """Return the change of hands a form asks for between a party and the crates' owner. Raises FieldWrong."""
    giver, taker = (owner_id, party_id) if issued else (party_id, owner_id)
    return dock.MoveCrates(
        uuid_of("id"), uuid_of("type"), whole_of("units"), giver, taker, note=text_of("note", needed=False), **papers
    )
