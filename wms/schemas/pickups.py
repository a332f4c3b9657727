"""Authorities to collect, docks and appointments on paper."""

from marshmallow import fields

from wms import pickup
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import Day
from wms.schemas.views import shape, view

AUTHORITY = view(
    "CollectorAuthority",
    pickup.CollectorAuthority,
    "id party_id collector_name id_tail plate units_most from_on until_on document granted_by_party granted_at",
)
STANDING = shape(
    "AuthorityStanding", authority=fields.Nested(AUTHORITY), units_used=fields.Integer(),
    units_left=fields.Integer(allow_none=True), holds=fields.Boolean(metadata={"description": "in force today"}),
)  # fmt: skip
REVOCATION = view("AuthorityRevocation", pickup.AuthorityRevocation, "authority_id reason revoked_at")
HOURS = view(
    "DockHours",
    pickup.DockHours,
    "id dock effective_from opens_minute closes_minute window_minutes capacity weekdays set_at",
)
WINDOW = view("PickupWindow", pickup.Window, free=fields.Integer())
APPOINTMENT = view(
    "PickupAppointment", pickup.PickupAppointment, "id exit_id party_id dock held_on start_minute state booked_at"
)
AUTHORISE = body(pickup.AuthoriseCollector, path=("party_id",), like=pickup.CollectorAuthority)
REVOKE = body(pickup.RevokeAuthority, path=("authority_id",), like=pickup.AuthorityRevocation)
SET_HOURS = body(pickup.SetDockHours, like=pickup.DockHours)
BOOK = body(pickup.BookPickup, path=("exit_id",), like=pickup.PickupAppointment)
MOVE = body(pickup.MovePickup, path=("appointment_id",), like=pickup.PickupAppointment)
END = body(pickup.EndPickup, path=("appointment_id",))


class DayQuery(Strict):
    """Of which day; today if none is named."""

    on = Day()
