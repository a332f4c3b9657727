"""The pickup room: who may fetch goods, and when.

Owns the tables `collector_authorities`, `authority_revocations`, `authority_uses`, `dock_hours`, `pickup_windows`,
`pickup_appointments` and `pickup_events`. Invariants: nobody drives out with goods who is not their receiver, one of
its people, named by it, or authorised for that truck on that day and within that number of units; a window takes no
truck more than its dock; an exit has one appointment at a time. It knows exits and deals, and deliberately nothing of
charges or weights: the gate asks billing for those.
"""

from wms.pickup.actions.authorities import authorise_collector, revoke_authority
from wms.pickup.actions.gate import pass_gate
from wms.pickup.actions.windows import (
    book_pickup,
    cancel_pickup,
    close_windows,
    move_pickup,
    note_arrival,
    note_no_show,
    set_dock_hours,
)
from wms.pickup.errors import (
    AppointmentNotFound,
    AppointmentOver,
    AppointmentStands,
    AuthorityInvalid,
    AuthorityNeedsPaper,
    AuthorityNotFound,
    AuthorityRevoked,
    AuthorityUsedUp,
    CollectorIdDiffers,
    CollectorNotAuthorised,
    DockHoursInvalid,
    NothingToCollect,
    WindowFull,
    WindowUnknown,
)
from wms.pickup.queries import (
    Standing,
    appointment_of,
    appointments_on,
    authorities_of,
    check,
    docks,
    events_of,
    get_appointment,
    get_authority,
    may_fetch,
    receiver_of,
    standing_of,
    windows,
)
from wms.pickup.rules import (
    AppointmentState,
    AppointmentStep,
    AuthoriseCollector,
    BookPickup,
    EndPickup,
    MovePickup,
    PassGate,
    RevokeAuthority,
    SetDockHours,
    Window,
    clock_text,
)
from wms.pickup.tables import (
    AuthorityRevocation,
    AuthorityUse,
    CollectorAuthority,
    DockHours,
    PickupAppointment,
    PickupEvent,
    PickupWindow,
)

__all__ = [
    "AppointmentNotFound", "AppointmentOver", "AppointmentStands", "AppointmentState", "AppointmentStep",
    "AuthoriseCollector", "AuthorityInvalid", "AuthorityNeedsPaper", "AuthorityNotFound", "AuthorityRevocation",
    "AuthorityRevoked", "AuthorityUse", "AuthorityUsedUp", "BookPickup", "CollectorAuthority", "CollectorIdDiffers",
    "CollectorNotAuthorised", "DockHours", "DockHoursInvalid", "EndPickup", "MovePickup", "NothingToCollect",
    "PassGate", "PickupAppointment", "PickupEvent", "PickupWindow", "RevokeAuthority", "SetDockHours", "Standing",
    "Window", "WindowFull", "WindowUnknown", "appointment_of", "appointments_on", "authorise_collector",
    "authorities_of", "book_pickup", "cancel_pickup", "check", "clock_text", "close_windows", "docks", "events_of",
    "get_appointment", "get_authority", "may_fetch", "move_pickup", "note_arrival", "note_no_show", "pass_gate",
    "receiver_of", "revoke_authority", "set_dock_hours", "standing_of", "windows",
]  # fmt: skip
