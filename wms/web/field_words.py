"""What the fields of forms are called in a sentence about them, where the form itself does not say."""

from wms.web.i18n import note
from wms.web.shell import say

WORDS = {
    "account": note("Account number"), "advance": note("Amount"), "after": note("Days"), "amount": note("Amount"),
    "appointment": note("Appointment"), "bank": note("Bank"), "bay": note("Bay"), "bays": note("Bays"),
    "because": note("Reason"), "block": note("Orchard block"), "booking": note("Booking"), "buyer": note("Buyer"),
    "capacity": note("Trucks a window"), "card": note("Identity card"), "cause": note("Cause"),
    "certificate": note("Certificate"), "claim": note("Claim"), "code": note("Code"), "collector": note("Collector"),
    "damage": note("Damage"), "deal": note("Deal"), "deposit": note("Crate deposit"), "dock": note("Dock"),
    "document": note("Paper"), "driver": note("Driver"), "due_on": note("Day"), "effective_from": note("From"),
    "effective_on": note("From"), "ends_on": note("Until"), "exit": note("Exits"), "fen": note("Amount"),
    "firmness": note("Firmness"), "free_days": note("Free days"), "from_on": note("From"),
    "from_slot": note("From slot"), "grade": note("Grade"), "hold": note("Hold"), "holder": note("Name"),
    "inspected_on": note("Day"), "interval_days": note("Waiting days"), "kg": note("Weight"), "kind": note("Kind"),
    "laboratory": note("Laboratory"), "level": note("Level"), "limit": note("Upper limit"), "load": note("Load"),
    "loss": note("Loss"), "lot": note("Lot"), "method": note("Paid by"), "most": note("At most"),
    "name": note("Name"), "note": note("Note"), "number": note("Number"), "on": note("Day"), "owner": note("Owner"),
    "paid": note("Amount"), "party": note("Party"), "payment": note("Payment"), "phone": note("Phone"),
    "pickup_on": note("Pick-up day"), "place": note("Place"), "plate": note("Number plate"), "points": note("Curve"),
    "price": note("Price"), "quantity": note("Quantity"), "reached": note("Receivers reached"),
    "reason": note("Reason"), "reference": note("Reference"), "registration_no": note("Registration number"),
    "role": note("Role"), "room": note("Room"), "sample_units": note("Units sampled"), "sampled_on": note("Day"),
    "scanned": note("Label"), "second_name": note("Second person: name"), "second_pin": note("Second person: PIN"),
    "sensor": note("Sensor"), "slot": note("Slot"), "source": note("Source"), "sprayed_on": note("Sprayed on"),
    "storage": note("Stored in"), "substance": note("Substance"), "tare": note("Tare"), "token": note("Gate token"),
    "tonnes": note("Quantity"), "type": note("Kind of crate"), "unit_tare": note("Tare of one unit"),
    "units": note("Units"), "until_on": note("Until"), "variety": note("Variety"), "weekdays": note("Weekdays"),
    "weight": note("Weight"), "what": note("What"), "why": note("Reason"), "window": note("Time"),
    "work": note("Work"), "works": note("Price list of work"),
}  # fmt: skip


def field_words(name: str) -> str:
    """Return what a field is called in the reader's language; one nobody named by its own name."""
    if name.startswith("head-"):
        return say(note("Head of a column"))
    base = name.rstrip("0123456789").rstrip("-_")
    return say(WORDS[base]) if base in WORDS else name
