"""Sites, rooms as a process, slots, instruments and insurance policies."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import facility, lots
from wms.api.resource import Resource, query_of
from wms.kernel import idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import paged, places, view

ROOMS = Resource("rooms", "Cold rooms as a process: filling, sealed, under CA, opened, emptying.")
SLOTS = Resource("slots", "Where goods lie; a slot's code carries a check digit.")
SITES = Resource("sites", "Where the rooms are.")
INSTRUMENTS = Resource("instruments", "Scales and probes with their places and calibrations.")
POLICIES = Resource("policies", "What rooms and sites are insured for.")
STOCK = view("SlotStock", lots.SlotStock)
SEE = Permission.SEE_ALL


@SITES.get("/sites", paged(places.SITE), needs=SEE)
def list_sites(session: Session) -> Page[facility.Site]:
    """List the sites."""
    return Page(facility.list_sites(session), None)


@ROOMS.get("/rooms", paged(places.ROOM), needs=SEE)
def list_rooms(session: Session) -> Page[facility.Room]:
    """List the rooms with their state."""
    return Page(facility.list_rooms(session), None)


@ROOMS.get("/rooms/<uuid:room_id>", places.ROOM, needs=SEE, raises=(facility.get_room,))
def get_room(session: Session, room_id: UUID) -> facility.Room:
    """Show one room."""
    return facility.get_room(session, room_id)


@ROOMS.get("/rooms/<uuid:room_id>/ability", places.ROOM_ABILITY, needs=SEE, raises=(facility.room_ability,))
def ability_of_room(session: Session, room_id: UUID) -> facility.RoomAbility:
    """Show what a room can keep."""
    return facility.room_ability(session, room_id)


@ROOMS.get("/varieties", paged(places.VARIETY_TRAITS), needs=SEE)
def list_varieties(session: Session) -> Page[lots.VarietyTraits]:
    """List how varieties want to be kept."""
    return Page(lots.list_variety_traits(session), None)


@ROOMS.get("/rooms/<uuid:room_id>/events", paged(places.ROOM_EVENT), needs=SEE, raises=(facility.get_room,))
def events_of_room(session: Session, room_id: UUID) -> Page[facility.RoomEvent]:
    """List what happened to a room, in order."""
    facility.get_room(session, room_id)
    return Page(facility.room_events(session, room_id), None)


@SLOTS.page("/slots", places.SLOT, query=query_of("SlotsQuery", room_id=fields.UUID()), needs=SEE)
def list_slots(session: Session, query: dict[str, Any]) -> Page[facility.Slot]:
    """List slots by code, of one room if named."""
    return facility.list_slots(session, query.pop("room_id", None), **query)


@SLOTS.get("/slots/<uuid:slot_id>", places.SLOT, needs=SEE, raises=(facility.get_slot,))
def get_slot(session: Session, slot_id: UUID) -> facility.Slot:
    """Show one slot."""
    return facility.get_slot(session, slot_id)


@SLOTS.get("/slots/<uuid:slot_id>/stock", paged(STOCK), needs=SEE, raises=(facility.get_slot,))
def stock_of_slot(session: Session, slot_id: UUID) -> Page[lots.SlotStock]:
    """List what lies in a slot."""
    return Page(lots.stock_of_slots(session, [facility.get_slot(session, slot_id).id]), None)


@INSTRUMENTS.get("/instruments", paged(places.INSTRUMENT), needs=SEE)
def list_instruments(session: Session) -> Page[facility.Instrument]:
    """List the instruments in use."""
    return Page(facility.list_instruments(session), None)


@SITES.get("/sites/<uuid:site_id>/costs", paged(places.SITE_COST), needs=Permission.SEE_BOOKS,
           raises=(facility.get_site,))  # fmt: skip
def list_site_costs(session: Session, site_id: UUID) -> Page[facility.SiteCost]:
    """List what keeping goods at a site costs, in the order the figures came in."""
    return Page(facility.site_costs(session, facility.get_site(session, site_id).id), None)


@POLICIES.get("/policies", paged(places.POLICY), needs=SEE)
def list_policies(session: Session) -> Page[facility.InsurancePolicy]:
    """List the insurance policies."""
    return Page(facility.list_policies(session), None)


def _dry_run(session: Session, wanted: facility.ImportSlots, *, by: Actor, at: Moment) -> facility.SlotChanges:
    by.must(Permission.MANAGE_FACILITY)
    idempotency.claim(session, wanted.id, "api.check_slots", asdict(wanted), by=by, at=at)
    return facility.slot_changes(session, facility.get_site(session, wanted.site_id).id, wanted.rows)


ROOMS.command(
    "/rooms/<uuid:room_id>/ability", facility.set_room_ability, places.SET_ROOM_ABILITY, places.ROOM_ABILITY,
    facility.SetRoomAbility, status=200,
)  # fmt: skip
ROOMS.command(
    "/varieties", lots.set_variety_traits, places.SET_VARIETY_TRAITS, places.VARIETY_TRAITS, lots.SetVarietyTraits,
    status=200,
)  # fmt: skip
SITES.command("/sites", facility.add_site, places.ADD_SITE, places.SITE, facility.AddSiteRequest)
ROOMS.command("/rooms", facility.add_room, places.ADD_ROOM, places.ROOM, facility.AddRoomRequest)
ROOMS.command(
    "/rooms/<uuid:room_id>/events", facility.advance_room, places.ADVANCE_ROOM, places.ROOM, facility.AdvanceRoomRequest
)
ROOMS.command(
    "/rooms/<uuid:room_id>/entries", facility.log_room_entry, places.LOG_ENTRY, places.ROOM_ENTRY,
    facility.LogRoomEntryRequest,
)  # fmt: skip
ROOMS.command(
    "/room-entries/<uuid:entry_id>/end", facility.end_room_entry, places.END_ENTRY, places.ENTRY_END,
    facility.EndRoomEntryRequest,
)  # fmt: skip
ROOMS.command(
    "/rooms/<uuid:room_id>/slots", facility.add_slots, places.ADD_SLOTS, places.SLOT_IDS, facility.AddSlotsRequest,
    show=lambda _, ids: {"slot_ids": ids},
)  # fmt: skip
SLOTS.command(
    "/sites/<uuid:site_id>/slot-import", facility.import_slots, places.IMPORT_SLOTS, places.SLOT_CHANGES,
    facility.ImportSlots,
)  # fmt: skip
SLOTS.command(
    "/sites/<uuid:site_id>/slot-check", facility.slot_changes, places.CHECK_SLOTS, places.SLOT_CHANGES,
    facility.ImportSlots, status=200, name="check_slots", run=_dry_run,
)  # fmt: skip
SLOTS.command(
    "/slots/<uuid:slot_id>", facility.set_slot, places.SET_SLOT, places.SLOT, facility.SetSlotRequest, status=200
)
INSTRUMENTS.command(
    "/instruments", facility.add_instrument, places.ADD_INSTRUMENT, places.INSTRUMENT, facility.AddInstrumentRequest
)
INSTRUMENTS.command(
    "/instruments/<uuid:instrument_id>/retire", facility.retire_instrument, places.RETIRE, places.INSTRUMENT,
    facility.RetireInstrumentRequest, status=200,
)  # fmt: skip
INSTRUMENTS.command(
    "/instruments/<uuid:instrument_id>/calibrations", facility.record_calibration, places.CALIBRATE,
    places.CALIBRATION, facility.RecordCalibrationRequest,
)  # fmt: skip
POLICIES.command("/policies", facility.add_policy, places.ADD_POLICY, places.POLICY, facility.AddPolicyRequest)
POLICIES.command(
    "/policies/<uuid:policy_id>/cancel", facility.cancel_policy, places.CANCEL_POLICY, places.POLICY,
    facility.CancelPolicyRequest, status=200,
)  # fmt: skip
SITES.command(
    "/sites/<uuid:site_id>/costs", facility.set_site_cost, places.SET_SITE_COST, places.SITE_COST,
    facility.SetSiteCostRequest,
)  # fmt: skip
RESOURCES = (SITES, ROOMS, SLOTS, INSTRUMENTS, POLICIES)
