"""A store to test with. Every default is legal: a test says only what matters."""

from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.parties.make import ESHA, NOBODY, NOW, TODAY, actor, do, findings, moment, party, refused
from wms import facility
from wms.kernel.actor import SYSTEM

_number = count(1)


def site(session: Session, code: str | None = None) -> facility.Site:
    request = facility.AddSiteRequest(uuid4(), code or f"site{next(_number)}", "烟台库区", "Asia/Shanghai")
    return facility.add_site(session, request, by=SYSTEM, at=NOW)


def room(
    session: Session, storage_type: facility.StorageType = facility.StorageType.CA, **values: Any
) -> facility.Room:
    site_id = values.pop("site_id", None) or site(session).id
    wanted = {"code": f"A{next(_number)}", "name": "一号库", **values}
    request = facility.AddRoomRequest(id=uuid4(), site_id=site_id, storage_type=storage_type, **wanted)
    return facility.add_room(session, request, by=SYSTEM, at=NOW)


def slots(session: Session, room_id: UUID, rows: int = 2, bays: int = 2, levels: int = 2) -> list[UUID]:
    request = facility.AddSlotsRequest(
        uuid4(), room_id, (1, rows), (1, bays), (1, levels), capacity_grams=1_000_000, capacity_units=4
    )
    return facility.add_slots(session, request, by=SYSTEM, at=NOW)


def advance(session: Session, room_id: UUID, *events: str) -> facility.Room:
    for event in events:
        request = facility.AdvanceRoomRequest(uuid4(), room_id, facility.RoomEventKind(event))
        moved = facility.advance_room(session, request, by=SYSTEM, at=NOW)
    return moved


def scale(session: Session, **values: Any) -> facility.Instrument:
    site_id = values.pop("site_id", None) or site(session).id
    wanted: dict[str, Any] = {
        "gateway": "gw-a1",
        "name": f"scale{next(_number)}",
        "kind": facility.InstrumentKind.SCALE,
        "place": "dock 1",
        "protocol": "xk3190",
        "e_grams": 20_000,
        "capacity_grams": 80_000_000,
    }
    request = facility.AddInstrumentRequest(id=uuid4(), site_id=site_id, **{**wanted, **values})
    return facility.add_instrument(session, request, by=SYSTEM, at=NOW)


__all__ = [
    "ESHA", "NOBODY", "NOW", "TODAY", "actor", "advance", "do", "findings", "moment", "party", "refused", "room",
    "scale", "site", "slots",
]  # fmt: skip
