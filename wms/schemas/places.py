"""Sites, rooms, slots, instruments and insurance; sensors, readings and alarms, on paper."""

from marshmallow import fields

from wms import facility, lots, telemetry
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import MOST_64, Day, Instant, Whole
from wms.schemas.views import shape, view

SITE = view("Site", facility.Site, "id code name name_en zone")
ROOM = view("Room", facility.Room, "id site_id code name name_en storage_type registration state state_since_at")
ROOM_ABILITY = view(
    "RoomAbility", facility.RoomAbility,
    "room_id coldest_millidegrees warmest_millidegrees scrubs_ethylene varieties least_firmness_gf_cm2 set_at",
)  # fmt: skip
VARIETY_TRAITS = view(
    "VarietyTraits", lots.VarietyTraits,
    "variety coldest_millidegrees warmest_millidegrees emits_ethylene ethylene_sensitive set_at",
)  # fmt: skip
SET_ROOM_ABILITY = body(facility.SetRoomAbility, path=("room_id",))
SET_VARIETY_TRAITS = body(lots.SetVarietyTraits, like=lots.VarietyTraits)
ROOM_EVENT = view(
    "RoomEvent", facility.RoomEvent, "id room_id step event from_state to_state happened_at happened_on note"
)
ROOM_ENTRY = view("RoomEntry", facility.RoomEntry, "id room_id purpose people entered_at until_at moves_allowed note")
ENTRY_END = view("RoomEntryEnd", facility.RoomEntryEnd, "id entry_id ended_at")
SLOT = view("Slot", facility.Slot, "id room_id row_no bay_no level_no code capacity_grams capacity_units in_use")
SLOT_IDS = shape("SlotIds", slot_ids=fields.List(fields.UUID()))
INSTRUMENT = view(
    "Instrument", facility.Instrument,
    "id site_id room_id place gateway name kind protocol e_grams capacity_grams serial_number retired_at",
)  # fmt: skip
CALIBRATION = view(
    "Calibration", facility.Calibration,
    "id instrument_id certificate body calibrated_on due_on passed recorded_at",
)  # fmt: skip
POLICY = view(
    "InsurancePolicy", facility.InsurancePolicy,
    "id room_id site_id insurer number sum_fen from_on until_on loss_payee_id",
)  # fmt: skip
SENSOR = view(
    "Sensor", telemetry.Sensor, "id gateway name kind room_id place adopted_at last_at last_value last_quality"
)
READING = view("Reading", telemetry.Reading, "at value quality epoch sequence")
BUCKET = view("Bucket", telemetry.Bucket)
ALARM = view(
    "Alarm", telemetry.Alarm,
    "id room_id kind severity state began_at active_at ended_at extreme acknowledged_at acknowledged_by note",
)  # fmt: skip
LIMITS = view("AlarmLimits", telemetry.AlarmLimits, "id room_id kind low high deadband delay_s severity set_at")
DEAD_LETTER = view(
    "DeadLetter", telemetry.DeadLetter,
    "id topic reason code details received_at last_at times gateway epoch sequence replayed_at closed_at note",
)  # fmt: skip
CLOSE_LETTER = body(telemetry.CloseDeadLetter, path=("letter_id",), like=telemetry.DeadLetter)
WATERMARK = view("Watermark", telemetry.Watermark, "gateway epoch upto")
GATEWAY_STATE = view("GatewayState", telemetry.Gateway, "name online state meta heard_at")
VERDICT = view(
    "QuarantineVerdict", telemetry.QuarantineVerdict, "id gateway name reason verdict readings note judged_at"
)
ACCEPT = body(telemetry.AcceptReadings, like=telemetry.QuarantineVerdict)
DISMISS = body(telemetry.DismissReadings, like=telemetry.QuarantineVerdict)
COUNTER = view(
    "DeviceCounter",
    telemetry.DeviceCounter,
    "source device number heard_at missed gaps anew gap_after gap_before gap_at",
)
INBOX = view("Inbox", telemetry.Inbox, "name filters since_at beat_at crossings")
WAITING = shape(
    "WaitingSensor", gateway=fields.String(), name=fields.String(), reason=fields.String(), readings=fields.Integer(),
    last_at=Instant(),
)  # fmt: skip

ADD_SITE = body(facility.AddSiteRequest, like=facility.Site)
ADD_ROOM = body(facility.AddRoomRequest, like=facility.Room)
ADVANCE_ROOM = body(facility.AdvanceRoomRequest, path=("room_id",), like=facility.RoomEvent)
LOG_ENTRY = body(facility.LogRoomEntryRequest, path=("room_id",), like=facility.RoomEntry)
END_ENTRY = body(facility.EndRoomEntryRequest, path=("entry_id",))
ADD_SLOTS = body(facility.AddSlotsRequest, path=("room_id",))
IMPORT_SLOTS = body(facility.ImportSlots, path=("site_id",))
CHECK_SLOTS = body(facility.ImportSlots, path=("site_id",), named="FacilityCheckSlotsBody")
SLOT_CHANGES = view("SlotChanges", facility.SlotChanges)
SET_SLOT = body(facility.SetSlotRequest, path=("slot_id",))
ADD_INSTRUMENT = body(facility.AddInstrumentRequest, like=facility.Instrument)
RETIRE = body(facility.RetireInstrumentRequest, path=("instrument_id",))
CALIBRATE = body(facility.RecordCalibrationRequest, path=("instrument_id",), like=facility.Calibration)
SITE_COST = view("SiteCost", facility.SiteCost, "id site_id kind per cost_micro effective_from ends_on source set_at")
SET_SITE_COST = body(
    facility.SetSiteCostRequest, path=("site_id",), like=facility.SiteCost,
    cost_micro=Whole(most=MOST_64, required=True),
)  # fmt: skip
ADD_POLICY = body(facility.AddPolicyRequest, like=facility.InsurancePolicy)
CANCEL_POLICY = body(facility.CancelPolicyRequest, path=("policy_id",))
ADOPT = body(telemetry.AdoptSensor, like=telemetry.Sensor)
ACKNOWLEDGE = body(telemetry.AcknowledgeAlarm, path=("alarm_id",), like=telemetry.Alarm)
SET_LIMITS = body(telemetry.SetLimits, path=("room_id",), like=telemetry.AlarmLimits)


class OnlyId(Strict):
    """Nothing but the request's own id."""

    id = fields.UUID()


class CurveQuery(Strict):
    """From when to when."""

    since = Instant(required=True)
    until = Instant(required=True)


class DayQuery(Strict):
    """Of which business day."""

    on = Day()
